"""A full disk at any write: nothing is corrupt, and what was written down is there for good.

A file that may not grow (RLIMIT_FSIZE) refuses a write as a full disk does, at the same place in
the program; and where the system lets us mount one, a real disk of eight megabytes is filled.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROUNDS = 50 if os.environ.get("PROOF_FULL") else 8
ROOT = Path(__file__).parents[2]
OURS = "unshare --user --map-root-user --mount"
DISK_BYTES = 8 << 20

ROUND = """
import os, random, resource, sys
from pathlib import Path
from tests.store.makers import *
from tests.store.test_opening import FOUND, a_draft
from tuimail.errors import StoreError
from tuimail.model.ids import AccountName, MessageKey, OutgoingId
from tuimail.model.operation import Operation, OperationKind
from tuimail.store.bodies import put_body
from tuimail.store.database import Database, open_store
from tuimail.store.drafts import drafts, put_draft
from tuimail.store.messages import key_of, put_messages
from tuimail.store.operations import pending, record
from tuimail.store.outgoing import NewOutgoing, bytes_of, outgoing_rows, put_outgoing
from tuimail.store.upkeep import check, start

folder, seed, means = Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
chance = random.Random(seed)
ballast = folder.parent / "ballast"
HARD = resource.getrlimit(resource.RLIMIT_FSIZE)[1]

def fill(room):
    if means == "limit":
        resource.setrlimit(resource.RLIMIT_FSIZE, (room, HARD))
        return
    free = os.statvfs(folder).f_bavail * os.statvfs(folder).f_frsize
    ballast.write_bytes(b"x" * max(0, free - room))

def make_room():
    if means == "limit":
        resource.setrlimit(resource.RLIMIT_FSIZE, (HARD, HARD))
    else:
        ballast.unlink()

def raw_of(number):
    return random.Random(number).randbytes(6_000)

def outgoing(number):
    return NewOutgoing(OutgoingId(f"o{number}"), f"x{number}@y", AccountName("work"), "s", "me@x",
        ("you@y",), raw_of(number), 1, 1)

def moved(number):
    return Operation(id=0, batch=0, account=WORK, kind=OperationKind.MOVE, mailbox="INBOX",
        uid_validity=7, uid=number, key=MessageKey(number), destination="Trash", created=1)

store = store_with_mailboxes(folder)
start(store)
inbox = box_id(store, "INBOX")
durable = {"draft": set(), "outgoing": set(), "operation": set()}
refused, said = 0, []

def attempt(kind, what, act):
    global refused
    try:
        act()
    except StoreError as error:
        assert str(error).rstrip().endswith("."), error
        refused += 1
        said.append(str(error))
    else:
        if kind:
            durable[kind].add(what)

def write(number):
    attempt("draft", f"d{number}", lambda: put_draft(store, a_draft(number)))
    attempt("outgoing", f"o{number}", lambda: put_outgoing(store, outgoing(number)))
    attempt("operation", number, lambda: record(store, [moved(number)]))
    rows = []
    attempt("", "", lambda: rows.extend(put_messages(store, inbox,
        [arrival(n) for n in range(20 * number, 20 * number + 20)])))
    for row in rows[:1]:
        attempt("", "", lambda: put_body(store, key_of(store, row), raw_of(number), FOUND))

write(1)
assert refused == 0
fill(chance.randrange(150_000, 900_000) if means == "limit" else chance.randrange(0, 700_000))
number = 2
while refused < 5 and number < 60:
    write(number)
    number += 1
make_room()
before = refused
write(1_000)  # the same program goes on
assert refused == before, f"refused though there is room: {said[before:]}"
store.close()
again = open_store(folder)
assert again.notices == (), again.notices
start(again)
assert check(again) == [], check(again)
kept = {
    "draft": {str(d.id) for d in drafts(again)},
    "outgoing": {str(row.id) for row in outgoing_rows(again, all_mail=True)},
    "operation": {int(op.uid) for op in pending(again)},
}
for kind, names in durable.items():
    assert names <= kept[kind], (kind, names - kept[kind])
for name in durable["outgoing"]:
    assert bytes_of(again, OutgoingId(name)) == raw_of(int(name[1:])), name
again.close()
print(refused, sum(map(len, durable.values())), flush=True)
"""


def mounts_are_ours() -> bool:
    """Tell whether this system lets us mount a disk of our own."""
    if shutil.which("unshare") is None:
        return False
    tried = subprocess.run(
        [*OURS.split(), "mount", "-t", "tmpfs", "-o", "size=64k", "none", "/mnt"],
        capture_output=True,
        check=False,
    )
    return tried.returncode == 0


def fill_once(place: Path, seed: int, means: str) -> tuple[int, int]:
    """Fill the disk once; return how many writes were refused and how many entries are durable."""
    place.mkdir()
    command = [sys.executable, "-c", ROUND, str(place / "data"), str(seed), means]
    if means == "disk":
        mounted = f"mount -t tmpfs -o size={DISK_BYTES} none '{place}' && exec \"$@\""
        command = [*OURS.split(), "sh", "-c", mounted, "sh", *command]
    done = subprocess.run(
        command,
        capture_output=True,
        text=True,
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"},
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, f"seed {seed}: {done.stderr}"
    refused, durable = done.stdout.split()
    return int(refused), int(durable)


@pytest.mark.proof
@pytest.mark.timeout(1_200)
@pytest.mark.parametrize("means", ["limit", "disk"])
def test_a_full_disk_corrupts_nothing_and_loses_nothing(tmp_path: Path, means: str) -> None:
    if means == "disk" and not mounts_are_ours():
        pytest.skip("no disk can be mounted here")
    hits = refused = durable = 0
    for seed in range(4 * ROUNDS):
        no, yes = fill_once(tmp_path / str(seed), seed, means)
        hits += bool(no)
        refused, durable = refused + no, durable + yes
        if hits == ROUNDS:
            break
    assert hits == ROUNDS
    print(
        f"disk full ({means}) at {hits} random writes: {refused} refused, 0 corrupt, "
        f"0 of {durable} entries lost"
    )
