"""The style sheets of an HTML mail: the rules that decide whether text is seen."""

import re
from collections.abc import Collection, Iterator, Sequence
from typing import Final, NamedTuple

from .html_style import Declarations, declarations_of

MAX_CSS_CHARS: Final = 200_000
MAX_RULES: Final = 500
MAX_STEPS: Final = 200_000
"""Rules compared with elements, and elements around these; beyond it no rule applies any more."""
_MAX_COMPOUNDS = 4

_COMMENT = re.compile(r"/\*.*?(?:\*/|\Z)|<!--|-->", re.DOTALL)
_BRACE = re.compile(r"[{}]")
_COMPOUND = re.compile(r"([A-Za-z][\w-]{0,30}|\*)?((?:[.#][A-Za-z_-][\w-]{0,80}){0,5})")
_NAME = re.compile(r"([.#])([\w-]+)")


class _All(Collection[str]):
    """Holds every name."""

    def __contains__(self, _: object) -> bool:
        return True

    def __iter__(self) -> Iterator[str]:
        return iter(())

    def __len__(self) -> int:
        return 0


_ALL: Final = _All()


class Compound(NamedTuple):
    """One element a selector speaks of: `td#top.wide`."""

    tag: str
    """Empty for any."""
    id: str
    classes: frozenset[str]


class Element(NamedTuple):
    """An element that is open, as selectors see it."""

    tag: str
    id: str
    classes: frozenset[str]


class Rule(NamedTuple):
    """What a style sheet declares of the elements a selector chooses."""

    weight: tuple[int, int, int, int]
    """Ids, classes and tags of its selector, then its place: the later of two equals wins."""
    above: tuple[Compound, ...]
    """What the elements around must be, from the outermost on."""
    target: Compound
    ordinary: Declarations
    important: Declarations


class Sheet:
    """The rules that stand outside of any condition (`@media`, `@supports`)."""

    def __init__(self, css: str) -> None:
        self._by_key: dict[str, list[Rule]] = {}
        self._steps = 0
        self.has_chains = False
        """Whether a rule speaks of elements around others."""
        self.is_unsure = False
        """Whether something that is not understood here paints a background."""
        self._read(_COMMENT.sub(" ", css[:MAX_CSS_CHARS]))

    @property
    def tags(self) -> Collection[str]:
        """The elements that rules speak of by their names alone; all where one speaks of any."""
        return _ALL if "*" in self._by_key else {key for key in self._by_key if key[0] not in "#."}

    def __bool__(self) -> bool:
        return bool(self._by_key)

    def rules_for(self, element: Element, around: Sequence[Element]) -> list[Rule]:
        """Return the rules that apply to an element, the strongest last."""
        keys = [element.tag, "*", *("." + name for name in element.classes)]
        if element.id:
            keys.append("#" + element.id)
        near = [rule for key in keys for rule in self._by_key.get(key, ())]
        self._steps += len(near)
        if self._steps > MAX_STEPS:
            return []
        found = [
            rule
            for rule in near
            if _fits(rule.target, element) and (not rule.above or self._lies_in(rule.above, around))
        ]
        found.sort(key=lambda rule: rule.weight)
        return found

    def _lies_in(self, above: Sequence[Compound], around: Sequence[Element]) -> bool:
        """Whether the elements around, from the innermost on, are those a selector asks for."""
        wanted = list(above)
        for element in reversed(around):
            self._steps += 1
            if self._steps > MAX_STEPS:
                return False
            if _fits(wanted[-1], element):
                wanted.pop()
                if not wanted:
                    return True
        return False

    def _read(self, css: str) -> None:
        count = 0
        for selectors, text in _rules(css):
            ordinary, important = declarations_of(text)
            if not ordinary and not important:
                continue
            for selector in selectors.split(",")[:50]:
                count += 1
                if count > MAX_RULES:
                    return
                self._add(selector, count, (ordinary, important))

    def _add(self, selector: str, place: int, said: tuple[Declarations, Declarations]) -> None:
        chain = [_compound(piece) for piece in selector.split()[: _MAX_COMPOUNDS + 1]]
        if not chain or None in chain or len(chain) > _MAX_COMPOUNDS:
            paints = {"background-color", "background-image"}
            self.is_unsure = self.is_unsure or not paints.isdisjoint({*said[0], *said[1]})
            return
        *above, target = [compound for compound in chain if compound is not None]
        weight = (
            sum(bool(c.id) for c in (*above, target)),
            sum(len(c.classes) for c in (*above, target)),
            sum(bool(c.tag) for c in (*above, target)),
            place,
        )
        key = f"#{target.id}" if target.id else f".{min(target.classes)}" if target.classes else ""
        rule = Rule(weight, tuple(above), target, *said)
        self._by_key.setdefault(key or target.tag or "*", []).append(rule)
        self.has_chains = self.has_chains or bool(above)


def element_of(tag: str, attributes: dict[str, str | None]) -> Element:
    """Return an element as selectors see it."""
    names = attributes.get("class")
    return Element(tag, attributes.get("id") or "", frozenset(names.split() if names else ()))


def _fits(wanted: Compound, element: Element) -> bool:
    return (
        (not wanted.tag or wanted.tag == element.tag)
        and (not wanted.id or wanted.id == element.id)
        and wanted.classes <= element.classes
    )


def _compound(text: str) -> Compound | None:
    """Return what a piece of a selector asks for, None for what is not understood here."""
    found = _COMPOUND.fullmatch(text)
    if found is None:
        return None
    names = [(kind, name) for kind, name in _NAME.findall(found[2])]
    ids = [name for kind, name in names if kind == "#"]
    if len(ids) > 1:
        return None
    classes = frozenset(name for kind, name in names if kind == ".")
    return Compound((found[1] or "").lower().replace("*", ""), "".join(ids), classes)


def _rules(css: str) -> Iterator[tuple[str, str]]:
    """Yield (selectors, declarations) of the rules that stand outside of any block."""
    depth, done, selectors, is_conditional = 0, 0, "", False
    for brace in _BRACE.finditer(css):
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
