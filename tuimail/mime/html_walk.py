"""The walk over an HTML tree: what each element does to the lines."""

import re
from collections.abc import Callable, Iterator
from functools import partial
from typing import Final

from selectolax.lexbor import LexborNode

from .html_hidden import is_hidden
from .html_lines import BREAK, LineBuilder
from .html_links import LinkReader, RemoteHosts
from .html_source import PREFIX
from .html_table import Table, flow, write_table
from .links import LinkTable

_SKIPPED_NAMES = (
    "script style title template noscript noframes svg math object embed iframe video audio"
    " canvas map meta link base param source track datalist select textarea input frameset"
)
_PARAGRAPH_NAMES = "p ul ol dl table pre blockquote h1 h2 h3 h4 h5 h6"
_BLOCK_NAMES = (
    "div section article header footer main center nav aside address figure figcaption form"
    " fieldset legend details summary dt body html tbody thead tfoot option"
)
_SKIPPED: Final = frozenset(_SKIPPED_NAMES.split())
_PARAGRAPHS: Final = frozenset(_PARAGRAPH_NAMES.split())
_BLOCKS: Final = frozenset(_BLOCK_NAMES.split())
_ROLES: Final = {
    **dict.fromkeys(("b", "strong", "dt", "summary"), "bold"),
    **dict.fromkeys(("i", "em", "cite"), "italic"),
    **dict.fromkeys(("code", "tt", "kbd", "samp"), "code"),
    **dict.fromkeys(("h1", "h2", "h3", "h4", "h5", "h6"), "heading"),
}
_BLOCK_STYLE: Final = re.compile(
    r"(?:^|;)\s*display\s*:\s*(?:block|table|flex|grid|list-item)\b", re.IGNORECASE
)

Attributes = dict[str, str | None]
Close = Callable[[], None]


class Walk:
    """Goes over the tree in reading order; every element is entered once and closed once."""

    def __init__(self, links: LinkTable, hidden_classes: frozenset[str]) -> None:
        self.out = LineBuilder()
        self.links = LinkReader(links, self.out)
        self.hosts = RemoteHosts()
        self.hidden_classes = hidden_classes
        self.hidden_chars = 0
        self.roles = ["text"]
        self.tables: list[Table] = []
        self.counters: list[int] = []
        """Next number of each list being read; 0 for lists without numbers."""
        self.pre = 0

    def over(self, root: LexborNode) -> None:
        """Go over a tree, once."""
        open_elements: list[tuple[LexborNode, Close]] = []
        node: LexborNode | None = root
        while node is not None or open_elements:
            if node is None:
                element, close = open_elements.pop()
                close()
                node = element.next
                continue
            close_or_none = self._enter(node)
            if close_or_none is None:
                node = node.next
            else:
                open_elements.append((node, close_or_none))
                node = node.first_child
        self.out.end_block()

    def _enter(self, node: LexborNode) -> Close | None:
        """Begin a node; return what ends it, or None to leave its children out."""
        tag = node.tag or "-"
        if tag == "-text":
            self._text(node.text_content or "")
        if tag[0] in "-_!":
            return None
        name = tag.removeprefix(PREFIX)
        attributes: Attributes = node.attributes
        self.hosts.look(name, attributes)
        if name in _SKIPPED or self._is_hidden(node, attributes):
            return None
        special = _SPECIAL.get(name)
        if special is not None:
            return special(self, attributes)
        is_block = name in _PARAGRAPHS or name in _BLOCKS or _is_made_block(attributes)
        return self._block(name) if is_block else self._inline(name)

    def _is_hidden(self, node: LexborNode, attributes: Attributes) -> bool:
        """Whether an element is not meant to be seen; then what lies in it is counted."""
        if not attributes or not is_hidden(attributes, self.hidden_classes):
            return False
        for below in _descendants(node):
            if below.tag == "-text":
                self.hidden_chars += len((below.text_content or "").strip())
            elif below.tag and below.tag[0] not in "-_!":
                self.hosts.look(below.tag, below.attributes)
        return True

    def _text(self, text: str) -> None:
        if self.pre:
            self.out.preformatted(text)
        else:
            self.out.text(text, self.links.role or self.roles[-1])

    def _inline(self, name: str) -> Close:
        role = _ROLES.get(name)
        if role is None:
            return _nothing
        self.roles.append(role)
        return self._end_role

    def _end_role(self) -> None:
        self.roles.pop()

    def _in_cell(self) -> bool:
        """Whether text goes into a cell that waits for its table to end."""
        return bool(self.tables) and not self.tables[-1].is_layout

    def _break(self, *, gap: bool) -> None:
        if not self._in_cell():
            self.out.end_block(gap=gap)
        elif self.out.pieces:
            self.out.pieces += [BREAK, BREAK] if gap else [BREAK]

    def _block(self, name: str) -> Close:
        gap = name in _PARAGRAPHS
        self._break(gap=gap)
        role = _ROLES.get(name, "")
        if role:
            self.roles.append(role)

        def close() -> None:
            if role:
                self.roles.pop()
            self._break(gap=gap)

        return close

    def line_break(self, _: Attributes) -> None:
        """`br`."""
        if self._in_cell():
            self.out.pieces.append(BREAK)
        elif self.pre:
            self.out.preformatted("\n")
        else:
            self.out.end_line()

    def rule(self, _: Attributes) -> None:
        """`hr`."""
        self._make_layout()
        self.out.end_block(gap=True)
        self.out.mark("─" * 40, "dim")
        self.out.end_block(gap=True, is_fixed=True)

    def image(self, attributes: Attributes) -> None:
        """`img`: its alternative text, unless it is a pixel."""
        alt = " ".join((attributes.get("alt") or "").split())
        is_pixel = any(attributes.get(side) in {"0", "1"} for side in ("width", "height"))
        if alt and not is_pixel:
            is_block = _is_made_block(attributes) and not self.links.role
            close = self._block("img") if is_block else _nothing
            self.out.text(f"[{alt[:200]}]", self.links.role or "dim")
            close()
        self.links.saw_image = True

    def link(self, attributes: Attributes) -> Close:
        """`a`."""
        close_block = self._block("a") if _is_made_block(attributes) else _nothing
        self.links.begin(attributes.get("href") or "")

        def close() -> None:
            self.links.end()
            close_block()

        return close

    def _list(self, attributes: Attributes, *, is_numbered: bool) -> Close:
        self._make_layout()
        self.out.end_block(gap=not self.counters)
        self.counters.append(_small_number(attributes.get("start")) if is_numbered else 0)

        def close() -> None:
            self.counters.pop()
            self.out.end_block(gap=not self.counters)

        return close

    def unnumbered(self, attributes: Attributes) -> Close:
        """`ul`."""
        return self._list(attributes, is_numbered=False)

    def numbered(self, attributes: Attributes) -> Close:
        """`ol`, perhaps with a first number."""
        return self._list(attributes, is_numbered=True)

    def item(self, _: Attributes) -> Close:
        """`li`."""
        self._make_layout()
        self.out.end_block()
        number = self.counters[-1] if self.counters else 0
        if number:
            self.counters[-1] += 1
        bullet = f"{number}. " if number else "• "
        self.out.indents.append(" " * max(2, len(bullet)))
        self.out.bullet = bullet
        return self._end_item

    def _end_item(self) -> None:
        self.out.end_block()
        self.out.bullet = ""
        self.out.indents.pop()

    def definition(self, _: Attributes) -> Close:
        """`dd`."""
        self._make_layout()
        self.out.end_block()
        self.out.indents.append("  ")
        return self._end_item

    def quote(self, _: Attributes) -> Close:
        """`blockquote`."""
        self._make_layout()
        self.out.end_block(gap=True)
        self.out.quotes += 1
        return self._end_quote

    def _end_quote(self) -> None:
        self.out.end_block(gap=True)
        self.out.quotes -= 1

    def preformatted(self, _: Attributes) -> Close:
        """`pre`."""
        self._make_layout()
        self.out.end_block(gap=True)
        self.pre += 1
        return self._end_preformatted

    def _end_preformatted(self) -> None:
        self.pre -= 1
        self.out.end_block(gap=True, is_fixed=True)

    def table(self, attributes: Attributes) -> Close:
        """`table`: its cells wait until it ends."""
        self._make_layout()
        self.out.end_block()
        self.tables.append(
            Table(
                is_presentation=attributes.get("role") in {"presentation", "none"},
                is_bordered=(attributes.get("border") or "0").strip() not in {"0", ""},
            )
        )
        return self._end_table

    def _end_table(self) -> None:
        table = self.tables.pop()
        if table.is_layout:
            self.out.end_block()
        else:
            rest = self.out.take()
            write_table(table, self.out)
            self.out.pieces = rest
            self.out.end_block()

    def caption(self, _: Attributes) -> Close:
        """`caption`: stands before its table, whose cells wait."""
        self.out.end_block()
        return self._end_caption

    def _end_caption(self) -> None:
        flow(self.out.take(), self.out)
        self.out.end_block()

    def row(self, _: Attributes) -> Close:
        """`tr`."""
        if self._in_cell():
            self.tables[-1].rows.append([])
            return _nothing
        self.out.end_block()
        return self.out.end_block

    def cell(self, attributes: Attributes) -> Close:
        """`td`, perhaps over several columns."""
        if self._in_cell():
            self.out.pieces = []  # text that stands outside of cells stays out
        else:
            self.out.end_block()
        columns = _small_number(attributes.get("colspan"))
        return self._end_cell if columns < 2 else partial(self._end_cell, columns)

    def heading_cell(self, attributes: Attributes) -> Close:
        """`th`."""
        if self._in_cell():
            self.tables[-1].has_headings = True
        close = self.cell(attributes)
        self.roles.append("bold")

        def close_both() -> None:
            self.roles.pop()
            close()

        return close_both

    def _end_cell(self, columns: int = 1) -> None:
        if self._in_cell():
            self.tables[-1].add_cell(self.out.take(), columns)
        else:
            self.out.end_block()

    def _make_layout(self) -> None:
        """A list, a quote or a table inside of a cell: the table around it is there for looks."""
        if not self._in_cell():
            return
        table = self.tables[-1]
        table.is_layout = True
        rest = self.out.take()
        write_table(table, self.out)
        self.out.end_block(gap=BREAK in rest)
        flow(rest, self.out)


def _small_number(stated: str | None) -> int:
    """Return a number an attribute states, 1 where it states none or one beyond reason."""
    number = (stated or "").strip()
    return int(number) if number.isascii() and number.isdigit() and len(number) < 6 else 1


def _is_made_block(attributes: Attributes) -> bool:
    """Whether a style makes a block of an element that is none by itself."""
    return bool(_BLOCK_STYLE.search(attributes.get("style") or ""))


def _nothing() -> None:
    """Ends an element that changes nothing."""


def _descendants(root: LexborNode) -> Iterator[LexborNode]:
    """Yield everything below a node in reading order, however deep."""
    waiting = [root.first_child]
    while waiting:
        node = waiting.pop()
        while node is not None:
            yield node
            if node.first_child is not None:
                waiting.append(node.next)
                node = node.first_child
            else:
                node = node.next


_SPECIAL: Final[dict[str, Callable[[Walk, Attributes], Close | None]]] = {
    "br": Walk.line_break,
    "hr": Walk.rule,
    "img": Walk.image,
    "a": Walk.link,
    "ul": Walk.unnumbered,
    "ol": Walk.numbered,
    "li": Walk.item,
    "dd": Walk.definition,
    "blockquote": Walk.quote,
    "pre": Walk.preformatted,
    "table": Walk.table,
    "caption": Walk.caption,
    "tr": Walk.row,
    "td": Walk.cell,
    "th": Walk.heading_cell,
}
