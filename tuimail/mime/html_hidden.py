"""Which elements of an HTML mail a graphical reader would not show."""

import re
from collections.abc import Iterator
from typing import Final

MAX_CSS_CHARS: Final = 200_000

_INVISIBLE = re.compile(
    r"""(?ix)
    display\s*:\s*none | visibility\s*:\s*(?:hidden|collapse) | mso-hide\s*:\s*all
    | font-size\s*:\s*0(?:\.0{1,4})?(?:px|pt|r?em|%)?\s*(?:;|!|$)
    | font-size\s*:\s*(?:0?\.\d{1,4}|1)(?:px|pt|%)\s*(?:;|!|$)
    | opacity\s*:\s*0(?:\.0{1,6})?\s*(?:;|!|$)
    | text-indent\s*:\s*-\d{3,}
    | (?<![a-z-])(?:left|top)\s*:\s*-\d{3,}
    """
)
_NO_SIZE = re.compile(
    r"(?i)(?<![a-z-])(?:max-)?(?:height|width)\s*:\s*0(?:\.0{1,4})?(?:px|pt|r?em|%)?\s*(?:;|!|$)"
)
_CLIPPED = re.compile(r"(?i)overflow(?:-[xy])?\s*:\s*(?:hidden|clip)")
"""An element of no size hides what lies in it only if it is clipped."""
_COLOR = re.compile(r"(?i)(?:^|[;\s])color\s*:\s*([^;!]{1,40})")
_BACKGROUND = re.compile(r"(?i)background(?:-color)?\s*:\s*([^;!]{1,40})")
_NAMED = {"white": "#ffffff", "black": "#000000"}
_SHORT_HEX = re.compile(r"#([0-9a-f])([0-9a-f])([0-9a-f])")
_COMMENT = re.compile(r"/\*.*?(?:\*/|\Z)|<!--|-->", re.DOTALL)
_CLASS = re.compile(r"(?:[a-zA-Z]{1,20})?\.([A-Za-z_][\w-]{0,80})")
_RULE = re.compile(r"[{}]")


def is_hidden(attributes: dict[str, str | None], hidden_classes: frozenset[str]) -> bool:
    """Whether an element, by its own attributes or its class, is not meant to be seen."""
    if "hidden" in attributes:
        return True
    names = attributes.get("class")
    if hidden_classes and names and not hidden_classes.isdisjoint(names.split()):
        return True
    style = attributes.get("style")
    return bool(style) and _is_style_hidden(style or "")


def hidden_classes(css: str) -> frozenset[str]:
    """Return classes that a style sheet hides outside of any condition (`@media`, `@supports`)."""
    plain = _COMMENT.sub(" ", css[:MAX_CSS_CHARS])
    found: set[str] = set()
    for selectors, declarations in _rules(plain):
        if _is_invisible(declarations):
            for selector in selectors.split(","):
                name = _CLASS.fullmatch(selector.strip())
                if name:
                    found.add(name[1])
    return frozenset(found)


def _is_style_hidden(style: str) -> bool:
    if _is_invisible(style[:4_000]):
        return True
    color, background = _COLOR.search(style), _BACKGROUND.search(style)
    return bool(color and background) and _same_color(color, background)


def _is_invisible(declarations: str) -> bool:
    if _INVISIBLE.search(declarations):
        return True
    return bool(_NO_SIZE.search(declarations) and _CLIPPED.search(declarations))


def _same_color(color: re.Match[str] | None, background: re.Match[str] | None) -> bool:
    if color is None or background is None:
        return False
    return _color(color[1]) == _color(background[1].split()[0] if background[1].split() else "")


def _color(text: str) -> str:
    name = text.strip().lower()
    name = _NAMED.get(name, name)
    short = _SHORT_HEX.fullmatch(name)
    return "#" + "".join(2 * digit for digit in short.groups()) if short else name


def _rules(css: str) -> Iterator[tuple[str, str]]:
    """Yield (selectors, declarations) of the rules that stand outside of any block."""
    depth, done, selectors, is_conditional = 0, 0, "", False
    for brace in _RULE.finditer(css):
        text = css[done : brace.start()]
        done = brace.end()
        if brace[0] == "{":
            if depth == 0:
                selectors = text.rpartition(";")[2].strip()
                is_conditional = selectors.startswith("@")
            depth += 1
        elif depth:
            depth -= 1
            if depth == 0 and not is_conditional:
                yield selectors, text
