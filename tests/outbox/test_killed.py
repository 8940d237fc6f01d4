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
KILLS = 200 if FULL else 4
MAILS = 20 if FULL else 6
LINES = (b"." + b"x" * 75 + b"\r\n") * 15_000
"""Enough for chunks."""
ROOT = Path(__file__).parents[2]


class Killer:
    """Starts the sender and kills it: after a while, or right after one of the server's answers."""

    def __init__(self, data_dir: Path, server: ScriptedServer, tls: Tls) -> None:
        self._words = (str(data_dir), str(server.port), str(tls.ca_file))
        self._script = server.script
        self.moments: Counter[str] = Counter()

    async def run_and_kill(self, source: random.Random) -> None:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "tests.outbox.sending_process", *self._words,
            cwd=ROOT, stdout=asyncio.subprocess.PIPE,
        )  # fmt: skip
        assert process.stdout is not None
        assert await process.stdout.readline() == b"sending\n"
        over = asyncio.Event()
        if source.random() < 0.5:
            asyncio.get_running_loop().call_later(source.uniform(0.01, 0.35), over.set)
            self.moments["a while"] += 1
        else:
            self._kill_after(source.randint(1, 16), process, over)
        await over.wait()
        process.kill()
        await process.wait()
        self._script.on_said = None

    def _kill_after(
        self, answers: int, process: asyncio.subprocess.Process, over: asyncio.Event
    ) -> None:
        """Kill after so many answers, or after a while where there are not so many left."""
        asyncio.get_running_loop().call_later(3.0, over.set)

        def note(step: str) -> None:
            nonlocal answers
            answers -= 1
            if answers == 0:
                process.kill()
                self.moments[step] += 1
                over.set()

        self._script.on_said = note


def open_states(store: Store) -> Counter[OutgoingState]:
    return Counter(row.state for row in outgoing_rows(store, all_mail=True, now=int(time.time())))


def due(store: Store) -> int:
    states = open_states(store)
    return states[OutgoingState.QUEUED] + states[OutgoingState.SENDING]


@pytest.mark.proof
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("extensions", [[], ["PIPELINING", "CHUNKING"]])
async def test_killed_at_any_moment_nothing_is_lost_and_nothing_sent_twice(
    tmp_path, tls, extensions
) -> None:
    source = random.Random(20261123 + len(extensions))
    killed = round_number = 0
    sent, uncertain = 0, 0
    moments: Counter[str] = Counter()
    script = Script(extensions=extensions, body_delay_s=0.01)
    async with running(tls.context, script) as server:
        while killed < KILLS:
            round_number += 1
            data_dir = tmp_path / str(round_number)
            store = open_store(data_dir)
            now = int(time.time())
            names = [f"r{round_number}m{n}" for n in range(MAILS)]
            for n, name in enumerate(names):
                raw = b"Message-ID: <%s@north.test>\r\n\r\n" % name.encode()
                large = LINES if n % 4 == 3 else b"Hi.\r\n"
                queue(store, name, created=now, not_before=now, raw=raw + large)
            killer = Killer(data_dir, server, tls)
            while due(store):
                await killer.run_and_kill(source)
                killed += 1
            moments += killer.moments
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
            server.delivered.clear()
            store.close()
    print(f"killed {killed} times over {round_number * MAILS} mails: {sent} arrived, "
          f"{uncertain} uncertain, 0 lost, 0 twice; after the answer to {dict(moments)}, "
          f"{moments['dot']} of them between two mails of a line")  # fmt: skip
    assert not FULL or moments["dot"]
