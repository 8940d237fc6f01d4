"""The early paint: the first rows before Textual is there, and a hand-over nobody sees."""

import json
import os
import sqlite3
import subprocess
import sys
import termios
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.pty_session import PtySession
from tests.terminal import Terminal, unexplained
from tests.ui.sample_app import ENVIRONMENT
from tuimail.config.profile import Profile
from tuimail.mime.headers import parse_envelope
from tuimail.model.ids import AccountName
from tuimail.model.mailbox import ListedMailbox, Role
from tuimail.model.safe import ours
from tuimail.model.view import Grouping, View
from tuimail.store.database import open_store
from tuimail.store.files import Database
from tuimail.store.lists import rows_of, view_ids
from tuimail.store.mailboxes import mailbox_rows, put_mailboxes
from tuimail.store.messages import put_messages
from tuimail.store.reckoned import Arrival
from tuimail.store.schema import VERSION
from tuimail.ui import boot
from tuimail.ui.boot import stamp_of
from tuimail.ui.early_rows import SCHEMA_VERSION, EarlyThreads, first_rows
from tuimail.ui.render.layout import RowLook
from tuimail.ui.render.rows import message_row

SUBJECTS = ("Hello", "会議の資料", "Привет", "مرحبا", "Käse 🧀", "[b]not markup[/b]", "")
MODES_ONLY_BYTES = 300
TEXTUAL = b"\x1b[?1004h"
"""What Textual asks of the terminal before its first frame, and the early paint does not."""


def arrival(n: int) -> Arrival:
    flags = frozenset(
        flag
        for flag, every in (("\\Seen", 2), ("\\Flagged", 5), ("\\Answered", 7), ("todo", 4))
        if n % every == 0
    )
    reply = f"In-Reply-To: <m{n - 7}@x>\r\n" if n >= 7 else ""
    raw = (
        f"Message-ID: <m{n}@x>\r\nDate: Tue, 14 Nov 2023 22:{n % 60:02}:{n // 60:02} +0000\r\n"
        f"From: Person {n % 5} <p{n % 5}@x.example>\r\nTo: b@y.example\r\n"
        f"Subject: {SUBJECTS[n % len(SUBJECTS)]} {n}\r\n{reply}"
    )
    envelope = parse_envelope(raw.encode())
    return Arrival(n + 1, flags, 1_700_000_000 + n, 1_000, envelope, has_attachments=n % 3 == 0)


@pytest.fixture
def profile(tmp_path: Path) -> Profile:
    made = Profile.at(tmp_path / "profile")
    made.prepare()
    store = open_store(made.data_dir)
    listed = [ListedMailbox("INBOX", "/", Role.INBOX, True), ListedMailbox("L", "/", None, True)]
    put_mailboxes(store, AccountName("work"), listed)
    inbox, other = mailbox_rows(store)
    put_messages(store, inbox.id, [arrival(n) for n in range(90)])
    put_messages(store, other.id, [arrival(n) for n in range(10, 95)])
    store.close()
    return made


NAMES = [("work", "INBOX"), ("work", "L")]


@pytest.mark.parametrize("grouping", list(Grouping))
@pytest.mark.parametrize("names", [NAMES, NAMES[:1]])
def test_early_rows_are_those_of_the_list(
    profile: Profile, grouping: Grouping, names: list[tuple[str, str]]
) -> None:
    store = open_store(profile.data_dir)
    wanted = {name for _, name in names}
    ids = tuple(box.id for box in mailbox_rows(store) if box.name.raw in wanted)
    view = View(ours("x"), ids, grouping=grouping)
    rows = rows_of(store, view, view_ids(store, view)[:40])
    look = RowLook(120, int(time.time()), shows_account=True)
    threads = EarlyThreads() if grouping is Grouping.THREADS else None
    early = first_rows(profile.data_dir, names, 40, threads)
    assert [message_row(row, look) for row in early] == [message_row(row, look) for row in rows]
    store.close()


def test_early_rows_count_ones_own_answers(profile: Profile) -> None:
    store = open_store(profile.data_dir)
    inbox, other = mailbox_rows(store)
    view = View(ours("x"), (inbox.id,), grouping=Grouping.THREADS, sent=(other.id,))
    rows = rows_of(store, view, view_ids(store, view)[:40])
    early = first_rows(profile.data_dir, NAMES[:1], 40, EarlyThreads(NAMES[1:]))
    assert [(row.thread_count, row.thread_unread) for row in early] == [
        (row.thread_count, row.thread_unread) for row in rows
    ]
    store.close()


def test_a_list_that_unfolds_what_is_unread_gives_no_early_rows(profile: Profile) -> None:
    with pytest.raises(LookupError):
        first_rows(profile.data_dir, NAMES, 40, EarlyThreads(unfolds_unread=True))


def test_early_rows_know_the_version_of_the_schema() -> None:
    assert VERSION[Database.CACHE] == SCHEMA_VERSION


@pytest.mark.parametrize(
    "spoil",
    [
        lambda file: file.unlink(),
        lambda file: file.write_bytes(b"not a database" * 1_000),
        lambda file: file.with_name("cache.db.damaged").touch(),
        lambda file: sqlite3.connect(file).execute("pragma user_version = 99").connection.close(),
        lambda file: sqlite3.connect(file).execute("drop table placement").connection.close(),
    ],
    ids=["gone", "no database", "damaged", "other version", "other tables"],
)
def test_a_cache_that_cannot_be_read_gives_no_early_rows(
    profile: Profile, spoil: Callable[[Path], object]
) -> None:
    for suffix in ("-wal", "-shm"):
        (profile.data_dir / f"cache.db{suffix}").unlink(missing_ok=True)
    spoil(profile.data_dir / "cache.db")
    with pytest.raises(LookupError):
        first_rows(profile.data_dir, NAMES, 10, None)


def test_a_mailbox_that_is_gone_gives_no_early_rows(profile: Profile) -> None:
    with pytest.raises(LookupError):
        first_rows(profile.data_dir, [("work", "Gone")], 10, None)


def start(profile: Profile, size: tuple[int, int] = (100, 30), **environ: str) -> PtySession:
    argv = [sys.executable, "-m", "tests.ui.early_app", str(profile.folder)]
    return PtySession(argv, size=size, env={**ENVIRONMENT, **environ})


def run_once(profile: Profile, size: tuple[int, int] = (100, 30)) -> None:
    """A first run keeps its frame."""
    kept = profile.state_dir / boot.FILE_NAME
    before = stamp_of(kept)
    with start(profile, size) as session:
        session.until("Person")
        session.until(lambda _: stamp_of(kept) != before)
        session.press("q")
        assert session.wait_exit() == 0


def untouched() -> list[object]:
    """Return the attributes of a terminal that no program has changed."""
    ends = os.openpty()
    try:
        return termios.tcgetattr(ends[1])
    finally:
        for end in ends:
            os.close(end)


def painted_early(session: PtySession) -> bool:
    """Whether rows were sent before Textual asked anything of the terminal."""
    before, asked, _ = session.sent().partition(TEXTUAL)
    assert asked, "Textual is not there yet"
    return b"Person" in before


@pytest.mark.pty
def test_the_second_start_paints_early_and_hands_over_without_a_cell(profile: Profile) -> None:
    run_once(profile)
    kept = profile.state_dir / boot.FILE_NAME
    before_start = stamp_of(kept)
    with start(profile) as session:
        session.until("Person")
        session.until(lambda _: stamp_of(kept) != before_start)  # after the first frame
        session.settle()
        assert painted_early(session)
        before, _, after = session.sent().partition(b"\x1b[?1000h")
        assert 0 < len(after) < MODES_ONLY_BYTES
        early = Terminal(100, 30)
        early.feed(b"\x1b[?7l" + before)
        assert early.cells() == session.terminal.cells()
        assert unexplained(session.sent()) == []
        assert session.sent().count(b"\x1b[?1049h") == 1
        session.press("j", "q")
        assert session.wait_exit() == 0
        assert session.sent().count(b"\x1b[?1049l") == 1


@pytest.mark.pty
def test_keys_typed_while_textual_loads_are_carried_out(profile: Profile) -> None:
    run_once(profile)
    with start(profile) as session:
        session.until("Person")
        session.send(b"jjj")
        session.until(lambda _: session.terminal.screen.buffer[3][0].bg == "274163")
        assert painted_early(session)
        session.press("q")
        assert session.wait_exit() == 0
        assert session.attributes() == untouched(), "the terminal is as it was"


@pytest.mark.pty
@pytest.mark.parametrize(
    "why", ["size", "environment", "config", "paint cache", "store", "no colour", "driver"]
)
def test_any_mismatch_means_an_ordinary_start(profile: Profile, why: str) -> None:
    run_once(profile)
    size, environ = (100, 30), {}
    kept = profile.state_dir / boot.FILE_NAME
    match why:
        case "size":
            size = (90, 30)
        case "environment":
            environ = {"TERM": "screen-256color"}
        case "config":
            profile.config_file.write_text('[ui]\ntheme = "light"\n')
        case "paint cache":
            kept.write_text('{"format": 1, "environment": 3')
        case "store":
            (profile.data_dir / "cache.db.damaged").touch()
        case "no colour":
            environ = {"NO_COLOR": "1"}
        case "driver":
            environ = {"TEXTUAL_DRIVER": "textual.drivers.linux_driver:LinuxDriver"}
    with start(profile, size, **environ) as session:
        session.until(lambda _: TEXTUAL in session.sent())
        if why != "store":
            session.until(lambda _: b"Person" in session.sent())
        assert not painted_early(session)


@pytest.mark.pty
def test_when_the_screen_cannot_start_the_terminal_is_given_back(profile: Profile) -> None:
    run_once(profile)
    (profile.state_dir / "fail").touch()
    with start(profile) as session:
        assert session.wait_exit() == 1
        assert "the screen cannot start" in session.text()
        assert session.attributes() == untouched()
        assert b"\x1b[?1049l" in session.sent()


@pytest.mark.pty
def test_what_is_kept_is_private_and_holds_no_mail_text(profile: Profile) -> None:
    run_once(profile)
    run_once(profile, (80, 24))
    kept = profile.state_dir / boot.FILE_NAME
    text = kept.read_text()
    assert kept.stat().st_mode & 0o777 == 0o600
    assert set(json.loads(text)["frames"]) == {"100x30", "80x24"}
    for word in ("Person", "Hello", "会議", "Käse"):
        assert word not in text


def test_the_early_paint_loads_nothing_heavy() -> None:
    code = (
        "import sys, tuimail.ui.boot, tuimail.ui.early_rows, tuimail.ui.render.rows;"
        "print(sorted({m.partition('.')[0] for m in sys.modules}"
        " & {'textual', 'rich', 'asyncio', 'email', 'ssl', 'tomlkit', 'keyring', 'selectolax'}))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_the_interface_takes_keys_before_it_loads_what_writes_mail() -> None:
    code = (
        "import sys, tuimail.ui.mail_app;"
        "print(sorted(set(sys.modules) & {'tuimail.services.writing', 'tuimail.mime.compose',"
        " 'tuimail.services.next_steps', 'tuimail.services.receipts', 'tuimail.model.causes'}))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_the_interface_loads_nothing_that_its_first_frame_does_not_need() -> None:
    denied = (
        "email", "webbrowser", "tomlkit", "http.client", "urllib.request", "keyring", "selectolax",
        "markdown_it", "pygments", "aioimaplib", "aiosmtplib", "multiprocessing", "cryptography",
        "tuimail.engine.process", "tuimail.cli.main", "tuimail.demo.command",
    )  # fmt: skip
    code = f"import sys, tuimail.ui.mail_app; print([m for m in {denied} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
