"""The pure part of the output layer: tokens of a terminal stream, cells, styles and their change.

A cell is (cluster, style); the second half of a wide cluster is ("", style). A style is canonical
SGR parameters (ECMA-48 section 8.3.117), and after a NUL the OSC 8 part if the cell is in a link.
"""

import re
from functools import lru_cache
from typing import Final, NamedTuple

from rich.cells import split_graphemes

Cell = tuple[str, str]
BLANK: Final[Cell] = (" ", "")

_LINK = r"\x1b\]8;([^\x07\x1b]*)(?:\x07|\x1b\\)"
_TEXT = r"[^\x00-\x1f\x7f-\x9f]"
_RUN = re.compile(
    rf"(?P<text>{_TEXT}+)|\x1b\[(?P<sgr>[\d;:]*)m|{_LINK.replace('(', '(?P<link>', 1)}"
)
TOKEN: Final = re.compile(
    rf"(?P<run>(?>{_TEXT}++|\x1b\[[\d;:]*+m|{_LINK.replace('(', '(?:', 1)})++)"
    r"|\x1b\[(?P<cup>[\d;]*)H"
    r"|(?P<c0>[\x00-\x1a\x1c-\x1f\x7f-\x9f])"
    r"|\x1b\[\?2026(?P<sync>[hl])"
    r"|(?P<csi>\x1b\[[0-?]*[ -/]*[@-~])"
    r"|(?P<osc>\x1b\][^\x07\x1b]*(?:\x07|\x1b\\))"
    r"|(?P<screen>\x1bP(?:\x1b\]52;c;)?[A-Za-z0-9+/=]*+\a?\x1b\\)"
    r"|(?P<dcs>\x1b[PX^_](?:[^\x1b]|\x1b\x1b)*\x1b\\)"
    r"|(?P<esc>\x1b[ -/]*[0-OQ-WYZ`-~=>])",
    re.DOTALL,
)
"""One piece of a stream. DCS, SOS, PM and APC are `dcs`; `screen` is a piece of an OSC 52 that GNU
screen passes on."""
PARTIAL: Final = re.compile(
    r"\x1b(?:\[[0-?]*[ -/]*|\][^\x07\x1b]*\x1b?|[PX^_](?:[^\x1b]|\x1b\x1b)*\x1b?|[ -/]*)\Z",
    re.DOTALL,
)
"""A sequence that the next write may complete."""
HARMLESS: Final = re.compile(r"\x1b\[(?:\?[\d;]*[hl]|[<>=][\d;]*u|\??[\d;]*\$?[pnctu]|\d* q)\Z")
"""Modes and queries: no cell changes."""
RISKY: Final = re.compile("[\u200d\ufe0f\U0001f1e6-\U0001f1ff\U0001f3fb-\U0001f3ff]")
"""Joiners, emoji selectors, flags and skin tones: terminals disagree on how wide these are."""
_INVISIBLE = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\U000e0000-\U000e007f]")
"""Bidi controls and tags; mail text has none left, and nothing else may send them either."""
_SAFE_LINK = re.compile(r"[^;]*;(?:https?://|mailto:)[!-~]+\Z")
_SHOWN_ON_BLANKS: Final = frozenset({"4", "7", "9", "21", "53"})
"""Attributes seen on a space: underline, reverse, strike, double underline, overline."""

_OFF: Final = {"1": "22", "2": "22", "3": "23", "4": "24", "7": "27", "9": "29", "53": "55"}
"""What ends an attribute. It ends others of its kind, too: bold and dim are one kind."""
_ENDED: Final = frozenset(_OFF.values())


class Parts(NamedTuple):
    """A style taken apart."""

    attributes: tuple[str, ...]
    foreground: str
    background: str
    link: str


@lru_cache(8_192)
def split(style: str) -> Parts:
    """Take a style apart."""
    sgr, _, link = style.partition("\0")
    codes = sgr.split(";")
    attributes: list[str] = []
    foreground = background = ""
    while codes:
        code = _next_code(codes)
        number = int((re.match(r"\d+", code) or ["0"])[0])
        if number == 0:
            attributes, foreground, background = [], "", ""
        elif number in (38, 39) or 30 <= number <= 37 or 90 <= number <= 97:
            foreground = code if number != 39 else ""
        elif number in (48, 49) or 40 <= number <= 47 or 100 <= number <= 107:
            background = code if number != 49 else ""
        elif code in _ENDED:
            attributes = [each for each in attributes if _OFF.get(each) != code]
        elif code not in attributes:
            attributes.append(code)
    return Parts(tuple(sorted(attributes)), foreground, background, link)


def _next_code(codes: list[str]) -> str:
    """Take one code with its parameters: `38;2;r;g;b` is one."""
    code = codes.pop(0)
    if code not in ("38", "48") or not codes:
        return code
    take = 2 if codes[0] == "5" else 4
    whole = ";".join([code, *codes[:take]])
    del codes[:take]
    return whole


def _sgr(parts: Parts) -> str:
    codes = (*parts.attributes, parts.foreground, parts.background)
    return ";".join(code for code in codes if code)


@lru_cache(8_192)
def join(sgr: str, more: str) -> str:
    """Return canonical SGR parameters after `more` came on top of `sgr`."""
    return _sgr(split(f"{sgr};{more}" if sgr and more.strip("0") else more))


@lru_cache(8_192)
def blank_style(style: str) -> str:
    """Return the style of a space: its background alone unless something else shows on it."""
    parts = split(style)
    if parts.link or _SHOWN_ON_BLANKS.intersection(parts.attributes):
        return style
    return parts.background


@lru_cache(8_192)
def is_plain_background(style: str) -> bool:
    """Whether erasing leaves exactly this style: a background and nothing else."""
    return split(style).background == style


@lru_cache(8_192)
def over(style: str, blank: str) -> str:
    """Return the style nearest to `style` in which a space looks as in `blank`."""
    parts = split(style)
    if parts.link or _SHOWN_ON_BLANKS.intersection(parts.attributes):
        return blank
    return _sgr(parts._replace(background=blank))


@lru_cache(8_192)
def change(old: str, new: str) -> str:
    """Return the shortest sequence from one style to another."""
    before, after = split(old), split(new)
    sgr = _sgr(after)
    best = f"\x1b[0;{sgr}m" if sgr else "\x1b[m"
    if (codes := _attribute_codes(before.attributes, after.attributes)) is not None:
        if before.foreground != after.foreground:
            codes.append(after.foreground or "39")
        if before.background != after.background:
            codes.append(after.background or "49")
        best = min(best, f"\x1b[{';'.join(codes)}m" if codes else "", key=len)
    return best if before.link == after.link else f"\x1b]8;{after.link or ';'}\x1b\\{best}"


def _attribute_codes(before: tuple[str, ...], after: tuple[str, ...]) -> list[str] | None:
    """Return what turns attributes off and on; None where only a reset is known to do."""
    gone = [code for code in before if code not in after]
    if not all(code in _OFF for code in gone):
        return None
    off = dict.fromkeys(_OFF[code] for code in gone)
    kept = [code for code in before if code in after and _OFF.get(code) not in off]
    return [*off, *(code for code in after if code not in kept)]


@lru_cache(4_096)
def parse(run: str, sgr: str, link: str) -> tuple[tuple[Cell, ...], str, str]:
    """Return the cells of text and styles without cursor moves, and the SGR and link after it.

    Cached, since rows come again from frame to frame.
    """
    cells: list[Cell] = []
    for found in _RUN.finditer(run):
        if found["sgr"] is not None:
            sgr = join(sgr, found["sgr"])
        elif found["link"] is not None:
            link = found["link"] if _SAFE_LINK.match(found["link"]) else ""
        else:
            _add_text(cells, found["text"], f"{sgr}\0{link}" if link else sgr)
    return tuple(cells), sgr, link


def _add_text(cells: list[Cell], text: str, style: str) -> None:
    space = (" ", blank_style(style))
    if text.isascii():
        cells += [space if c == " " else (c, style) for c in text]
        return
    shown = _INVISIBLE.sub("", text)
    for start, end, width in split_graphemes(shown)[0]:
        cluster = shown[start:end]
        if width == 0 and cells:  # a mark after a change of style belongs to the cell before
            at = -2 if cells[-1][0] == "" and len(cells) > 1 else -1
            cells[at] = (cells[at][0] + cluster, cells[at][1])
        elif width:
            cells.append(space if cluster == " " else (cluster, style))
            cells += [("", style)] * (width - 1)
