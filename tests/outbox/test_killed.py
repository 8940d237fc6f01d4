"""A sender that is killed at any moment loses no mail and sends none twice."""

import asyncio
import os
import random
import sys
import time
from collections import Counter
from pathlib import Path

import pytest

from tests.protocols.smtp.scripted import Script, ScriptedServer, running
from tuimail.model.outgoing import OutgoingState
from tuimail.store.database import Store, open_store
from tuimail.store.outgoing import outgoing_rows

from .conftest import Tls, queue

FULL = os.environ.get("PROOF_FULL") == "1"
KILLS = 200 if FULL else 6
MAILS = 20
ROOT = Path(__file__).parents[2]


async def run_and_kill(data_dir: Path, server: ScriptedServer, tls: Tls, after_s: float) -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.outbox.sending_process",
        str(data_dir), str(server.port), str(tls.ca_file),
        cwd=ROOT, stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    assert process.stdout is not None
    assert await process.stdout.readline() == b"sending\n"
    await asyncio.sleep(after_s)
    process.kill()
    await process.wait()


def open_states(store: Store) -> Counter[OutgoingState]:
    return Counter(row.state for row in outgoing_rows(store, all_mail=True, now=int(time.time())))


def due(store: Store) -> int:
    states = open_states(store)
    return states[OutgoingState.QUEUED] + states[OutgoingState.SENDING]


@pytest.mark.proof
@pytest.mark.timeout(1800)
async def test_killed_at_any_moment_nothing_is_lost_and_nothing_sent_twice(tmp_path, tls) -> None:
    source = random.Random(20261123)
    killed = round_number = 0
    sent, uncertain = 0, 0
    async with running(tls.context, Script(body_delay_s=0.01)) as server:
        while killed < KILLS:
            round_number += 1
            data_dir = tmp_path / str(round_number)
            store = open_store(data_dir)
            now = int(time.time())
            names = [f"r{round_number}m{n}" for n in range(MAILS)]
            for name in names:
                queue(store, name, created=now, not_before=now)
            while due(store):
                await run_and_kill(data_dir, server, tls, source.uniform(0.01, 0.35))
                killed += 1
            arrived = Counter(
                name for mail in server.delivered for name in names if b"<%s@" % name.encode() in mail.raw
            )  # fmt: skip
            for row in outgoing_rows(store, all_mail=True, now=now):
                is_known = row.state in (OutgoingState.ACCEPTED, OutgoingState.UNCERTAIN)
                assert is_known, (row.id, row.state)
                assert arrived[row.id] <= 1
                assert arrived[row.id] == 1 or row.state is OutgoingState.UNCERTAIN
                sent += arrived[row.id]
                uncertain += row.state is OutgoingState.UNCERTAIN
            store.close()
    print(f"killed {killed} times over {round_number * MAILS} mails: {sent} arrived, "
          f"{uncertain} uncertain, 0 lost, 0 twice")  # fmt: skip
