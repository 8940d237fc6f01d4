"""Walking along conversations: to the next or previous one, and up to the mail that is answered."""

import asyncio

from tuimail.model.safe import Safe
from tuimail.services import reading
from tuimail.ui.actions import Registry
from tuimail.ui.main_screen import MainScreen
from tuimail.ui.render.panes import Part
from tuimail.ui.widgets.message_list import MessageList

from .opening import Opening


class Threads:
    """Moves by threads, as far as the list shows them."""

    def __init__(self, screen: MainScreen, opening: Opening) -> None:
        self._screen, self._opening = screen, opening

    def register(self, registry: Registry) -> None:
        """Say what is carried out here."""
        registry.handle("thread.next", lambda call: self._step(call.count))
        registry.handle("thread.previous", lambda call: self._step(-call.count))
        registry.handle("thread.parent", lambda _: self._screen.spawn_question(self._to_parent))

    def _step(self, threads: int) -> None:
        screen = self._screen
        if screen.shows_outbox:
            return
        before, listed = screen.list.model.cursor, screen.list
        for _ in range(abs(threads)):
            index = next_thread(listed) if threads > 0 else previous_thread(listed)
            if index is None:
                break
            listed.move_to(index)
        row = listed.cursor_row
        if self._opening.is_reading and row is not None and listed.model.cursor != before:
            self._opening.open(row, takes_keys=screen.active is Part.READER)

    async def _to_parent(self) -> None:
        """Go to the mail that this one answers; where the list does not show it, open it."""
        screen = self._screen
        row = screen.mail_at_hand()
        if row is None:
            return
        parent = await asyncio.to_thread(reading.parent, screen.session.mail, row)
        ids = screen.list.model.ids
        if parent is None:
            screen.whisper(Safe("It answers no mail that is here."))
        elif parent.row_id in ids:
            screen.list.move_to(ids.index(parent.row_id))
            if self._opening.is_reading:
                self._opening.open(parent, takes_keys=screen.active is Part.READER)
        else:
            self._opening.open(parent)


def next_thread(listed: MessageList) -> int | None:
    """Return the index of the first row below the cursor that is of another thread, if any."""
    here, index = listed.cursor_row, listed.model.cursor + 1
    while here is not None and index < len(listed.model):
        row = listed.row(index)
        if row is not None and row.thread_id != here.thread_id:
            return index
        index += 1
    return None


def previous_thread(listed: MessageList) -> int | None:
    """Return the index of this thread's first row, or if that is here, of the one above, if any.

    Rows of a thread that do not stand together, as in a flat list, count as several.
    """
    here, index = listed.cursor_row, listed.model.cursor - 1
    if here is None or index < 0:
        return None
    above = listed.row(index)
    while index > 0 and above is not None:
        before = listed.row(index - 1)
        if before is None or before.thread_id != above.thread_id:
            break
        index -= 1
    return index
