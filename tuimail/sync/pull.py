"""Brings one mailbox in step with the server: the shell around `plan`.

Nothing here remembers a place: a pull that was cut begins again and finds what is missing by
comparing UIDs. Counters of a mailbox are written only after its messages.
"""

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterable, Sequence
from contextlib import aclosing
from dataclasses import dataclass, replace
from typing import Final

from tuimail.events import Event, MailboxesChanged, MessagesChanged
from tuimail.model.ids import AccountName, MailboxId, OperationId
from tuimail.model.uid_set import NO_UIDS, UidSet
from tuimail.store.arrivals import Arriving
from tuimail.store.database import Store
from tuimail.store.index import catch_up
from tuimail.store.mailboxes import SyncState, put_sync_state, reset_mailbox, sync_state
from tuimail.store.messages import count_uids, put_reckoned
from tuimail.store.operations import expected, settle
from tuimail.store.projection import apply_projection
from tuimail.store.reckoned import Reckoned

from .plan import FlagSurvey, LocalState, Opening, plan_opening
from .reckon import Raw, reckoned
from .reckon_process import ReckonProcess
from .remote import Remote, RemoteHeader, RemoteState
from .survey import Surveyor
from .threads import ended, to_its_end

BATCH_WATCHED: Final = 500
"""Headers per transaction while a screen is attached: its reads wait 20 ms at most."""
BATCH_ALONE: Final = 2_000
"""Headers per transaction otherwise: fastest as a whole."""
BATCH_LEAST: Final = 250
"""However many accounts fetch at once and share the memory."""
BATCHES_ALONE: Final = 5
"""Transactions asked for at once where no screen waits: one is written while the next arrives."""
BLOCK: Final = 500
"""Headers parsed together at most: each time costs some waiting for each other."""
BLOCK_BYTES: Final = 2 << 20
AHEAD: Final = 2
"""Blocks beside the process that parses, of all that fetch: it never waits for the next one."""
IDLE_S: Final = 0.25
"""Longer than whoever writes waits for a fast line: what comes so slowly is indexed meanwhile."""
FEW: Final = 2_000
"""So many headers of one pull are parsed sooner than a process for it is there."""


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
    backlog: UidSet = NO_UIDS
    """UIDs whose headers are still missing."""
    unsure: UidSet = NO_UIDS
    """UIDs whose flags are still to be compared."""
    is_from_nothing: bool = False
    """All flags come with the headers."""

    @property
    def is_whole(self) -> bool:
        """Whether nothing was left for later."""
        return not (self.backlog or self.unsure)


@dataclass(frozen=True, slots=True)
class Puller:
    """What pulls of one account work with."""

    store: Store
    account: AccountName
    on_event: Callable[[Event], None]
    batch_size: Callable[[], int]
    reckoning: ReckonProcess

    async def refresh(self, remote: Remote, target: Target, *, is_due: bool = True) -> Pulled:
        """Fetch the newest messages and see what changed; older ones are left as backlog.

        `is_due` says that, on a server without modseqs, all flags are to be compared.
        """
        arriving = await to_its_end(expected, self.store, target.id)
        local = await to_its_end(local_state, self.store, target.id)
        state = await remote.open(target.name, known=local.known)
        opening = plan_opening(local, state)
        await to_its_end(self._begin, target.id, state, opening)
        pulled = Pulled(target, state, tuple(arriving))
        if opening.newest:
            await self._store(target.id, remote.headers(opening.newest))
            after = await to_its_end(self._note_newest, target.id, state)
            before = 0 if opening.is_new_generation else local.count
            pulled = replace(pulled, new=after - before)
        surveyor = Surveyor(self.store, remote, target.id)
        surveyed = await surveyor.survey(local, state, opening, is_due=is_due)
        pulled = replace(
            pulled,
            changed=surveyed.changed,
            vanished=surveyed.vanished,
            backlog=surveyed.missing,
            unsure=surveyed.unsure,
            is_from_nothing=opening.is_new_generation or not local.count,
        )
        if pulled.is_whole:
            await self.complete(pulled)
        if pulled.new or pulled.changed or pulled.vanished:
            await self._show(target.id)
        return pulled

    async def compare(self, remote: Remote, target: Target, uids: UidSet) -> int:
        """Compare the flags of these UIDs of the open mailbox; return how many changed."""
        changed = await Surveyor(self.store, remote, target.id).compare_flags(uids)
        if changed:
            await self._show(target.id)
        return changed

    async def fetch(
        self,
        remote: Remote,
        target: Target,
        batches: Iterable[UidSet],
        on_stored: Callable[[int], None],
    ) -> None:
        """Fetch the headers of batches of UIDs from the open mailbox.

        Each batch is asked for when all before it came: `batches` may end at any time.
        `on_stored(count)` is called as often as some of them are safe.
        """
        await self._store(target.id, _headers(remote, batches), on_stored)

    async def complete(self, pulled: Pulled) -> None:
        """Write down that everything the server had when the pull began is here."""
        await to_its_end(self._complete, pulled)

    def _begin(self, mailbox: MailboxId, state: RemoteState, opening: Opening) -> None:
        if opening.is_new_generation:
            reset_mailbox(self.store, mailbox)
        known = sync_state(self.store, mailbox)
        begun = replace(
            known,
            uid_validity=state.uid_validity,
            permanent_flags=state.permanent_flags,
            is_read_only=state.is_read_only,
            highest_modseq=self._modseq_to_begin_with(mailbox, state, opening),
        )
        if begun != known:
            put_sync_state(self.store, mailbox, begun)

    def _modseq_to_begin_with(
        self, mailbox: MailboxId, state: RemoteState, opening: Opening
    ) -> int:
        """Return what the flags here are at least as new as, also if this pull is cut."""
        if opening.flags is FlagSurvey.ALL:
            return 0
        if not count_uids(self.store, mailbox):
            return state.highest_modseq  # all that will be here is fetched from now on
        return sync_state(self.store, mailbox).highest_modseq

    def _note_newest(self, mailbox: MailboxId, state: RemoteState) -> int:
        """Note, while older ones are missing, that the newest are here; return how many are."""
        known = sync_state(self.store, mailbox)
        if not known.backlog_done:
            put_sync_state(self.store, mailbox, replace(known, uid_next=state.uid_next))
        return count_uids(self.store, mailbox)

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
        moved = await to_its_end(apply_projection, self.store)
        for one in {mailbox, *moved}:
            self.on_event(MessagesChanged(self.account, one))
        self.on_event(MailboxesChanged(self.account))

    async def _store(
        self,
        mailbox: MailboxId,
        arriving: AsyncGenerator[Sequence[RemoteHeader], None],
        on_stored: Callable[[int], None] | None = None,
    ) -> None:
        """Store headers in a thread while the next ones arrive and are parsed.

        Where the line is slower than that they are indexed meanwhile, otherwise when all are here.
        """
        loop = asyncio.get_running_loop()
        writing: asyncio.Future[int] | None = None
        indexing: asyncio.Future[int] | None = None
        written_at = 0.0

        def note_written(_: asyncio.Future[int]) -> None:
            nonlocal written_at
            written_at = loop.time()

        def stored(count: int) -> None:
            self.on_event(MessagesChanged(self.account, mailbox))
            if on_stored is not None:
                on_stored(count)

        try:
            async with aclosing(self._batches(arriving)) as batches:
                async for batch in batches:
                    if writing is not None:
                        await ended([writing])
                        stored(writing.result())
                        has_time = loop.time() - written_at > IDLE_S
                        indexing = self._index(indexing) if has_time else indexing
                    writing = loop.run_in_executor(None, self._write, mailbox, batch)
                    writing.add_done_callback(note_written)
        finally:
            await ended([one for one in (writing, indexing) if one is not None])
        if writing is not None:
            stored(writing.result())
            await asyncio.to_thread(catch_up, self.store)
            self.on_event(MessagesChanged(self.account, mailbox))  # searches find them now

    def _index(self, running: asyncio.Future[int] | None) -> asyncio.Future[int]:
        """Let a thread index what waits, unless one does: it takes what is added, too."""
        if running is not None:
            if not running.done():
                return running
            running.result()
        return asyncio.get_running_loop().run_in_executor(None, catch_up, self.store)

    async def _batches(
        self, arriving: AsyncGenerator[Sequence[RemoteHeader], None]
    ) -> AsyncGenerator[list[Arriving], None]:
        """Yield what is to be stored in one transaction each; closes what arrives."""
        async with (
            aclosing(arriving),
            aclosing(self._reckoned(arriving)) as parsed,
            aclosing(_whole_batches(parsed, self.batch_size)) as batches,
        ):
            async for batch in batches:
                yield batch

    async def _reckoned(
        self, arriving: AsyncIterator[Sequence[RemoteHeader]]
    ) -> AsyncGenerator[list[Arriving], None]:
        """Yield what the store keeps of headers: parsed by a process where they are many."""
        asked: deque[tuple[list[RemoteHeader], asyncio.Future[list[Reckoned] | None]]] = deque()
        count = 0
        with self.reckoning.in_use():
            async for rows in _blocks(arriving, lambda: min(BLOCK, self.batch_size())):
                if count >= FEW:
                    await self.reckoning.begin()
                count += len(rows)
                answer = self.reckoning.ask(self.account, _raw(rows))
                if answer is not None:
                    asked.append((rows, answer))
                while len(asked) > (self.reckoning.share(AHEAD) if answer is not None else 0):
                    yield await self._kept(*asked.popleft())
                if answer is None:
                    yield await self._kept(rows)
            while asked:
                yield await self._kept(*asked.popleft())

    async def _kept(
        self,
        rows: Sequence[RemoteHeader],
        answer: asyncio.Future[list[Reckoned] | None] | None = None,
    ) -> list[Arriving]:
        """Return what the store keeps of headers, parsed here where nobody else did."""
        kept = await answer if answer is not None else None
        if kept is None:
            kept = await asyncio.to_thread(reckoned, self.account, _raw(rows))
        return [
            (row.uid, row.flags, row.labels, what) for row, what in zip(rows, kept, strict=True)
        ]

    def _write(self, mailbox: MailboxId, batch: Sequence[Arriving]) -> int:
        put_reckoned(self.store, mailbox, batch)
        return len(batch)


async def _headers(
    remote: Remote, batches: Iterable[UidSet]
) -> AsyncGenerator[Sequence[RemoteHeader], None]:
    for uids in batches:
        async with aclosing(remote.headers(uids)) as arriving:
            async for rows in arriving:
                yield rows


async def _blocks(
    arriving: AsyncIterator[Sequence[RemoteHeader]], size: Callable[[], int]
) -> AsyncGenerator[list[RemoteHeader], None]:
    """Gather headers into blocks, cut short where they are large."""
    block: list[RemoteHeader] = []
    size_bytes = 0
    async for rows in arriving:
        block += rows
        size_bytes += sum(len(row.raw) for row in rows)
        if len(block) >= size() or size_bytes >= BLOCK_BYTES:
            yield block
            block, size_bytes = [], 0
    if block:
        yield block


async def _whole_batches(
    arriving: AsyncIterator[list[Arriving]], size: Callable[[], int]
) -> AsyncGenerator[list[Arriving], None]:
    """Regroup headers into batches of one transaction each."""
    gathered: list[Arriving] = []
    async for some in arriving:
        gathered += some
        limit = size()
        while len(gathered) >= limit:
            yield gathered[:limit]
            del gathered[:limit]
    if gathered:
        yield gathered


def _raw(rows: Sequence[RemoteHeader]) -> list[Raw]:
    return [(row.raw, row.internal_date, row.size_bytes, row.thread_id) for row in rows]


def local_state(store: Store, mailbox: MailboxId) -> LocalState:
    """Return what is known here of a mailbox. Raises NotFound."""
    known = sync_state(store, mailbox)
    return LocalState(
        uid_validity=known.uid_validity,
        uid_next=known.uid_next,
        highest_modseq=known.highest_modseq,
        count=count_uids(store, mailbox),
        is_complete=known.backlog_done,
    )
