"""What happens by itself to mail that is put off, and to conversations that are watched.

Each step is written down in one transaction with the operations that carry it out, outside undo:
`u` takes back what the person did. Repeating a step after a crash does nothing more.
"""

import time
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from typing import Final, NamedTuple

from tuimail.model.flags import Flags
from tuimail.model.ids import AccountName, MessageKey, ThreadId
from tuimail.model.later import Snooze, SnoozeState, Watch, WatchKind
from tuimail.model.mailbox import INBOX, Role
from tuimail.model.operation import Operation, OperationKind
from tuimail.store.conversations import Member, members, threads_of
from tuimail.store.database import Database, Writing
from tuimail.store.messages import find_key
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
    steps = _all_waking(mail, due)
    _wake(mail, steps)
    _settle_woken(mail)
    return {step.before.account for step in steps}


def heed(mail: Mail, accounts: Collection[AccountName]) -> set[AccountName]:
    """Act on what came into conversations of these accounts; return where something was done."""
    asleep = [one for one in snoozes(mail.store) if one.account in accounts]
    threads = threads_of(mail.store, {one.key for one in asleep})
    replied = [
        one
        for one in asleep
        if (thread := threads.get(one.key)) is not None
        and _has_reply(mail, one.account, thread, one.known, one.since)
    ]
    steps = _all_waking(mail, replied)
    _wake(mail, steps)
    done = {step.before.account for step in steps}
    for kind, act in ((WatchKind.MUTED, _go_past), (WatchKind.DONE, _bring_back)):
        for thread, watched in threads_watched(mail.store, kind).items():
            for watch in watched:
                if watch.account in accounts and act(mail, watch, thread):
                    done.add(watch.account)
    return done


class _Waking(NamedTuple):
    """What brings one mail back."""

    before: Snooze
    after: Snooze | None
    """None where somebody has put it elsewhere: they have dealt with it."""
    operations: list[Operation]
    flags: list[Flags]
    """Those shown before each operation."""


def _all_waking(mail: Mail, every: Sequence[Snooze]) -> list[_Waking]:
    """Return what brings mails back, those that are not known here left out."""
    places = _places(mail, every)
    known = (one for one in every if one.key in places)
    return [_waking(one, places[one.key], home_of(mail, one)) for one in known]


def _waking(one: Snooze, places: Sequence[Target], home: str) -> _Waking:
    """Return what brings a mail back from where it is shown, unread."""
    asleep = [place for place in places if place.mailbox == one.bed]
    at_home = [place for place in places if place.mailbox == home]
    after = replace(one, state=SnoozeState.WOKEN, home=home) if asleep or at_home else None
    step = _Waking(one, after, [], [])
    for place in asleep or at_home:  # at home: the server could not put it to bed
        if UNREAD & place.flags:
            step.operations.append(operation_on(place, OperationKind.FLAGS, remove=UNREAD))
            step.flags.append(place.flags)
        if asleep:
            moving = operation_on(place, OperationKind.MOVE, destination=home)
            step.operations.append(moving)
            step.flags.append(place.flags - UNREAD)
    return step


def _wake(mail: Mail, steps: Sequence[_Waking]) -> None:
    """Bring mails back; where a person was quicker, what they did stands."""
    if not steps:
        return
    with mail.store.writing(Database.LOCAL) as writing:
        for one, after, operations, flags in steps:
            if snooze_in(writing, one.account, one.key) != json_of_snooze(one):
                continue
            if after is not None:
                put_snooze_in(writing, after)
            else:
                drop_snooze_in(writing, one.account, one.key)
            insert_operations(writing, operations, flags)
    project_new(mail.store)


def _settle_woken(mail: Mail) -> None:
    """Take the mark off what was read; what could not go home goes to the inbox."""
    woken = snoozes(mail.store, SnoozeState.WOKEN)
    known = _places(mail, woken)
    steps = []
    for one in woken:
        places = known.get(one.key, [])
        is_stuck = any(place.mailbox == one.bed for place in places)
        if is_stuck and one.home != INBOX:
            steps.append(_waking(one, places, INBOX))
        elif places and not is_stuck and all(UNREAD.issubset(p.flags) for p in places):
            steps.append(_Waking(one, None, [], []))
    _wake(mail, steps)


def _go_past(mail: Mail, watch: Watch, thread: ThreadId) -> bool:
    """Have what is new in a muted conversation go past the inbox; return whether there was any."""
    every = members(mail.store, watch.account, thread)
    new = [one for one in every if one.key not in watch.known]
    inbox = reading.mailbox_for_role(mail, watch.account, Role.INBOX) if new else None
    fresh = [one for one in new if inbox is not None and one.mailbox_id == inbox.id]
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
    away = [one.ref for one in every if one.key in watch.away and one.mailbox == watch.bed]
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
    new = [one for one in members(mail.store, account, thread) if one.key not in known]
    if not new:
        return False
    own = {one.casefold() for one in mail.config.account(account).own_addresses}
    roles = {row.id: row.role for row in reading.mailboxes(mail, account)}
    return any(
        roles.get(one.mailbox_id, one.role) not in _NO_REPLY
        and one.author.casefold() not in own
        and one.date >= since - _SLACK_S
        for one in new
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


def _places(mail: Mail, every: Iterable[Snooze]) -> dict[MessageKey, list[Target]]:
    """Return where mails are shown now, by their keys, which are those of one account."""
    refs = [ref for one in every for ref in find_key(mail.store, one.key)]
    found: dict[MessageKey, list[Target]] = {}
    for target in targets(mail.store, refs):
        found.setdefault(target.key, []).append(target)
    return found
