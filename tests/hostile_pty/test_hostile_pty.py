"""Hostile mails and mailbox names through every screen and command, in a real terminal."""

import os
import re
import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pytest

from tests.demo.fixtures import RunningHost
from tests.hostile.mails import hostile_mailbox_names, hostile_mails
from tests.program import Program
from tuimail.demo.account import PROFILE_FOLDER, Listening, write_profile
from tuimail.demo.host import MailHost
from tuimail.demo.people import BOB
from tuimail.demo.thread import HostThread
from tuimail.model.glyphs import FORBIDDEN

from .walk import Walk

IS_FULL = bool(os.environ.get("PROOF_FULL"))
MAILS, NAMES = (500, 50) if IS_FULL else (24, 16)
ANSWERED, SENT_ON, TOLD = (200, 200, 60) if IS_FULL else (1, 1, 4)
WHOLE_EVERY = 1 if IS_FULL else 8
TOLD_AT_ONCE = 3
"""A notice names so many mails."""
COMMAND_LINE = 25 if IS_FULL else 1
"""Ids that have a process of their own for each command."""
SEED = 7
SETTINGS = """[ui]
undo_send_s = 1
title = true
print_command = "to-paper"
download_dir = "{folder}/saved"

[notify]
desktop = true
terminal = "osc777"
"""
NO_DISPLAY = {"DISPLAY": "", "WAYLAND_DISPLAY": "", "BROWSER": ""}
UNSAFE = re.compile(f"[\t{FORBIDDEN}]")

pytestmark = [pytest.mark.pty, pytest.mark.proof, pytest.mark.timeout(7200 if IS_FULL else 300)]


@contextmanager
def walking(
    mails: Sequence[bytes], names: Sequence[str]
) -> Iterator[tuple[Walk, Program, RunningHost, Path]]:
    """Yield a walk over a host with these mails in alice's inbox and these mailboxes.

    A mail that came twice is one row.
    """
    folder = Path(tempfile.mkdtemp(prefix="tm-"))
    with HostThread(MailHost(folder)) as thread:
        host = RunningHost(thread)
        inbox = host.store("alice").find("INBOX")
        (folder / "saved").mkdir()
        for n, raw in enumerate(mails):
            host.call(lambda raw=raw, n=n: host.store("alice").receive(raw, 1_795_000_000 + n))
        for name in names:
            box = host.store("alice").find(name)
            if box is None:
                host.call(lambda name=name: host.store("alice").create(name))
        assert inbox is not None
        write_profile(folder / PROFILE_FOLDER, Listening(host.ports, host.ca_file))
        program = Program(folder / PROFILE_FOLDER, {"PATH": with_desktop(folder), **NO_DISPLAY})
        program.set(SETTINGS.format(folder=folder))
        try:
            program.done("sync")
            rows = program.done("list", "--limit", "1000", "--json").json
            yield Walk(program, len(rows), len(names)), program, host, folder
        finally:
            program.end()
            shutil.rmtree(folder, ignore_errors=True)


def with_desktop(folder: Path) -> str:
    """Return a PATH whose programs for a desktop's notices and for paper write into a folder."""
    programs = folder / "programs"
    programs.mkdir()
    for name, script in (
        ("notify-send", f'printf "%s\\n" "$@" >> {folder}/told'),
        ("to-paper", f"cat >> {folder}/paper"),
    ):
        (programs / name).write_text(f"#!/bin/sh\n{script}\n")
        (programs / name).chmod(0o700)
    return f"{programs}:{os.environ['PATH']}"


def deliveries(host: RunningHost, mails: Sequence[bytes]) -> list[Callable[[], None]]:
    """Return what delivers these mails a few at a time, an ordinary one with each."""
    every = range(0, len(mails), TOLD_AT_ONCE - 1)
    ordinary = "From: ann@x.example\r\nSubject: news\r\nMessage-ID: <news{}@x.example>\r\n\r\nx\r\n"

    def deliver(start: int) -> None:
        for raw in (*mails[start : start + TOLD_AT_ONCE - 1], ordinary.format(start).encode()):
            host.deliver(raw)

    return [partial(deliver, start) for start in every]


@dataclass(frozen=True)
class Walked:
    """A walk over hostile mails, and what is around it."""

    walk: Walk
    program: Program
    host: RunningHost
    folder: Path

    def ids(self) -> list[str]:
        return [row["id"] for row in self.program.done("list", "--limit", "1000", "--json").json]


@contextmanager
def hostile(what: str) -> Iterator[Walked]:
    """Yield a walk over the hostile mails; fail if anything of theirs reached the terminal."""
    mails, names = hostile_mails(MAILS, SEED), hostile_mailbox_names(NAMES, SEED)
    with walking(mails, names) as (walk, program, host, folder):
        yield Walked(walk, program, host, folder)
        print(
            f"\n{what}: {len(mails)} hostile mails, {len(names)} hostile mailbox names,"
            f" {walk.byte_count:,} bytes to the terminal: {walk.foreign.total()} sequences of"
            f" theirs, {len(walk.canaries)} canaries"
        )
        assert walk.foreign == {}
        assert walk.canaries == []
        assert "Traceback" not in walk.log()
        assert not any(folder.rglob("canary"))


def test_k1_nothing_of_theirs_reaches_the_terminal_where_mail_is_read() -> None:
    with hostile("reader") as walked:
        walked.walk.read(WHOLE_EVERY)
        saved = list((walked.folder / "saved").iterdir())
        assert saved
        assert not any(file.stat().st_mode & 0o111 or file.is_symlink() for file in saved)
        assert not UNSAFE.search((walked.folder / "paper").read_text())


def test_k1_nothing_of_theirs_reaches_the_terminal_anywhere_else() -> None:
    with hostile("other screens, notices") as walked:
        walk = walked.walk
        walk.scroll()
        walk.answer(ANSWERED)
        walk.mailboxes()
        walk.find()
        walk.keep_a_search()
        walk.send_on(SENT_ON, BOB.email)
        news = hostile_mails(TOLD, SEED + 1)
        told = walk.be_told(deliveries(walked.host, news))
        print(f"\n{told} notices of {len(news)} more mails, {SENT_ON} in the outbox")
        assert not UNSAFE.search((walked.folder / "told").read_text())


def test_k1_nothing_of_theirs_reaches_the_terminal_on_the_command_line() -> None:
    with hostile("command line") as walked:
        ids = walked.ids()
        walked.walk.show_every_form(ids)
        walked.walk.commands(ids[:COMMAND_LINE])
