"""What a person does with mail: flag, move, copy, delete. Durable and shown at once."""

from array import array
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from tuimail.errors import UserError
from tuimail.model.flags import ANY_KEYWORD, NO_FLAGS, Flag, Flags, canonical_flag, name_of_flag
from tuimail.model.ids import AccountName, MessageRef
from tuimail.model.mailbox import MailboxRow, Role
from tuimail.model.operation import Operation, OperationKind
from tuimail.model.safe import Safe, ours, safe_line
from tuimail.model.view import View
from tuimail.store.journal import record_batch
from tuimail.store.lists import unread_rows
from tuimail.store.mailboxes import sync_state
from tuimail.store.operations import record
from tuimail.store.projection import project_new
from tuimail.store.targets import Target, operation_on, targets

from . import reading
from .flag_words import called, new_flags, unshown_words
from .labelled import each_once, keeping, leaving_inbox
from .mail import Mail


class MissingRole(UserError):
    """No mailbox is known for a role: the person chooses one or has it created, once."""

    def __init__(self, account: AccountName, role: Role) -> None:
        super().__init__(
            f"Account {account} has no {role} mailbox yet: choose one or have it created."
        )
        self.account = account
        self.role = role


@dataclass(frozen=True, slots=True)
class Done:
    """What an action did."""

    sentence: Safe
    count: int
    """Messages it changed; 0: there was nothing to do."""
    batch: int
    """The entry in the undo journal; 0 where nothing was done."""


def add_flags(mail: Mail, refs: Sequence[MessageRef], flags: Flags) -> Done:
    """Set flags; where the server takes labels, what people call a mail is one.

    Raises:
        UserError: a word that can be no flag there, or a mailbox that is read-only.
    """
    found = targets(mail.store, refs)
    words = sorted(flags)
    forms = {box: new_flags(mail, box, words) for box in {t.mailbox_id for t in found}}
    done = _change(mail, found, lambda t: forms[t.mailbox_id], lambda _: NO_FLAGS)
    return replace(done, sentence=done.sentence + unshown_words(mail, found, forms))


def remove_flags(mail: Mail, refs: Sequence[MessageRef], flags: Flags) -> Done:
    """Take flags, keywords and labels of these names away."""
    names = {name.casefold() for name in flags}
    found = targets(mail.store, refs)
    return _change(mail, found, lambda _: NO_FLAGS, lambda t: called(t.flags, names))


def mark_opened(mail: Mail, ref: MessageRef) -> None:
    """Mark a mail as read because it was opened: not a deed that undo or redo know of.

    A mailbox that is read-only keeps it unread.
    """
    seen = frozenset({Flag.SEEN.value})
    unread = [t for t in targets(mail.store, [ref]) if seen - t.flags and not t.is_read_only]
    operations = [operation_on(t, OperationKind.FLAGS, add=seen) for t in unread]
    if operations:
        record(mail.store, operations, [t.flags for t in unread])
        project_new(mail.store)


def toggle_seen(mail: Mail, refs: Sequence[MessageRef]) -> Done:
    """Mark as read if any is unread, else as unread."""
    return _toggle(mail, refs, Flag.SEEN)


def toggle_flagged(mail: Mail, refs: Sequence[MessageRef]) -> Done:
    """Flag if any is not flagged, else take the flag away."""
    return _toggle(mail, refs, Flag.FLAGGED)


def mark_read(mail: Mail, view: View, shown: "array[int]") -> Done:
    """Mark every unread mail read that the rows of a view with these ids stand for."""
    unread = unread_rows(mail.store, view, shown).values()
    return add_flags(mail, [ref for refs in unread for ref in refs], frozenset({Flag.SEEN.value}))


def move(mail: Mail, refs: Sequence[MessageRef], mailbox: str | Role) -> Done:
    """Move to the mailbox of this name or role in each message's own account.

    Raises:
        MissingRole: an account has no mailbox for the role.
        UserError: an account has no such mailbox, or one that takes no messages.
    """
    return _transfer(mail, targets(mail.store, refs), mailbox, OperationKind.MOVE)


def copy(mail: Mail, refs: Sequence[MessageRef], mailbox: str | Role) -> Done:
    """Copy, as `move`."""
    return _transfer(mail, targets(mail.store, refs), mailbox, OperationKind.COPY)


def delete(mail: Mail, refs: Sequence[MessageRef]) -> Done:
    """Move to Trash. Raises MissingRole; UserError for messages that lie there already."""
    found = each_once(mail, targets(mail.store, refs))
    boxes = _destinations(mail, found, Role.TRASH)
    outside = [t for t in found if boxes[t.account].id != t.mailbox_id]
    if found and not outside:
        raise UserError("This is in Trash already. Removing it for ever is a command of its own.")
    return _transfer(mail, outside, Role.TRASH, OperationKind.MOVE)


def archive(mail: Mail, refs: Sequence[MessageRef]) -> Done:
    """Move to Archive, or where there is none to the mailbox that holds all mail.

    Where that one holds it already and mailboxes are labels (Gmail), it leaves the inbox alone.

    Raises:
        MissingRole: there is neither.
    """
    found = targets(mail.store, refs)
    leaving = leaving_inbox(mail, found, _destinations(mail, found, Role.ARCHIVE))
    if found and not leaving:
        return Done(ours("Not in the inbox: it is archived already"), 0, 0)
    return _transfer(mail, leaving, Role.ARCHIVE, OperationKind.MOVE)


def spam(mail: Mail, refs: Sequence[MessageRef]) -> Done:
    """Move to Junk and mark as junk where the server keeps such marks. Raises MissingRole."""
    found = each_once(mail, targets(mail.store, refs))
    return _transfer(mail, found, Role.JUNK, OperationKind.MOVE, mark=Flag.JUNK)


def expunge_for_ever(mail: Mail, refs: Sequence[MessageRef]) -> Done:
    """Remove for ever; only after a yes.

    Where a mail would stay in the mailbox of all mail (Gmail), it goes by way of Trash.

    Raises:
        MissingRole: it would have to, and there is no Trash.
    """
    found = each_once(mail, targets(mail.store, refs))
    refuse_read_only(found)
    kept = keeping(mail, found)
    trashes = _destinations(mail, [t for t in found if t.mailbox_id in kept], Role.TRASH)
    operations: list[Operation] = []
    before: list[Flags] = []
    for target in found:
        trash = trashes[target.account] if target.mailbox_id in kept else None
        removal = _removal(target, trash)
        operations += removal
        before += [target.flags] * len(removal)
    sentence = f"{messages_words(len(found))} removed for ever"
    return _record(mail, operations, ours(sentence), before, len(found))


def _removal(target: Target, trash: MailboxRow | None) -> list[Operation]:
    if trash is None:
        return [operation_on(target, OperationKind.EXPUNGE)]
    moving = operation_on(target, OperationKind.MOVE, destination=trash.name.raw)
    there = replace(target, mailbox=trash.name.raw, uid_validity=0, uid=0)
    return [moving, operation_on(there, OperationKind.EXPUNGE)]


def _toggle(mail: Mail, refs: Sequence[MessageRef], flag: Flag) -> Done:
    found = targets(mail.store, refs)
    flags = frozenset({flag.value})
    has_all = all(flag in target.flags for target in found)
    add, remove = (NO_FLAGS, flags) if has_all else (flags, NO_FLAGS)
    return _change(mail, found, lambda _: add, lambda _: remove)


def _change(
    mail: Mail,
    found: Sequence[Target],
    add: Callable[[Target], Flags],
    remove: Callable[[Target], Flags],
) -> Done:
    """Change flags; only what differs is recorded, so that taking it back is exact."""
    refuse_read_only(found)
    differing = ((t, add(t) - t.flags, remove(t) & t.flags) for t in found)
    changes = [one for one in differing if one[1] or one[2]]
    operations = [
        operation_on(t, OperationKind.FLAGS, add=added, remove=removed)
        for t, added, removed in changes
    ]
    added = frozenset[str]().union(*(one for _, one, _ in changes))
    removed = frozenset[str]().union(*(one for _, _, one in changes))
    sentence = f"{messages_words(len(changes))} {words_of_change(added, removed)}"
    return _record(mail, operations, safe_line(sentence), [t.flags for t, _, _ in changes])


def _transfer(
    mail: Mail,
    found: Sequence[Target],
    mailbox: str | Role,
    kind: OperationKind,
    mark: Flag | None = None,
) -> Done:
    boxes = _destinations(mail, found, mailbox)
    elsewhere = [t for t in found if boxes[t.account].id != t.mailbox_id]
    if kind is OperationKind.MOVE:
        refuse_read_only(elsewhere)
    for account in {t.account for t in elsewhere}:
        _refuse_destination(boxes[account])
    operations, before = _marked(mail, elsewhere, mark)
    operations += [operation_on(t, kind, destination=boxes[t.account].name.raw) for t in elsewhere]
    before += [t.flags for t in elsewhere]
    verb = "moved" if kind is OperationKind.MOVE else "copied"
    names = sorted({safe_line(boxes[t.account].leaf) for t in elsewhere})
    sentence = f"{messages_words(len(elsewhere))} {verb} to {', '.join(names)}"
    return _record(mail, operations, safe_line(sentence), before, len(elsewhere))


def _marked(
    mail: Mail, found: Sequence[Target], mark: Flag | None
) -> tuple[list[Operation], list[Flags]]:
    """Return the operations that mark messages before they are moved, where marks are kept."""
    if mark is None:
        return [], []
    keeps = {t.mailbox_id: _keeps(mail, t, mark) for t in found}
    marked = [t for t in found if keeps[t.mailbox_id] and mark not in t.flags]
    add, opposite = frozenset({mark.value}), frozenset({Flag.NOT_JUNK.value})
    operations = [
        operation_on(t, OperationKind.FLAGS, add=add, remove=opposite & t.flags) for t in marked
    ]
    return operations, [t.flags for t in marked]


def _keeps(mail: Mail, target: Target, flag: Flag) -> bool:
    kept = sync_state(mail.store, target.mailbox_id).permanent_flags
    return ANY_KEYWORD in kept or flag in map(canonical_flag, kept)


def _destinations(
    mail: Mail, found: Sequence[Target], mailbox: str | Role
) -> dict[AccountName, MailboxRow]:
    accounts = dict.fromkeys(t.account for t in found)
    return {account: _destination(mail, account, mailbox) for account in accounts}


def _destination(mail: Mail, account: AccountName, mailbox: str | Role) -> MailboxRow:
    if isinstance(mailbox, Role):
        with_role = (
            reading.archive_of(mail, account)
            if mailbox is Role.ARCHIVE
            else reading.mailbox_for_role(mail, account, mailbox)
        )
        if with_role is None:
            raise MissingRole(account, mailbox)
        return with_role
    boxes = reading.mailbox_by_name(mail, mailbox, account)
    if not boxes:
        raise UserError(f"Account {account} has no mailbox {safe_line(mailbox)!r}.")
    if len(boxes) > 1:
        raise UserError(
            f"Account {account} has several mailboxes {safe_line(mailbox)!r}: write the full name."
        )
    return boxes[0]


def _refuse_destination(box: MailboxRow) -> None:
    if not box.is_selectable:
        raise UserError(f"{safe_line(box.name)} only holds other mailboxes, no messages.")
    if box.is_read_only:
        raise UserError(f"{safe_line(box.name)} is read-only on the server.")


def refuse_read_only(found: Sequence[Target]) -> None:
    """Raise UserError where messages lie in a mailbox that cannot be changed."""
    for target in found:
        if target.is_read_only:
            raise UserError(f"{safe_line(target.mailbox)} is read-only on the server.")


def _record(
    mail: Mail,
    operations: list[Operation],
    sentence: Safe,
    before: list[Flags],
    count: int | None = None,
) -> Done:
    if not operations:
        return Done(ours("Nothing to do"), 0, 0)
    batch, _ = record_batch(mail.store, operations, sentence, before)
    return Done(sentence, len(operations) if count is None else count, batch)


def messages_words(count: int) -> str:
    """Return a number of messages in words."""
    return "1 message" if count == 1 else f"{count:,} messages"


def words_of_change(add: Flags, remove: Flags) -> str:
    """Return what a change of flags does, for example `marked as read`."""
    changes = [(flag, True) for flag in sorted(add)] + [(flag, False) for flag in sorted(remove)]
    words = (_word_of_change(flag, is_added=is_added) for flag, is_added in changes)
    return ", ".join(dict.fromkeys(words))


def _word_of_change(flag: str, *, is_added: bool) -> str:
    if flag == Flag.SEEN:
        return "marked as read" if is_added else "marked as unread"
    if flag == Flag.FLAGGED:
        return "flagged" if is_added else "unflagged"
    name = name_of_flag(flag).removeprefix("\\")
    return f"tagged {name}" if is_added else f"tag {name} removed"
