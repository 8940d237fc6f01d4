"""Headers parsed in a process of their own give the same rows, whatever becomes of it."""

import asyncio
import logging
import os
import random
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.sync.fake_remote import mail
from tests.sync.walk import NAME, walk_in
from tuimail.model.ids import AccountName
from tuimail.store.database import Database
from tuimail.sync import pull, reckon_process
from tuimail.sync.reckon import Raw, reckoned
from tuimail.sync.reckon_process import COMMAND, PACKAGE, ReckonProcess

ME = AccountName("me")
FEW = [(mail(number), 1_700_000_000 + number, 1_000 + number, "") for number in range(50)]
LINES = (
    b"From: =?utf-8?b?4pi6?= <a@b.example>",
    b"From: \xff\xfe\x00 <\x1b[31m@\xed\xa0\x80>",
    b"From: " + b"(" * 5_000,
    b"To: " + b"a@b.example, " * 3_000,
    b"Cc: =?utf-8?q?" + b"=ED=A0=80" * 500 + b"?=",
    b"Subject: Re: \xed\xa0\x80 \xf0\x9f\x98\x80 \0 \r \x85 =?x?y?z?=",
    b"Subject: " + "\U00020000漢字".encode() * 2_000,
    b"subject : =?gb2312?B?" + b"A" * 90_000 + b"?=",
    b"Message-ID: <" + b"m" * 2_000 + b"@x>",
    b"Message-ID: \xff",
    b"References: " + b"<r@x> <" * 4_000,
    b"References:" + b"".join(b"\r\n <%d@x>" % number for number in range(3_000)),
    b"In-Reply-To: <p@x>\r\n\t<q@x>",
    b"Date: Thu, 99 Foo 99999999999 99:99:99 +9999",
    b"Date: Tue, 14 Nov 2023 22:13:20 +0000",
    b"Content-Type: multipart/report; boundary=" + b"=" * 3_000,
    b"List-Id: \x00<\xff.example>",
    b": nothing",
    b" folded before all",
)


def hostile(count: int) -> list[Raw]:
    """Headers put together from what breaks parsers, and cut anywhere."""
    chance = random.Random(7)
    found = []
    for _ in range(count):
        raw = b"\r\n".join(chance.choices(LINES, k=chance.randrange(9))) + b"\r\n\r\n"
        raw = raw[: chance.randrange(len(raw) + 1)] if chance.random() < 0.3 else raw
        # Without a date of its own a mail is of now, which differs.
        date, thread = 1_700_000_000 + chance.randrange(100), chance.choice(("", "t7"))
        found.append((raw, date, chance.randrange(1 << 63), thread))
    return found


def is_alive(pid: int) -> bool:
    return Path(f"/proc/{pid}").exists()


def peak_kb_of(pid: int) -> int:
    status = Path(f"/proc/{pid}/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0])


def python(code: str) -> tuple[str, ...]:
    return (sys.executable, "-S", "-c", code)


@pytest.fixture
async def exits(monkeypatch):
    """Told of each process that was reaped."""
    queue: asyncio.Queue[None] = asyncio.Queue()
    exited = reckon_process._Talk.process_exited

    def tell(self):
        exited(self)
        queue.put_nowait(None)

    monkeypatch.setattr(reckon_process._Talk, "process_exited", tell)
    return queue


@pytest.fixture
async def process(exits):
    one = ReckonProcess()
    yield one
    if one.is_here:
        one.end()
        await exits.get()


def pid_of(process: ReckonProcess) -> int:
    return process._talk._transport.get_pid()


async def asked(process: ReckonProcess, headers=FEW):
    """Return what a puller gets; None where it is to parse by itself."""
    answer = process.ask(ME, headers)
    return None if answer is None else await answer


@pytest.fixture(autouse=True)
def what_is_logged(caplog):
    caplog.set_level(logging.INFO, "tuimail.sync.reckon_process")
    return caplog


def lines(caplog) -> list[str]:
    return [record.getMessage() for record in caplog.records if "parsed in here" in record.message]


async def test_hostile_headers_give_the_same_in_the_process_as_in_the_engine(
    monkeypatch, caplog, process
):
    monkeypatch.setattr(reckon_process, "MAX_ASKED_BYTES", 64 << 20)
    headers = hostile(400)
    blocks = [headers[start : start + 100] for start in range(0, 400, 100)]
    with process.in_use():
        await process.begin()
        answers = [process.ask(ME, block) for block in blocks]  # all before the first answer
        for block, answer in zip(blocks, answers, strict=True):
            assert await answer == reckoned(ME, block)
    assert not lines(caplog)


def test_it_imports_nothing_that_reaches_files_or_lines():
    asked = "import sys, tuimail.sync.reckon; print(*sys.modules)"
    found = subprocess.run(python(asked), cwd=PACKAGE.parent, stdout=subprocess.PIPE, check=True)
    assert not {"sqlite3", "socket", "ssl", "asyncio", "subprocess"} & set(
        found.stdout.decode().split()
    )


async def test_it_is_one_for_all_and_ends_when_left_by_all(monkeypatch, process, exits):
    monkeypatch.setattr(reckon_process, "LINGER_S", 0.0)
    with process.in_use():
        assert not process.is_here
        await process.begin()
        with process.in_use():
            await process.begin()
            await asked(process)
            pid = pid_of(process)
        await asked(process)
        assert pid_of(process) == pid
    await exits.get()
    assert not process.is_here
    assert not is_alive(pid)  # nor a zombie


async def test_two_that_want_it_at_once_begin_one(process, exits):
    with process.in_use():
        async with asyncio.TaskGroup() as group:
            group.create_task(process.begin())
            group.create_task(process.begin())
        assert await asked(process) == reckoned(ME, FEW)
    process.end()
    await exits.get()
    assert exits.empty()


async def test_it_stays_while_one_step_follows_another(process):
    with process.in_use():
        await process.begin()
        pid = pid_of(process)
    with process.in_use():
        assert process._ending.cancelled()
        await process.begin()
        assert await asked(process) == reckoned(ME, FEW)
        assert pid_of(process) == pid


async def test_a_bomb_of_a_header_is_answered_within_bounds(process):
    bomb = (b"References: " + b"<%d@x>\r\n " * 500_000 + b"\r\n\r\n", 1_700_000_000, 4 << 20, "")
    with process.in_use():
        await process.begin()
        assert await asked(process, [bomb]) == reckoned(ME, [bomb])
        peak_kb = peak_kb_of(pid_of(process))
    assert peak_kb < 100 << 10


async def test_killed_it_answers_nobody_and_says_so_once(caplog, process, exits):
    with process.in_use():
        await process.begin()
        pid = pid_of(process)
        os.kill(pid, signal.SIGSTOP)
        waiting = [process.ask(ME, FEW), process.ask(ME, FEW)]
        os.kill(pid, signal.SIGKILL)
        assert [await one for one in waiting] == [None, None]
        await exits.get()
        assert not is_alive(pid)
        await process.begin()  # at once it would only fail again
        assert process.ask(ME, FEW) is None
    assert len(lines(caplog)) == 1


async def test_whoever_fetches_much_later_tries_it_again(process, exits):
    with process.in_use():
        await process.begin()
        os.kill(pid_of(process), signal.SIGKILL)
        await exits.get()
    process.end()  # as the timer does
    with process.in_use():
        await process.begin()
        assert await asked(process) == reckoned(ME, FEW)


GARBAGE = {
    "noise": "import os; os.write(1, b'Traceback: no such thing' * 100)",
    "no_marshal": "import os; os.write(1, b'\\0\\0\\0\\4?x?x')",
    "something_else": "import os, marshal; a = marshal.dumps([1] * 50)"
    "; os.write(1, len(a).to_bytes(4) + a)",
    "rows_of_another_shape": "import os, marshal; a = marshal.dumps([((), 1, 2, 3, 4)] * 50)"
    "; os.write(1, len(a).to_bytes(4) + a)",
    "too_few_rows": "import os, marshal; a = marshal.dumps([])"
    "; os.write(1, len(a).to_bytes(4) + a)",
    "half_an_answer": "import os; os.write(1, b'\\0\\0\\xff\\xff half')",
    "nothing": "",
    "an_end_in_the_middle": "import os; os.read(0, 100); os.abort()",
}


@pytest.mark.parametrize("code", GARBAGE.values(), ids=list(GARBAGE))
async def test_garbage_from_it_is_thrown_away(code, caplog, exits):
    process = ReckonProcess(python(code))
    with process.in_use():
        await process.begin()
        assert await asked(process) is None
        await exits.get()
        assert not process.is_here
    assert len(lines(caplog)) == 1


async def test_one_that_hangs_is_given_up(caplog, exits):
    process = ReckonProcess(python("import signal; signal.pause()"), patience_s=0.05)
    with process.in_use():
        await process.begin()
        assert await asked(process) is None
        await exits.get()
    (line,) = lines(caplog)
    assert "TimeoutError" in line


async def test_one_that_cannot_begin_is_done_without(caplog):
    process = ReckonProcess(("/nowhere/python",))
    with process.in_use():
        await process.begin()
        await process.begin()
        assert process.ask(ME, FEW) is None
    assert len(lines(caplog)) == 1


async def test_who_waits_no_more_does_not_get_the_answer_of_another(process):
    with process.in_use():
        await process.begin()
        process.ask(ME, FEW[:10]).cancel()
        assert await asked(process, FEW[10:]) == reckoned(ME, FEW[10:])


async def test_it_inherits_no_socket_no_environment_and_ends_with_the_engine(
    monkeypatch, process, exits
):
    monkeypatch.setenv("TUIMAIL_SECRET", "hush")
    reading, writing = os.pipe()
    os.set_inheritable(writing, True)
    with process.in_use():
        await process.begin()
        await asked(process)
        home = Path(f"/proc/{pid_of(process)}")
        assert b"hush" not in (home / "environ").read_bytes()
        assert sorted(int(one.name) for one in (home / "fd").iterdir()) == [0, 1, 2]
        talk = process._talk
        monkeypatch.setattr(talk, "pipe_connection_lost", lambda *_: None)
        talk._transport.get_pipe_transport(0).close()  # as when the engine is killed
        await exits.get()
        assert talk._transport.get_returncode() == 0
    os.close(reading)
    os.close(writing)


async def mailbox_fetched(folder: Path, count: int) -> list[tuple]:
    with walk_in(folder) as walk:
        box = walk.server.mailboxes["INBOX"]
        for number in range(count):
            raw = mail(number) if number % 9 else hostile(number + 1)[-1][0]
            box.put(raw, date=1_700_000_000 + number)
        await walk.sync()
        walk.surroundings.reckoning.end()
        assert walk.here() == walk.server.everything()
        return walk.store.rows(
            Database.CACHE,
            "select m.*, p.ref, p.flags, p.thread from message m"
            " join placement p on p.message = m.id order by p.ref",
        )


async def test_a_mailbox_fetched_while_it_is_killed_is_here_row_by_row(
    tmp_path_factory, monkeypatch, caplog, exits
):
    asked_of: list[int] = []
    ask = reckon_process._Talk.ask

    def tell(self, account, headers):
        asked_of.append(self._transport.get_pid())
        return ask(self, account, headers)

    def kill(self, account, headers):
        answer = tell(self, account, headers)
        if len(asked_of) == 3:
            os.kill(asked_of[-1], signal.SIGKILL)
        return answer

    monkeypatch.setattr(pull, "BLOCK", 100)
    monkeypatch.setattr(reckon_process._Talk, "ask", tell)
    alone = await mailbox_fetched(tmp_path_factory.mktemp("alone"), 900)
    assert not asked_of
    monkeypatch.setattr(pull, "FEW", 100)
    assert await mailbox_fetched(tmp_path_factory.mktemp("beside"), 900) == alone
    await exits.get()
    assert len(asked_of) == 6
    assert not lines(caplog)
    asked_of.clear()
    monkeypatch.setattr(reckon_process._Talk, "ask", kill)
    assert await mailbox_fetched(tmp_path_factory.mktemp("killed"), 900) == alone
    await exits.get()
    assert len(asked_of) == 3
    assert len(lines(caplog)) == 1
    assert not is_alive(asked_of[-1])


async def test_fetching_that_is_cancelled_leaves_no_process(process, exits, monkeypatch):
    monkeypatch.setattr(reckon_process, "LINGER_S", 0.0)

    async def fetch(begun: asyncio.Event) -> None:
        with process.in_use():
            await process.begin()
            answer = process.ask(ME, FEW)
            begun.set()
            await answer
            await asyncio.Event().wait()

    begun = asyncio.Event()
    fetching = asyncio.ensure_future(fetch(begun))
    await begun.wait()
    pid = pid_of(process)
    fetching.cancel()
    await exits.get()
    assert not is_alive(pid)


@pytest.mark.parametrize("steps", range(6))
async def test_a_start_that_is_cancelled_leaves_the_process_to_who_fetches_still(steps, process):
    with process.in_use():
        begun = asyncio.ensure_future(process.begin())
        for _ in range(steps):
            await asyncio.sleep(0)
        begun.cancel()
        await asyncio.wait([begun])
        await process.begin()
        assert await asked(process) == reckoned(ME, FEW)


async def test_one_of_another_version_answers_nothing(exits):
    process = ReckonProcess((*COMMAND[:-1], "0.0.1"))
    with process.in_use():
        await process.begin()
        assert await asked(process) is None
    await exits.get()


async def test_a_first_page_longer_than_asked_for_leaves_no_process(tmp_path, monkeypatch, exits):
    monkeypatch.setattr(pull, "FEW", 10)
    monkeypatch.setattr(pull, "BLOCK", 10)
    monkeypatch.setattr(reckon_process, "LINGER_S", 0.0)
    with walk_in(tmp_path) as walk:
        await walk.sync()
        for number in range(90):
            walk.server.mailboxes["INBOX"].put(mail(number))
        process = walk.surroundings.reckoning
        puller = pull.Puller(walk.store, NAME, walk.events.append, lambda: 500, process)
        await puller.refresh(await walk.server.connect(), pull.Target(walk.id_of(), "INBOX"))
        await exits.get()
        assert not process.is_here
        assert walk.here() == walk.server.everything()


async def test_no_more_waits_for_it_than_there_is_memory_for(monkeypatch, process):
    size_bytes = sum(len(raw) for raw, *_ in FEW)
    monkeypatch.setattr(reckon_process, "MAX_ASKED_BYTES", 2 * size_bytes)
    with process.in_use():
        await process.begin()
        answers = [process.ask(ME, FEW) for _ in range(4)]
        assert answers[2:] == [None, None]
        assert [await one for one in answers[:2]] == [reckoned(ME, FEW)] * 2
        monkeypatch.setattr(reckon_process, "MAX_ASKED_BYTES", 1)
        assert await asked(process) == reckoned(ME, FEW)  # one alone always has room


async def test_a_mailbox_of_which_the_process_takes_a_part_is_here_in_order(
    tmp_path_factory, monkeypatch, exits
):
    monkeypatch.setattr(pull, "BLOCK", 100)
    alone = await mailbox_fetched(tmp_path_factory.mktemp("alone"), 900)
    took: list[bool] = []
    ask = reckon_process._Talk.ask

    def tell(self, account, headers):
        answer = ask(self, account, headers)
        took.append(answer is not None)
        return answer

    monkeypatch.setattr(pull, "FEW", 100)
    monkeypatch.setattr(reckon_process, "MAX_ASKED_BYTES", 1)
    monkeypatch.setattr(reckon_process._Talk, "ask", tell)
    assert await mailbox_fetched(tmp_path_factory.mktemp("in_part"), 900) == alone
    await exits.get()
    assert set(took) == {True, False}
