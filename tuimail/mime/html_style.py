"""What the style of an element says of whether a browser shows its text."""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

MAX_STYLE_CHARS: Final = 4_000
_MAX_DECLARATIONS = 100

Color = tuple[int, ...]
"""Red, green and blue."""
UNKNOWN: Final[Color] = ()
"""A picture, a gradient, a name that is not known here: text on it counts as seen."""
TRANSPARENT: Final[Color] = (0,)
_NAMED: Final[dict[str, Color]] = {
    "white": (255, 255, 255),
    "black": (0, 0, 0),
    "snow": (255, 250, 250),
    "ivory": (255, 255, 240),
    "ghostwhite": (248, 248, 255),
    "whitesmoke": (245, 245, 245),
    "silver": (192, 192, 192),
    "gray": (128, 128, 128),
    "grey": (128, 128, 128),
    "red": (255, 0, 0),
    "lime": (0, 255, 0),
    "green": (0, 128, 0),
    "blue": (0, 0, 255),
    "navy": (0, 0, 128),
    "yellow": (255, 255, 0),
    "transparent": TRANSPARENT,
}
_FAINTEST = 0.04
"""An alpha or an opacity up to this leaves nothing to be seen."""

_COMMENT = re.compile(r"/\*.*?(?:\*/|\Z)", re.DOTALL)
_ESCAPE = re.compile(r"\\([0-9a-fA-F]{1,6})[ \t\r\n\f]?|\\(.)", re.DOTALL)
_IMPORTANT = re.compile(r"\s*!\s*important\s*$")
_LENGTH = re.compile(r"(-?\d*\.?\d+)([a-z]{0,4}|%)(?=[\s/;,)]|$)")
_COLOR_WORD = re.compile(r"#[0-9a-f]{3,8}\b|(?:rgb|hsl)a?\([^()]{1,60}\)|[a-z]{3,24}")
_NUMBER = re.compile(r"\d*\.?\d+%?")
_NO_RECT = re.compile(r"rect\(\s*[01](?:px)?(?:[\s,]+[01](?:px)?){3}\s*\)")
_NO_PATH = re.compile(
    r"(?:inset\(\s*(?:[5-9]\d|100)%|circle\(\s*0|polygon\(\s*0[a-z%]*\s+0[a-z%]*"
    r"(?:\s*,\s*0[a-z%]*\s+0[a-z%]*){2,9}\s*\))"
)
_FLAT = re.compile(
    r"scale(?:x|y|3d)?\(\s*(?:0*\.?0+\s*[,)]|[\d.]+\s*,\s*0*\.?0+\s*[,)])"
    r"|rotate[xy]\(\s*-?(?:90|270)deg|translate(?:x|y|3d)?\(\s*(?:[\d.]+[a-z%]*\s*,\s*)?-\d{4}"
)
_ALIGNED_SIZES = frozenset({"px", "pt", ""})

_DISPLAYS = re.compile(
    r"none|block|inline|(?:inline-)?(?:block|table|flex|grid)|list-item|contents|flow-root"
    r"|table-[a-z-]{3,20}|initial|inherit|unset|revert|-webkit-(?:inline-)?box"
)
_BLOCK_DISPLAYS: Final = frozenset({"block", "table", "flex", "grid", "list-item"})
_READ_NAMES = (
    "display visibility opacity font font-size color -webkit-text-fill-color background"
    " background-color background-image position left top right bottom margin-left margin-top"
    " text-indent overflow overflow-x overflow-y width height max-width max-height float clip"
    " clip-path transform scale filter content-visibility"
)
_READ: Final = frozenset(_READ_NAMES.split())
_INLINE_NAMES = (
    "a abbr acronym b bdi bdo big cite code data del dfn em font i ins kbd label mark nobr q"
    " rp rt ruby s samp small span strike strong sub sup time tt u var"
)
_INLINE: Final = frozenset(_INLINE_NAMES.split())
_TABLE_PARTS: Final = frozenset({"table", "tbody", "thead", "tfoot", "tr", "td", "th", "caption"})

Declarations = dict[str, str]


@dataclass(frozen=True, slots=True, eq=False)
class Style:
    """What one element's own style changes; None where it says nothing. Compared by identity."""

    hides: bool = False
    """Nothing of the element can be seen, whatever lies in it."""
    is_block: bool = False
    is_dot: bool = False
    """As a picture it would be a point at most."""
    is_lifted: bool = False
    """Stands out of the flow, over another background perhaps."""
    may_call: bool = False
    """Its own style, or a picture behind it, may have a browser fetch something."""
    is_tiny: bool | None = None
    is_invisible: bool | None = None
    color: Color | None = None
    background: Color | None = None


def declarations_of(css: str) -> tuple[Declarations, Declarations]:
    """Return what a style declares of what is read here: the ordinary, and the important."""
    text = css[:MAX_STYLE_CHARS]
    text = without_escapes(_COMMENT.sub(" ", text)).lower()
    ordinary: Declarations = {}
    important: Declarations = {}
    for declaration in text.split(";", _MAX_DECLARATIONS)[:_MAX_DECLARATIONS]:
        name, _, value = declaration.partition(":")
        name = name.strip()
        if name in _READ:
            plain = _IMPORTANT.sub("", value)
            _declare(important if len(plain) < len(value) else ordinary, name, plain.strip())
    return ordinary, important


def without_escapes(css: str) -> str:
    r"""Return CSS with its escapes (`\64 isplay`) as the characters they stand for."""
    return _ESCAPE.sub(_unescaped, css) if "\\" in css else css


def style_of(name: str, said: Declarations, attributes: dict[str, str | None]) -> Style:
    """Return what an element of a name, with declarations and attributes, changes."""
    css = attributes.get("style") or ""
    display = said.get("display", "none" if "hidden" in attributes else "")
    position = said.get("position", "")
    is_lifted = position in {"absolute", "fixed"}
    is_boxed = name not in _INLINE or is_lifted or "float" in said or (display or "i")[0] != "i"
    is_boxed = is_boxed or display.startswith("inline-")
    size = _length(said.get("font-size", ""))
    return Style(
        hides=display == "none"
        or _is_faint(said)
        or (is_lifted and bool(_NO_RECT.search(said.get("clip", ""))))
        or (is_boxed and _is_out_of_sight(said, position))
        or (is_boxed and name not in _TABLE_PARTS and _is_clipped_away(said)),
        is_block=display in _BLOCK_DISPLAYS,
        is_dot=is_dot(said.get("width", ""), said.get("height", "")),
        is_lifted=is_lifted,
        may_call="background" in attributes or "(" in css or "\\" in css,
        is_tiny=_is_tiny(size, said.get("font-size", "")),
        is_invisible=_is_invisible(said.get("visibility", "")),
        color=_text_color(said, attributes),
        background=_background(said, attributes),
    )


@lru_cache(maxsize=256)
def is_dot(width: str, height: str) -> bool:
    """Whether stated sizes make a picture a point, or nothing at all."""
    sides = [found for found in (_length(width), _length(height)) if found]
    return bool(sides) and all(number <= 1 and unit in _ALIGNED_SIZES for number, unit in sides)


def color_of(text: str) -> Color:
    """Return a colour as CSS or an attribute writes it; UNKNOWN for what is not read here."""
    word = text.strip().lower()
    if word in _NAMED:
        return _NAMED[word]
    digits = word.removeprefix("#")
    if all(char in "0123456789abcdef" for char in digits) and len(digits) in {3, 4, 6, 8}:
        if len(digits) < 6:
            digits = "".join(2 * digit for digit in digits)
        if len(digits) == 8 and int(digits[6:], 16) <= _FAINTEST * 255:
            return TRANSPARENT
        return tuple(int(digits[at : at + 2], 16) for at in (0, 2, 4))
    if word.startswith(("rgb", "hsl")):
        return _function_color(word)
    return UNKNOWN


def look_alike(color: Color, background: Color) -> bool:
    """Whether text of a colour cannot be told from what is behind it."""
    if color is TRANSPARENT:
        return True
    if len(color) != 3 or len(background) != 3:
        return False
    return all(abs(a - b) <= 3 for a, b in zip(color, background, strict=True))


def _declare(found: Declarations, name: str, value: str) -> None:
    """Keep a declaration; the last one of a name counts, and a short form for all it stands for."""
    if name == "display" and not _DISPLAYS.fullmatch(value):
        return
    if name == "font":
        size = next((m[0] for m in _LENGTH.finditer(value) if m[2] or float(m[1]) == 0), "")
        if size:
            found["font-size"] = size
    elif name == "background":
        has_picture = "url(" in value or "gradient" in value or "image" in value
        found["background-image"] = "picture" if has_picture else "none"
        found["background-color"] = value
    else:
        found[name] = value


def _unescaped(found: re.Match[str]) -> str:
    if not found[1]:
        return found[2]
    code = int(found[1], 16)
    return chr(code) if 0 < code < 0x110000 else "\ufffd"


def _length(value: str) -> tuple[float, str] | None:
    found = _LENGTH.match(value.strip())
    return (float(found[1]), found[2]) if found else None


def _is_tiny(size: tuple[float, str] | None, word: str) -> bool | None:
    """Whether text becomes too small to be seen, or of a size of its own again."""
    if size is None:
        return None if word in {"", "inherit", "unset", "smaller", "larger"} else False
    number, unit = size
    if unit in {"em", "%", "ex", "ch"}:
        return True if number * (1 if unit != "%" else 0.01) < 0.1 else None
    if unit == "rem":
        return number < 0.1
    return number <= 1


def _is_invisible(visibility: str) -> bool | None:
    if visibility in {"hidden", "collapse"}:
        return True
    return False if visibility in {"visible", "initial"} else None


def _is_faint(said: Declarations) -> bool:
    opacity = _length(said.get("opacity", ""))
    if opacity is not None and opacity[0] * (0.01 if opacity[1] == "%" else 1) <= _FAINTEST:
        return True
    if said.get("content-visibility") == "hidden":
        return True
    return bool(re.search(r"opacity\(\s*0*\.?0+%?\s*\)", said.get("filter", "")))


def _is_out_of_sight(said: Declarations, position: str) -> bool:
    """Whether a box lies off the page or has no surface."""
    if position in {"absolute", "fixed", "relative"} and any(
        (_length(said.get(side, "")) or (0.0, ""))[0] <= -100 for side in ("left", "top")
    ):
        return True
    for name, least in (("text-indent", -100), ("margin-left", -1_000), ("margin-top", -1_000)):
        if (_length(said.get(name, "")) or (0.0, ""))[0] <= least:
            return True
    if _NO_PATH.search(said.get("clip-path", "")) or _FLAT.search(said.get("transform", "")):
        return True
    return (_length(said.get("scale", "")) or (1.0, ""))[0] == 0


def _is_clipped_away(said: Declarations) -> bool:
    """Whether a box of no size cuts off what lies in it; a table's part grows with it instead."""
    overflow = " ".join(said.get(name, "") for name in ("overflow", "overflow-x", "overflow-y"))
    if "hidden" not in overflow and "clip" not in overflow:
        return False
    sides = (_length(said.get(s, "")) for s in ("height", "max-height", "width", "max-width"))
    return any(side is not None and 0 <= side[0] <= 1 and _is_small(side) for side in sides)


def _is_small(side: tuple[float, str]) -> bool:
    return side[0] == 0 or side[1] == "px"


def _text_color(said: Declarations, attributes: dict[str, str | None]) -> Color | None:
    stated = said.get("-webkit-text-fill-color") or said.get("color")
    if stated in {"inherit", "currentcolor", "unset"}:
        return None
    if stated:
        return color_of(stated)
    attribute = attributes.get("color") or attributes.get("text")
    return color_of(attribute) if attribute else None


def _background(said: Declarations, attributes: dict[str, str | None]) -> Color | None:
    if said.get("background-image", "none") != "none" or attributes.get("background"):
        return UNKNOWN
    stated = said.get("background-color", "")
    words = _COLOR_WORD.findall(stated)
    colors = [found for word in words if (found := color_of(word)) is not UNKNOWN]
    if colors:
        return None if colors[0] is TRANSPARENT else colors[0]
    if stated and not {"none", "inherit", "initial", "unset"}.intersection(words):
        return UNKNOWN
    attribute = attributes.get("bgcolor")
    return color_of(attribute) if attribute else None


def _function_color(word: str) -> Color:
    """Return the colour of `rgb(…)` or `hsl(…)`; of the latter only whether it can be seen."""
    numbers = _NUMBER.findall(word)
    if len(numbers) > 3:
        alpha = float(numbers[3].rstrip("%")) * (0.01 if numbers[3].endswith("%") else 1)
        if alpha <= _FAINTEST:
            return TRANSPARENT
    if not word.startswith("rgb") or len(numbers) < 3:
        return UNKNOWN
    scale = [2.55 if number.endswith("%") else 1 for number in numbers[:3]]
    return tuple(
        min(255, round(float(n.rstrip("%")) * s)) for n, s in zip(numbers[:3], scale, strict=True)
    )
