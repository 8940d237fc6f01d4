"""Take back what was done, and do it again. The journal survives a restart."""

from dataclasses import dataclass

from tuimail.errors import UserError
from tuimail.model.ids import AccountName, RowId
from tuimail.model.mailbox import Role
from tuimail.model.safe import Safe
from tuimail.store.journal import Batch, newest_by_person, redoable, take_back, undoable
from tuimail.store.messages import rows_with_keys
from tuimail.store.operations import operations_in_batch

from . import reading
from .mail import Mail


@dataclass(frozen=True, slots=True)
class Undone:
    """What was taken back, or done again."""

    sentence: Safe
    row_ids: frozenset[RowId]
    """The messages it was about."""


def undo(mail: Mail) -> Undone:
    """Take back the last action; return what that was. Raises UserError if nothing is left."""
    batch = undoable(mail.store)
    if batch is None:
        raise UserError("There is nothing to undo.")
    return _take_back(mail, batch, "Undone")


def newest(mail: Mail) -> int:
    """Return the number of what a person did last and may undo, higher for what is newer.

    0: nothing. What the program did by itself does not count: nobody pressed a key for it.
    """
    return newest_by_person(mail.store)


def redo(mail: Mail) -> Undone:
    """Do again what was taken back last; return what. Raises UserError if nothing is left."""
    batch = redoable(mail.store)
    if batch is None:
        raise UserError("There is nothing to do again.")
    return _take_back(mail, batch, "Done again")


def _take_back(mail: Mail, batch: Batch, word: str) -> Undone:
    if not take_back(mail.store, batch, _trash(mail)):
        raise UserError(f"This cannot be taken back any more: {batch.sentence}")
    batches = [batch.id, batch.of] if batch.of else [batch.id]
    keys = {op.key for one in batches for op in operations_in_batch(mail.store, one)}
    rows = rows_with_keys(mail.store, keys)
    return Undone(Safe(f"{word}: {batch.sentence}"), rows)


def _trash(mail: Mail) -> dict[AccountName, str]:
    found = {}
    for account in mail.config.accounts:
        box = reading.mailbox_for_role(mail, account.name, Role.TRASH)
        if box is not None:
            found[account.name] = box.name.raw
    return found
