"""Take back what was done, and do it again. The journal survives a restart."""

from tuimail.errors import UserError
from tuimail.model.ids import AccountName
from tuimail.model.mailbox import Role
from tuimail.model.safe import Safe, safe_line
from tuimail.store.journal import Batch, redoable, take_back, undoable

from . import reading
from .mail import Mail


def undo(mail: Mail) -> Safe:
    """Take back the last action; return what that was. Raises UserError if nothing is left."""
    batch = undoable(mail.store)
    if batch is None:
        raise UserError("There is nothing to undo.")
    return _take_back(mail, batch, "Undone")


def redo(mail: Mail) -> Safe:
    """Do again what was taken back last; return what. Raises UserError if nothing is left."""
    batch = redoable(mail.store)
    if batch is None:
        raise UserError("There is nothing to do again.")
    return _take_back(mail, batch, "Done again")


def _take_back(mail: Mail, batch: Batch, word: str) -> Safe:
    if not take_back(mail.store, batch, _trash(mail)):
        raise UserError(f"This cannot be taken back any more: {safe_line(batch.sentence)}")
    return safe_line(f"{word}: {batch.sentence}")


def _trash(mail: Mail) -> dict[AccountName, str]:
    found = {}
    for account in mail.config.accounts:
        box = reading.mailbox_for_role(mail, account.name, Role.TRASH)
        if box is not None:
            found[account.name] = box.name.raw
    return found
