"""What a person does with mailboxes themselves. Only their server can do it, and it answers."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from tuimail.errors import UserError
from tuimail.model.flags import Flags
from tuimail.model.ids import AccountName, MessageRef, RowId
from tuimail.model.mailbox import (
    INBOX,
    MailboxChange,
    MailboxRow,
    MailboxVerb,
    Role,
    is_below,
    lives_here,
)
from tuimail.model.operation import OperationKind
from tuimail.model.safe import Safe, safe_line
from tuimail.store.deeds import Deed, DeedKind
from tuimail.store.journal import BatchKind, note_deeds, record_batch
from tuimail.store.mailboxes import mailbox_row, mailbox_rows, sync_state
from tuimail.store.targets import operation_on, targets

from . import reading
from .mail import Mail
from .triage import Done, messages_words

MAX_NAME_CHARS: Final = 200
EMPTIED: Final = (Role.TRASH, Role.JUNK)
"""What lies elsewhere is deleted mail by mail: it goes to Trash first."""
_USES: Final = {
    Role.SENT: "sent mail",
    Role.DRAFTS: "drafts",
    Role.TRASH: "deleted mail",
    Role.ARCHIVE: "archived mail",
    Role.JUNK: "junk mail",
}
_SHOWN_CHARS: Final = 80


@dataclass(frozen=True, slots=True)
class Doomed:
    """What would be gone with a mailbox."""

    mails: int
    below: int
    """Mailboxes below it."""
    role: Role | None = None

    @property
    def question(self) -> Safe:
        """What is asked before, without the name."""
        below = {0: "", 1: " and the mailbox below it"}.get(
            self.below, f" and the {self.below} mailboxes below it"
        )
        mails = f" with {messages_words(self.mails)}" if self.mails else ""
        used = f", which is for {_USES[self.role]}," if self.role in _USES else ""
        return Safe(f"{used}{below}{mails}")


def is_here(mail: Mail, account: AccountName, name: str) -> bool:
    """Tell whether a mailbox lives on this computer only, so that no server is asked about it."""
    return lives_here(name) or mail.config.account(account).imap is None


def from_where(mail: Mail, row: MailboxRow) -> Safe:
    """Say in a question what a mailbox, or its mails, would be gone from."""
    here = is_here(mail, row.account, row.name.raw)
    return Safe("from this computer" if here else "from the server")


def mailbox_meant(mail: Mail, name: str, account: AccountName | None = None) -> MailboxRow:
    """Return the one mailbox meant by a name, a role or `account/name`.

    Raises:
        UserError: there is none, or more than one.
    """
    found = reading.mailbox_by_name(mail, name, account)
    shown = safe_line(name, _SHOWN_CHARS)
    if not found:
        raise UserError(f"There is no mailbox {shown!r}. What there is: tuimail mailbox list")
    if len(found) > 1:
        names = ", ".join(f"{row.account}/{safe_line(row.name, 40)}" for row in found[:5])
        raise UserError(f"{shown!r} may be {names}. Write the full name, or --account.")
    return found[0]


def creation(name: str) -> MailboxChange:
    """Return the wish for a mailbox. Raises UserError where the name cannot be one."""
    return MailboxChange(MailboxVerb.CREATE, _checked(name))


def renaming(row: MailboxRow, new_name: str) -> MailboxChange:
    """Return the wish to rename a mailbox.

    Raises:
        UserError: it is the inbox, or the name cannot be one.
    """
    refuse_inbox(row, "renamed")
    name = _checked(new_name)
    if name == row.name.raw:
        raise UserError("That is its name already.")
    if is_below(name, row.name.raw, row.delimiter):
        raise UserError("A mailbox cannot lie below itself.")
    return MailboxChange(MailboxVerb.RENAME, row.name.raw, name)


def subscription(row: MailboxRow, *, is_wanted: bool) -> MailboxChange:
    """Return the wish to subscribe to a mailbox, or no longer."""
    verb = MailboxVerb.SUBSCRIBE if is_wanted else MailboxVerb.UNSUBSCRIBE
    return MailboxChange(verb, row.name.raw)


def doomed_with(mail: Mail, row: MailboxRow) -> Doomed:
    """Return what a deletion would take. Raises UserError for the inbox."""
    refuse_inbox(row, "deleted")
    below = _below(mail, row)
    return Doomed(sum(one.total for one in (row, *below)), len(below), row.role)


def deletion(row: MailboxRow, agreed: Doomed) -> MailboxChange:
    """Return the wish to delete a mailbox; only after a yes to `agreed`."""
    return MailboxChange(MailboxVerb.DELETE, row.name.raw, at_most=agreed.mails)


def to_be_emptied(mail: Mail, row: MailboxRow) -> int:
    """Return how many mails emptying would remove. Raises UserError where that is not done."""
    if row.role not in EMPTIED:
        raise UserError(
            f"{safe_line(row.name, _SHOWN_CHARS)} is not emptied: only Trash and Junk are."
            " Delete its mails first, which moves them to Trash."
        )
    now = mailbox_row(mail.store, row.id)
    if now.is_read_only:
        raise UserError(f"{safe_line(row.name, _SHOWN_CHARS)} is read-only on the server.")
    return now.total


def empty(mail: Mail, row: MailboxRow) -> Done:
    """Remove every mail that is listed in Trash or Junk now for ever; only after a yes.

    Exactly those: what arrives meanwhile, or is not fetched yet, stays. Not to be undone.
    """
    to_be_emptied(mail, row)
    view = reading.mailbox_view(mail, row.id)
    refs = [MessageRef(RowId(row_id), row.id) for row_id in reading.view_ids(mail, view)]
    found = targets(mail.store, refs)
    where = safe_line(row.name, _SHOWN_CHARS)
    if not found:
        return Done(Safe(f"{where} is empty"), 0, 0)
    is_whole = sync_state(mail.store, row.id).backlog_done
    more = "" if is_whole else "; what is not fetched yet stays"
    sentence = Safe(f"{messages_words(len(found))} of {where} removed for ever{more}")
    flags: Sequence[Flags] = [target.flags for target in found]
    operations = [operation_on(target, OperationKind.EXPUNGE) for target in found]
    batch, _ = record_batch(mail.store, operations, sentence, flags, BatchKind.WALL)
    return Done(sentence, len(found), batch)


def note(mail: Mail, account: AccountName, change: MailboxChange) -> None:
    """Journal a change that the server has made, so that undo knows of it."""
    name = safe_line(change.name, _SHOWN_CHARS)
    deeds: list[Deed] = []
    match change.verb:
        case MailboxVerb.CREATE:
            sentence = f"mailbox {name} made"
            made = _made(mail, account, change.name)
            deeds.append(Deed(DeedKind.MAILBOX, account, made, None, made))
        case MailboxVerb.RENAME:
            new = change.new_name
            sentence = f"mailbox {name} renamed to {safe_line(new, _SHOWN_CHARS)}"
            deeds.append(Deed(DeedKind.MAILBOX, account, change.name, change.name, new))
        case MailboxVerb.DELETE:
            sentence = f"mailbox {name} deleted"
        case _:
            is_wanted = change.verb is MailboxVerb.SUBSCRIBE
            sentence = f"mailbox {name} {'' if is_wanted else 'un'}subscribed"
            before, after = str(int(not is_wanted)), str(int(is_wanted))
            deeds.append(Deed(DeedKind.SUBSCRIPTION, account, change.name, before, after))
    note_deeds(mail.store, safe_line(sentence, 300), deeds)


def _made(mail: Mail, account: AccountName, name: str) -> str:
    """Return the name a new mailbox has got: below INBOX where all lie there."""
    rows = mailbox_rows(mail.store, account)
    names = [row.name.raw for row in rows]
    below = [f"{INBOX}{row.delimiter}{name}" for row in rows if row.delimiter]
    return next((one for one in (name, *below) if one in names), name)


def refuse_inbox(row: MailboxRow, verb: str) -> None:
    """Raise UserError where it is the inbox: what happens to others cannot happen to it."""
    if row.name.raw.upper() == INBOX:
        raise UserError(f"The inbox cannot be {verb}: mail arrives there.")


def _below(mail: Mail, row: MailboxRow) -> list[MailboxRow]:
    every = reading.mailboxes(mail, row.account)
    return [one for one in every if is_below(one.name.raw, row.name.raw, row.delimiter)]


def _checked(name: str) -> str:
    """A server takes nearly any name; people need one they can see and type."""
    if not name.strip() or len(name) > MAX_NAME_CHARS:
        raise UserError(f"A mailbox's name has 1 to {MAX_NAME_CHARS} characters.")
    if not name.isprintable() or safe_line(name, MAX_NAME_CHARS) != name:
        raise UserError("A mailbox's name cannot hold characters that are not seen.")
    return name
