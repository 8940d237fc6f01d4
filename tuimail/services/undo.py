"""Take back what was done, and do it again. The journal survives a restart."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from tuimail.errors import (
    EngineUnavailable,
    NotFound,
    ProtocolError,
    Scope,
    TuimailError,
    UserError,
)
from tuimail.model.ids import AccountName, RowId
from tuimail.model.mailbox import MailboxChange, MailboxVerb, Role
from tuimail.model.safe import Safe, safe_line
from tuimail.store.database import Store
from tuimail.store.deeds import Deed, DeedKind, deeds_in_batch
from tuimail.store.journal import (
    Batch,
    BatchKind,
    group_since,
    newest_by_person,
    newest_id,
    pass_by,
    redoable,
    take_back,
    undoable,
)
from tuimail.store.mailboxes import mailbox_named
from tuimail.store.messages import rows_with_keys
from tuimail.store.operations import operations_in_batch

from . import reading
from .mail import Mail

ChangeMailbox = Callable[[AccountName, MailboxChange], None]
"""Has a server change a mailbox, and returns when it has; raises what `EngineLink` does."""


def nobody(account: AccountName, change: MailboxChange) -> None:
    """Change no mailbox: for where no server can be asked."""
    raise EngineUnavailable(f"The server of {account} is needed for this: {change.verb.value}.")


_MAX_SENTENCE_CHARS: Final = 400


class Touched(StrEnum):
    """What besides mail is to be shown anew."""

    MAILBOXES = "mailboxes"
    SEARCHES = "searches"
    SPLITS = "splits"
    CONFIGURATION = "configuration"
    DRAFTS = "drafts"


_TOUCHES: Final = {
    DeedKind.MAILBOX: Touched.MAILBOXES,
    DeedKind.SUBSCRIPTION: Touched.MAILBOXES,
    DeedKind.OFFLINE: Touched.CONFIGURATION,
    DeedKind.SEARCH: Touched.SEARCHES,
    DeedKind.SPLITS: Touched.SPLITS,
    DeedKind.DRAFT: Touched.DRAFTS,
}


@dataclass(frozen=True, slots=True)
class Undone:
    """What was taken back, or done again."""

    sentence: Safe
    row_ids: frozenset[RowId]
    """The messages it was about."""
    touched: frozenset[Touched] = frozenset()


class Walled(UserError):
    """This cannot be taken back; asked once more, undo goes on to what is older."""


def undo(mail: Mail, ask: ChangeMailbox = nobody) -> Undone:
    """Take back the last action, or the last group of them; return what that was.

    Raises:
        Walled: it cannot be; the next undo takes back what is older.
        UserError: nothing is left.
        TuimailError: the server that has to do it is out of reach.
    """
    batch = undoable(mail.store)
    if batch is None:
        raise UserError("There is nothing to undo.")
    return _with_group(mail, batch, undoable, lambda one: _undo_one(mail, one, ask), "Undone")


def redo(mail: Mail, ask: ChangeMailbox = nobody) -> Undone:
    """Do again what was taken back last; return what. Raises as `undo`."""
    batch = redoable(mail.store)
    if batch is None:
        raise UserError("There is nothing to do again.")
    return _with_group(mail, batch, redoable, lambda one: _take_back(mail, one, ask), "Done again")


def newest(mail: Mail) -> int:
    """Return the number of what a person did last and may undo, higher for what is newer.

    0: nothing. What the program did by itself does not count: nobody pressed a key for it.
    """
    return newest_by_person(mail.store)


def rows_in_batch(mail: Mail, batch: int) -> frozenset[RowId]:
    """Return the messages with which something was done by an entry of the journal."""
    keys = {op.key for op in operations_in_batch(mail.store, batch)}
    return rows_with_keys(mail.store, keys)


def begin_group(mail: Mail) -> int:
    """Return a mark: what is done from now until `end_group` is taken back together."""
    return newest_id(mail.store)


def end_group(mail: Mail, mark: int) -> int:
    """Make one entry of undo of what was done since a mark; return how many actions that were.

    What is still being written down when this is called stands alone.
    """
    return group_since(mail.store, mark)


def _undo_one(mail: Mail, batch: Batch, ask: ChangeMailbox) -> Undone:
    if batch.kind is BatchKind.WALL:
        raise _walled(mail, batch, "nothing brings it back")
    return _take_back(mail, batch, ask)


def _take_back(mail: Mail, batch: Batch, ask: ChangeMailbox) -> Undone:
    deeds = [deed.inverse for deed in reversed(deeds_in_batch(mail.store, batch.id))]
    try:
        touched = {one for deed in deeds if (one := _carry_out(mail, deed, ask))}
    except (UserError, NotFound) as error:
        raise _walled(mail, batch, error.hint) from error
    except ProtocolError as error:
        if error.scope is not Scope.COMMAND:
            raise
        raise _walled(mail, batch, error.hint) from error
    if not take_back(mail.store, batch, _trash(mail)):
        raise _walled(mail, batch, "it is not as it was left, or nothing brings it back")
    batches = [batch.id, batch.of] if batch.of else [batch.id]
    keys = {op.key for one in batches for op in operations_in_batch(mail.store, one)}
    return Undone(batch.sentence, rows_with_keys(mail.store, keys), frozenset(touched))


def _carry_out(mail: Mail, deed: Deed, ask: ChangeMailbox) -> Touched | None:
    """Carry out what is not in local.db; return what it touches, wherever it is."""
    match deed.kind:
        case DeedKind.MAILBOX:
            _change_mailbox(mail, deed, ask)
        case DeedKind.SUBSCRIPTION:
            verb = MailboxVerb.SUBSCRIBE if deed.after == "1" else MailboxVerb.UNSUBSCRIBE
            ask(deed.account, MailboxChange(verb, deed.name))
        case DeedKind.OFFLINE:
            from .offline import put_back  # reads and writes TOML: for the few who choose

            put_back(mail, deed.account, deed.name, deed.after)
        case DeedKind.SPLITS:
            from . import splits  # as above

            splits.put_back(mail, deed.after or "")
        case _:
            pass
    return _TOUCHES.get(deed.kind)


def _change_mailbox(mail: Mail, deed: Deed, ask: ChangeMailbox) -> None:
    before, after = deed.before, deed.after
    if before is None and after is not None:
        ask(deed.account, MailboxChange(MailboxVerb.CREATE, after))
    elif before is not None and after is None:
        ask(deed.account, MailboxChange(MailboxVerb.DELETE, before))
    elif before is not None and after is not None:
        row = mailbox_named(mail.store, deed.account, before)
        ask(deed.account, MailboxChange(MailboxVerb.RENAME, before, after))
        if row is not None:
            from .renaming import follow_rename  # as above

            follow_rename(mail, row, after)


def _walled(mail: Mail, batch: Batch, why: str) -> Walled:
    """Pass an entry by, and say so."""
    pass_by(mail.store, batch)
    older = undoable(mail.store)
    then = f" Once more takes back: {older.sentence}." if older else ""
    return Walled(f"Cannot be undone: {batch.sentence} ({why.rstrip('.')}).{then}")


def _with_group(
    mail: Mail,
    first: Batch,
    following: Callable[[Store], Batch | None],
    act: Callable[[Batch], Undone],
    word: str,
) -> Undone:
    """Take back an entry and the others of its group; where one fails, say so and stop there."""
    done, why = [act(first)], ""
    while not why and first.group and (other := following(mail.store)):
        if other.group != first.group:
            break
        try:
            done.append(act(other))
        except TuimailError as error:  # what was taken back before it is to be shown all the same
            why = f". {error.hint}"
    rows = frozenset[RowId]().union(*(one.row_ids for one in done))
    touched = frozenset[Touched]().union(*(one.touched for one in done))
    more = f", and {len(done) - 1} more" if len(done) > 1 else ""
    sentence = safe_line(f"{word}: {done[-1].sentence}{more}{why}", _MAX_SENTENCE_CHARS)
    return Undone(sentence, rows, touched)


def _trash(mail: Mail) -> dict[AccountName, str]:
    found = {}
    for account in mail.config.accounts:
        box = reading.mailbox_for_role(mail, account.name, Role.TRASH)
        if box is not None:
            found[account.name] = box.name.raw
    return found
