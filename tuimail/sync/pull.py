"""Brings one mailbox in step with the server: the shell around `plan`.

Nothing here remembers a place: a pull that was cut begins again and finds what is missing by
comparing UIDs. Counters of a mailbox are written only after its messages.
"""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from tuimail.events import Event, MailboxesChanged, MessagesChanged
from tuimail.mime.headers import looks_attached, parse_envelope
from tuimail.model.flags import Flags
from tuimail.model.ids import AccountName, MailboxId, OperationId
from tuimail.model.uid_set import ALL_UIDS, UidSet
from tuimail.store.database import Store
from tuimail.store.mailboxes import SyncState, put_sync_state, reset_mailbox, sync_state
from tuimail.store.messages import (
    Arrival,
    count_uids,
    known_uids,
    put_messages,
    remove_uids,
    set_flags,
)
from tuimail.store.operations import expected, settle
from tuimail.store.projection import apply_projection

from .plan import LocalState, Opening, Steps, Survey, plan_opening, plan_steps
from .remote import Remote, RemoteFlags, RemoteHeader, RemoteState

BATCH_WATCHED: Final = 500
"""Headers per transaction while a screen is attached: its reads wait 20 ms at most."""
BATCH_ALONE: Final = 2_000
"""Headers per transaction otherwise: fastest as a whole."""
BATCHES_ALONE: Final = 5
"""Transactions asked for at once where no screen waits: one is written while the next arrives."""


@dataclass(frozen=True, slots=True)
class Target:
    """The mailbox to pull."""

    id: MailboxId
    name: str


@dataclass(frozen=True, slots=True)
class Pulled:
    """What a pull changed here, and what it left for later."""

    target: Target
    state: RemoteState
    arriving: tuple[OperationId, ...]
    """Operations that had put messages here before the pull began: what they put is in it."""
    new: int = 0
    changed: int = 0
    vanished: int = 0
    backlog: tuple[int, ...] = ()
    """UIDs whose headers are still missing, ascending."""


@dataclass(frozen=True, slots=True)
class Puller:
    """What pulls of one account work with."""

    store: Store
    account: AccountName
    on_event: Callable[[Event], None]
    batch_size: Callable[[], int]

    async def refresh(self, remote: Remote, target: Target) -> Pulled:
        """Fetch the newest messages and compare the rest; older ones are left as backlog."""
        arriving = await asyncio.to_thread(expected, self.store, target.id)
        state = await remote.open(target.name)
        opening, before = await asyncio.to_thread(self._begin, target.id, state)
        pulled = Pulled(target, state, tuple(arriving))
        if opening.newest:
            await self._store(target.id, remote.headers(opening.newest))
            after = await asyncio.to_thread(self._note_newest, target.id, state)
            pulled = replace(pulled, new=after - before)
        pulled = await self._compare(remote, pulled, opening.survey)
        if not pulled.backlog:
            await self.complete(pulled)
        if pulled.new or pulled.changed or pulled.vanished:
            await self._show(target.id)
        return pulled

    async def fetch(
        self,
        remote: Remote,
        target: Target,
        uids: Sequence[int],
        on_stored: Callable[[int], None],
    ) -> None:
        """Fetch the headers of these UIDs from the open mailbox.

        `on_stored(count)` is called as often as some of them are safe.
        """
        wanted = UidSet.of(uids)
        await self._store(target.id, remote.headers(wanted), wanted, on_stored)

    async def complete(self, pulled: Pulled) -> None:
        """Write down that everything the server had when the pull began is here."""
        await asyncio.to_thread(self._complete, pulled)

    def _begin(self, mailbox: MailboxId, state: RemoteState) -> tuple[Opening, int]:
        known = sync_state(self.store, mailbox)
        count = count_uids(self.store, mailbox)
        opening = plan_opening(_local(known, count), state)
        if opening.is_new_generation:
            reset_mailbox(self.store, mailbox)
            known, count = SyncState(), 0
        begun = replace(
            known,
            uid_validity=state.uid_validity,
            permanent_flags=state.permanent_flags,
            is_read_only=state.is_read_only,
        )
        if begun != known:
            put_sync_state(self.store, mailbox, begun)
        return opening, count

    def _note_newest(self, mailbox: MailboxId, state: RemoteState) -> int:
        """Note, while older ones are missing, that the newest are here; return how many are."""
        known = sync_state(self.store, mailbox)
        if not known.backlog_done:
            put_sync_state(self.store, mailbox, replace(known, uid_next=state.uid_next))
        return count_uids(self.store, mailbox)

    async def _compare(self, remote: Remote, pulled: Pulled, survey: Survey) -> Pulled:
        mailbox, state = pulled.target.id, pulled.state
        if survey is Survey.CHANGES:
            before = await asyncio.to_thread(sync_state, self.store, mailbox)
            rows = await remote.flags(ALL_UIDS, before.highest_modseq)
            changed = await asyncio.to_thread(set_flags, self.store, mailbox, _changes(rows))
            pulled = replace(pulled, changed=changed)
            count = await asyncio.to_thread(count_uids, self.store, mailbox)
            if count == state.exists:
                return pulled
            survey = Survey.ALL
        if survey is Survey.NONE:
            return pulled
        if survey is Survey.UIDS:
            known = await asyncio.to_thread(known_uids, self.store, mailbox)
            missing = tuple(uid for uid in await remote.uids() if uid not in known)
            return replace(pulled, backlog=missing)
        steps = await self._survey(remote, mailbox, state)
        return await asyncio.to_thread(self._apply, pulled, steps)

    async def _survey(self, remote: Remote, mailbox: MailboxId, state: RemoteState) -> Steps:
        known = await asyncio.to_thread(known_uids, self.store, mailbox)
        rows = await remote.flags(ALL_UIDS) if state.exists else ()
        steps = plan_steps(known, rows, state.exists)
        if steps.is_doubtful and state.exists:
            again = plan_steps(known, await remote.flags(ALL_UIDS), state.exists)
            gone = set(steps.vanished).intersection(again.vanished)
            steps = replace(again, vanished=tuple(sorted(gone)))
        return steps

    def _apply(self, pulled: Pulled, steps: Steps) -> Pulled:
        mailbox = pulled.target.id
        changed = set_flags(self.store, mailbox, steps.flags) if steps.flags else 0
        vanished = remove_uids(self.store, mailbox, steps.vanished) if steps.vanished else 0
        return replace(
            pulled, changed=pulled.changed + changed, vanished=vanished, backlog=steps.fetch
        )

    def _complete(self, pulled: Pulled) -> None:
        state = pulled.state
        reached = SyncState(
            uid_validity=state.uid_validity,
            uid_next=state.uid_next,
            highest_modseq=state.highest_modseq,
            permanent_flags=state.permanent_flags,
            is_read_only=state.is_read_only,
            backlog_done=True,
        )
        if reached != sync_state(self.store, pulled.target.id):
            put_sync_state(self.store, pulled.target.id, reached)
        settle(self.store, pulled.arriving)

    async def _show(self, mailbox: MailboxId) -> None:
        moved = await asyncio.to_thread(apply_projection, self.store)
        for one in {mailbox, *moved}:
            self.on_event(MessagesChanged(self.account, one))
        self.on_event(MailboxesChanged(self.account))

    async def _store(
        self,
        mailbox: MailboxId,
        arriving: AsyncGenerator[Sequence[RemoteHeader], None],
        wanted: UidSet = ALL_UIDS,
        on_stored: Callable[[int], None] | None = None,
    ) -> None:
        """Parse and store headers in a thread while the next ones arrive."""
        loop = asyncio.get_running_loop()
        writing: asyncio.Future[int] | None = None

        def stored(count: int) -> None:
            self.on_event(MessagesChanged(self.account, mailbox))
            if on_stored is not None:
                on_stored(count)

        try:
            async for gathered in _whole_batches(arriving, self.batch_size):
                rows = [row for row in gathered if row.uid in wanted]
                if writing is not None:
                    stored(await writing)
                writing = loop.run_in_executor(None, self._write, mailbox, rows)
        finally:
            if writing is not None:
                await asyncio.wait([writing])
        if writing is not None:
            stored(await writing)

    def _write(self, mailbox: MailboxId, rows: Sequence[RemoteHeader]) -> int:
        put_messages(self.store, mailbox, [_arrival(row) for row in rows])
        return len(rows)


async def _whole_batches(
    arriving: AsyncIterator[Sequence[RemoteHeader]], size: Callable[[], int]
) -> AsyncIterator[list[RemoteHeader]]:
    """Regroup headers into batches of one transaction each."""
    gathered: list[RemoteHeader] = []
    async for rows in arriving:
        gathered.extend(rows)
        limit = size()
        while len(gathered) >= limit:
            yield gathered[:limit]
            del gathered[:limit]
    if gathered:
        yield gathered


def _local(known: SyncState, count: int) -> LocalState:
    return LocalState(
        uid_validity=known.uid_validity,
        uid_next=known.uid_next,
        highest_modseq=known.highest_modseq,
        count=count,
        is_complete=known.backlog_done,
    )


def _changes(rows: Sequence[RemoteFlags]) -> list[tuple[int, Flags]]:
    return [(row.uid, row.flags) for row in rows if row.uid > 0]


def _arrival(row: RemoteHeader) -> Arrival:
    envelope = parse_envelope(row.raw)
    return Arrival(
        uid=row.uid,
        flags=row.flags,
        internal_date=row.internal_date,
        size_bytes=row.size_bytes,
        envelope=envelope,
        has_attachments=looks_attached(envelope),
    )
