"""Conversations that are muted, or done until somebody replies."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace

from tuimail.errors import UserError
from tuimail.model.ids import AccountName, MessageRef, ThreadId
from tuimail.model.later import Watch, WatchKind
from tuimail.model.mailbox import INBOX, Role
from tuimail.model.safe import Safe, ours
from tuimail.store.conversations import Member, members, threads_of_rows
from tuimail.store.deeds import Deed, DeedKind
from tuimail.store.journal import do_deeds
from tuimail.store.targets import targets
from tuimail.store.watches import json_of_watch, threads_watched

from . import reading
from .mail import Mail
from .snooze import Plan
from .triage import Done, MissingRole, refuse_read_only

MAX_ANCHORS = 400
"""Hashes by which a conversation is found again."""


@dataclass(frozen=True, slots=True)
class Conversation:
    """One thread of one account, with the mails that are shown of it."""

    account: AccountName
    thread: ThreadId
    mails: tuple[Member, ...]

    def watched(self, kind: WatchKind, now: float) -> Watch:
        """Return what is written down where it is watched from now on."""
        anchors: set[int] = {one.key for one in self.mails}
        anchors |= {one for mail in self.mails for one in mail.refs}
        return Watch(
            kind=kind,
            account=self.account,
            anchor=min(self.mails, key=lambda one: one.row_id).key,
            since=int(now),
            anchors=frozenset(sorted(anchors)[:MAX_ANCHORS]),
            known=frozenset(one.key for one in self.mails),
            home=INBOX,
        )


def mute(mail: Mail, refs: Sequence[MessageRef], now: float | None = None) -> Done:
    """Mute the conversations of these mails: what is in the inbox is archived, read.

    Raises:
        MissingRole: an account has no archive.
        UserError: the inbox is read-only.
    """
    found = _conversations(mail, refs)
    muted = threads_watched(mail.store, WatchKind.MUTED)
    plan = Plan()
    fresh = [one for one in found if one.thread not in muted]
    for one in fresh:
        watch = one.watched(WatchKind.MUTED, time.time() if now is None else now)
        plan.deeds.append(_deed(watch, None, watch))
        _archive_inbox(mail, one, plan, reads=True)
    return _do(mail, plan, _sentence(len(fresh), "muted"))


def toggle_muted(mail: Mail, refs: Sequence[MessageRef]) -> Done:
    """Mute conversations, or no longer where all of them are muted. Raises as `mute`."""
    muted = threads_watched(mail.store, WatchKind.MUTED)
    found = _conversations(mail, refs)
    is_all = bool(found) and all(one.thread in muted for one in found)
    return (unmute if is_all else mute)(mail, refs)


def unmute(mail: Mail, refs: Sequence[MessageRef]) -> Done:
    """Mute the conversations of these mails no longer; what was archived stays there.

    Raises:
        UserError: none of them is muted.
    """
    muted = threads_watched(mail.store, WatchKind.MUTED)
    found = [one for one in _conversations(mail, refs) if one.thread in muted]
    if not found:
        raise UserError("This conversation is not muted.")
    deeds = {
        (watch.account, watch.name): _deed(watch, watch, None)
        for one in found
        for watch in muted[one.thread]
    }
    plan = Plan(list(deeds.values()))
    return _do(mail, plan, _sentence(len(found), "no longer muted"))


def done(mail: Mail, refs: Sequence[MessageRef], now: float | None = None) -> Done:
    """Archive the conversations of these mails until somebody replies, who brings them back.

    Raises:
        MissingRole: an account has no archive.
        UserError: the inbox is read-only.
    """
    found = _conversations(mail, refs)
    watched = threads_watched(mail.store, WatchKind.DONE)
    plan = Plan()
    for one in found:
        watch = one.watched(WatchKind.DONE, time.time() if now is None else now)
        before = next((it for it in watched.get(one.thread, ()) if it.name == watch.name), None)
        away = {it.key for it in _in_inbox(mail, one)} | (before.away if before else set())
        watch = replace(watch, bed=_archive_name(mail, one.account), away=frozenset(away))
        plan.deeds.append(_deed(watch, before, watch))
        _archive_inbox(mail, one, plan, reads=False)
    return _do(mail, plan, _sentence(len(found), "done: a reply brings it back"))


def _conversations(mail: Mail, refs: Sequence[MessageRef]) -> list[Conversation]:
    found = targets(mail.store, refs)
    threads = threads_of_rows(mail.store, {target.row_id for target in found})
    pairs = dict.fromkeys((t.account, threads[t.row_id]) for t in found if t.row_id in threads)
    conversations = (
        Conversation(account, thread, tuple(members(mail.store, account, thread)))
        for account, thread in pairs
    )
    return [one for one in conversations if one.mails]


def _archive_inbox(mail: Mail, one: Conversation, plan: Plan, *, reads: bool) -> None:
    """Plan that what lies in the inbox of a conversation goes to the archive."""
    archive = _archive_name(mail, one.account)
    found = targets(mail.store, [it.ref for it in _in_inbox(mail, one)])
    refuse_read_only(found)
    for target in found:
        if reads:
            plan.mark_and_move(target, archive, is_read=True)
        else:
            plan.move(target, archive)


def _in_inbox(mail: Mail, one: Conversation) -> list[Member]:
    inbox = reading.mailbox_for_role(mail, one.account, Role.INBOX)
    return [it for it in one.mails if inbox is not None and it.mailbox_id == inbox.id]


def _archive_name(mail: Mail, account: AccountName) -> str:
    archive = reading.archive_of(mail, account)
    if archive is None:
        raise MissingRole(account, Role.ARCHIVE)
    return archive.name.raw


def _deed(watch: Watch, before: Watch | None, after: Watch | None) -> Deed:
    texts = [None if one is None else json_of_watch(one) for one in (before, after)]
    return Deed(DeedKind.WATCH, watch.account, watch.name, *texts)


def _sentence(count: int, what: str) -> Safe:
    return Safe(f"1 conversation {what}" if count == 1 else f"{count:,} conversations {what}")


def _do(mail: Mail, plan: Plan, sentence: Safe) -> Done:
    if not plan.deeds:
        return Done(ours("Nothing to do"), 0, 0)
    batch = do_deeds(mail.store, sentence, plan.deeds, plan.operations, plan.before)
    return Done(sentence, len(plan.deeds), batch)
