"""The links of an HTML mail: where each begins and ends, what it shows, its number behind it."""

from dataclasses import dataclass, field
from typing import Final

from .html_lines import LineBuilder
from .html_look import Look
from .html_style import Style
from .link_spans import mark_of
from .link_text import MAX_JUDGED_CHARS
from .links import LinkTable, is_link
from .tracking import absolute

_MAX_SHOWN_CHARS: Final = 300


@dataclass(slots=True)
class OpenLink:
    """A link, or an anchor without an address, whose text is being read."""

    url: str
    """Empty where it leads nowhere outside of the mail."""
    style: Style
    shown_before: int
    outer: Look
    """The look around it."""
    words: list[str] = field(default_factory=list)
    """What it shows, as far as it is judged."""
    length: int = 0
    has_picture: bool = False

    def take(self, text: str) -> None:
        """Take text it shows."""
        if self.length <= MAX_JUDGED_CHARS:
            self.words.append(text)
            self.length += len(text)


@dataclass(slots=True)
class _Scope:
    """The page or a cell, in which there is at most one link open."""

    around: tuple[OpenLink | None, OpenLink | None, bool] = (None, None, False)
    """`innermost`, `current` and `is_hidden` where it begins."""
    link: OpenLink | None = None


class LinkReader:
    """Follows the links of a mail as a browser does: `<a>` ends another, a cell those it holds."""

    def __init__(self, table: LinkTable, out: LineBuilder, base: str = "") -> None:
        """`base` is what addresses of the mail are relative to (`<base href>`)."""
        self.table = table
        self.current: OpenLink | None = None
        """The link that text at this place belongs to."""
        self.innermost: OpenLink | None = None
        """The same, or an anchor inside of it."""
        self.is_hidden = False
        """Whether an open link hides its text."""
        self._base = base
        self._out = out
        self._scopes = [_Scope()]

    def begin(self, href: str, style: Style, outer: Look) -> None:
        """A link begins, in this look; the one before must have ended."""
        url = absolute(href, self._base) if href else ""
        url = url if is_link(url) else ""
        link = OpenLink(url, style, self._out.shown_chars, outer)
        self._scopes[-1].link = self.innermost = link
        if url:
            self.current = link
        self.is_hidden = self.is_hidden or style.hides

    def end(self) -> OpenLink | None:
        """The link of this cell ends, if one is open: give it its number."""
        scope = self._scopes[-1]
        link = scope.link
        if link is None:
            return None
        if link.url and not self.is_hidden:
            self._number(link)
        scope.link = None
        self.innermost, self.current, self.is_hidden = scope.around
        return link

    def enter_cell(self) -> None:
        """Links that begin from here on end with the cell."""
        self._scopes.append(_Scope((self.innermost, self.current, self.is_hidden)))

    def leave_cell(self) -> None:
        """End the link that the cell left open."""
        self.end()
        if len(self._scopes) > 1:
            self._scopes.pop()

    def _number(self, link: OpenLink) -> None:
        if self._out.shown_chars == link.shown_before:
            if not link.has_picture:
                return
            self._out.mark("[image]", "link")
        shown = " ".join(" ".join(link.words).split()) if len(link.words) > 1 else ""
        shown = shown or "".join(link.words).strip()
        number = self.table.number(link.url, shown[:_MAX_SHOWN_CHARS])
        if number:
            words = "".join(link.words)
            mark = mark_of(number, words, link.url, self.table)
            self._out.mark(mark.text, mark.role, is_close=True)
