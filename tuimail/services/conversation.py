"""A whole conversation as it is read in one go: its mails, each once, the oldest first."""

from typing import Final

from tuimail.model.mailbox import Role
from tuimail.model.message import MessageRow

from . import reading
from .mail import Mail

MAX_MAILS: Final = 1_000
"""The newest of a longer one."""
_LEFT_OUT: Final = (Role.TRASH, Role.JUNK, Role.DRAFTS)


def conversation(mail: Mail, row: MessageRow) -> list[MessageRow]:
    """Return the mails of a row's conversation, of all mailboxes, and that row as it is.

    What was thrown away or is being written is left out, but in a conversation looked at there.
    """
    roles = {box.id: box.role for box in reading.mailboxes(mail)}
    left_out = {box for box, role in roles.items() if role in _LEFT_OUT} - {row.mailbox_id}
    found = [
        row if one.key == row.key else one
        for one in reading.thread(mail, row.thread_id)
        if one.key == row.key or one.mailbox_id not in left_out
    ]
    return found[-MAX_MAILS:] or [row]
