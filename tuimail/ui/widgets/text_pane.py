"""A head that stays in sight and rows below it, which are scrolled, folded and looked through."""

from collections.abc import Iterable, Sequence

from textual import events

from tuimail.model.safe import Safe
from tuimail.ui.render.rows import Piece
from tuimail.ui.render.wrap import Row
from tuimail.ui.roles import StyleRole
from tuimail.ui.strips import Brush

from .conversation import Conversation
from .flow import ALL_ROWS, MARGIN, Anchor, Flow, Place, Source, found_lines, marked, text_source
from .flow import text_of as row_text
from .folding import Folding
from .lines import Lines

_AHEAD_ROWS = 200
"""Wrapped at once beyond what is in sight when a mail is opened: most mails whole, so that how far
one has read is said once. The rest follows in pieces."""
_PIECE_ROWS = 400
_AHEAD_S, _PIECE_S = 0.01, 0.005
"""Of processor time, whatever there is to wrap: rows of a hundred marks each take long."""
_PIECE_PAUSE_S = 0.005
"""Between two pieces, so that a key pressed meanwhile is answered first."""
_WHEEL_ROWS = 3
NOT_FOUND = ("", 0, -1)


class TextPane(Lines):
    """Shows as rows what its heir says, or the mails of a conversation."""

    def __init__(self, brush: Brush, *, id: str) -> None:  # noqa: A002  Textual's name
        super().__init__(brush, id=id)
        self.conversation: Conversation | None = None
        """The mails that are shown one after the other; None where one is shown by itself."""
        self.shows = ""
        """What is shown in place of the mail's own text, for example `raw`; empty if nothing."""
        self.folding: Folding | None = None
        """The lines of the open mail; None where nothing of it is here."""
        self._text: Safe | None = None
        self._head: list[Row] = []
        self._flow = Flow(text_source(Safe("")), 1, 1)
        self._is_wrapping = False
        self._laid_out_for = self.size
        self.found = NOT_FOUND
        """Words, the row scrolled to for them, the line that has them; scrolled on, it is void."""

    def has_moved(self) -> None:
        """Other rows came into sight, or more are known of."""
        raise NotImplementedError

    def source(self) -> Source:
        """Return what makes the rows below the head."""
        raise NotImplementedError

    def make_head(self, width: int) -> list[Row]:
        """Return the rows that stay in sight."""
        raise NotImplementedError

    @property
    def mails(self) -> Conversation | None:
        """The conversation, where nothing else stands in its place."""
        return None if self.shows else self.conversation

    @property
    def progress(self) -> Safe:
        """How far one has read: "40 %" or "end"; nothing where all is in sight."""
        if self.mails is not None:
            return self.mails.progress
        flow = self._flow
        last, total = flow.top + self.body_height, len(flow.rows)
        if flow.is_whole and last >= total:
            return Safe("end" if flow.top else "")
        return Safe(f"{100 * min(last, total) // max(1, total)} %")

    @property
    def on_top(self) -> Anchor:
        """What is on top."""
        return self._flow.anchor

    @property
    def body_height(self) -> int:
        """How many rows there are below the head."""
        return max(1, self.size.height - self.body_y)

    @property
    def body_y(self) -> int:
        """The first row below the head and its rule."""
        return len(self._head) + 1 if self._head else 0

    def move_by(self, rows: int) -> bool:
        """Scroll by rows; return whether anything moved."""
        if self.mails is not None:
            return self._draw_if(has_moved=self.mails.move_by(rows))
        return self._draw_if(has_moved=self._flow.go(self._flow.top + rows))

    def page(self, pages: int) -> bool:
        """Scroll by pages, two rows kept for orientation."""
        return self.move_by(pages * max(1, self.body_height - 2))

    def half_page(self, halves: int) -> bool:
        """Scroll by half pages."""
        return self.move_by(halves * max(1, self.body_height // 2))

    def move_to(self, row: int) -> None:
        """Scroll to a row of the text; beyond its end, to the end. Of a conversation, to a mail."""
        if self.mails is not None:
            self._draw_if(has_moved=self.mails.move_to(row))
        else:
            self._draw_if(has_moved=self._flow.go(row))

    def step(self, mails: int) -> bool:
        """Go on by mails within a conversation; return whether there is any."""
        if self.mails is None:
            return False
        self._draw_if(has_moved=self.mails.step(mails))
        return True

    def turn_folds(self) -> bool:
        """Fold or unfold what folds; return whether there is anything."""
        if self.mails is not None:
            self.mails.turn_folds()
            return self._draw_if(has_moved=True)
        if self.folding is None or self.shows or not self.folding.has_folds:
            return False
        self.folding.turn()
        self.lay_out(self._flow.anchor)
        return True

    def turn_fold_in_sight(self) -> bool:
        """Fold or unfold the first group in sight, or the mail on top; False if there is none."""
        return any(self._turn_fold_at(y) for y in range(self.body_height))

    def _turn_fold_at(self, y: int) -> bool:
        """Fold or unfold what is drawn in a row of the text; return whether it folds."""
        if self.mails is not None:
            index = self.mails.member_at(y)
            if index is not None:
                self.mails.turn(index)
            return self._draw_if(has_moved=index is not None)
        line = self._flow.line_at(y)
        if self.folding is None or self.shows or line is None:
            return False
        has_turned = self.folding.turn_at(line)
        if has_turned:
            self.lay_out(self._flow.anchor)
        return has_turned

    def find(self, words: str, step: int) -> Place | None:
        """Scroll to the next line with these words, or up where `step` is negative.

        After the last one it begins again with the first. What is folded and has them is shown.
        Return which one of how many it is; None where there is none. `step` is how many to go on.
        """
        if self.mails is not None:
            place = self.mails.find(words, step)
            self.found = (words, -1, -1)
            self._draw_if(has_moved=place is not None)
            return place
        found = found_lines(self._texts(), words)
        self.found = (words, *self.found[1:]) if self.found[0] == words else (words, -1, -1)
        if not found:
            self.refresh()
            return None
        is_there = self.found[1] == self._flow.top
        at = self.found[2] if is_there else self._flow.anchor.line - (step > 0)
        number = _next(found, at, step)
        line = found[number]
        if self.folding is not None and not self.shows and self.folding.unfold(line):
            self._wrap(self._flow.anchor)
        self._flow.go(self._flow.row_with(line, words.casefold()))
        self.found = (words, self._flow.top, line)
        self.refresh()
        self.has_moved()
        return Place(number + 1, len(found))

    def _texts(self) -> Iterable[str]:
        """Return the text of every line of what is shown, folded or not."""
        if self._text is not None:
            return self._text.split("\n")
        if self.folding is not None:
            return (line.text for line in self.folding.lines)
        self._flow.lay_out(ALL_ROWS)
        return map(row_text, self._flow.rows)

    def line(self, y: int) -> Sequence[Piece]:
        """Return one row: of the head, the rule below it, or the text."""
        if self.size != self._laid_out_for:
            self._wrap(self._flow.anchor)
        head = len(self._head)
        if y < head:
            return self._head[y]
        if y == head and head:
            return [(Safe("─" * self.size.width), StyleRole.RULE)]
        words = self.found[0].casefold()
        if self.mails is not None:
            return marked(self.mails.line(y - self.body_y), words)
        return [(MARGIN, StyleRole.TEXT), *marked(self._flow.row(y - self.body_y), words)]

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
        if event.y >= self.body_y:
            self._turn_fold_at(event.y - self.body_y)

    def lay_out(self, anchor: Anchor) -> None:
        """Lay out anew, this on top, and draw."""
        self._wrap(anchor)
        self._draw_if(has_moved=True)

    def _wrap(self, anchor: Anchor) -> None:
        """Lay head and text out for the size as it is, before it is drawn; this on top."""
        self._laid_out_for = self.size
        width = self.size.width
        self._head = self.make_head(width) if width else []
        if self.mails is not None:
            self.mails.lay_out(max(1, width), self.body_height)
            return
        self._flow = Flow(self.source(), max(1, width), self.body_height)
        self._flow.go_to(anchor)
        self._flow.lay_out(self._flow.top + self.body_height + _AHEAD_ROWS, _AHEAD_S)
        self._wrap_later()

    def _draw_if(self, *, has_moved: bool) -> bool:
        if has_moved:
            self.refresh()
            self.has_moved()
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
        self.has_moved()


def _next(found: Sequence[int], at: int, step: int) -> int:
    """Return the place of the `step`-th one beyond line `at`, going round at the ends."""
    if step > 0:
        first = next((n for n, line in enumerate(found) if line > at), 0)
        return (first + step - 1) % len(found)
    first = next((n for n in range(len(found) - 1, -1, -1) if found[n] < at), len(found) - 1)
    return (first + step + 1) % len(found)
