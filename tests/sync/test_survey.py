"""What a survey costs: memory does not grow with the mailbox, and what went is believed with care."""

import os
import tracemalloc

import pytest

from tests.store.makers import WORK, box_id, store_with_mailboxes
from tuimail.model.uid_set import NO_UIDS, UidSet
from tuimail.store.database import Database
from tuimail.store.messages import count_uids, known_flags
from tuimail.sync.plan import FlagSurvey, LocalState, Opening
from tuimail.sync.pull import Pulled, Target
from tuimail.sync.remote import RemoteFlags, RemoteState
from tuimail.sync.steps import Backlog
from tuimail.sync.survey import FLAGS_A_STEP, Surveyor

FEW, MANY = (50_000, 500_000) if os.environ.get("PROOF_FULL") else (20_000, 100_000)
SEEN = frozenset({"\\Seen"})
ROWS_AT_ONCE = 500


class Endless:
    """A mailbox of so many messages, every seventh of them seen; it holds none of them in memory."""

    def __init__(self, count: int) -> None:
        self.count = count
        self.told = 0

    async def uids(self) -> UidSet:
        return UidSet(((1, self.count),))

    async def flags(self, uids, changed_since=0):
        for first, last in uids.ranges:
            for start in range(first, last + 1, ROWS_AT_ONCE):
                rows = range(start, min(last, start + ROWS_AT_ONCE - 1) + 1)
                self.told += len(rows)
                yield [RemoteFlags(uid, NO if uid % 7 else SEEN, 0) for uid in rows]


NO = frozenset()


def fill(store, mailbox, count: int) -> None:
    """Have so many messages here, all unseen."""
    with store.writing(Database.CACHE) as writing:
        writing.run_many(
            "insert into placement values(?, ?, ?, ?, 0, 0, ?, 0)",
            ((mailbox, uid, mailbox, uid, uid) for uid in range(1, count + 1)),
        )


async def survey(store, mailbox, count: int) -> tuple[int, int]:
    """Compare everything; return how many flags changed, and the peak of memory in bytes."""
    state = RemoteState(7, count + 1, count, 0, NO, is_read_only=False)
    local = LocalState(7, count + 1, 0, count, is_complete=True)
    remote = Endless(count)
    surveyor = Surveyor(store, remote, mailbox)
    tracemalloc.start()
    opening = Opening(flags=FlagSurvey.NOW_AND_THEN, needs_uids=True)
    found = await surveyor.survey(local, state, opening, is_due=True)
    assert (found.missing, found.vanished) == (NO_UIDS, 0)
    backlog = Backlog(Pulled(Target(mailbox, "INBOX"), state, ()), found.unsure)
    changed = 0
    while backlog.unsure:
        changed += await surveyor.compare_flags(backlog.take_unsure(FLAGS_A_STEP))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert remote.told == count
    return changed, peak


@pytest.mark.proof
async def test_comparing_ten_times_as_many_messages_takes_no_more_memory(tmp_path):
    peaks = []
    for count in (FEW, MANY):
        store = store_with_mailboxes(tmp_path / str(count), WORK)
        mailbox = box_id(store, "INBOX")
        fill(store, mailbox, count)
        changed, peak = await survey(store, mailbox, count)
        assert changed == count // 7
        assert count_uids(store, mailbox) == count
        assert known_flags(store, mailbox, 1, 14) == {
            uid: NO if uid % 7 else SEEN for uid in range(1, 15)
        }
        peaks.append(peak)
        store.close()
    assert peaks[1] < peaks[0] * 1.5
    print(
        f"flags of {FEW:,} and {MANY:,} messages compared, at most"
        f" {peaks[0] / 1e6:.1f} and {peaks[1] / 1e6:.1f} MB"
    )
