"""Putting mail off: it sleeps in a mailbox and comes back at a time, or when somebody replies."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from tuimail.errors import UserError
from tuimail.model.flags import NO_FLAGS, Flag, Flags
from tuimail.model.ids import AccountName, MessageKey, MessageRef, ThreadId
from tuimail.model.later import Snooze, SnoozeState
from tuimail.model.mailbox import INBOX, MailboxRow
from tuimail.model.message import MessageRow
from tuimail.model.operation import Operation, OperationKind
from tuimail.model.safe import Safe, ours
from tuimail.model.view import View
from tuimail.store.conversations import members, threads_of
from tuimail.store.deeds import Deed, DeedKind
from tuimail.store.journal import do_deeds
from tuimail.store.mailboxes import mailbox_named
from tuimail.store.messages import find_key
from tuimail.store.snoozes import json_of_snooze, snoozes, snoozes_of
from tuimail.store.targets import Target, operation_on, targets

from . import reading
from .labelled import each_once, leaving_inbox
from .mail import Mail
from .triage import Done, messages_words, refuse_read_only
from .wake_times import wake_words
from .wanted_mailboxes import beside_others, ensured
from .zones import zone_with_summer

SNOOZED: Final = "Snoozed"
"""The mailbox in which mails sleep: other programs see them there."""
UNREAD: Final = frozenset({Flag.SEEN.value})


@dataclass(slots=True)
class Plan:
    """What is to be written down together."""

    deeds: list[Deed] = field(default_factory=list)
    operations: list[Operation] = field(default_factory=list)
    before: list[Flags] = field(default_factory=list)

    def mark_and_move(self, target: Target, destination: str, *, is_read: bool) -> None:
        """Mark a message as read, or as unread, and move it."""
        before, after = target.flags, target.flags - UNREAD | (UNREAD if is_read else NO_FLAGS)
        if before != after:
            marking = operation_on(
                target, OperationKind.FLAGS, add=after - before, remove=before - after
            )
            self._add(marking, before)
        self._add(operation_on(target, OperationKind.MOVE, destination=destination), after)

    def move(self, target: Target, destination: str) -> None:
        """Move a message as it is."""
        moving = operation_on(target, OperationKind.MOVE, destination=destination)
        self._add(moving, target.flags)

    def _add(self, operation: Operation, before: Flags) -> None:
        self.operations.append(operation)
        self.before.append(before)

    def change(self, one: Snooze, before: Snooze | None, after: Snooze | None) -> None:
        """Add what becomes of a mail that is put off."""
        texts = [None if it is None else json_of_snooze(it) for it in (before, after)]
        self.deeds.append(Deed(DeedKind.SNOOZE, one.account, str(one.key), *texts))


def snooze(mail: Mail, refs: Sequence[MessageRef], until: int, now: float | None = None) -> Done:
    """Put mails off until a moment in seconds UTC, or until somebody replies.

    What sleeps already sleeps until then. All is written down at once, so that a mail is in one
    place whatever happens. What sleeps is read, so that nobody is told of it; it wakes unread.

    Raises:
        UserError: a mailbox is read-only, or cannot be made.
    """
    now = time.time() if now is None else now
    found = _leaving(mail, targets(mail.store, refs))
    known = snoozes_of(mail.store, {t.key for t in found})
    found = _in_one_place(found, known)
    refuse_read_only(found)
    beds = {account: _bed(mail, account) for account in {t.account for t in found}}
    threads = threads_of(mail.store, {t.key for t in found})
    plan = Plan()
    for target in found:
        before = _asleep(known.get(target.key, ()), target)
        bed = beds[target.account]
        is_there = target.mailbox_id == bed.id
        if before is not None and is_there:
            after = replace(before, until=until, state=SnoozeState.ASLEEP)
        else:
            after = Snooze(
                account=target.account,
                key=target.key,
                until=until,
                home=INBOX if is_there else target.mailbox,
                bed=bed.name.raw,
                since=int(now),
                known=_conversation(mail, target, threads),
            )
        plan.change(after, before, after)
        if not is_there:
            plan.mark_and_move(target, bed.name.raw, is_read=True)
    when = wake_words(until, now, zone_with_summer(mail))
    return _do(mail, plan, Safe(f"{messages_words(len(found))} snoozed until {when}"))


def unsnooze(mail: Mail, refs: Sequence[MessageRef]) -> Done:
    """Wake mails now: they go back to where they were, unread.

    Raises:
        UserError: none of them sleeps.
    """
    found = targets(mail.store, refs)
    known = snoozes_of(mail.store, {t.key for t in found})
    plan = Plan()
    for target in found:
        one = _asleep(known.get(target.key, ()), target)
        if one is None or one.state is not SnoozeState.ASLEEP:
            continue
        plan.change(one, one, None)
        if target.mailbox == one.bed:
            plan.mark_and_move(target, home_of(mail, one), is_read=False)
    if found and not plan.deeds:
        raise UserError("This is not snoozed.")
    return _do(mail, plan, Safe(f"{messages_words(len(plan.deeds))} woken"))


def asleep(mail: Mail) -> list[MessageRow]:
    """Return the mails that sleep and are here, the one that wakes first in front."""
    every = snoozes(mail.store)
    refs = [ref for one in every for ref in find_key(mail.store, one.key)[:1]]
    rows = reading.rows(mail, View(ours("Snoozed"), ()), [ref.row_id for ref in refs])
    return sorted((row for row in rows if row.later.wakes), key=lambda row: row.later.wakes)


def home_of(mail: Mail, one: Snooze) -> str:
    """Return where a mail goes back to: the inbox where its mailbox is gone."""
    row = mailbox_named(mail.store, one.account, one.home)
    is_there = row is not None and row.is_selectable and not row.is_read_only
    return one.home if is_there else INBOX


def _do(mail: Mail, plan: Plan, sentence: Safe) -> Done:
    if not plan.deeds:
        return Done(ours("Nothing to do"), 0, 0)
    batch = do_deeds(mail.store, sentence, plan.deeds, plan.operations, plan.before)
    return Done(sentence, len(plan.deeds), batch)


def _leaving(mail: Mail, found: Sequence[Target]) -> list[Target]:
    """Return what is to be moved: each mail once, out of the inbox where mailboxes are labels."""
    once = each_once(mail, found)
    archives: dict[AccountName, MailboxRow] = {}
    for account in {target.account for target in once}:
        archive = reading.archive_of(mail, account)
        if archive is not None:
            archives[account] = archive
    with_archive = [target for target in once if target.account in archives]
    leaving = leaving_inbox(mail, with_archive, archives)
    left = {target.key for target in leaving}
    others = [t for t in once if t.account not in archives or t.key not in left]
    return each_once(mail, [*leaving, *others])


def _in_one_place(
    found: Sequence[Target], known: Mapping[MessageKey, Sequence[Snooze]]
) -> list[Target]:
    """Leave out what lies elsewhere too: a mail sleeps in one place and goes back to one.

    Where it sleeps already comes first, then the inbox.
    """

    def rank(target: Target) -> tuple[bool, bool]:
        before = _asleep(known.get(target.key, ()), target)
        return before is None or before.bed != target.mailbox, target.mailbox != INBOX

    first = {(t.account, t.key): t.mailbox for t in sorted(found, key=rank, reverse=True)}
    return [target for target in found if first[target.account, target.key] == target.mailbox]


def _bed(mail: Mail, account: AccountName) -> MailboxRow:
    name, delimiter = beside_others(mail, account, SNOOZED)
    return ensured(mail, account, name, delimiter)


def _asleep(known: Sequence[Snooze], target: Target) -> Snooze | None:
    return next((one for one in known if one.account == target.account), None)


def _conversation(
    mail: Mail, target: Target, threads: dict[int, ThreadId]
) -> frozenset[MessageKey]:
    thread = threads.get(target.key)
    found = members(mail.store, target.account, thread) if thread is not None else []
    return frozenset({target.key, *(one.key for one in found)})
