"""Hostile mails and mailbox names through every screen and command, in a real terminal."""

import os
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.demo.fixtures import RunningHost
from tests.hostile.mails import hostile_mailbox_names, hostile_mails
from tests.program import Program
from tuimail.demo.account import PROFILE_FOLDER, Listening, write_profile
from tuimail.demo.host import MailHost
from tuimail.demo.thread import HostThread

from .walk import Walk

IS_FULL = bool(os.environ.get("PROOF_FULL"))
MAILS, NAMES, ANSWERED = (200, 50, 200) if IS_FULL else (24, 16, 2)
COMMAND_LINE = 200 if IS_FULL else 4
SEED = 7

pytestmark = [pytest.mark.pty, pytest.mark.proof, pytest.mark.timeout(1800 if IS_FULL else 240)]


@contextmanager
def walking(mails: Sequence[bytes], names: Sequence[str]) -> Iterator[tuple[Walk, Program, Path]]:
    """Yield a walk over a host with these mails in alice's inbox and these mailboxes.

    A mail that came twice is one row.
    """
    folder = Path(tempfile.mkdtemp(prefix="tm-"))
    with HostThread(MailHost(folder)) as thread:
        host = RunningHost(thread)
        inbox = host.store("alice").find("INBOX")
        for n, raw in enumerate(mails):
            host.call(lambda raw=raw, n=n: host.store("alice").receive(raw, 1_795_000_000 + n))
        for name in names:
            box = host.store("alice").find(name)
            if box is None:
                host.call(lambda name=name: host.store("alice").create(name))
        assert inbox is not None
        write_profile(folder / PROFILE_FOLDER, Listening(host.ports, host.ca_file))
        program = Program(folder / PROFILE_FOLDER)
        program.set("[ui]\nundo_send_s = 1")
        try:
            program.done("sync")
            rows = program.done("list", "--limit", "1000", "--json").json
            yield Walk(program, len(rows), len(names)), program, folder
        finally:
            program.end()
            shutil.rmtree(folder, ignore_errors=True)


def take_every_way(walk: Walk, program: Program) -> None:
    ids = [row["id"] for row in program.done("list", "--limit", "1000", "--json").json]
    walk.read()
    walk.scroll()
    walk.answer(ANSWERED)
    walk.mailboxes()
    walk.find()
    walk.commands(ids[:COMMAND_LINE])


def test_nothing_of_theirs_reaches_the_terminal() -> None:
    mails = hostile_mails(MAILS, SEED)
    names = hostile_mailbox_names(NAMES, SEED)
    with walking(mails, names) as (walk, program, folder):
        take_every_way(walk, program)
        print(
            f"\n{len(mails)} hostile mails, {len(names)} hostile mailbox names, "
            f"{walk.byte_count:,} bytes to the terminal: "
            f"{walk.foreign.total()} sequences of theirs, {len(walk.canaries)} canaries"
        )
        assert walk.foreign == {}
        assert walk.canaries == []
        assert "Traceback" not in walk.log()
        assert not any(Path(folder).rglob("canary"))
