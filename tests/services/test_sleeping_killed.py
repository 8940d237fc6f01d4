"""kill -9 while mail goes to sleep and wakes: each mail lies in exactly one place on the server."""

import os
import random
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.demo.fixtures import RunningHost
from tests.program import Program, until
from tuimail.demo.account import PROFILE_FOLDER, Listening, write_profile
from tuimail.demo.host import MailHost
from tuimail.demo.thread import HostThread
from tuimail.services.mail import open_mail
from tuimail.store.messages import places_of_key
from tuimail.store.operations import pending
from tuimail.store.snoozes import snoozes

KILLS = 100 if os.environ.get("PROOF_FULL") else 3
MAILS = 24
ROOT = Path(__file__).parents[2]


@pytest.fixture
def folder() -> Iterator[Path]:
    """Return a folder short enough for sockets."""
    folder = Path(tempfile.mkdtemp(prefix="tm-"))
    yield folder
    shutil.rmtree(folder)


def started(*words: str, stdout: int | None = subprocess.DEVNULL) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-m", *words],
        cwd=ROOT,
        stdout=stdout,
        stderr=subprocess.DEVNULL,
        text=True,
    )


def kill_while_it_sleeps_and_wakes(program: Program, seed: int) -> None:
    """Let an engine and a person work, and kill both after a few deeds."""
    chance = random.Random(seed)
    folder = str(program.profile.folder)
    engine = started("tuimail", *program.profile.arguments, "daemon")
    person = started("tests.services.sleeping_process", folder, str(seed), stdout=subprocess.PIPE)
    try:
        assert person.stdout is not None
        for _ in range(chance.randrange(3, 30)):
            assert person.stdout.readline()
    finally:
        for process in chance.sample([engine, person], 2):
            process.kill()
            process.wait()


def on_server(host: RunningHost) -> dict[str, Counter[bytes]]:
    """Return how often each mail lies in each of alice's mailboxes."""

    def counted() -> dict[str, Counter[bytes]]:
        return {
            box.name: Counter(message.raw for message in box.messages.values())
            for box in host.store("alice")
        }

    return host.call(counted)


def in_bed(host: RunningHost) -> int:
    """Return how many mails lie where mail sleeps on the server."""
    return on_server(host).get("Snoozed", Counter[bytes]()).total()


def sleepers(program: Program) -> int:
    """Return how many mails sleep by what is written down."""
    mail = open_mail(program.profile)
    try:
        return len(snoozes(mail.store))
    finally:
        mail.close()


def is_settled(program: Program) -> bool:
    """Whether nothing waits, and what sleeps, and nothing else, is in bed on the server."""
    mail = open_mail(program.profile)
    try:
        asleep = {one.key for one in snoozes(mail.store)}
        beds = {key: {place.mailbox for place in places_of_key(mail.store, key)} for key in asleep}
        return not pending(mail.store) and all(beds[key] == {"Snoozed"} for key in asleep)
    finally:
        mail.close()


@pytest.mark.proof
@pytest.mark.timeout(600 + 20 * KILLS)
def test_a_mail_that_is_put_off_or_woken_is_never_lost_and_never_there_twice(folder: Path) -> None:
    with HostThread(MailHost(folder, messages=MAILS)) as thread:
        host = RunningHost(thread)
        write_profile(folder / PROFILE_FOLDER, Listening(host.ports, host.ca_file))
        program = Program(folder / PROFILE_FOLDER)
        try:
            program.done("sync", "--account", "alice")
            before = sum(on_server(host).values(), Counter[bytes]())
            assert set(before.values()) == {1}
            for seed in range(KILLS):
                kill_while_it_sleeps_and_wakes(program, seed)
                program.done("sync", "--account", "alice")
                until(lambda: is_settled(program), "until nothing waits", 60.0)
                assert sum(on_server(host).values(), Counter[bytes]()) == before, seed
            until(lambda: sleepers(program) == in_bed(host), "until what sleeps is in bed", 60.0)
        finally:
            program.end()
    print(f"{KILLS} kills while mail went to sleep and woke: each in one place")
