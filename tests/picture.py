"""A terminal's screen as a picture: every cell a rectangle and a glyph.

DejaVu Sans Mono is needed; Noto CJK, Noto Color Emoji and Symbola are used where they are
installed. The same cells and fonts give the same bytes.
"""

from collections import Counter
from functools import lru_cache
from pathlib import Path

import pyte
from PIL import Image, ImageDraw, ImageFont
from pyte.screens import Char

CELL_WIDTH, CELL_HEIGHT, BASELINE = 9, 18, 14
FONT_PIXELS = 15
EMOJI_PIXELS = 109
"""Noto Color Emoji has pictures of this size alone."""
MARGIN = 9

_ANSI = {
    "black": "000000",
    "red": "cd3131",
    "green": "0dbc79",
    "brown": "c9a500",
    "blue": "3b78ff",
    "magenta": "bc3fbc",
    "cyan": "11a8cd",
    "white": "d0d0d0",
    "brightblack": "767676",
    "brightred": "f14c4c",
    "brightgreen": "23d18b",
    "brightbrown": "f5f543",
    "brightblue": "6ba3ff",
    "brightmagenta": "d670d6",
    "brightcyan": "29b8db",
    "brightwhite": "ffffff",
}
_DEFAULT_COLOURS = ("d0d0d0", "000000")
_STYLES = {
    (False, False): "",
    (True, False): "-Bold",
    (False, True): "-Oblique",
    (True, True): "-BoldOblique",
}
_EMOJI = "NotoColorEmoji.ttf"
_OTHERS = ("NotoSansCJK-Regular.ttc", "DejaVuSans.ttf", "Symbola_hint.ttf", "unifont.otf")
_NO_CHARACTER = "\U0010fffe"

Colour = tuple[int, int, int]


def picture_of(screen: pyte.Screen) -> Image.Image:
    """Return a picture of a screen, with a margin in its commonest background."""
    size = screen.columns * CELL_WIDTH + 2 * MARGIN, screen.lines * CELL_HEIGHT + 2 * MARGIN
    cells = [(x, y) for y in range(screen.lines) for x in range(screen.columns)]
    backs = Counter(_colours(screen.buffer[y][x])[1] for x, y in cells)
    image = Image.new("RGB", size, backs.most_common(1)[0][0])
    for x, y in cells:
        _background(image, x, y, screen.buffer[y][x])
    for x, y in cells:  # after every background, so that no wide glyph is cut
        _glyph(image, x, y, screen.buffer[y][x], is_wide=_is_wide(screen, x, y))
    return image


def save(screen: pyte.Screen, file: Path) -> None:
    """Write a picture of a screen as PNG."""
    picture_of(screen).quantize(256, dither=Image.Dither.NONE).save(file, optimize=True)


def _corner(x: int, y: int) -> tuple[int, int]:
    return MARGIN + x * CELL_WIDTH, MARGIN + y * CELL_HEIGHT


def _is_wide(screen: pyte.Screen, x: int, y: int) -> bool:
    return x + 1 < screen.columns and screen.buffer[y][x + 1].data == ""


def _colours(cell: Char) -> tuple[Colour, Colour]:
    """Return what is drawn and on what; dim stands where pyte keeps blink."""
    front, back = (
        _rgb(default if name == "default" else _ANSI.get(name, name))
        for name, default in zip((cell.fg, cell.bg), _DEFAULT_COLOURS, strict=True)
    )
    if cell.reverse:
        front, back = back, front
    if cell.blink:
        red, green, blue = ((2 * f + b) // 3 for f, b in zip(front, back, strict=True))
        front = (red, green, blue)
    return front, back


def _rgb(digits: str) -> Colour:
    red, green, blue = bytes.fromhex(digits)
    return red, green, blue


def _background(image: Image.Image, x: int, y: int, cell: Char) -> None:
    left, top = _corner(x, y)
    right, bottom = left + CELL_WIDTH - 1, top + CELL_HEIGHT - 1
    draw = ImageDraw.Draw(image)
    front, back = _colours(cell)
    draw.rectangle((left, top, right, bottom), back)
    if cell.underscore:
        draw.line((left, top + 16, right, top + 16), front)
    if cell.strikethrough:
        draw.line((left, top + 9, right, top + 9), front)


def _glyph(image: Image.Image, x: int, y: int, cell: Char, *, is_wide: bool) -> None:
    cluster = cell.data
    if not cluster.strip():
        return
    left, top = _corner(x, y)
    draw = ImageDraw.Draw(image)
    front, _ = _colours(cell)
    if _rule(draw, left, top, cluster, front):
        return
    face = _face_for(cluster, is_wide=is_wide, is_bold=cell.bold, is_italic=cell.italics)
    if face.size == EMOJI_PIXELS:
        big = Image.new("RGBA", (136, 136))
        ImageDraw.Draw(big).text((0, 104), cluster, font=face, embedded_color=True, anchor="ls")
        small = big.resize((2 * CELL_WIDTH, 2 * CELL_WIDTH))
        image.paste(small, (left, top), small)
    else:
        draw.text((left, top + BASELINE), cluster, front, font=face, anchor="ls")


def _rule(draw: ImageDraw.ImageDraw, left: int, top: int, cluster: str, colour: Colour) -> bool:
    """Draw lines without gaps from cell to cell, as terminals do; say whether it was one."""
    if cluster not in _ARMS:
        return False
    middle, centre = top + CELL_HEIGHT // 2, left + CELL_WIDTH // 2
    ends = {
        "l": (left, middle, centre, middle),
        "r": (centre, middle, left + CELL_WIDTH - 1, middle),
        "u": (centre, top, centre, middle),
        "d": (centre, middle, centre, top + CELL_HEIGHT - 1),
    }
    for arm in _ARMS[cluster]:
        draw.line(ends[arm], colour)
    return True


_ARMS = {
    "─": "lr",
    "│": "ud",
    "┌": "rd",
    "┐": "ld",
    "└": "ru",
    "┘": "lu",
    "├": "udr",
    "┤": "udl",
    "┬": "lrd",
    "┴": "lru",
    "┼": "lrud",
    "╭": "rd",
    "╮": "ld",
    "╰": "ru",
    "╯": "lu",
}


@lru_cache(4_096)
def _face_for(
    cluster: str, *, is_wide: bool, is_bold: bool, is_italic: bool
) -> ImageFont.FreeTypeFont:
    """Return the first font that has a cluster's glyph, small enough for its cells."""
    plain = f"DejaVuSansMono{_STYLES[is_bold, is_italic]}.ttf"
    names = (_OTHERS[0], _EMOJI, *_OTHERS) if is_wide else (plain, *_OTHERS)
    for name in names:
        face = _face(name, EMOJI_PIXELS if name == _EMOJI else FONT_PIXELS)
        if face is None or not _has(face, cluster[0]):
            continue
        room = CELL_WIDTH * (1 + is_wide)
        if face.size == FONT_PIXELS and (length := face.getlength(cluster)) > room + 1.5:
            return _face(name, max(6, int(FONT_PIXELS * room / length))) or face
        return face
    found = _face(plain, FONT_PIXELS)
    if found is None:
        raise SystemExit("Pictures need DejaVu Sans Mono (Debian: fonts-dejavu-core).")
    return found


@lru_cache
def _face(name: str, pixels: int) -> ImageFont.FreeTypeFont | None:
    """Return a font by its file's name in the system's folders, or None."""
    try:
        return ImageFont.truetype(name, pixels, layout_engine=ImageFont.Layout.BASIC)
    except OSError:
        return None


def _has(face: ImageFont.FreeTypeFont, character: str) -> bool:
    missing, found = face.getmask(_NO_CHARACTER), face.getmask(character)
    return found.size != missing.size or bytes(found) != bytes(missing)
