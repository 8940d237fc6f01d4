"""The reader: the head of a mail, which stays in sight, and its text below."""

from collections.abc import Callable, Iterable, Sequence
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
from tuimail.ui.render.wrap import Row
from tuimail.ui.roles import StyleRole
from tuimail.ui.strips import Brush

from .flow import (
    ALL_ROWS,
    BEGINNING,
    MARGIN,
    Anchor,
    Flow,
    Place,
    Source,
    found_lines,
    lines_source,
    marked,
    rows_source,
    text_of,
    text_source,
)
from .folding import Folding
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
_NOTHING = Safe("")
_NOT_FOUND = ("", 0, -1)

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
        *,
        folds_quotes: bool = True,
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
        self.fold_key = _NOTHING
        """What folds and unfolds, as it is said where something is folded."""
        self._folds_quotes = folds_quotes
        self._folding: Folding | None = None
        """The lines of the open mail; None where nothing of it is here."""
        self._page: Page | None = None
        self._text: Safe | None = None
        self.shows = ""
        """What is shown in place of the mail's own text, for example `raw`; empty if nothing."""
        self._words: Sequence[Row] = ()
        self._head: list[Row] = []
        self._flow = Flow(text_source(_NOTHING), 1, 1)
        self._is_wrapping = False
        self._laid_out_for = self.size
        self._found = _NOT_FOUND
        """Words, the row scrolled to for them, the line that has them; scrolled on, it is void."""

    def greet(self, welcome: Sequence[Row]) -> None:
        """Show other words while nothing is open."""
        self._welcome = welcome
        self.refresh()

    def show_mail(
        self, row: MessageRow, mail: RenderedMail, sent: OutgoingRow | None = None
    ) -> None:
        """Show a mail from its beginning; `sent` is what became of it."""
        is_same = self.row is not None and self.row.key == row.key and self.mail is mail
        top = self._flow.anchor if is_same else BEGINNING
        if not is_same or self._folding is None:
            self._found = _NOT_FOUND
            self._folding = Folding(mail.lines, self.fold_key, is_folded=self._folds_quotes)
        self.row, self.mail, self._text, self._words = row, mail, None, ()
        self.sent, self.shows = sent, ""
        self._page = self.story = self.behind = None
        self._layout(top)

    def complete(self, mail: RenderedMail) -> None:
        """Take all of the open mail, whose beginning is shown; what is in sight stays."""
        self.mail = mail
        if self._folding is not None:
            self._folding.lines = mail.lines
        if not self.shows:
            self._layout(self._flow.anchor)

    def renew(self, flags: Flags) -> None:
        """Take the open mail's flags as they are now; its head says which labels it has."""
        if self.row is not None and flags != self.row.flags:
            is_labelled_anew = labels_of(flags) != labels_of(self.row.flags)
            self.row = replace(self.row, flags=flags)
            if is_labelled_anew:
                self._layout(self._flow.anchor)

    def renew_sent(self, sent: OutgoingRow) -> None:
        """Take what became of the open mail as it is now."""
        if self.mail is not None and sent != self.sent:
            self.sent = sent
            self._layout(self._flow.anchor)

    def warn(self, key: MessageKey, cautions: Iterable[Caution]) -> None:
        """Add what was found out about the open mail's sender since it was shown."""
        if self.row is None or self.row.key != key or self.mail is None:
            return
        warnings = worst_first((*self.mail.warnings, *cautions))
        if warnings != self.mail.warnings:
            self.mail = replace(self.mail, warnings=warnings)
            self._layout(self._flow.anchor)

    def show_words(self, row: MessageRow, words: Safe, role: StyleRole) -> None:
        """Show what the list knows of a mail and a sentence where its text will be."""
        self.row, self.mail, self._text, self.shows = row, None, None, ""
        self.sent = self._page = self.story = self.behind = self._folding = None
        self._words, self._found = [[], [(Safe(f" {words}"), role)]], _NOT_FOUND
        self._layout(BEGINNING)

    def show_text(self, text: Safe, what: str) -> None:
        """Show text as it is in place of the open mail's: `headers`, `raw`, what a command said."""
        self._text, self.shows, self._found = text, what, _NOT_FOUND
        self._layout(BEGINNING)

    def show_page(
        self, page: Page, story: OutgoingRow | None = None, behind: MessageRow | None = None
    ) -> None:
        """Show rows made elsewhere, without a mail; `story` is whose story they are.

        The story of the same mail stays where it is. `behind` is the mail to go back to.
        """
        is_same = story is not None and self.story is not None and self.story.id == story.id
        top = self._flow.anchor if is_same else BEGINNING
        self._forget()
        self._page, self.story, self.behind = page, story, behind
        self._layout(top)

    def clear(self) -> None:
        """Show no mail."""
        self._forget()
        self._layout(BEGINNING)

    @property
    def has_page(self) -> bool:
        """Whether rows made elsewhere are shown."""
        return self._page is not None

    @property
    def text_shown(self) -> Safe:
        """What is shown in place of the open mail's own text; empty where that is shown."""
        return self._text or _NOTHING

    @property
    def progress(self) -> Safe:
        """How far one has read: "40 %" or "end"; nothing where all is in sight."""
        flow = self._flow
        last, total = flow.top + self._body_height(), len(flow.rows)
        if flow.is_whole and last >= total:
            return Safe("end" if flow.top else "")
        return Safe(f"{100 * min(last, total) // max(1, total)} %")

    def move_by(self, rows: int) -> bool:
        """Scroll by rows; return whether anything moved."""
        return self._go(self._flow.top + rows)

    def page(self, pages: int) -> bool:
        """Scroll by pages, two rows kept for orientation."""
        return self.move_by(pages * max(1, self._body_height() - 2))

    def half_page(self, halves: int) -> bool:
        """Scroll by half pages."""
        return self.move_by(halves * max(1, self._body_height() // 2))

    def move_to(self, row: int) -> None:
        """Scroll to a row of the text; beyond its end, to the end."""
        self._go(row)

    def turn_folds(self) -> bool:
        """Fold or unfold what folds; return whether there is anything."""
        if self._folding is None or self.shows or not self._folding.has_folds:
            return False
        self._folding.turn()
        self._layout(self._flow.anchor)
        return True

    def turn_fold_in_sight(self) -> bool:
        """Fold or unfold the first group in sight; return whether there is one."""
        return any(self._turn_fold_at(y) for y in range(self._body_height()))

    def _turn_fold_at(self, y: int) -> bool:
        """Fold or unfold what is drawn in a row of the text; return whether it folds."""
        index = self._flow.line_at(y)
        if self._folding is None or self.shows or index is None:
            return False
        has_turned = self._folding.turn_at(index)
        if has_turned:
            self._layout(self._flow.anchor)
        return has_turned

    def find(self, words: str, step: int) -> Place | None:
        """Scroll to the next line with these words, or up where `step` is negative.

        After the last one it begins again with the first. What is folded and has them is shown.
        Return which one of how many it is; None where there is none. `step` is how many to go on.
        """
        found = found_lines(self._texts(), words)
        self._found = (words, *self._found[1:]) if self._found[0] == words else (words, -1, -1)
        if not found:
            self.refresh()
            return None
        is_there = self._found[1] == self._flow.top
        at = self._found[2] if is_there else self._flow.anchor.line - (step > 0)
        number = _next(found, at, step)
        line = found[number]
        if self._folding is not None and not self.shows and self._folding.unfold(line):
            self._wrap_anew(self._flow.anchor)
        self._flow.go_to_words(line, words.casefold())
        self._found = (words, self._flow.top, line)
        self.refresh()
        self._on_moved()
        return Place(number + 1, len(found))

    def _texts(self) -> Iterable[str]:
        """Return the text of every line of what is shown, folded or not."""
        if self._text is not None:
            return self._text.split("\n")
        if self._folding is not None:
            return (line.text for line in self._folding.lines)
        self._flow.lay_out(ALL_ROWS)
        return map(text_of, self._flow.rows)

    def line(self, y: int) -> Sequence[Piece]:
        """Return one row: of the head, the rule below it, or the text."""
        width = self.size.width
        if self.size != self._laid_out_for:
            self._wrap_anew(self._flow.anchor)
        if self.row is None and self._page is None:
            return self._welcome[y] if y < len(self._welcome) else []
        head = len(self._head)
        if y < head:
            return self._head[y]
        if y == head and head:
            return [(Safe("─" * width), StyleRole.RULE)]
        row = self._flow.row(y - (head + 1 if head else 0))
        return [(MARGIN, StyleRole.TEXT), *marked(row, self._found[0].casefold())]

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """Scroll by the wheel."""
        event.stop()
        self.move_by(_WHEEL_ROWS)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """Scroll by the wheel."""
        event.stop()
        self.move_by(-_WHEEL_ROWS)

    def on_click(self, event: events.Click) -> None:
        """Fold or unfold what was clicked at, where it folds."""
        head = len(self._head)
        self._turn_fold_at(event.y - (head + 1 if head else 0))

    def _forget(self) -> None:
        self.row, self.mail, self._text, self._words = None, None, None, ()
        self.sent = self._page = self.story = self.behind = self._folding = None
        self.shows, self._found = "", _NOT_FOUND

    def _layout(self, anchor: Anchor) -> None:
        """Lay out anew, this on top, and draw."""
        self._wrap_anew(anchor)
        self.refresh()
        self._on_moved()

    def _wrap_anew(self, anchor: Anchor) -> None:
        """Lay head and text out for the size as it is, before it is drawn; this on top."""
        self._laid_out_for = self.size
        width = self.size.width
        self._head = self._make_head(width) if width else []
        self._flow = Flow(self._source(), max(1, width), self._body_height())
        self._flow.go_to(anchor)
        self._flow.lay_out(self._flow.top + self._body_height() + _AHEAD_ROWS, _AHEAD_S)
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

    def _source(self) -> Source:
        if self._text is not None:
            return text_source(self._text)
        if self._folding is not None:
            return lines_source(self._folding, self._wrap_columns)
        page = self._page
        return rows_source(page if page is not None else lambda _: self._words)

    def _body_height(self) -> int:
        return max(1, self.size.height - (len(self._head) + 1 if self._head else 0))

    def _go(self, top: int) -> bool:
        has_moved = self._flow.go(top)
        if has_moved:
            self.refresh()
            self._on_moved()
        return has_moved

    def _wrap_later(self) -> None:
        if not self._is_wrapping and self.is_attached:
            self._is_wrapping = True
            self.set_timer(_PIECE_PAUSE_S, self._wrap_piece)

    def _wrap_piece(self) -> None:
        self._is_wrapping = False
        self._flow.lay_out(len(self._flow.rows) + _PIECE_ROWS, _PIECE_S)
        if not self._flow.is_whole:
            self._wrap_later()
        self._on_moved()


def _next(found: Sequence[int], at: int, step: int) -> int:
    """Return the place of the `step`-th one beyond line `at`, going round at the ends."""
    if step > 0:
        first = next((n for n, line in enumerate(found) if line > at), 0)
        return (first + step - 1) % len(found)
    first = next((n for n in range(len(found) - 1, -1, -1) if found[n] < at), len(found) - 1)
    return (first + step + 1) % len(found)
