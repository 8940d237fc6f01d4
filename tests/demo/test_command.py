"""`tuimail demo` as a process: ready line, profile, mail from one account to the other, the end."""

from __future__ import annotations

import imaplib
import json
import os
import signal
import smtplib
import socket
import ssl
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tuimail.config.load import load_config
from tuimail.config.profile import Profile
from tuimail.demo.command import run_demo
from tuimail.errors import UserError

MAIL = (
    b"From: alice@north.example\r\nSubject: Quick\r\nMessage-ID: <q@north.example>\r\n\r\nHi.\r\n"
)


class Serving:
    def __init__(self, *options: str) -> None:
        command = [sys.executable, "-m", "tuimail", "demo", "--serve", *options]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE)
        self.ready = json.loads(self.process.stdout.readline())
        self.folder = Path(self.ready["profile"]).parent
        self.tls = ssl.create_default_context(cafile=self.ready["ca_file"])

    def stop(self, number: int = signal.SIGTERM) -> int:
        self.process.send_signal(number)
        self.process.stdout.close()
        return self.process.wait(60)

    def account(self, name: str) -> dict[str, str]:
        return next(a for a in self.ready["accounts"] if a["name"] == name)

    def imap(self, name: str) -> imaplib.IMAP4_SSL:
        host, port = self.ready["imap"].split(":")
        account = self.account(name)
        imap = imaplib.IMAP4_SSL(host, int(port), ssl_context=self.tls, timeout=60)
        imap.authenticate(
            "PLAIN", lambda _: f"\0{account['username']}\0{account['password']}".encode()
        )
        return imap

    def send(self, name: str, to: str) -> None:
        host, port = self.ready["smtp"].split(":")
        account = self.account(name)
        with smtplib.SMTP_SSL(host, int(port), context=self.tls, timeout=60) as smtp:
            smtp.login(account["username"], account["password"])
            smtp.sendmail(account["email"], [to], MAIL)


@pytest.fixture(scope="module")
def serving() -> Iterator[Serving]:
    serving = Serving("--messages", "300")
    yield serving
    serving.stop()


def arrival_s(serving: Serving, name: str, send: tuple[str, str]) -> float:
    """Seconds from handing a mail in until the other side's IDLE says so."""
    with serving.imap(name) as imap:
        imap.select("INBOX")
        tag = imap._new_tag()
        imap.send(tag + b" IDLE\r\n")
        imap.readline()
        began = time.monotonic()
        serving.send(*send)
        while b"EXISTS" not in imap.readline():
            pass
        passed = time.monotonic() - began
        imap.send(b"DONE\r\n")
        while not imap.readline().startswith(tag):
            pass
        return passed


def test_the_ready_line_names_profile_servers_and_accounts(serving: Serving) -> None:
    assert {"profile", "imap", "smtp", "pop3", "accounts"} <= set(serving.ready)
    assert [a["email"] for a in serving.ready["accounts"]] == [
        "alice@north.example",
        "bob@south.example",
    ]


def test_the_profile_is_private_and_loads(serving: Serving) -> None:
    assert stat.S_IMODE(serving.folder.stat().st_mode) == 0o700
    config = load_config(Profile.at(Path(serving.ready["profile"])))
    assert [account.name for account in config.accounts] == ["alice", "bob"]
    for account in config.accounts:
        said = subprocess.run(account.password_command, capture_output=True, check=True).stdout
        assert said.decode().rstrip("\n") == serving.account(account.name)["password"]


def test_a_mail_arrives_on_the_other_side_in_under_a_second(serving: Serving) -> None:
    assert arrival_s(serving, "bob", ("alice", "bob@south.example")) < 1
    assert arrival_s(serving, "alice", ("bob", "alice@north.example")) < 1


def test_a_mail_to_nobody_comes_back(serving: Serving) -> None:
    assert arrival_s(serving, "alice", ("alice", "nobody@south.example")) < 1


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_stopping_leaves_nothing_behind(number: int) -> None:
    serving = Serving("--messages", "0")
    assert serving.folder.exists()
    assert serving.stop(number) == 0
    assert not serving.folder.exists()


def test_the_interface_runs_beside_a_host_that_ends_with_it() -> None:
    seen: list[Profile] = []

    def interface(profile: Profile) -> int:
        seen.append(profile)
        server = load_config(profile).accounts[0].imap
        context = ssl.create_default_context(cafile=str(server.ca_file))
        imap = imaplib.IMAP4_SSL(server.host, server.port, ssl_context=context, timeout=60)
        imap.logout()
        return 7

    assert run_demo(10, False, interface) == 7
    assert not seen[0].folder.exists()


def test_an_engine_of_the_profile_is_ended_with_the_demo() -> None:
    started: list[subprocess.Popen[bytes]] = []

    def interface(profile: Profile) -> int:
        holder = (
            "import fcntl, os, sys, time; f = open(sys.argv[1], 'w'); fcntl.flock(f, 2);"
            "f.write(f'{os.getpid()}\\n'); f.flush(); print('held', flush=True); time.sleep(60)"
        )
        command = [sys.executable, "-c", holder, str(profile.lock)]
        started.append(subprocess.Popen(command, stdout=subprocess.PIPE))
        assert started[0].stdout.readline() == b"held\n"
        return 0

    run_demo(0, False, interface)
    assert started[0].wait(60) == -signal.SIGTERM
    started[0].stdout.close()


@pytest.mark.parametrize("messages", [-1, 10_000_000])
def test_a_senseless_number_of_messages_is_refused(messages: int) -> None:
    with pytest.raises(UserError, match="--messages"):
        run_demo(messages, True, None)


def test_host_and_folder_go_when_the_process_that_started_them_is_killed() -> None:
    script = (
        "from tuimail.demo.command import run_demo; import time\n"
        "def stay(profile):\n"
        "    from tuimail.config.load import load_config\n"
        "    port = load_config(profile).accounts[0].imap.port\n"
        "    print(port, profile.folder.parent, flush=True); time.sleep(60)\n"
        "run_demo(0, False, stay)"
    )
    parent = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE)
    port, folder = parent.stdout.readline().decode().split()
    os.kill(parent.pid, signal.SIGKILL)
    parent.wait(60)
    parent.stdout.close()
    assert closes(int(port))
    assert vanishes(Path(folder))


def closes(port: int) -> bool:
    end = time.monotonic() + 5
    while time.monotonic() < end:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) != 0:
                return True
        time.sleep(0.02)
    return False


def vanishes(folder: Path) -> bool:
    end = time.monotonic() + 5
    while folder.exists() and time.monotonic() < end:
        time.sleep(0.02)
    return not folder.exists()
