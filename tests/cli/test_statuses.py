"""Everything that can go wrong has a status and a sentence that says what happened and what to do."""

import datetime as dt
import os
import socket
import sqlite3
import ssl
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.demo.fixtures import RunningHost
from tests.program import Program, Ran
from tests.protocols.certificates import Wish, issue, make_trust, server_context
from tests.pty_session import PtySession
from tuimail.demo.faults import Fault, FaultKind
from tuimail.store.database import open_store
from tuimail.store.files import Database, path_of

pytestmark = pytest.mark.timeout(120)

DAY = dt.timedelta(days=1)


def says(ran: Ran, status: int, *words: str) -> None:
    """Check the status and that a sentence for people has these words; no traceback."""
    assert ran.status == status, ran
    assert "Traceback" not in ran.err, ran
    assert ran.err.startswith("tuimail: "), ran
    for word in words:
        assert word in ran.err, ran


def account(
    program: Program,
    host: RunningHost,
    name: str = "carol",
    *,
    check: bool = True,
    **options: object,
) -> Ran:
    """Add an account on the host, with other options where they are given."""
    alice = host.person("alice")
    words: dict[str, object] = {
        "email": alice.email,
        "imap": f"127.0.0.1:{host.ports.imap_tls}",
        "smtp": f"127.0.0.1:{host.ports.smtp_tls[alice.domain]}",
        "ca_file": host.ca_file,
        "password_command": f"{sys.executable} -c \"print('{alice.password}')\"",
        **options,
    }
    listed = [w for k, v in words.items() for w in (f"--{k.replace('_', '-')}", str(v))]
    return program.run("account", "add", name, *listed, *(() if check else ("--no-test",)))


@contextmanager
def listening(serve: Callable[[socket.socket], None]) -> Iterator[int]:
    """Serve each connection to a port in a thread of its own."""
    with socket.create_server(("127.0.0.1", 0)) as door:

        def accept() -> None:
            while True:
                try:
                    line, _ = door.accept()
                except OSError:
                    return
                threading.Thread(target=guarded, args=(line,), daemon=True).start()

        def guarded(line: socket.socket) -> None:
            with line:
                try:
                    serve(line)
                except OSError:
                    return

        threading.Thread(target=accept, daemon=True).start()
        yield door.getsockname()[1]
        door.shutdown(socket.SHUT_RDWR)


def in_tls(context: ssl.SSLContext, seen: list[bytes]) -> Callable[[socket.socket], None]:
    """Return a server that shakes hands and keeps what it is told."""

    def serve(line: socket.socket) -> None:
        with context.wrap_socket(line, server_side=True) as safe:
            safe.sendall(b"* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN] ready\r\n")
            while heard := safe.recv(4096):
                seen.append(heard)

    return serve


# 1: found nothing


def test_nothing_found(program: Program) -> None:
    says(program.run("list", "subject:nowhere", "--json"), 1, "nothing found")
    says(program.run("show", "0123456789abcdef"), 1, "There is no message", "tuimail list")
    says(program.run("outbox", "show", "nope"), 1, "No sent mail is known as 'nope'")
    says(program.run("list", "--mailbox", "Nowhere"), 1, "There is no mailbox", "tuimail sync")
    says(program.run("list", "--mailbox", "\x1b[31mred"), 1, "There is no mailbox")


def test_without_an_account_every_command_says_how_to_connect_one(tmp_path: Path) -> None:
    program = Program(tmp_path)
    for words in (("list",), ("search", "x"), ("account", "list")):
        says(program.run(*words), 1, "There is no account yet", "tuimail account add --help")
    says(program.run("sync"), 2, "There is no account yet", "tuimail account add --help")
    doctor = program.run("doctor")
    assert doctor.status == 1
    assert "!!  accounts: There is no account yet" in doctor.out


def test_nothing_was_fetched_yet(fresh: Program) -> None:
    says(fresh.run("list"), 1, "fetch it: tuimail sync")


# 2: usage and configuration


def test_names_that_are_not_there(program: Program) -> None:
    for words in (
        ("sync", "--account", "nobody"),
        ("list", "--account", "nobody"),
        ("send", "--account", "nobody", "--to", "a@b.example"),
        ("account", "test", "nobody"),
        ("account", "remove", "nobody"),
        ("doctor", "--account", "nobody"),
    ):
        says(program.run(*words), 2, "There is no account 'nobody'. Accounts: alice, bob.")


@pytest.mark.parametrize(
    "words",
    [
        ("frobnicate",),
        ("list", "--limit", "-3"),
        ("send", "--to", "a@b.example"),
        ("flag",),
        ("account",),
        ("show", "x", "--raw", "--json"),
        ("list", "--account", ""),
        ("sync", "--mailbox", ""),
        ("delete", "0123456789abcdef", "--mailbox", ""),
    ],
)
def test_words_that_are_no_command_show_how_it_goes(program: Program, words: tuple[str, ...]):
    ran = program.run(*words)
    assert ran.status == 2
    assert "usage: tuimail" in ran.err
    assert "Traceback" not in ran.err


@pytest.mark.parametrize("command", ["", " ", "'"])
def test_a_password_command_that_is_none_is_refused(program: Program, command: str) -> None:
    add = ("account", "add", "a@gmail.com", "--no-test", "--password-command", command)
    says(program.run(*add), 2, "--password-command")


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("--display-name", "a\nb"),
        ("--display-name", "a\udcff"),
        ("--username", "a\x1b"),
        ("--password-command", "a\udcff"),
    ],
)
def test_what_could_not_be_read_again_is_not_written(
    tmp_path: Path, option: str, value: str
) -> None:
    program = Program(tmp_path)
    program.profile.config_file.write_text("# mine\n")
    words = {"--password-command": "true", option: value}
    add = ("account", "add", "a@gmail.com", "--no-test")
    ran = program.run(*add, *(word for pair in words.items() for word in pair))
    says(ran, 2)
    assert program.profile.config_file.read_text() == "# mine\n"


@pytest.mark.parametrize("words", [("--profile", ""), ("--profile", "", "list")])
def test_a_profile_without_a_name_is_refused(words: tuple[str, ...], tmp_path: Path) -> None:
    ran = subprocess.run(
        [sys.executable, "-m", "tuimail", *words], capture_output=True, check=False, cwd=tmp_path
    )
    assert ran.returncode == 2
    assert b"argument --profile: names nothing" in ran.stderr
    assert list(tmp_path.iterdir()) == []


def test_mail_that_cannot_be_sent_as_it_was_asked(program: Program, tmp_path: Path) -> None:
    def send(*words: str) -> Ran:
        return program.run("send", "--account", "alice", *words)

    says(send("--to", "no address"), 2, "no address is no address")
    says(send("--to", "a@b.example\nBcc: c@d.example"), 2, "invisible character")
    says(send("--to", "b@b.example", "--attach", str(tmp_path / "gone")), 2, "gone")
    says(send("--to", "b@b.example", "--at", "yesterday"), 2, "'yesterday' is no time")
    says(send("--to", "b@b.example", "--at", "2001-01-01"), 2, "has passed already")
    says(send("--to", "b@b.example", "--raw", str(tmp_path / "gone")), 2, "No such file")
    assert "b@b.example" not in program.run("outbox", "--json").out


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("[ui\n", 1, "not valid TOML"),
        ("[ui]\ntheme = 3\n", 2, "ui.theme"),
        ("[ui]\ntime_zone = 'Mars/Olympus'\n", 2, "ui.time_zone"),
        ("[ui]\nthemes = 'dark'\n", 2, "ui.themes"),
        ("\n[account.x]\nemail = 'nobody'\n", 3, "account.x.email"),
        (
            "[account.x]\nemail = 'a@b.example'\n[account.x.imap]\nport = 9\n",
            3,
            "account.x.imap.host",
        ),
        ("[account.x]\nemail = 'a@b.example'\nimap = {host = 'h', port = 99999}\n", 3, "port"),
        ("[account.x]\nemail = 'a@b.example'\npassword = {source = 'psychic'}\n", 3, "source"),
    ],
)
def test_a_wrong_configuration_is_told_with_file_line_and_key(
    tmp_path: Path, text: str, line: int, words: str
) -> None:
    program = Program(tmp_path)
    program.profile.config_file.write_text(text)
    for command in (("config", "check"), ("list",), ("sync",), ("doctor",), ("daemon",)):
        ran = program.run(*command)
        says(ran, 2, f"tuimail: {program.profile.config_file}:{line}: ", words)
        assert ran.err.count("\n") == 1


@pytest.mark.parametrize("text", [b"[ui\n", b"# caf\xe9\n"])
def test_no_account_is_added_to_what_is_no_configuration(tmp_path: Path, text: bytes) -> None:
    program = Program(tmp_path)
    program.profile.config_file.write_bytes(text)
    ran = program.run("account", "add", "a@gmail.com", "--password-command", "true", "--no-test")
    says(ran, 2, f"tuimail: {program.profile.config_file}:1: not ")
    assert program.profile.config_file.read_bytes() == text


def test_the_home_of_nobody_is_told() -> None:
    words = [sys.executable, "-m", "tuimail", "--profile", "~nobody-of-that-name/mail", "list"]
    ran = subprocess.run(words, capture_output=True, text=True, check=False)
    assert ran.returncode == 2
    assert ran.stderr == "tuimail: ~nobody-of-that-name/mail: there is no such home folder.\n"


def test_a_configuration_that_cannot_be_read(tmp_path: Path) -> None:
    program = Program(tmp_path)
    program.profile.config_file.mkdir()
    ran = program.run("config", "check")
    assert ran.status == 2
    assert "config.toml: Is a directory\n" in ran.err


WRONG_LOOKS = [
    ("config.toml", "[ui]\ntheme = 'neon'\n", 2, "ui.theme: there is no theme “neon”"),
    ("config.toml", "\n[ui]\nkeymap = 'vi'\n", 3, "ui.keymap: there is no keymap “vi”"),
    ("keys.toml", "[keys.list]\n'j' = 'fly'\n", 2, "keys.list.j: there is no action “fly”"),
    ("keys.toml", "[keys.list]\n'ctl+j' = 'cursor.down'\n", 2, "“ctl” is not ctrl"),
    ("keys.toml", "[keys.garden]\n'j' = 'cursor.down'\n", 1, "no context “garden”"),
    ("keys.toml", "[keys.list]\n'g' = 'undo'\n", 2, "hides"),
]


@pytest.mark.parametrize(("file", "text", "line", "words"), WRONG_LOOKS)
def test_a_wrong_theme_or_key_is_told_with_file_and_line(
    tmp_path: Path, file: str, text: str, line: int, words: str
) -> None:
    program = Program(tmp_path)
    (tmp_path / file).write_text(text)
    for command in (("config", "check"), ("doctor",)):
        says(program.run(*command), 2, f"tuimail: {tmp_path / file}:{line}: ", words)
    assert program.run("account", "list").status == 1, "commands need neither"


def test_a_theme_of_ones_own_is_checked(tmp_path: Path) -> None:
    program = Program(tmp_path)
    program.profile.config_file.write_text("[ui]\ntheme = 'mine'\n")
    theme = tmp_path / "themes" / "mine.toml"
    theme.parent.mkdir()
    theme.write_text("dark = true\n[palette]\nforeground = 'blue'\n")
    says(program.run("config", "check"), 2, f"tuimail: {theme}:2: palette.background: ")


@pytest.mark.pty
@pytest.mark.parametrize(("file", "text", "line", "words"), WRONG_LOOKS[::2])
def test_a_wrong_theme_or_key_stops_the_interface_with_a_sentence(
    tmp_path: Path, file: str, text: str, line: int, words: str
) -> None:
    program = Program(tmp_path)
    (tmp_path / file).write_text(text)
    with program.screen(size=(300, 40)) as screen:
        assert screen.wait_exit() == 2
        shown = screen.text()
    assert f"tuimail: {tmp_path / file}:{line}: " in shown
    assert words in shown
    assert "Traceback" not in shown


@pytest.mark.parametrize("words", [(), ("compose", "mailto:a@b.example"), ("demo",)])
def test_without_a_terminal_the_interface_does_not_open(
    tmp_path: Path, words: tuple[str, ...]
) -> None:
    ran = Program(tmp_path).run(*words)
    says(ran, 2, "needs a terminal", "tuimail --help")
    assert ran.out == ""
    assert "\x1b" not in ran.err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.pty
@pytest.mark.parametrize("stream", ["</dev/null", ">/dev/null", "2>/dev/null | cat"])
def test_one_stream_that_is_no_terminal_is_enough_to_refuse(tmp_path: Path, stream: str) -> None:
    line = f"'{sys.executable}' -m tuimail --profile '{tmp_path}' {stream}; echo status $?"
    with PtySession(["bash", "-o", "pipefail", "-c", line]) as session:
        session.until("status 2")
        assert b"\x1b" not in session.sent()


@pytest.mark.pty
def test_a_dumb_terminal_gets_what_is_unread_as_lines(fresh: Program, host: RunningHost) -> None:
    program = Program(fresh.profile.folder, {**fresh.environ, "TERM": "dumb"})
    with program.screen() as screen:
        assert screen.wait_exit() == 0
        assert "TERM is “dumb”" in screen.text()
        assert "tuimail show ID" in screen.text()
        assert b"\x1b" not in screen.sent()


def test_without_a_keyring_the_alternatives_are_named(fresh: Program, host: RunningHost) -> None:
    ran = fresh.run(
        "account", "add", "carol", "--email", "c@d.example", "--imap", "127.0.0.1:9",
        "--password-stdin", stdin=b"secret\n",
    )  # fmt: skip
    says(ran, 2, "--password-command", "--password-ask")
    assert "carol" not in fresh.profile.config_file.read_text()


def test_a_name_twice(fresh: Program, host: RunningHost) -> None:
    before = fresh.profile.config_file.read_text()
    ran = account(fresh, host, "alice", check=False)
    assert ran.status == 2
    assert "alice" in ran.err
    assert fresh.profile.config_file.read_text() == before


# 3: network


def test_a_port_where_nobody_listens(fresh: Program, host: RunningHost) -> None:
    with socket.create_server(("127.0.0.1", 0)) as door:
        port = door.getsockname()[1]
    says(account(fresh, host, imap=f"127.0.0.1:{port}"), 3, "127.0.0.1")
    assert "carol" not in fresh.profile.config_file.read_text()
    account(fresh, host, check=False, imap=f"127.0.0.1:{port}")
    ran = fresh.run("sync", "--account", "carol")
    says(ran, 3, "carol: ")


def test_a_host_that_does_not_exist(fresh: Program, host: RunningHost) -> None:
    says(account(fresh, host, imap="mail.nowhere.invalid"), 3, "mail.nowhere.invalid")


def bad_certificates(folder: Path) -> dict[str, tuple[ssl.SSLContext, str]]:
    from dataclasses import replace

    from cryptography import x509

    trust = make_trust(folder)
    plain, now = Wish(), dt.datetime.now(dt.UTC)
    other_name = replace(plain, names=(x509.DNSName("mail.example"),))
    return {
        "expired": (
            trust.context(replace(plain, begins=now - 9 * DAY, ends=now - DAY)),
            "has expired",
        ),
        "wrong name": (trust.context(other_name), "not for this address"),
        "self-signed": (server_context(folder, issue(plain)), "self-signed"),
    }


@pytest.mark.parametrize("kind", ["expired", "wrong name", "self-signed"])
def test_a_bad_certificate_is_refused_before_any_password(
    fresh: Program, host: RunningHost, tmp_path: Path, kind: str
) -> None:
    context, cause = bad_certificates(tmp_path)[kind]
    seen: list[bytes] = []
    with listening(in_tls(context, seen)) as port:
        ran = account(fresh, host, imap=f"127.0.0.1:{port}", ca_file=tmp_path / "ca.pem")
        says(ran, 3, cause, "No password was sent.")
        ran = account(fresh, host, smtp=f"127.0.0.1:{port}", smtp_security="tls")
        assert ran.status == 3
        account(fresh, host, check=False, imap=f"127.0.0.1:{port}", ca_file=tmp_path / "ca.pem")
        says(fresh.run("sync", "--account", "carol"), 3, cause)
        says(fresh.run("account", "test", "carol"), 3, cause)
        doctor = fresh.run("doctor", "--account", "carol")
        assert doctor.status == 3
        assert cause in doctor.out
    assert seen == []


def test_a_server_without_tls(fresh: Program, host: RunningHost) -> None:
    heard: list[bytes] = []

    def imap(line: socket.socket) -> None:
        line.sendall(b"* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN] ready\r\n")
        while said := line.recv(4096):
            heard.append(said)
            tag, word = [*said.split(), b"", b""][:2]
            if word == b"CAPABILITY":
                line.sendall(b"* CAPABILITY IMAP4rev1 AUTH=PLAIN\r\n" + tag + b" OK done\r\n")
            elif word == b"LOGOUT":
                line.sendall(b"* BYE\r\n" + tag + b" OK done\r\n")
            else:
                line.sendall(tag + b" BAD unknown command\r\n")

    def smtp(line: socket.socket) -> None:
        line.sendall(b"220 ready\r\n")
        while said := line.recv(4096):
            heard.append(said)
            if said[:4].upper() == b"EHLO":
                line.sendall(b"250-here\r\n250 AUTH PLAIN LOGIN\r\n")
            elif said[:4].upper() == b"QUIT":
                line.sendall(b"221 bye\r\n")

    with listening(imap) as imap_port, listening(smtp) as smtp_port:
        says(account(fresh, host, imap=f"127.0.0.1:{imap_port}"), 3, "does not speak TLS")
        says(
            account(fresh, host, imap=f"127.0.0.1:{imap_port}", imap_security="starttls"),
            3,
            "STARTTLS",
        )
        says(
            account(fresh, host, smtp=f"127.0.0.1:{smtp_port}", smtp_security="starttls"),
            3,
            "STARTTLS",
        )
    password = host.person("alice").password.encode()
    assert not any(password in said or b"AUTH" in said.upper() for said in heard)


def test_a_server_that_cuts_the_line(fresh: Program, host: RunningHost) -> None:
    for command in ("greeting", "AUTHENTICATE", "LIST"):
        host.imap_fault(Fault(FaultKind.CUT, command, nth=0))
        try:
            ran = fresh.run("sync", "--account", "alice")
            says(ran, 3, "alice: ")
        finally:
            host.host.imap_faults.clear()
            fresh.end()
    fresh.done("sync", "--account", "alice")


# 4: sign-in


def test_a_wrong_password(fresh: Program, host: RunningHost) -> None:
    wrong = f"{sys.executable} -c \"print('not it')\""
    says(account(fresh, host, password_command=wrong), 4, "refused the name or password")
    assert "carol" not in fresh.profile.config_file.read_text()
    account(fresh, host, check=False, password_command=wrong)
    says(fresh.run("sync", "--account", "carol"), 4, "carol: ")
    says(fresh.run("account", "test", "carol"), 4, "refused the name or password")
    doctor = fresh.run("doctor", "--account", "carol")
    assert doctor.status == 4
    assert "!!" in doctor.out
    ran = fresh.run(
        "send", "--account", "carol", "--to", "bob@south.example", "--wait", stdin=b"Hi"
    )
    says(ran, 4, "refused")
    (row,) = fresh.done("outbox", "--json").json
    assert row["state"] == "queued"


def test_a_password_command_that_fails(fresh: Program, host: RunningHost) -> None:
    ran = account(fresh, host, password_command="/nonexistent/pass show mail")
    says(ran, 4, "/nonexistent/pass")
    failing = f'{sys.executable} -c "import sys; sys.exit(7)"'
    says(account(fresh, host, password_command=failing), 4, "7")


def test_a_password_nobody_can_be_asked_for(fresh: Program, host: RunningHost) -> None:
    with fresh.profile.config_file.open("a") as file:
        file.write(
            "[account.carol]\nemail = 'alice@north.example'\npassword = {source = 'ask'}\n"
            f"ca_file = '{host.ca_file}'\n"
            f"imap = {{host = '127.0.0.1', port = {host.ports.imap_tls}}}\n"
        )
    says(fresh.run("sync", "--account", "carol"), 4, "carol")
    says(fresh.run("account", "test", "carol"), 4, "password")
    says(fresh.run("account", "login", "carol"), 2, "asking at each start")


# 5: refused by the server


def test_a_refused_recipient(program: Program, host: RunningHost) -> None:
    host.smtp_fault(Fault(FaultKind.REFUSE, "RCPT", text="550 5.1.1 No such person"))
    ran = program.run(
        "send", "--account", "alice", "--to", "x@south.example", "--wait", "--json", stdin=b"Hi"
    )
    assert ran.status == 5
    assert ran.json["state"] == "refused"
    assert "x@south.example: " in ran.err
    (row,) = program.done("outbox", "show", ran.json["id"], "--json").json
    assert row["recipients"][0]["code"] == 550
    assert row["recipients"][0]["enhanced_code"] == "5.1.1"
    assert row["recipients"][0]["explanation"]


def test_one_refused_recipient_of_two(program: Program, host: RunningHost) -> None:
    host.smtp_fault(Fault(FaultKind.REFUSE, "RCPT", nth=2, text="550 5.1.1 No such person"))
    ran = program.run(
        "send", "--account", "alice", "--to", "bob@south.example", "x@south.example", "--wait",
        "--json", stdin=b"Hi",
    )  # fmt: skip
    assert ran.status == 5
    (row,) = program.done("outbox", "show", ran.json["id"], "--json").json
    assert [r["state"] for r in row["recipients"]] == ["accepted", "refused"]


def test_a_refused_move(program: Program, host: RunningHost) -> None:
    row = program.done("list", "--account", "bob", "--limit", "1", "--json").json[0]
    host.imap_fault(Fault(FaultKind.REFUSE, "UID MOVE", text="NO [NOPERM] Not yours"))
    ran = program.run("move", row["id"], "Archive", "--wait")
    says(ran, 5, "Not yours")
    program.done("sync", "--account", "bob")
    again = program.done("show", row["id"], "--json").json
    assert again["mailbox"] == "INBOX", "what the server refused is undone here"


# 6: the local store


def test_a_store_of_a_newer_program(fresh: Program) -> None:
    fresh.done("sync")
    fresh.end()
    for database in Database:
        path = path_of(fresh.profile.data_dir, database)
        with sqlite3.connect(path) as raw:
            (before,) = raw.execute("pragma user_version").fetchone()
            raw.execute("pragma user_version = 999")
        raw.close()
        for words in (("list",), ("sync",), ("outbox",)):
            says(fresh.run(*words), 6, f"{database}.db", "newer")
        with sqlite3.connect(path) as raw:
            raw.execute(f"pragma user_version = {before}")
        raw.close()
    fresh.done("list")


def test_what_had_to_be_mended_is_told_once_and_whoever_found_it(fresh: Program) -> None:
    fresh.done("sync", "--account", "bob")
    fresh.end()
    cache = path_of(fresh.profile.data_dir, Database.CACHE)
    for side in cache.parent.glob(f"{cache.name}-*"):
        side.unlink()
    cache.write_bytes(b"\0" * 40_000)
    open_store(fresh.profile.data_dir).close()  # as the background process does
    ran = fresh.run("list")
    says(ran, 1, "cache.db was damaged", "nothing is lost")
    assert ran.out == ""
    assert "damaged" not in fresh.run("list").err


def test_a_store_that_is_no_folder(tmp_path: Path) -> None:
    program = Program(tmp_path / "profile")
    program.profile.config_file.parent.mkdir()
    program.profile.data_dir.write_text("a file")
    says(program.run("list"), 6, str(program.profile.data_dir))


@contextmanager
def small_disk(folder: Path) -> Iterator[Path]:
    """Yield a folder on a disk of 48 MB: room for all of the mail, and soon filled."""
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=48m", "tmpfs", str(folder)]
    if os.geteuid() != 0 or subprocess.run(command, capture_output=True, check=False).returncode:
        pytest.skip("a small disk can be mounted by root alone")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


def fill(file: Path) -> None:
    """Write until the disk is full."""
    handle = os.open(file, os.O_WRONLY | os.O_CREAT)
    written = 1
    while written:
        try:
            written = os.write(handle, bytes(4096))
        except OSError:
            written = 0
    os.close(handle)


def test_a_full_disk_loses_nothing_and_says_so(host: RunningHost, tmp_path: Path) -> None:
    from tuimail.demo.account import Listening, write_profile

    with small_disk(tmp_path / "disk") as disk:
        write_profile(disk / "p", Listening(host.ports, host.ca_file))
        program = Program(disk / "p")
        try:
            sent = ("send", "--account", "alice", "--to", "bob@south.example", "--at", "2099-01-01")
            program.done(*sent, stdin=b"Kept")
            filler = disk / "filler"
            fill(filler)
            big = tmp_path / "big.bin"
            big.write_bytes(os.urandom(200_000))
            says(program.run(*sent, "--attach", str(big), stdin=b"Lost?"), 6, "free some space")
            ran = program.run("sync")
            assert ran.status == 6, ran
            assert "full" in ran.err
            filler.unlink()
            rows = program.done("outbox", "--json").json
            assert [row["state"] for row in rows] == ["queued"], "what was accepted is there"
            program.done("sync", "--headers-only")
        finally:
            program.end()
