"""The reader: the head of a mail, which stays in sight, and its text below."""

import math
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace

from textual import events

from tuimail.model.caution import Caution, worst_first
from tuimail.model.cells import cut
from tuimail.model.flags import Flags, labels_of
from tuimail.model.ids import MessageKey
from tuimail.model.message import MessageRow
from tuimail.model.outgoing import OutgoingRow
from tuimail.model.part import RenderedMail
from tuimail.model.safe import Safe, safe_line
from tuimail.ui.render.dates import long_date
from tuimail.ui.render.head import head_of, subject_of
from tuimail.ui.render.rows import Piece, label_words
from tuimail.ui.render.sent_head import sent_head
from tuimail.ui.render.wrap import Row, plain_rows, wrap
from tuimail.ui.roles import StyleRole
from tuimail.ui.strips import Brush

from .lines import Lines

_AHEAD_ROWS = 200
"""Wrapped at once beyond what is in sight when a mail is opened: most mails whole, so that how far
one has read is said once. The rest follows in pieces."""
_PIECE_ROWS = 400
_AHEAD_S, _PIECE_S = 0.015, 0.005
"""Of processor time, whatever there is to wrap: rows of a hundred marks each take long."""
_PIECE_PAUSE_S = 0.005
"""Between two pieces, so that a key pressed meanwhile is answered first."""
_WHEEL_ROWS = 3
_SENT_SHARE = 4
"""What became of a sent mail takes a quarter of the reader at most."""
_MARGIN = Safe(" ")

Page = Callable[[int], Iterable[Row]]
"""Makes rows for a pane of so many cells; what it yields is asked for in pieces."""


class Reader(Lines):
    """Shows one mail, or says why it cannot."""

    def __init__(
        self,
        brush: Brush,
        wrap_columns: int,
        welcome: Sequence[Row],
        on_moved: Callable[[], None],
    ) -> None:
        """`on_moved` is called when other rows come into sight, or more are known of."""
        super().__init__(brush, id="reader")
        self._on_moved = on_moved
        self.row: MessageRow | None = None
        """The message that is open."""
        self.mail: RenderedMail | None = None
        """What is shown of it; None while its bytes are on their way."""
        self.sent: OutgoingRow | None = None
        """What became of the open mail, where it was sent from here."""
        self.sent_more = Safe("")
        """Where all of that is to be read."""
        self.warned_more = Safe("")
        """Where all warnings are shown."""
        self._wrap_columns = wrap_columns
        self._welcome = welcome
        self.story: OutgoingRow | None = None
        """The sent mail of which the page tells."""
        self.behind: MessageRow | None = None
        """The mail that was open before the page, to go back to."""
        self._page: Page | None = None
        self._text: Safe | None = None
        self.shows = ""
        """What is shown in place of the mail's own text, for example `raw`; empty if nothing."""
        self._words: Sequence[Row] = ()
        self._head: list[Row] = []
        self._rows: list[Row] = []
        self._rest: Iterator[Row] = iter(())
        self._top = 0
        self._is_wrapping = False
        self._is_whole = False
        """Whether every row is known."""
        self._laid_out_for = self.size
        self._found = ("", 0, -1)
        """Words, the row scrolled to for them, the row that has them; scrolled on, it is void."""

    def greet(self, welcome: Sequence[Row]) -> None:
        """Show other words while nothing is open."""
        self._welcome = welcome
        self.refresh()

    def show_mail(
        self, row: MessageRow, mail: RenderedMail, sent: OutgoingRow | None = None
    ) -> None:
        """Show a mail from its beginning; `sent` is what became of it."""
        is_same = self.row is not None and self.row.key == row.key and self.mail is not None
        self.row, self.mail, self._text, self._words = row, mail, None, ()
        self.sent, self.shows = sent, ""
        self._page = self.story = self.behind = None
        self._layout(top=self._top if is_same and self.mail is mail else 0)

    def complete(self, mail: RenderedMail) -> None:
        """Take all of the open mail, whose beginning is shown; what is in sight stays."""
        self.mail = mail
        self._layout(self._top)

    def renew(self, flags: Flags) -> None:
        """Take the open mail's flags as they are now; its head says which labels it has."""
        if self.row is not None and flags != self.row.flags:
            is_labelled_anew = labels_of(flags) != labels_of(self.row.flags)
            self.row = replace(self.row, flags=flags)
            if is_labelled_anew:
                self._layout(self._top)

    def renew_sent(self, sent: OutgoingRow) -> None:
        """Take what became of the open mail as it is now."""
        if self.mail is not None and sent != self.sent:
            self.sent = sent
            self._layout(self._top)

    def warn(self, key: MessageKey, cautions: Iterable[Caution]) -> None:
        """Add what was found out about the open mail's sender since it was shown."""
        if self.row is None or self.row.key != key or self.mail is None:
            return
        warnings = worst_first((*self.mail.warnings, *cautions))
        if warnings != self.mail.warnings:
            self.mail = replace(self.mail, warnings=warnings)
            self._layout(self._top)

    def show_words(self, row: MessageRow, words: Safe, role: StyleRole) -> None:
        """Show what the list knows of a mail and a sentence where its text will be."""
        self.row, self.mail, self._text, self.shows = row, None, None, ""
        self.sent = self._page = self.story = self.behind = None
        self._words = [[], [(Safe(f" {words}"), role)]]
        self._layout(top=0)

    def show_text(self, text: Safe, what: str) -> None:
        """Show text as it is in place of the open mail's: `headers`, `raw`, what a command said."""
        self._text, self.shows = text, what
        self._layout(top=0)

    def show_page(
        self, page: Page, story: OutgoingRow | None = None, behind: MessageRow | None = None
    ) -> None:
        """Show rows made elsewhere, without a mail; `story` is whose story they are.

        The story of the same mail stays where it is. `behind` is the mail to go back to.
        """
        is_same = story is not None and self.story is not None and self.story.id == story.id
        top = self._top if is_same else 0
        self._forget()
        self._page, self.story, self.behind = page, story, behind
        self._layout(top)

    def clear(self) -> None:
        """Show no mail."""
        self._forget()
        self._layout(top=0)

    @property
    def has_page(self) -> bool:
        """Whether rows made elsewhere are shown."""
        return self._page is not None

    @property
    def progress(self) -> Safe:
        """How far one has read: "40 %" or "end"; nothing where all is in sight."""
        last, total = self._top + self._body_height(), len(self._rows)
        if self._is_whole and last >= total:
            return Safe("end" if self._top else "")
        return Safe(f"{100 * min(last, total) // max(1, total)} %")

    def move_by(self, rows: int) -> bool:
        """Scroll by rows; return whether anything moved."""
        return self._go(self._top + rows)

    def page(self, pages: int) -> bool:
        """Scroll by pages, two rows kept for orientation."""
        return self._go(self._top + pages * max(1, self._body_height() - 2))

    def half_page(self, halves: int) -> bool:
        """Scroll by half pages."""
        return self._go(self._top + halves * max(1, self._body_height() // 2))

    def move_to(self, row: int) -> None:
        """Scroll to a row of the text; beyond its end, to the end."""
        self._go(row)

    def find(self, words: str, step: int) -> bool:
        """Scroll to the next row with these words, or up where `step` is negative.

        Return whether there is one; `step` is how many to go on by.
        """
        self._wrap_until(sys.maxsize)
        low = words.casefold()
        found = [n for n, row in enumerate(self._rows) if low in _text_of(row).casefold()]
        at = self._found[2] if self._found[:2] == (words, self._top) else self._top - 1
        ahead = [n for n in found if n > at] if step > 0 else [n for n in found if n < at][::-1]
        if len(ahead) < abs(step):
            return False
        self._go(ahead[abs(step) - 1])
        self._found = (words, self._top, ahead[abs(step) - 1])
        return True

    def line(self, y: int) -> Sequence[Piece]:
        """Return one row: of the head, the rule below it, or the text."""
        width = self.size.width
        if self.size != self._laid_out_for:
            self._wrap_anew(self._top)
        if self.row is None and self._page is None:
            return self._welcome[y] if y < len(self._welcome) else []
        head = len(self._head)
        if y < head:
            return self._head[y]
        if y == head and head:
            return [(Safe("─" * width), StyleRole.RULE)]
        index = self._top + y - (head + 1 if head else 0)
        if index >= len(self._rows):
            return []
        return [(_MARGIN, StyleRole.TEXT), *self._rows[index]]

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """Scroll by the wheel."""
        event.stop()
        self.move_by(_WHEEL_ROWS)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """Scroll by the wheel."""
        event.stop()
        self.move_by(-_WHEEL_ROWS)

    def _forget(self) -> None:
        self.row, self.mail, self._text, self._words = None, None, None, ()
        self.sent = self._page = self.story = self.behind = None
        self.shows = ""

    def _layout(self, top: int) -> None:
        self._wrap_anew(top)
        self.refresh()
        self._on_moved()

    def _wrap_anew(self, top: int) -> None:
        """Lay head and text out for the size as it is, before it is drawn."""
        self._laid_out_for = self.size
        width = self.size.width
        self._head = self._make_head(width) if width else []
        self._rows, self._rest = [], iter(self._make_rows(max(1, width - 2)))
        self._is_whole = False
        seen = top + self._body_height()
        self._wrap_until(seen)
        self._wrap_until(seen + _AHEAD_ROWS, _AHEAD_S)
        self._top = max(0, min(top, len(self._rows) - self._body_height()))
        self._wrap_later()

    def _make_head(self, width: int) -> list[Row]:
        if self.mail is not None:
            labels = label_words(self.row.flags, width) if self.row else Safe("")
            head = head_of(
                self.mail, width, 2 if self.size.height > 12 else 1, labels, self.warned_more
            )
            if self.sent is not None:
                most = max(1, self.size.height // _SENT_SHARE)
                head += sent_head(self.sent, width, most, self.sent_more)
            return head
        if self.row is None:
            return []
        who = self.row.sender_address or self.row.sender_name
        words = Safe(f" {safe_line(who, 200)}  {long_date(self.row.date)}")
        return [
            *subject_of(safe_line(self.row.subject), width, 1),
            [(cut(words, width), StyleRole.DIM)],
        ]

    def _make_rows(self, width: int) -> Iterable[Row]:
        if self._text is not None:
            yield from plain_rows(self._text, width)
            return
        if self.mail is None:
            yield from self._page(self.size.width) if self._page else self._words
            return
        columns = min(width, self._wrap_columns) if self._wrap_columns else width
        yield []
        for line in self.mail.lines:
            yield from wrap(line, width if line.is_fixed else columns)
        yield []

    def _body_height(self) -> int:
        return max(1, self.size.height - (len(self._head) + 1 if self._head else 0))

    def _go(self, top: int) -> bool:
        self._wrap_until(top + self._body_height())
        before = self._top
        self._top = max(0, min(top, len(self._rows) - self._body_height()))
        if self._top != before:
            self.refresh()
            self._on_moved()
        return self._top != before

    def _wrap_until(self, rows: int, within_s: float = math.inf) -> None:
        """Wrap so many rows, or what can be done in `within_s` of processor time."""
        ends = time.thread_time() + within_s
        while len(self._rows) < rows and time.thread_time() < ends:
            row = next(self._rest, None)
            if row is None:
                self._is_whole = True
                return
            self._rows.append(row)

    def _wrap_later(self) -> None:
        if not self._is_wrapping and self.is_attached:
            self._is_wrapping = True
            self.set_timer(_PIECE_PAUSE_S, self._wrap_piece)

    def _wrap_piece(self) -> None:
        self._is_wrapping = False
        before = len(self._rows)
        self._wrap_until(before + _PIECE_ROWS, _PIECE_S)
        if not self._is_whole:
            self._wrap_later()
        self._on_moved()


def _text_of(row: Row) -> str:
    return "".join(text for text, _ in row)
