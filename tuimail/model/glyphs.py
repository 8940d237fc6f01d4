"""Which characters may be shown, and what becomes of those that may not.

Works on `str` from anywhere; `safe` marks what comes out.
"""

import re
from collections.abc import Iterator
from typing import Final
from unicodedata import category

MAX_MARKS: Final = 8
"""Combining marks kept per character; the most that living scripts stack is five."""
PIECE_CHARS: Final = 32_768
"""Of a long text cleaned at once: a screen waits as long as a regular expression runs."""
MAX_JOINERS: Final = 7
"""Joiners in one emoji; the longest in use (a family, a kiss) has three."""

_LOST = "".join(
    f"{chr(plane | 0xFFFE)}-{chr(plane | 0xFFFF)}" for plane in range(0, 0x110000, 0x10000)
)
_CONTROLS = "\x00-\x08\x0b-\x1f\x7f-\x9f"
"""C0 but tab and line feed, DEL, C1."""
_HIDDEN = (
    "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"  # direction
    "\xad\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b\u200c\u2060-\u2065\u206a-\u206f\u3164"
    "\ufe00-\ufe0e\ufeff\uffa0\ufff0-\ufffb"  # invisible: spaces of no width, fillers, selectors
    "\u2028\u2029\U00013430-\U0001345f\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"
    "\U000e0000-\U000e0fff"  # tags
    "\ud800-\udfff\ufdd0-\ufdef" + _LOST
)
FORBIDDEN: Final = _CONTROLS + _HIDDEN
"""Inside of a regular expression's class: what no safe text holds (a safe line, no \\t and \\n)."""

_MARK_AREA = (
    "\u0300-\u036f\u0483-\u0489\u0590-\u1cff\u1dc0-\u1dff\u20d0-\u20ff\u2c80-\u2dff\u302a-\u302f"
    "\u3099\u309a\ua000-\uabff\ud7b0-\ud7ff\ufb1e\ufe20-\ufe2f\U00010000-\U00011fff"
    "\U00016000-\U00016fff\U0001b000-\U0001efff"
)
"""Blocks that hold combining marks (and letters): looked at closely."""

_TONE = "[\U0001f3fb-\U0001f3ff]"
_BASE = (
    "[\xa9\xae\u203c\u2049\u2122\u2139\u2194-\u21aa\u231a-\u23ff\u24c2\u25aa\u25ab\u25b6\u25c0"
    "\u25fb-\u25fe\u2600-\u27bf\u2934\u2935\u2b05-\u2b55\u3030\u303d\u3297\u3299"
    "\U0001f000-\U0001faff]"
)
_UNIT = f"{_BASE}\ufe0f?{_TONE}?"

_CLINGING = f"{_HIDDEN}{_MARK_AREA}\u200d\ufe0f\U0001f3fb-\U0001f3ff"
_ODD = re.compile(f"[\t{_CONTROLS}{_CLINGING}]")
_UNSAFE = re.compile(f"[{FORBIDDEN}]")
_SEAM = re.compile(f"(?<![\u200d\ufe0f{_HIDDEN}])(?![{_CLINGING}])")
"""Between two characters of which neither has to do with the other."""
_BREAKS = re.compile("[\t\r\n\v\f\x85\u2028\u2029]+")
_TONED = re.compile(f"((?!{_TONE}){_BASE}\ufe0f?{_TONE})|{_TONE}")
_JOINED = re.compile(f"([0-9#*]\ufe0f(?=\u20e3)|{_UNIT}(?:\u200d{_UNIT})*)|[\u200d\ufe0f]")
_STACKED = re.compile(f"(?:^|\n)[{_MARK_AREA}]|[{_MARK_AREA}]{{{MAX_MARKS + 1}}}")
_TOO_MANY = re.compile(f"(^|n)(?=m)|(m{{{MAX_MARKS}}})m+")
_DOTTED_CIRCLE = "\u25cc"


def clean_line(text: str, max_chars: int) -> str:
    """Return one line of at most `max_chars` characters; line breaks and tabs become a space."""
    clean = _clean(_BREAKS.sub(" ", text))
    # Longer only where a dotted circle came in front.
    return clean if len(clean) <= max_chars else _clean(clean[: max_chars - 1])


def clean_block(text: str) -> str:
    """Return lines parted by line feeds, tabs expanded to every eighth column."""
    if len(text) <= PIECE_CHARS and not _ODD.search(text):
        return text
    plain = text.replace("\r", "").replace("\u2028", "\n").replace("\u2029", "\n")
    return "".join(map(_clean, _pieces(plain))).expandtabs(8)


def _pieces(text: str) -> Iterator[str]:
    """Yield a text in pieces that may be cleaned one by one."""
    start = 0
    while len(text) - start > PIECE_CHARS:
        seam = _SEAM.search(text, start + PIECE_CHARS)
        if seam is None:
            break
        yield text[start : seam.start()]
        start = seam.start()
    yield text[start:]


def _clean(text: str) -> str:
    """Show or drop what is forbidden; leaves tabs and line feeds."""
    if not _ODD.search(text):
        return text
    text = _TONED.sub(_toned, _UNSAFE.sub(_visible, text))
    if "\u200d" in text or "\ufe0f" in text:
        # Twice: dropping a stray selector can put two chains of emoji side by side.
        text = _JOINED.sub(_joined, _JOINED.sub(_joined, text))
    return _unstacked(text) if _STACKED.search(text) else text


def _visible(found: re.Match[str]) -> str:
    char = found[0]
    if char == "\x1b":
        return "\u241b"
    is_shown = char < "\xa0" or "\ud800" <= char <= "\udfff" or ord(char) & 0xFFFE == 0xFFFE
    return "\ufffd" if is_shown or "\ufdd0" <= char <= "\ufdef" else ""


def _toned(found: re.Match[str]) -> str:
    """Show where a skin tone colours nothing: it counts as no cell, and is drawn as two."""
    return found[1] or "\ufffd"


def _joined(found: re.Match[str]) -> str:
    emoji = found[1]
    if not emoji:
        return ""
    return emoji.replace("\u200d", "") if emoji.count("\u200d") > MAX_JOINERS else str(emoji)


class _Kinds(dict[int, str]):
    """Per code point: `m` for what is drawn onto the character before it, `n` for a line feed."""

    def __missing__(self, code: int) -> str:
        is_mark = category(chr(code)) in {"Mn", "Me"} and code != 0xFE0F
        is_jamo = 0x1160 <= code <= 0x11FF or 0xD7B0 <= code <= 0xD7FF
        self[code] = kind = "m" if is_mark or is_jamo else "n" if code == 0x0A else "x"
        return kind


_KINDS = _Kinds()


def _unstacked(text: str) -> str:
    """Keep MAX_MARKS marks per character, and give marks that begin a line something to sit on."""
    pieces, done = [], 0
    for found in _TOO_MANY.finditer(text.translate(_KINDS)):
        if found[2]:
            pieces.append(text[done : found.end(2)])
        else:
            pieces.append(text[done : found.end()] + _DOTTED_CIRCLE)
        done = found.end()
    return "".join(pieces) + text[done:]
