"""A program that takes mail: what it is given, what its end means, and that nothing is doubled."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from tests.engine.patience import until
from tuimail.errors import NetworkError, ProtocolError, Scope, UserError
from tuimail.model.account import Program
from tuimail.model.outgoing import Phase
from tuimail.protocols import sendmail
from tuimail.protocols.sendmail import OUTPUT_BYTES, hand_over, program_problem
from tuimail.protocols.smtp.connection import Timeouts
from tuimail.protocols.smtp.mail import MailObject, Wishes
from tuimail.protocols.smtp.outcome import SubmissionFailed

CONTENT = b"From: a@x.test\r\nSubject: hi\r\n\r\n.\r\n..\r\nbye\r\n"
MAIL = MailObject("a@x.test", ("bob@y.test", "-v@y.test"), CONTENT)
FAST = Timeouts(block=5, final=5)
RECORDING = """\
import json, os, sys
with open(sys.argv[1], "w") as file:
    json.dump({"argv": sys.argv[2:], "stdin": sys.stdin.buffer.read().decode("latin-1")}, file)
"""


class Notes:
    """The observer: remembers what it was told."""

    def __init__(self) -> None:
        self.phases: list[Phase] = []
        self.progressed: list[tuple[int, int]] = []

    async def phase(self, phase: Phase) -> None:
        self.phases.append(phase)

    def progress(self, sent: int, total: int) -> None:
        self.progressed.append((sent, total))


def python(script: str, *arguments: object) -> Program:
    return Program((sys.executable, "-c", script, *map(str, arguments)))


def ending(status: int, words: str = "", *, reads: bool = True) -> Program:
    """Return a program that ends so."""
    reading = "sys.stdin.read()" if reads else "0"
    return python(
        f"import sys; {reading}; print(sys.argv[1], file=sys.stderr); sys.exit({status})", words
    )


async def failure_of(program: Program, mail: MailObject = MAIL, timeouts=FAST) -> SubmissionFailed:
    with pytest.raises(SubmissionFailed) as found:
        await hand_over(program, mail, Notes(), timeouts)
    return found.value


async def test_envelope_and_content_are_given_whole_and_in_no_shell(tmp_path: Path) -> None:
    hostile = ("`id`@y.test", "-oQ/tmp@y.test", "a|b&$HOME@y.test")
    mail = replace(MAIL, recipients=hostile)
    notes = Notes()
    done = await hand_over(python(RECORDING, tmp_path / "seen"), mail, notes, FAST)
    seen = json.loads((tmp_path / "seen").read_text())
    assert seen["argv"] == ["-oi", "-f", "a@x.test", "--", *hostile]
    assert seen["stdin"].encode("latin-1") == CONTENT.replace(b"\r\n", b"\n")
    assert all(one.accepted for one in done.recipients)
    assert [one.address for one in done.recipients] == list(hostile)
    assert notes.phases == [Phase.CONNECT, Phase.FINAL_DOT]
    assert not done.server.reports_delivery


@pytest.mark.parametrize("status", [65, 66, 67, 69, 70, 72, 73, 76])
async def test_a_refusal_is_final_and_its_words_are_kept(status: int) -> None:
    failure = await failure_of(ending(status, "no such \x1b[31mthing"))
    assert not failure.is_uncertain
    assert isinstance(failure.cause, ProtocolError)
    assert failure.cause.scope is Scope.COMMAND
    assert f"status {status}" in failure.hint
    assert "thing" in failure.hint
    assert "\x1b" not in failure.hint


@pytest.mark.parametrize("status", [68, 71, 74, 75])
async def test_what_may_work_later_is_a_reply_that_says_so(status: int) -> None:
    failure = await failure_of(ending(status, "queue is locked"))
    assert failure.reply is not None
    assert failure.reply.is_temporary
    assert "queue is locked" in failure.reply.text
    assert not failure.is_uncertain


@pytest.mark.parametrize("status", [64, 77, 78, 126, 127])
async def test_what_the_person_must_mend_holds_up_the_account(status: int) -> None:
    failure = await failure_of(ending(status, "bad option"))
    assert isinstance(failure.cause, ProtocolError)
    assert failure.cause.scope is Scope.ACCOUNT
    assert "sendmail in config.toml" in failure.hint
    assert not failure.is_uncertain


@pytest.mark.parametrize("status", [1, 2, 42, 79, 99, 128, 255])
async def test_an_end_that_says_nothing_leaves_open_whether_it_was_taken(status: int) -> None:
    failure = await failure_of(ending(status))
    assert failure.is_uncertain
    assert isinstance(failure.cause, NetworkError)
    assert f"status {status}" in failure.hint


async def test_a_program_that_is_killed_leaves_it_open() -> None:
    failure = await failure_of(
        python("import os, signal, sys; sys.stdin.read(); os.kill(os.getpid(), signal.SIGKILL)")
    )
    assert failure.is_uncertain
    assert "signal 9" in failure.hint


async def test_a_program_that_shows_no_life_is_ended_and_leaves_it_open() -> None:
    for script in (
        "import signal; signal.pause()",
        "import sys, signal; sys.stdin.read(); signal.pause()",
    ):
        failure = await failure_of(python(script), timeouts=Timeouts(block=0.1, final=0.1))
        assert failure.is_uncertain
        assert "signal 9" in failure.hint


async def test_a_program_that_may_not_be_killed_holds_nobody_up(
    tmp_path: Path, monkeypatch
) -> None:
    monkeypatch.setattr(sendmail, "_kill", lambda _pid: None)  # as of one that is somebody else's
    script = (
        "import os, pathlib, sys, time\n"
        "pathlib.Path(sys.argv[1]).write_text(str(os.getpid()))\n"
        "time.sleep(600)\n"
    )
    file = tmp_path / "pid"
    try:
        failure = await failure_of(python(script, file), timeouts=Timeouts(block=1, final=1))
        assert failure.is_uncertain
        pid = int(file.read_text())
        assert not is_gone(pid)
    finally:
        os.kill(int(file.read_text()), signal.SIGKILL)
    await until(lambda: is_gone(pid))


@pytest.mark.parametrize("command", [("/nowhere/sendmail",), ("/",), ("a\0b",), ("/etc/passwd",)])
async def test_what_cannot_be_started_has_not_taken_the_mail(command) -> None:
    failure = await failure_of(Program(command))
    assert isinstance(failure.cause, ProtocolError)
    assert failure.cause.scope is Scope.ACCOUNT
    assert "could not be started" in failure.hint
    assert not failure.is_uncertain


@pytest.mark.parametrize(
    "mail",
    [
        replace(MAIL, sender="-oQ/tmp@x.test"),
        replace(MAIL, recipients=("a b@y.test",)),
        replace(MAIL, recipients=("a@y.test\nb@y.test",)),
        replace(MAIL, recipients=()),
    ],
)
async def test_a_bad_envelope_starts_nothing(tmp_path: Path, mail: MailObject) -> None:
    failure = await failure_of(python(RECORDING, tmp_path / "seen"), mail)
    assert isinstance(failure.cause, UserError)
    assert not (tmp_path / "seen").exists()


async def test_mail_that_is_to_be_held_is_not_given(tmp_path: Path) -> None:
    mail = replace(MAIL, wishes=Wishes(hold_until=4_000_000_000))
    failure = await failure_of(python(RECORDING, tmp_path / "seen"), mail)
    assert "keeps no mail back" in failure.hint
    assert not (tmp_path / "seen").exists()


async def test_a_large_mail_shows_how_far_it_was_read() -> None:
    slow = (
        "import sys, time\n"
        "for _ in range(4):\n"
        "    sys.stdin.buffer.raw.read(1_000_000)\n"
        "    time.sleep(0.3)\n"
        "while sys.stdin.buffer.raw.read(65536): pass\n"
    )
    notes = Notes()
    mail = replace(MAIL, content=CONTENT + b"x" * 4_000_000)
    await hand_over(python(slow), mail, notes, FAST)
    sizes = [sent for sent, _ in notes.progressed]
    assert sizes == sorted(sizes)
    assert len(sizes) >= 2
    assert all(total == sizes[-1] for _, total in notes.progressed)


async def test_a_program_that_talks_without_end_is_heard_to_its_beginning() -> None:
    failure = await failure_of(
        python("import sys; sys.stdin.read(); print('word ' * 1_000_000); sys.exit(65)")
    )
    assert "word word" in failure.hint
    assert len(failure.hint) < OUTPUT_BYTES


async def test_a_child_that_holds_the_output_open_holds_nothing_up() -> None:
    script = (
        "import os, sys, signal\n"
        "sys.stdin.read()\n"
        "if os.fork() == 0:\n"
        "    os.setsid(); signal.alarm(3); signal.pause()\n"
    )
    done = await hand_over(python(script), MAIL, Notes(), FAST)
    assert done.recipients[0].accepted


async def test_who_is_cancelled_ends_the_program_and_its_children(tmp_path: Path) -> None:
    script = (
        "import os, sys, signal\n"
        "child = os.fork()\n"
        "if child: print(open(sys.argv[1], 'w').write(f'{os.getpid()} {child}'))\n"
        "signal.pause()\n"
    )
    file = tmp_path / "pids"
    task = asyncio.ensure_future(hand_over(python(script, file), MAIL, Notes(), FAST))
    async with asyncio.timeout(60):
        while not (file.exists() and file.read_text().count(" ")):  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    for pid in map(int, file.read_text().split()):
        await until(lambda pid=pid: is_gone(pid))  # killed at once, and gone once it is scheduled


def is_gone(pid: int) -> bool:
    """Whether a process has ended: an orphan may wait for init to take note of it."""
    try:
        os.kill(pid, 0)
        return Path(f"/proc/{pid}/stat").read_text().split()[2] == "Z"
    except (ProcessLookupError, FileNotFoundError):
        return True


def test_a_program_that_is_not_there_is_said() -> None:
    assert program_problem(Program((sys.executable,))) == ""
    assert "is no program here" in program_problem(Program(("no-such-program-here",)))
