"""Changes of an account's mailboxes themselves, which only its server can make."""

import asyncio
from collections.abc import Sequence

from tuimail.errors import ProtocolError, Scope, UserError
from tuimail.model.ids import AccountName
from tuimail.model.mailbox import INBOX, MailboxChange, MailboxVerb, is_below
from tuimail.model.safe import safe_line
from tuimail.store.database import Store
from tuimail.store.mailboxes import forget_wanted, wanted_mailboxes
from tuimail.store.operations import pending
from tuimail.store.renames import Renaming, forget_rename, note_rename

from .remote import Remote, RemoteMailbox


async def change_mailboxes(
    remote: Remote, store: Store, account: AccountName, change: MailboxChange
) -> None:
    """Make a change on the server; the mailboxes are to be listed anew afterwards.

    Raises:
        UserError: it cannot be done to this mailbox, or would lose what nobody was asked about.
        NetworkError, ProtocolError: as the methods of `Remote`.
    """
    if change.name.upper() == INBOX and change.verb in (MailboxVerb.RENAME, MailboxVerb.DELETE):
        # RFC 9051 section 6.3.6 would move its mails away and leave it empty.
        raise UserError(f"The inbox cannot be {change.verb.value}d: mail arrives there.")
    match change.verb:
        case MailboxVerb.CREATE:
            await remote.create(change.name)
        case MailboxVerb.RENAME:
            await _rename(remote, store, account, change)
        case MailboxVerb.DELETE:
            await _delete(remote, store, account, change)
        case MailboxVerb.SUBSCRIBE | MailboxVerb.UNSUBSCRIBE:
            is_wanted = change.verb is MailboxVerb.SUBSCRIBE
            await remote.subscribe(change.name, is_wanted=is_wanted)


async def make_wanted(remote: Remote, store: Store, account: AccountName) -> bool:
    """Make the mailboxes that mail is to go into; tell whether there were any.

    Where the server refuses, what waits for such a mailbox is refused too, and said.

    Raises:
        NetworkError, ProtocolError: as the methods of `Remote`.
    """
    wanted = await asyncio.to_thread(wanted_mailboxes, store, account)
    for name in wanted:
        try:
            await remote.create(name)
        except ProtocolError as error:
            if error.scope is not Scope.COMMAND:
                raise  # else it is there by now, or cannot be
        await asyncio.to_thread(forget_wanted, store, account, name)
    return bool(wanted)


async def _rename(
    remote: Remote, store: Store, account: AccountName, change: MailboxChange
) -> None:
    moved = _tree(await remote.mailboxes(), change.name)
    renaming = Renaming(change.name, change.new_name, moved[0].delimiter)
    await asyncio.to_thread(note_rename, store, account, renaming)
    await _leave(remote)
    try:
        await remote.rename(change.name, change.new_name)
    except ProtocolError as error:
        if error.scope is Scope.COMMAND:
            await asyncio.to_thread(forget_rename, store, account)
        raise
    for one in moved:
        if one.is_subscribed:  # RFC 9051 section 6.3.6: that stays with the old name
            await _subscribe(remote, renaming.renamed(one.name), is_wanted=True)
            await _subscribe(remote, one.name, is_wanted=False)


async def _delete(
    remote: Remote, store: Store, account: AccountName, change: MailboxChange
) -> None:
    """Delete a mailbox and those below it, the lowest first, with no more mails than agreed."""
    doomed = _tree(await remote.mailboxes(), change.name)
    await asyncio.to_thread(_refuse_waiting, store, account, {one.name for one in doomed})
    await _leave(remote)
    counts = [(await remote.status(one.name)).exists for one in doomed if one.is_selectable]
    if sum(counts) > change.at_most:
        raise UserError(
            f"It holds {sum(counts):,} mails by now, and you were asked about"
            f" {change.at_most:,}. Nothing was deleted; fetch them first."
        )
    await _delete_each(remote, sorted(doomed, key=lambda one: one.name, reverse=True))


async def _delete_each(remote: Remote, doomed: Sequence[RemoteMailbox]) -> None:
    for one in doomed:
        try:
            await remote.delete(one.name)
        except ProtocolError as error:
            # A name that only held others goes by itself with the last of them on most servers.
            if one.is_selectable or error.scope is not Scope.COMMAND:
                raise
        if one.is_subscribed:
            await _subscribe(remote, one.name, is_wanted=False)


async def _subscribe(remote: Remote, name: str, *, is_wanted: bool) -> None:
    """Have a subscription follow what was done, as far as the server lets it."""
    try:
        await remote.subscribe(name, is_wanted=is_wanted)
    except ProtocolError as error:
        if error.scope is not Scope.COMMAND:
            raise


def _tree(told: Sequence[RemoteMailbox], name: str) -> list[RemoteMailbox]:
    """Return a mailbox and those below it."""
    found = [one for one in told if one.name == name or is_below(one.name, name, one.delimiter)]
    if not found:
        raise UserError(f"There is no mailbox {safe_line(name, 80)} on the server any more.")
    return found


async def _leave(remote: Remote) -> None:
    """Close the mailbox that is open: Dovecot hangs up when that one is deleted."""
    await remote.open(INBOX, read_only=True)


def _refuse_waiting(store: Store, account: AccountName, names: set[str]) -> None:
    """Lose no operation: what waits for these mailboxes is carried out or cancelled first."""
    waiting = [op for op in pending(store, account) if {op.mailbox, op.destination} & names]
    if waiting:
        count = f"{len(waiting):,} changes" if len(waiting) > 1 else "A change"
        verb = "wait" if len(waiting) > 1 else "waits"
        raise UserError(
            f"{count} to its mails still {verb} for the server. Nothing was deleted; try again."
        )
