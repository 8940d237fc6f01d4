"""How the text of an HTML mail would look where the walk stands: whether anybody could see it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from .html_sheet import Element, Rule, Sheet, element_of
from .html_style import UNKNOWN, Color, Style, declarations_of, look_alike, style_of

_SAYING: Final = frozenset(
    {"style", "bgcolor", "color", "text", "background", "hidden", "class", "id"}
)
"""Attributes that may say how an element looks."""
PLAIN: Final = Style()
"""Of an element that says nothing of its looks."""


@dataclass(frozen=True, slots=True, eq=False)
class Look:
    """What an element hands down to those inside of it; made by `Looks` alone, each once."""

    is_tiny: bool = False
    is_invisible: bool = False
    color: Color = (0, 0, 0)
    background: Color = (255, 255, 255)
    shows_text: bool = True
    """Whether text of this look can be seen."""


_FIRST: Final = Look()
_FIRST_KEY = (False, False, _FIRST.color, _FIRST.background)


class Looks:
    """Finds the style of elements and the looks that come of them, each only once."""

    def __init__(self, css: str, *, has_dark_form: bool = False) -> None:
        """`has_dark_form` says that the page itself may be dark: its colours are not known."""
        self._sheet = Sheet(css)
        self.wants_surroundings = self._sheet.has_chains
        """Whether a style may depend on the elements around."""
        self._has_rules = bool(self._sheet)
        self._ruled = self._sheet.tags
        self._styles: dict[tuple[object, ...], Style] = {}
        self._below: dict[tuple[Look, Style, bool], Look] = {}
        self._made: dict[tuple[bool, bool, Color, Color], Look] = {_FIRST_KEY: _FIRST}
        self.first = self._look(False, False, UNKNOWN, UNKNOWN) if has_dark_form else _FIRST
        self.page_color = self.first.color
        """Of the text of the body, which tables may take in place of their surroundings'."""

    def style(
        self, name: str, attributes: dict[str, str | None], around: Sequence[Element]
    ) -> Style:
        """Return what an element's own style says."""
        if _SAYING.isdisjoint(attributes) and name not in self._ruled:
            return PLAIN
        get = attributes.get
        if not self._has_rules:
            key: tuple[object, ...] = (name, get("style"), get("bgcolor"), get("color"))
        else:
            key = (name, get("style"), get("bgcolor"), get("color"), get("class"), get("id"))
        key = (*key, get("text"), get("background"), "hidden" in attributes)
        if self._sheet.has_chains:
            rules = self._sheet.rules_for(element_of(name, attributes), around)
            key = (*key, *(rule.weight[3] for rule in rules))
            found = self._styles.get(key)
        else:
            found = self._styles.get(key)
            if found is not None:
                return found
            rules = self._sheet.rules_for(element_of(name, attributes), ())
        if found is None:
            found = self._styles[key] = _style(name, attributes, rules)
        return found

    def below(self, look: Look, style: Style, name: str) -> Look:
        """Return the look inside of an element.

        Tables take colour and size from the page where a mail names no document type.
        """
        is_table = name == "table"
        found = self._below.get((look, style, is_table))
        if found is None:
            color, background = style.color, style.background
            if color is None:
                color = self.page_color if is_table else look.color
            if background is None:
                is_guess = style.is_lifted or (self._sheet.is_unsure and style is not PLAIN)
                background = UNKNOWN if is_guess else look.background
            is_tiny = look.is_tiny and not is_table
            found = self._below[look, style, is_table] = self._look(
                is_tiny if style.is_tiny is None else style.is_tiny,
                look.is_invisible if style.is_invisible is None else style.is_invisible,
                color,
                background,
            )
        if name == "body":
            self.page_color = found.color
        return found

    def of_unknown_color(self, look: Look) -> Look:
        """Return a look whose text counts as seen, unless it is tiny or invisible."""
        return self._look(look.is_tiny, look.is_invisible, UNKNOWN, look.background)

    def _look(self, is_tiny: bool, is_invisible: bool, color: Color, background: Color) -> Look:
        key = (is_tiny, is_invisible, color, background)
        found = self._made.get(key)
        if found is None:
            is_seen = not (is_tiny or is_invisible or look_alike(color, background))
            found = self._made[key] = Look(*key, shows_text=is_seen)
        return found


def _style(name: str, attributes: dict[str, str | None], rules: Sequence[Rule]) -> Style:
    """Put together what rules and the element itself declare; what is important counts last."""
    own = declarations_of(attributes.get("style") or "")
    layers = [*((rule.ordinary, rule.important) for rule in rules), own]
    said = dict[str, str]()
    for ordinary, _ in layers:
        said |= ordinary
    for _, important in layers:
        said |= important
    return style_of(name, said, attributes)
