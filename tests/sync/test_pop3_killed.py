"""A fetch that is killed at any moment loses no mail and doubles none, also where it deletes."""

import asyncio
import os
import random
import sys
from collections import Counter
from hashlib import sha256
from pathlib import Path

import pytest

from tests.demo.fixtures import RunningHost
from tuimail.demo.mailstore import KeptSource
from tuimail.model.mailbox import INBOX
from tuimail.store.database import Database, open_store
from tuimail.store.mailboxes import mailbox_named
from tuimail.store.upkeep import check

from .pop3_home import OLD, letter

FULL = os.environ.get("PROOF_FULL") == "1"
KILLS = 100 if FULL else 5
MAILS = 1_000 if FULL else 120
LATEST_S = 0.6
"""A process is killed at most so long after it began to look."""
ROOT = Path(__file__).parents[2]


async def run(data_dir: Path, host: RunningHost, kill_after_s: float | None) -> bool:
    """Empty the maildrop in a process, killed after a while; tell whether it came to its end."""
    person = host.person("alice")
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.sync.pop3_process", str(data_dir),
        str(host.ports.pop3_tls), str(host.ca_file), person.email, person.password,
        cwd=ROOT, stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    assert process.stdout is not None
    assert await process.stdout.readline() == b"looking\n"
    if kill_after_s is None:
        is_done = await process.stdout.readline() == b"done\n"
        await process.wait()
        return is_done
    await asyncio.sleep(kill_after_s)
    if process.returncode is None:
        process.kill()
    is_done = b"done" in await process.stdout.read()
    await process.wait()
    return is_done


def digests_here(data_dir: Path) -> Counter[str]:
    """Return what local mailboxes hold, whose bytes are on the disk and whole."""
    store = open_store(data_dir)
    found: Counter[str] = Counter()
    for (digest,) in store.rows(Database.LOCAL, "select digest from local_message"):
        content = (data_dir / "blobs" / digest[:2] / digest).read_bytes()
        assert sha256(content).hexdigest() == digest
        found[digest] += 1
    store.close()
    return found


@pytest.mark.proof
@pytest.mark.timeout(3000)
async def test_killed_at_any_moment_no_mail_is_lost_and_none_doubled(tmp_path, mail_host) -> None:
    source = random.Random(20261129)
    inbox = mail_host.store("alice").find(INBOX)
    killed = rounds = lost = doubled = sound = 0
    while killed < KILLS:
        rounds += 1
        data_dir = tmp_path / str(rounds)
        mails = [letter(rounds * 10_000 + number) for number in range(MAILS)]
        wanted = {sha256(mail).hexdigest() for mail in mails}
        mail_host.call(lambda new=mails: inbox.fill((KeptSource(m), frozenset(), 0) for m in new))
        is_done = False
        while not is_done and killed < KILLS:
            is_done = await run(data_dir, mail_host, source.uniform(0.0, LATEST_S))
            killed += not is_done
            here = digests_here(data_dir)
            there = {
                sha256(m.raw).hexdigest() for m in mail_host.call(inbox.messages.copy).values()
            }
            lost += len(wanted - there - set(here))
            doubled += sum(here.values()) - len(here)
        assert is_done or await run(data_dir, mail_host, None)
        here = digests_here(data_dir)
        lost += len(wanted - set(here))
        doubled += sum(here.values()) - len(here)
        store = open_store(data_dir)
        row = mailbox_named(store, OLD, INBOX)
        assert row is not None
        assert row.total == MAILS
        sound += check(store) == []
        store.close()
        assert not inbox.messages
    print(f"POP3: killed {killed} times while {rounds * MAILS:,} mails came and were deleted there: "
          f"{lost} lost, {doubled} doubled, {sound} of {rounds} stores sound")  # fmt: skip
    assert (lost, doubled, sound) == (0, 0, rounds)
