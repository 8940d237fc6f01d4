"""kill -9 at random moments of writing: nothing lost, nothing doubled, the index caught up."""

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tuimail.store.database import Database, open_store
from tuimail.store.drafts import drafts
from tuimail.store.lists import view_ids
from tuimail.store.messages import put_messages
from tuimail.store.outgoing import bytes_of, outgoing_rows
from tuimail.store.upkeep import check, start

from .makers import arrival, box_id, store_with_mailboxes, view

KILLS = 200 if os.environ.get("PROOF_FULL") else 8
ROOT = Path(__file__).parents[2]

WRITER = """
import sys
from itertools import count
from pathlib import Path
from tests.store.makers import *
from tests.store.test_opening import a_draft
from tuimail.model.ids import AccountName, OutgoingId
from tuimail.store.drafts import put_draft
from tuimail.store.index import index_waiting
from tuimail.store.messages import count_uids, put_messages
from tuimail.store.outgoing import NewOutgoing, put_outgoing
from tuimail.store.upkeep import start
store = store_with_mailboxes(Path(sys.argv[1]))
start(store)
inbox = box_id(store, "INBOX")
begin = count_uids(store, inbox) + 1
for uid in count(begin, 20):
    arrivals = [arrival(n) for n in range(uid, uid + 20)]
    put_messages(store, inbox, arrivals, is_indexed_later=uid // 20 % 2 == 0)
    print("messages", uid + 19, flush=True)
    put_draft(store, a_draft(uid))
    print("draft", f"d{uid}", flush=True)
    raw = b"mail %d" % uid * 1000
    put_outgoing(store, NewOutgoing(OutgoingId(f"out-{uid}"), f"x{uid}@y", AccountName("work"),
        "s", "me@x", ("you@y",), raw, 1, 1))
    if uid // 20 % 3 == 0:
        index_waiting(store)
    print("outgoing", f"out-{uid}", flush=True)
"""


def write_until_killed(folder: Path, after_s: float) -> list[list[str]]:
    """Return what the writer said was durable before it was killed."""
    process = subprocess.Popen(
        [sys.executable, "-c", WRITER, str(folder)],
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
    )
    assert process.stdout is not None
    said = [process.stdout.readline().split()]
    time.sleep(after_s)
    process.send_signal(signal.SIGKILL)
    said += [line.split() for line in process.stdout.read().splitlines()]
    process.wait()
    return [words for words in said if len(words) == 2]


@pytest.mark.proof
def test_nothing_is_lost_or_doubled_by_kill_9(tmp_path: Path) -> None:
    chance = random.Random(9)
    folder = tmp_path / "data"
    store_with_mailboxes(folder).close()
    durable: set[tuple[str, str]] = set()
    for _ in range(KILLS):
        said = write_until_killed(folder, chance.random() * 0.15)
        durable |= {(what, which) for what, which in said}
        store = open_store(folder)
        assert store.notices == ()
        start(store)
        assert check(store) == []
        inbox = box_id(store, "INBOX")
        ids = view_ids(store, view(inbox))
        uids = [int(which) for what, which in durable if what == "messages"]
        assert len(ids) >= max(uids, default=0)
        indexed = store.rows(Database.SEARCH, "select count(*) from ft where ft match 'alice'")
        assert indexed == [(len(ids),)]
        kept = {("draft", d.id) for d in drafts(store)}
        kept |= {("outgoing", row.id) for row in outgoing_rows(store, all_mail=True)}
        assert {entry for entry in durable if entry[0] != "messages"} <= kept
        for row in outgoing_rows(store, all_mail=True)[:3]:
            assert bytes_of(store, row.id).startswith(b"mail")
        store.close()
    print(f"{KILLS} kills: {len(durable)} durable entries, 0 lost, 0 doubled")


def test_a_batch_the_index_missed_is_caught_up_once(tmp_path: Path) -> None:
    store = store_with_mailboxes(tmp_path / "data")
    inbox = box_id(store, "INBOX")
    put_messages(store, inbox, [arrival(1)])
    with store.writing(Database.SEARCH) as writing:  # as if the last commit had not happened
        writing.run("insert into ft(ft) values('delete-all')")
        writing.run("delete from state where name = 'batch'")
    put_messages(store, inbox, [arrival(2)])
    start(store)
    hits = store.rows(Database.SEARCH, "select rowid from ft where ft match 'alice'")
    assert len(hits) == 2
    store.close()
