"""What the hint line offers where a person is: by context, and by what is under the cursor."""

from typing import TYPE_CHECKING

from tuimail.model.safe import Safe
from tuimail.services import reading

from .actions import Context
from .hints import Hints, mail_hints, mailbox_hints, outbox_hints
from .render.panes import Part
from .steps import steps_after, steps_for

if TYPE_CHECKING:
    from .main_screen import MainScreen


def offers(screen: "MainScreen") -> Hints:
    """Return keys and what they do, most useful first."""
    registry, keymap, context = screen.registry, screen.keymap, screen.context
    if context is Context.OUTBOX:
        story = screen.reader.story if screen.active is Part.READER else None
        if story is not None:
            return outbox_hints(registry, keymap, story, {"message.open"})
        return outbox_hints(registry, keymap, screen.outbox.cursor_row)
    if not screen.session.accounts:
        return [(screen.key("quit"), Safe("leave")), (screen.key("help"), Safe("help"))]
    if context is Context.MAILBOXES:
        entry = screen.mailboxes.cursor_entry
        row = None if entry.mailbox_id is None else screen.session.mailbox(entry.mailbox_id)
        return mailbox_hints(registry, keymap, entry.kind, row)
    return mail_hints(registry, keymap, context, steps_at_hand(screen))


def steps_at_hand(screen: "MainScreen") -> list[str]:
    """Return what the mail wants of a person that is open, or under the cursor of the list."""
    if screen.active is Part.READER:
        row, shown = screen.reader.row, screen.reader.mail
        if row is not None and shown is not None and reading.asks_for_receipt(shown, row):
            return ["receipt"]
        if shown is not None and reading.holds_calendar(shown):
            return ["invite.accept", "invite.tentative", "invite.decline"]
        steps = steps_for(screen.reader.sent)
    else:
        row = screen.list.cursor_row if screen.active is Part.LIST else None
        steps = steps_after(row.became) if row is not None and row.became else []
    return ["delivery", *steps] if steps else []
