"""Learns what changed in a mailbox that was known here: flags, what vanished, what is missing."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from dataclasses import dataclass, replace
from typing import Final

from tuimail.model.ids import MailboxId
from tuimail.model.uid_set import ALL_UIDS, MAX_PIECE_RANGES, NO_UIDS, UidSet
from tuimail.store.database import Store
from tuimail.store.messages import count_uids, known_flags, known_uids, remove_uids, set_flags

from .plan import Difference, FlagSurvey, LocalState, Opening, compare_uids, is_most
from .remote import Remote, RemoteFlags, RemoteState, Since

NEAR: Final = 500
"""Newest messages whose flags are compared each time where a server keeps no modseqs."""
FLAGS_A_STEP: Final = 10_000
"""Flags compared at once where all are: other work goes in between, and memory stays flat."""

SET_AT_ONCE: Final = 2_000
"""Flags of one transaction: another program may have marked 100,000 messages as read."""


@dataclass(frozen=True, slots=True)
class Surveyed:
    """What a survey changed here, and what is left to do."""

    changed: int = 0
    vanished: int = 0
    missing: UidSet = NO_UIDS
    """UIDs whose headers are not here."""
    unsure: UidSet = NO_UIDS
    """UIDs whose flags are still to be compared, in steps."""


@dataclass(frozen=True, slots=True)
class Surveyor:
    """Surveys the mailbox that is open on a connection."""

    store: Store
    remote: Remote
    mailbox: MailboxId

    async def survey(
        self, local: LocalState, state: RemoteState, opening: Opening, *, is_due: bool
    ) -> Surveyed:
        """Do what an opening asks for, once the newest messages are here.

        `is_due` says that, without modseqs, the flags of all messages are compared again.
        """
        done = Surveyed()
        if state.since is not None and not opening.is_new_generation:
            done = await self._since(state.since, local.count)
        elif opening.flags is FlagSurvey.CHANGES:
            rows = self.remote.flags(ALL_UIDS, local.highest_modseq)
            done = Surveyed(changed=await self._take(rows))
        count = await asyncio.to_thread(count_uids, self.store, self.mailbox)
        if opening.needs_uids or count != state.exists:
            found = await self._compare_uids(state.exists)
            gone = await asyncio.to_thread(remove_uids, self.store, self.mailbox, found.gone)
            done = replace(done, vanished=done.vanished + gone, missing=found.missing)
        is_now_and_then = opening.flags is FlagSurvey.NOW_AND_THEN
        if not (is_now_and_then or opening.flags is FlagSurvey.ALL):
            return done
        here = await asyncio.to_thread(known_uids, self.store, self.mailbox)
        if is_due or not is_now_and_then:
            return replace(done, unsure=here)
        return replace(done, changed=done.changed + await self.compare_flags(here.tail(NEAR)))

    async def compare_flags(self, uids: UidSet) -> int:
        """Ask for the flags of these messages and take over what changed; return how many."""
        if not uids:
            return 0
        first, last = uids.ranges[0][0], uids.ranges[-1][1]
        if len(uids.ranges) > MAX_PIECE_RANGES:
            uids = UidSet(((first, last),))  # one command; what is not here is passed over
        known = await asyncio.to_thread(known_flags, self.store, self.mailbox, first, last)
        changed = 0
        async with aclosing(self.remote.flags(uids)) as batches:
            async for rows in batches:
                moved = [row for row in rows if row.uid in known and row.differ(known[row.uid])]
                changed += await self._set(moved)
        return changed

    async def _since(self, since: Since, count: int) -> Surveyed:
        """Take over what the server told of its own accord."""
        vanished = since.vanished
        if is_most(vanished.count, count):
            here = await asyncio.to_thread(known_uids, self.store, self.mailbox)
            vanished = here & vanished
        gone = 0
        if not is_most(vanished.count, count):  # else all UIDs are compared, as counts show
            gone = await asyncio.to_thread(remove_uids, self.store, self.mailbox, vanished)
        return Surveyed(changed=await self._set(since.flags), vanished=gone)

    async def _take(self, batches: AsyncGenerator[Sequence[RemoteFlags], None]) -> int:
        changed = 0
        async with aclosing(batches):
            async for rows in batches:
                changed += await self._set(rows)
        return changed

    async def _set(self, rows: Sequence[RemoteFlags]) -> int:
        changes = [(row.uid, row.flags, row.labels) for row in rows if row.uid > 0]
        changed = 0
        for start in range(0, len(changes), SET_AT_ONCE):
            some = changes[start : start + SET_AT_ONCE]
            changed += await asyncio.to_thread(set_flags, self.store, self.mailbox, some)
        return changed

    async def _compare_uids(self, exists: int) -> Difference:
        here = await asyncio.to_thread(known_uids, self.store, self.mailbox)
        found = compare_uids(here, await self.remote.uids(), exists)
        if found.is_doubtful and exists:
            again = compare_uids(here, await self.remote.uids(), exists)
            found = replace(again, gone=found.gone & again.gone)
        return found
