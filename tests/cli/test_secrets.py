"""A password is in memory and on the TLS line, and nowhere else; files are nobody else's."""

import os
import stat
import sys
import threading
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.demo.fixtures import RunningHost
from tests.program import Program, until
from tuimail.demo.faults import Fault, FaultKind

pytestmark = pytest.mark.timeout(120)


class Watch:
    """Looks at command lines and environments of every process of a profile, again and again."""

    def __init__(self, profile: Path) -> None:
        self._needle = str(profile).encode()
        self._over = threading.Event()
        self.seen: set[bytes] = set()
        self._thread = threading.Thread(target=self._look, daemon=True)
        self._thread.start()

    def end(self) -> None:
        self._over.set()
        self._thread.join(60)

    def _look(self) -> None:
        while not self._over.wait(0.005):
            for process in Path("/proc").iterdir():
                if process.name.isdigit():
                    self._look_at(process)

    def _look_at(self, process: Path) -> None:
        try:
            words = (process / "cmdline").read_bytes()
            parent = (process / "stat").read_text().rpartition(")")[2].split()[1]
            of_profile = (
                self._needle in words
                or self._needle in Path(f"/proc/{parent}/cmdline").read_bytes()
            )
            if of_profile:
                self.seen |= {words, (process / "environ").read_bytes()}
        except OSError:
            return


@contextmanager
def watched(program: Program) -> Iterator[Watch]:
    assert program.profile.folder is not None
    watch = Watch(program.profile.folder)
    try:
        yield watch
    finally:
        watch.end()


def forms(username: str, password: str) -> list[bytes]:
    """Return every form in which a password could be written somewhere."""
    quoted = password.replace("\\", "\\\\").replace('"', '\\"')
    plain = f"\0{username}\0{password}".encode()
    return [
        password.encode(),
        quoted.encode(),
        b64encode(password.encode()),
        b64encode(plain),
        repr(password).encode(),
    ]


def use_password_files(program: Program, host: RunningHost, folder: Path) -> list[bytes]:
    """Have passwords printed from files outside the profile; return what must not be found."""
    text = program.profile.config_file.read_text()
    secrets: list[bytes] = []
    for name in ("alice", "bob"):
        person = host.person(name)
        file = folder / f"{name}.secret"
        file.write_text(person.password + "\n")
        shown = program.done("config", "show").out.split("\n")
        line = next(n for n in shown if n.startswith("command = ") and _prints(n, person.password))
        text = text.replace(line, f"command = ['cat', '{file}']")
        secrets += forms(person.email, person.password)
    program.profile.config_file.write_text(text)
    return secrets


def _prints(line: str, password: str) -> bool:
    import subprocess
    import tomllib

    command = tomllib.loads(line)["command"]
    return (
        subprocess.run(command, capture_output=True, check=True).stdout == f"{password}\n".encode()
    )


@pytest.mark.pty
def test_no_password_is_written_anywhere(fresh: Program, host: RunningHost, tmp_path: Path) -> None:
    secrets = use_password_files(fresh, host, tmp_path)
    debug = ("--log-level", "debug")
    with watched(fresh) as watch:
        fresh.run("account", "test", "alice", options=debug)
        host.smtp_fault(Fault(FaultKind.REFUSE, "DATA", text="451 4.3.0 Later"))
        send = ("send", "--account", "bob", "--to", "alice@north.example", "--wait")
        fresh.run(*send, stdin=b"Hello", options=debug)
        fresh.end()  # no other account's line may meet the refusal
        echo = f"NO {host.person('alice').password}"
        host.imap_fault(Fault(FaultKind.REFUSE, "AUTHENTICATE", text=echo))
        fresh.run("account", "test", "alice", options=debug)
        with fresh.screen(options=debug) as screen:
            screen.until("in step")
            screen.press("Enter", "q", "dd")
            screen.until("moved to Trash")
            screen.press("ZZ")
            screen.wait_exit()
            shown = screen.sent()
        fresh.run("doctor", options=debug)
        fresh.end()
    log = fresh.profile.log.read_bytes()
    assert b"AUTHENTICATE" in log, "the wire log was on"
    assert b"DEBUG" in log
    folder = fresh.profile.folder
    assert folder is not None
    kept = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    for secret in secrets:
        assert [line for line in log.split(b"\n") if secret in line] == []
        assert [path for path, content in kept.items() if secret in content] == []
        assert not any(secret in words for words in watch.seen)
        assert secret not in shown
    assert len(watch.seen) > 4, "processes were seen"


def test_the_log_names_no_person_and_no_subject(fresh: Program, host: RunningHost) -> None:
    raw = (
        b"From: Zacharias <zacharias@quince.example>\r\nTo: alice@north.example\r\n"
        b"Subject: Rhabarber\r\nMessage-ID: <z@quince.example>\r\n\r\nZwetschge\r\n"
    )
    uid = host.deliver(raw)
    fresh.run("sync", options=("--log-level", "debug"))
    (row,) = fresh.done("list", "subject:Rhabarber", "--json").json
    fresh.run("show", row["id"], options=("--log-level", "debug"))
    fresh.end()
    host.call(lambda: host.store("alice").find("INBOX").messages.pop(uid))
    log = fresh.profile.log.read_text()
    assert "UID FETCH" in log
    for word in ("Rhabarber", "Zwetschge", "zacharias@quince.example"):
        assert word not in log


@pytest.mark.parametrize("umask", [0o000, 0o022])
def test_every_file_is_nobody_elses(fresh: Program, umask: int) -> None:
    before = os.umask(umask)
    try:
        fresh.done("sync")
        draft = ("send", "--account", "alice", "--to", "bob@south.example", "--at", "2099-01-01")
        fresh.done(*draft, stdin=b"x" * 300_000)
        with fresh.screen() as screen:
            screen.until("in step")
            screen.press("c")
            screen.until("alt+s send")
            screen.type("bob@south.example")
            screen.press("alt+p")
            screen.until("Kept as a draft")
            check_modes(fresh)
    finally:
        os.umask(before)
    until(fresh.engine_pid, "for the engine")
    check_modes(fresh)


def check_modes(program: Program) -> None:
    for folder in (program.profile.data_dir, program.profile.state_dir):
        for path in (folder, *folder.rglob("*")):
            mode = stat.S_IMODE(path.lstat().st_mode)
            assert mode == (0o700 if path.is_dir() else 0o600), f"{path}: {oct(mode)}"


def test_no_core_is_dumped(program: Program) -> None:
    code = (
        "import resource, sys, tuimail.__main__ as door\n"
        "door.main(['--profile', sys.argv[1], 'config', 'path'])\n"
        "print(resource.getrlimit(resource.RLIMIT_CORE))"
    )
    import subprocess

    command = [sys.executable, "-c", code, str(program.profile.folder)]
    assert subprocess.run(command, capture_output=True, check=True).stdout.endswith(b"(0, 0)\n")
