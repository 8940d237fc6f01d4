"""The page an HTML mail becomes: what its blocks, lists, quotes and tables do to the lines."""

from collections.abc import Callable
from functools import partial
from typing import Final

from .html_lines import BREAK, LineBuilder
from .html_links import LinkReader
from .html_table import Table, flow, write_table
from .links import LinkTable

_PARAGRAPH_NAMES = "p ul ol dl table pre blockquote h1 h2 h3 h4 h5 h6"
_BLOCK_NAMES = (
    "div section article header footer main center nav aside address figure figcaption form"
    " fieldset legend details summary dt body html option optgroup dialog"
)
PARAGRAPHS: Final = frozenset(_PARAGRAPH_NAMES.split())
BLOCKS: Final = frozenset(_BLOCK_NAMES.split()) | PARAGRAPHS
_ROLES: Final = {
    **dict.fromkeys(("b", "strong", "dt", "summary"), "bold"),
    **dict.fromkeys(("i", "em", "cite"), "italic"),
    **dict.fromkeys(("code", "tt", "kbd", "samp"), "code"),
    **dict.fromkeys(("h1", "h2", "h3", "h4", "h5", "h6"), "heading"),
}
_AROUND: Final = {
    **dict.fromkeys(("s", "strike", "del"), ("~~", "~~")),
    "sup": ("^", ""),
    "sub": ("_", ""),
    "q": ("\u201c", "\u201d"),
    "rt": ("(", ")"),
}
"""What is written around the text of elements that a browser would draw otherwise."""
_NO_TEXT_INPUTS_NAMES = "hidden checkbox radio password image file color range"
_NO_TEXT_INPUTS: Final = frozenset(_NO_TEXT_INPUTS_NAMES.split())
_ENDED: Final = [BREAK, BREAK]
"""Pieces of a cell in which a paragraph has ended."""
_MAX_WORDS = 2_000

Attributes = dict[str, str | None]
Close = Callable[[], None]


class Page:
    """Takes elements and text in reading order."""

    def __init__(self, links: LinkTable, base: str = "") -> None:
        """`base` is what addresses of the mail are relative to (`<base href>`)."""
        self.out = LineBuilder(links)
        self.links = LinkReader(links, self.out, base)
        self.drawings = 0
        """Drawings and formulas that are open."""
        self._roles = ["text"]
        self._tables: list[Table] = []
        self._counters: list[int] = []
        """Next number of each list being read; 0 for lists without numbers."""
        self._pre = 0
        self._before = ""
        """Waits for the first text of an element that has something written around it."""

    def text(self, text: str) -> None:
        """Add text that is seen."""
        link = self.links.current
        pieces = self.out.pieces
        if self._before or (pieces and pieces[-1] is BREAK and pieces[-2:] == _ENDED):
            self._go_on(text)
        if link is not None:
            link.take(text)
        if self._pre:
            self.out.preformatted(text)
        else:
            self.out.text(text, self._roles[-1] if link is None else "link")

    def words(self, text: str, role: str) -> None:
        """Write words of the mail that are no text of it: an alternative text, a value."""
        text = " ".join(text[:_MAX_WORDS].split())[:200]
        link = self.links.current
        if text and link is not None:
            link.take(text)
            role = "link"
        if text:
            self.out.text(f"[{text}]", role)

    def element(self, name: str, attributes: Attributes, *, is_block: bool) -> Close | None:
        """Begin an element; return what ends it, or None where nothing lies in it."""
        special = _SPECIAL.get(name)
        if special is not None:
            return special(self, attributes)
        return self.block(name) if is_block or name in BLOCKS else self._inline(name)

    def _inline(self, name: str) -> Close:
        around = _AROUND.get(name)
        if around is not None and not self._before:
            return self._write_around(*around)
        role = _ROLES.get(name)
        if role is None:
            return _nothing
        self._roles.append(role)
        return self._end_role

    def _write_around(self, before: str, after: str) -> Close:
        self._before = before

        def close() -> None:
            if self._before:
                self._before = ""
            elif after:
                self.out.text(after, self._roles[-1])

        return close

    def _go_on(self, text: str) -> None:
        """Text follows: it has something in front, or makes its cell one of several lines."""
        if text.isspace():
            return
        if self._in_cell() and self.out.pieces[-2:] == _ENDED:
            table = self._tables[-1]
            if table.rows and not table.is_bordered and not table.has_headings:
                self._make_layout()  # what it would turn out to be anyway
        if self._before:
            before, self._before = self._before, ""
            self.out.text(before, self._roles[-1])

    def _end_role(self) -> None:
        self._roles.pop()

    def _in_cell(self) -> bool:
        """Whether text goes into a cell that waits for its table to end."""
        return bool(self._tables) and not self._tables[-1].is_layout

    def end_line(self, *, gap: bool) -> None:
        """End the line at hand, in a cell too; `gap` asks for an empty one before the next."""
        if not self._tables or self._tables[-1].is_layout:
            self.out.end_block(gap=gap)
        elif self.out.pieces:
            self.out.pieces += [BREAK, BREAK] if gap else [BREAK]
        link = self.links.current
        if link is not None:
            link.take(" ")

    def block(self, name: str) -> Close:
        """Begin a block."""
        role = _ROLES.get(name)
        is_paragraph = name in PARAGRAPHS
        self.end_line(gap=is_paragraph)
        if role is None:
            return self._end_paragraph if is_paragraph else self._end_block
        self._roles.append(role)
        return self._end_heading if is_paragraph else self._end_block_with_role

    def _end_block(self) -> None:
        self.end_line(gap=False)

    def _end_paragraph(self) -> None:
        self.end_line(gap=True)

    def _end_block_with_role(self) -> None:
        self._roles.pop()
        self.end_line(gap=False)

    def _end_heading(self) -> None:
        self._roles.pop()
        self.end_line(gap=True)

    def line_break(self, _: Attributes) -> None:
        """`br`."""
        if self._in_cell():
            self.out.pieces.append(BREAK)
        elif self._pre:
            self.out.preformatted("\n")
        else:
            self.out.end_line()

    def rule(self, _: Attributes) -> None:
        """`hr`."""
        self._make_layout()
        self.out.end_block(gap=True)
        self.out.mark("─" * 40, "dim")
        self.out.end_block(gap=True, is_fixed=True)

    def image(self, alt: str, *, is_block: bool) -> None:
        """`img`: its alternative text."""
        link = self.links.current
        if link is not None:
            link.has_picture = True
        close = self.block("img") if is_block and link is None else _nothing
        self.words(alt, "dim")
        close()

    def field(self, attributes: Attributes) -> None:
        """`input`: what is written in it."""
        kind = (attributes.get("type") or "").strip().lower()
        words = attributes.get("alt") if kind == "image" else attributes.get("value")
        if kind in _NO_TEXT_INPUTS and kind != "image":
            return
        self.words(words or attributes.get("placeholder") or "", "text")

    def drawing(self, _: Attributes) -> Close:
        """`svg` and `math`."""
        self.drawings += 1
        return self._end_drawing

    def _end_drawing(self) -> None:
        self.drawings -= 1

    def _list(self, attributes: Attributes, *, is_numbered: bool) -> Close:
        self._make_layout()
        self.out.end_block(gap=not self._counters)
        self._counters.append(_small_number(attributes.get("start")) if is_numbered else 0)

        def close() -> None:
            self._counters.pop()
            self.out.end_block(gap=not self._counters)

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
        number = self._counters[-1] if self._counters else 0
        if number:
            self._counters[-1] += 1
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
        self._pre += 1
        return self._end_preformatted

    def _end_preformatted(self) -> None:
        self._pre -= 1
        self.out.end_block(gap=True, is_fixed=True)

    def table(self, attributes: Attributes) -> Close:
        """`table`: its cells wait until it ends."""
        self._make_layout()
        self.out.end_block()
        self._tables.append(
            Table(
                is_presentation=attributes.get("role") in {"presentation", "none"},
                is_bordered=(attributes.get("border") or "0").strip() not in {"0", ""},
            )
        )
        return self._end_table

    def _end_table(self) -> None:
        table = self._tables.pop()
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
        self.links.enter_cell()
        return self._end_caption

    def _end_caption(self) -> None:
        self.links.leave_cell()
        flow(self.out.take(), self.out)
        self.out.end_block()

    def row(self, _: Attributes) -> Close:
        """`tr`."""
        if self._in_cell():
            self._tables[-1].rows.append([])
            return _nothing
        self.out.end_block()
        return self.out.end_block

    def cell(self, attributes: Attributes) -> Close:
        """`td`, perhaps over several columns."""
        self.links.enter_cell()
        if self._in_cell():
            self.out.pieces = []  # text that stands outside of cells stays out
        else:
            self.out.end_block()
        columns = _small_number(attributes.get("colspan"))
        return self._end_cell if columns < 2 else partial(self._end_cell, columns)

    def heading_cell(self, attributes: Attributes) -> Close:
        """`th`."""
        if self._in_cell():
            self._tables[-1].has_headings = True
        close = self.cell(attributes)
        self._roles.append("bold")

        def close_both() -> None:
            self._roles.pop()
            close()

        return close_both

    def _end_cell(self, columns: int = 1) -> None:
        self.links.leave_cell()
        if self._in_cell():
            self._tables[-1].add_cell(self.out.take(), columns)
        else:
            self.out.end_block()

    def _make_layout(self) -> None:
        """A list, a quote or a table inside of a cell: the table around it is there for looks."""
        if not self._in_cell():
            return
        table = self._tables[-1]
        table.is_layout = True
        rest = self.out.take()
        write_table(table, self.out)
        self.out.end_block(gap=BREAK in rest)
        flow(rest, self.out)


def _small_number(stated: str | None) -> int:
    """Return a number an attribute states, 1 where it states none or one beyond reason."""
    if stated is None:
        return 1
    number = stated.strip()
    return int(number) if number.isascii() and number.isdigit() and len(number) < 6 else 1


def _nothing() -> None:
    """Ends an element that changes nothing."""


_SPECIAL: Final[dict[str, Callable[[Page, Attributes], Close | None]]] = {
    "br": Page.line_break,
    "hr": Page.rule,
    "input": Page.field,
    "svg": Page.drawing,
    "math": Page.drawing,
    "ul": Page.unnumbered,
    "ol": Page.numbered,
    "li": Page.item,
    "dd": Page.definition,
    "blockquote": Page.quote,
    "pre": Page.preformatted,
    "table": Page.table,
    "caption": Page.caption,
    "tr": Page.row,
    "td": Page.cell,
    "th": Page.heading_cell,
}
