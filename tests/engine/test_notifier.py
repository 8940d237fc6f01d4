"""New mail is told once, by the ways that are configured; what is no news is not told."""

import asyncio
import json
import os
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.engine.home import Home
from tests.engine.patience import until
from tests.sync.fake_remote import FakeMailbox, mail
from tests.sync.walk import Walk
from tuimail.engine import outlets
from tuimail.engine.notifier import Pace
from tuimail.engine.outlets import Arrived
from tuimail.events import NewMail, NotTold
from tuimail.model.flags import Flag
from tuimail.model.ids import AccountName, MessageKey
from tuimail.model.notify import TerminalNotice
from tuimail.model.operation import OperationKind

WORK, HOME_ACCOUNT = AccountName("work"), AccountName("home")
SEEN = frozenset({Flag.SEEN})
WRITER = """
import json, os, sys
said = [os.environ["TUIMAIL_TITLE"], os.environ["TUIMAIL_TEXT"], json.load(sys.stdin)]
with open(sys.argv[1], "a") as file:
    file.write(json.dumps(said) + "\\n")
"""


class Told:
    """What the person's command was told."""

    def __init__(self, folder: Path) -> None:
        self.file = folder / "told"
        self.command = [sys.executable, "-c", WRITER, str(self.file)]

    @property
    def all(self) -> list[tuple[str, str, dict[str, object]]]:
        lines = self.file.read_text().splitlines() if self.file.exists() else []
        return [json.loads(line) for line in lines]


@pytest.fixture
def told(tmp_path):
    return Told(tmp_path)


@pytest.fixture
def home(tmp_path, told):
    one = Home(tmp_path)
    configure(one, told)
    one.servers["work"].mailboxes["INBOX"].put(mail(1))
    yield one
    one.store.close()


def configure(home: Home, told: Told, more: str = "", command: list[str] | None = None) -> None:
    words = json.dumps(told.command if command is None else command)
    home.write_config("work", "home", extra=f"\n[notify]\ncommand = {words}\n{more}\n")


def walk_of(home: Home) -> Walk:
    return Walk(home.store, home.servers["work"])


def uid_reached(home: Home) -> int:
    """How far the notifier has come in INBOX of `work`."""
    mark = home.supervisor._notifier._marks.get(walk_of(home).id_of("INBOX"))
    return mark.uid if mark else 0


def inbox(home: Home, name: str = "work") -> FakeMailbox:
    return home.servers[name].mailboxes["INBOX"]


async def test_new_mail_is_told_with_no_screen_and_the_first_fill_is_not(home, told):
    async with home.engine(), home.link() as link:
        await link.sync()
        inbox(home).put(mail(2, subject="Lunch \x1b]0;x\x07today"))
        await link.sync()
        await until(lambda: told.all)
    [(title, text, facts)] = told.all
    assert title == "New mail from Alice"
    assert text == "Lunch  ]0;x today"
    assert facts["count"] == 1
    assert facts["mails"][0]["account"] == "work"
    assert facts["mails"][0]["address"] == "alice@example.org"


async def test_the_first_mail_in_an_empty_inbox_is_news(home, told):
    async with home.engine(), home.link() as link:
        await link.sync()
        inbox(home, "home").put(mail(2, subject="Welcome"))
        await link.sync()
        await until(lambda: told.all)
    assert [said[1] for said in told.all] == ["Welcome"]


async def test_ten_mails_of_two_accounts_are_told_together(home, told):
    async with home.engine(pace=Pace(breath_s=0.0, gather_s=2.0)), home.link() as link:
        await link.sync()
        await until(lambda: len(home.supervisor._notifier._marks) == 2)  # the first fill is over
        for number in range(2, 8):
            inbox(home).put(mail(number), date=1_700_000_000 + number)
        for number in range(8, 12):
            inbox(home, "home").put(mail(number))
        await link.sync()
        await until(lambda: told.all)
    [(title, text, facts)] = told.all
    assert title == "10 new mails"
    assert text.splitlines()[-1] == "and 7 more"
    assert len(facts["mails"]) == facts["count"] == 10


async def test_mail_that_came_while_no_engine_ran_is_told(home, told):
    async with home.engine(), home.link() as link:
        await link.sync()
    inbox(home).put(mail(2))
    async with home.engine(), home.link() as link:
        await link.sync()
        await until(lambda: told.all)


async def test_what_is_no_news_is_not_told(home, told):
    """Read elsewhere, another mailbox, an account left out, moved here by the person."""
    home.servers["work"].mailboxes["Lists"] = FakeMailbox()
    text = home.profile.config_file.read_text()
    home.profile.config_file.write_text(
        text.replace('email = "home@', 'notify = false\nemail = "home@')
    )
    lists = home.servers["work"].mailboxes["Lists"]
    lists.put(mail(7))
    async with home.engine(), home.link() as link:
        await link.sync()
        inbox(home).put(mail(2), SEEN)
        lists.put(mail(3))
        inbox(home, "home").put(mail(4))
        walk_of(home).ask(OperationKind.MOVE, 1, "Lists", destination="INBOX")
        link.push()
        await link.sync()
        await until(lambda: len(inbox(home).messages) == 3)
        await link.sync()
        inbox(home).put(mail(5, subject="News"))
        await link.sync()
        await until(lambda: told.all)
    assert [said[:2] for said in told.all] == [["New mail from Alice", "News"]]


async def test_chosen_mailboxes_are_told_and_the_inbox_is_not_where_it_is_not_among_them(
    home, told
):
    configure(home, told, 'mailboxes = ["work/Lists"]')
    for name in ("work", "home"):
        home.servers[name].mailboxes["Lists"] = FakeMailbox()
    async with home.engine(), home.link() as link:
        await link.sync()
        inbox(home).put(mail(2))
        home.servers["home"].mailboxes["Lists"].put(mail(3))
        home.servers["work"].mailboxes["Lists"].put(mail(4, subject="For the list"))
        await link.sync()
        await until(lambda: told.all)
    assert [said[1] for said in told.all] == ["For the list"]


async def test_quiet_hours_are_quiet_and_what_came_in_them_is_not_told_later(home, told):
    configure(home, told, 'quiet = "22:00-07:00"\n[ui]\ntime_zone = "Europe/Berlin"')
    home.now = datetime(2026, 7, 1, 20, 30, tzinfo=UTC).timestamp()  # 22:30 there
    async with home.engine(), home.link() as link:
        await link.sync()
        inbox(home).put(mail(2, subject="At night"))
        await link.sync()
        await until(lambda: uid_reached(home) == 2)
        await home.looked_around()
        home.now = datetime(2026, 7, 2, 5, 0, tzinfo=UTC).timestamp()  # 7:00 there
        await home.looked_around()
        inbox(home).put(mail(3, subject="At breakfast"))
        await link.sync()
        await until(lambda: told.all)
    assert [said[1] for said in told.all] == ["At breakfast"]


async def test_a_command_that_hangs_is_killed_with_its_children_and_said_once(
    home, told, tmp_path, monkeypatch
):
    monkeypatch.setattr(outlets, "OUTLET_TIMEOUT_S", 0.5)
    pids = tmp_path / "pids"
    hanging = f"sleep 1000 & echo $$ $! >> {pids}; wait"
    configure(home, told, command=["sh", "-c", hanging])
    events = []
    async with home.engine(), home.link(on_event=events.append) as link:
        await link.sync()
        for number in (2, 3):
            inbox(home).put(mail(number))
            await link.sync()  # nothing waits for the command
            await until(lambda n=number: len(lines_of(pids)) == n - 1)
            await until(lambda: not any(map(is_running, lines_of(pids)[-1].split())))
        await until(lambda: [e for e in events if isinstance(e, NotTold)])
    [said] = [event for event in events if isinstance(event, NotTold)]
    assert "sh did not end within" in said.hint


def lines_of(file: Path) -> list[str]:
    return file.read_text().splitlines() if file.exists() else []


def is_running(pid: str) -> bool:
    stat = Path(f"/proc/{pid}/stat")
    try:
        return ") Z " not in stat.read_text()
    except OSError:
        return False


@pytest.mark.parametrize(
    ("command", "said"),
    [
        (["/nowhere/at-all"], "could not be started: No such file"),
        ([sys.executable, "-c", "raise SystemExit(3)"], "ended with status 3"),
    ],
)
async def test_a_command_that_fails_is_said_once_until_it_works_again(
    home, told, command, said, monkeypatch
):
    configure(home, told, command=command)
    events = []
    async with home.engine(), home.link(on_event=events.append) as link:
        await link.sync()
        notifier = home.supervisor._notifier
        tried = watch(notifier, monkeypatch)
        for number in (2, 3):
            inbox(home).put(mail(number))
            await link.sync()
            await until(lambda n=number: len(tried) == n - 1)
        await until(lambda: [e for e in events if isinstance(e, NotTold)])
        configure(home, told)
        await home.looked_around()
        await until(lambda: not notifier._failed)
        inbox(home).put(mail(4, subject="Heard"))
        await link.sync()
        await until(lambda: told.all)
    [problem] = [event for event in events if isinstance(event, NotTold)]
    assert said in problem.hint
    assert "Heard" in told.all[-1][1]


def watch(notifier, monkeypatch) -> list[Arrived]:
    """Return what the notifier has told to the end, as it grows."""
    ended = []
    tell = notifier._tell

    async def watched(arrived):
        await tell(arrived)
        ended.append(arrived)

    monkeypatch.setattr(notifier, "_tell", watched)
    return ended


@pytest.mark.parametrize(
    ("more", "notice"),
    [('terminal = "osc9"', TerminalNotice.OSC9), ("[ui]\nbell = true", TerminalNotice.OFF)],
)
async def test_the_screen_opened_last_is_told_and_no_other(home, told, more, notice):
    configure(home, told, more, command=[])

    async def never(account, prompt):
        await asyncio.Event().wait()

    heard: dict[str, list[object]] = {"first": [], "last": [], "command": []}
    async with (
        home.engine(),
        home.link(on_event=heard["first"].append, ask=never) as first,
        home.link(on_event=heard["command"].append) as command,
    ):
        await first.ready()
        async with home.link(on_event=heard["last"].append, ask=never) as last:
            await last.ready()
            await command.sync()
            inbox(home).put(mail(2))
            await command.sync()
            await until(lambda: told_to(heard["last"]))
        assert told_to(heard["first"]) == told_to(heard["command"]) == []
    [news] = told_to(heard["last"])
    assert (news.count, news.notice) == (1, notice)
    [key] = news.keys
    assert key == walk_of(home).key(2) == MessageKey(key)


def told_to(heard: list[object]) -> list[NewMail]:
    return [event for event in heard if isinstance(event, NewMail)]


async def test_the_desktop_is_told_with_markup_and_escapes_made_plain(home, told, monkeypatch):
    folder = told.file.parent / "bin"
    folder.mkdir()
    program = folder / outlets.DESKTOP
    program.write_text(
        f"#!{sys.executable}\nimport json, sys\n"
        f"open({str(told.file)!r}, 'w').write(json.dumps(sys.argv[1:]))\n"
    )
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")
    configure(home, told, "desktop = true", command=[])
    async with home.engine(), home.link() as link:
        await link.sync()
        inbox(home).put(mail(2, subject=r"<b>& \033 --help"))
        await link.sync()
        await until(lambda: told.all)
    words = json.loads(told.file.read_text())
    assert words[-3:] == ["--", "New mail from Alice", r"&lt;b&gt;&amp; \\033 --help"]
