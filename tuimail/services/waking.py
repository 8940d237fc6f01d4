"""What happens by itself to mail that is put off, and to conversations that are watched.

Each step is written down in one transaction with the operations that carry it out, outside undo:
`u` takes back what the person did. Repeating a step after a crash does nothing more.
"""

import time
from collections.abc import Collection, Iterable
from dataclasses import replace
from typing import Final

from tuimail.model.flags import Flags
from tuimail.model.ids import AccountName, MessageKey, MessageRef, ThreadId
from tuimail.model.later import Snooze, SnoozeState, Watch, WatchKind
from tuimail.model.mailbox import INBOX, Role
from tuimail.model.operation import Operation, OperationKind
from tuimail.store.conversations import Member, members, threads_of
from tuimail.store.database import Database, Writing
from tuimail.store.operations import insert_operations
from tuimail.store.projection import project_new
from tuimail.store.snoozes import (
    drop_snooze_in,
    json_of_snooze,
    put_snooze_in,
    snooze_in,
    snoozes,
)
from tuimail.store.targets import Target, operation_on, targets
from tuimail.store.text import CC_BEGIN, to_of
from tuimail.store.watches import (
    drop_watch_in,
    json_of_watch,
    put_watch_in,
    threads_watched,
    watch_in,
)

from . import reading
from .mail import Mail
from .snooze import UNREAD, home_of

_NO_REPLY: Final = frozenset({Role.SENT, Role.DRAFTS, Role.JUNK, Role.TRASH})
"""What lies there wakes nobody."""
_SLACK_S: Final = 2 * 86_400
"""A reply may bear a date so long before its arrival; older mails are fetched late, no replies."""


def next_waking(mail: Mail) -> int | None:
    """Return when the next mail is to wake, in seconds UTC; None where none sleeps."""
    asleep = snoozes(mail.store)
    return asleep[0].until if asleep else None


def wake_due(mail: Mail, now: float | None = None) -> set[AccountName]:
    """Wake what is due, also long since; return the accounts in which something was done.

    What is not here yet, as after the cache was lost, wakes once it is.
    """
    now = time.time() if now is None else now
    due = [one for one in snoozes(mail.store) if one.until <= now]
    done = {one.account for one in due if _wake(mail, one)}
    _settle_woken(mail)
    return done


def heed(mail: Mail, accounts: Collection[AccountName]) -> set[AccountName]:
    """Act on what came into conversations of these accounts; return where something was done."""
    asleep = [one for one in snoozes(mail.store) if one.account in accounts]
    threads = threads_of(mail.store, {one.key for one in asleep})
    done = set()
    for one in asleep:
        thread = threads.get(one.key)
        if thread is not None and _has_reply(mail, one.account, thread, one.known, one.since):
            done |= {one.account} if _wake(mail, one) else set()
    for kind, act in ((WatchKind.MUTED, _go_past), (WatchKind.DONE, _bring_back)):
        for thread, watched in threads_watched(mail.store, kind).items():
            for watch in watched:
                if watch.account in accounts and act(mail, watch, thread):
                    done.add(watch.account)
    return done


def _wake(mail: Mail, one: Snooze, home: str = "") -> bool:
    """Bring a mail back, unread; return whether it is known here.

    Where a person was quicker, what they did stands.
    """
    places = _places(mail, one.account, one.key)
    if not places:
        return False
    home = home or home_of(mail, one)
    asleep = [place for place in places if place.mailbox == one.bed]
    at_home = [place for place in places if place.mailbox == home]
    woken = replace(one, state=SnoozeState.WOKEN, home=home)
    operations: list[Operation] = []
    before: list[Flags] = []
    for place in asleep or at_home:  # at home: the server could not put it to bed
        if UNREAD & place.flags:
            operations.append(operation_on(place, OperationKind.FLAGS, remove=UNREAD))
            before.append(place.flags)
        if asleep:
            operations.append(operation_on(place, OperationKind.MOVE, destination=home))
            before.append(place.flags - UNREAD)
    with mail.store.writing(Database.LOCAL) as writing:
        if snooze_in(writing, one.account, one.key) != json_of_snooze(one):
            return True
        if asleep or at_home:
            put_snooze_in(writing, woken)
        else:  # somebody has put it elsewhere: they have dealt with it
            drop_snooze_in(writing, one.account, one.key)
        insert_operations(writing, operations, before)
    project_new(mail.store)
    return True


def _settle_woken(mail: Mail) -> None:
    """Take the mark off what was read; what could not go home goes to the inbox."""
    for one in snoozes(mail.store, SnoozeState.WOKEN):
        places = _places(mail, one.account, one.key)
        stuck = [place for place in places if place.mailbox == one.bed]
        if stuck and one.home != INBOX:
            _wake(mail, one, INBOX)
        elif places and not stuck and all(UNREAD.issubset(place.flags) for place in places):
            with mail.store.writing(Database.LOCAL) as writing:
                drop_snooze_in(writing, one.account, one.key)


def _go_past(mail: Mail, watch: Watch, thread: ThreadId) -> bool:
    """Have what is new in a muted conversation go past the inbox; return whether there was any."""
    inbox = reading.mailbox_for_role(mail, watch.account, Role.INBOX)
    every = members(mail.store, watch.account, thread)
    inside = [m for m in every if inbox is not None and m.mailbox_id == inbox.id]
    fresh = [one for one in inside if one.key not in watch.known]
    if not fresh:
        return False
    own = mail.config.account(watch.account).own_addresses
    keeps_direct = mail.config.settings.mute_keeps_direct
    passing = [one for one in fresh if not (keeps_direct and _is_direct(one, own))]
    archive = reading.archive_of(mail, watch.account)
    operations: list[Operation] = []
    before: list[Flags] = []
    for target in targets(mail.store, [one.ref for one in passing]):
        if target.is_read_only:
            continue
        operations.append(operation_on(target, OperationKind.FLAGS, add=UNREAD))
        before.append(target.flags)
        if archive is not None and archive.id != target.mailbox_id:
            destination = archive.name.raw
            operations.append(operation_on(target, OperationKind.MOVE, destination=destination))
            before.append(target.flags | UNREAD)
    grown = _grown(watch, every, fresh)
    with mail.store.writing(Database.LOCAL) as writing:
        if not _is_as_read(writing, watch):
            return True
        put_watch_in(writing, grown)
        insert_operations(writing, operations, before)
    project_new(mail.store)
    return True


def _bring_back(mail: Mail, watch: Watch, thread: ThreadId) -> bool:
    """Bring a conversation that was done back to the inbox if somebody replied."""
    if not _has_reply(mail, watch.account, thread, watch.known, watch.since):
        return False
    every = members(mail.store, watch.account, thread)
    away = [one.ref for one in every if one.key in watch.known and one.mailbox == watch.bed]
    operations = []
    before = []
    in_inbox = {one.key for one in every if one.mailbox == watch.home}
    for target in targets(mail.store, away):
        if target.key not in in_inbox:
            operations.append(operation_on(target, OperationKind.MOVE, destination=watch.home))
            before.append(target.flags)
    with mail.store.writing(Database.LOCAL) as writing:
        if not _is_as_read(writing, watch):
            return True
        drop_watch_in(writing, watch.account, watch.name)
        insert_operations(writing, operations, before)
    project_new(mail.store)
    return True


def _is_as_read(writing: Writing, watch: Watch) -> bool:
    return watch_in(writing, watch.account, watch.name) == json_of_watch(watch)


def _has_reply(
    mail: Mail, account: AccountName, thread: ThreadId, known: Collection[int], since: int
) -> bool:
    """Whether somebody else wrote into a conversation since."""
    own = {one.casefold() for one in mail.config.account(account).own_addresses}
    roles = {row.id: row.role for row in reading.mailboxes(mail, account)}
    return any(
        one.key not in known
        and roles.get(one.mailbox_id, one.role) not in _NO_REPLY
        and one.author.casefold() not in own
        and one.date >= since - _SLACK_S
        for one in members(mail.store, account, thread)
    )


def _is_direct(one: Member, own: Collection[str]) -> bool:
    """Whether a mail is addressed to the person and to nobody else."""
    to = [address.addr_spec.casefold() for address in to_of(one.people)]
    mine = {address.casefold() for address in own}
    return CC_BEGIN not in one.people and bool(to) and mine.issuperset(to)


def _grown(watch: Watch, every: Iterable[Member], fresh: Iterable[Member]) -> Watch:
    new = {one.key for one in fresh}
    hashes = {h for one in every if one.key in new for h in one.refs}
    return replace(watch, known=watch.known | new, anchors=watch.anchors | new | hashes)


def _places(mail: Mail, account: AccountName, key: MessageKey) -> list[Target]:
    """Return where a mail is shown now."""
    thread = threads_of(mail.store, [key]).get(key)
    if thread is None:
        return []
    refs: list[MessageRef] = [
        one.ref for one in members(mail.store, account, thread) if one.key == key
    ]
    return targets(mail.store, refs)
