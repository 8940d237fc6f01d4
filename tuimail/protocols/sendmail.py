"""Mail handed to a program of this machine, as sendmail(8) takes it.

Envelope as arguments, without a shell; content on standard input; the exit status is the answer
(sysexits.h). Standard input is a file that holds the whole mail: of a pipe, the program would take
the end of this process for the end of the mail, and send half of it. So from its start on the
program may have taken the mail, and where it does not say, nobody knows.
"""

import asyncio
import os
import signal
import tempfile
import time
from collections.abc import Mapping
from contextlib import suppress
from typing import BinaryIO, Final

from tuimail.errors import NetworkError, ProtocolError, Scope, StoreError, UserError
from tuimail.model.account import Program
from tuimail.model.outgoing import Phase
from tuimail.model.safe import Safe, safe_line

from .smtp.connection import Timeouts
from .smtp.envelope import CannotHold
from .smtp.facts import ServerFacts
from .smtp.mail import MailObject, refuse_bad_envelope
from .smtp.outcome import Observer, RecipientReply, SubmissionFailed, SubmissionResult
from .smtp.replies import Reply
from .smtp.wire import whole_pieces

OUTPUT_BYTES: Final = 4_096
"""Of what the program prints, so much is kept; the rest is read and dropped."""
LOOK_EVERY_S: Final = 0.25
"""How far it has read is looked at so often."""
LAST_WORDS_S: Final = 1.0
"""A child of it may hold its output open after it has ended; one that runs as somebody else may not
be killed."""
_PIECE_BYTES: Final = 16 * 1024
_MAX_SAID_CHARS: Final = 300

_LATER: Final[Mapping[int, str]] = {
    68: "EX_NOHOST",  # msmtp says so too while the network is down
    71: "EX_OSERR",
    74: "EX_IOERR",
    75: "EX_TEMPFAIL",
}
_SET_UP: Final[Mapping[int, str]] = {
    64: "EX_USAGE",
    77: "EX_NOPERM",
    78: "EX_CONFIG",
    126: "not a program",
    127: "not found",
}
"""Only the person can mend these; the mail waits."""
_REFUSED: Final[Mapping[int, str]] = {
    65: "EX_DATAERR",
    66: "EX_NOINPUT",
    67: "EX_NOUSER",
    69: "EX_UNAVAILABLE",
    70: "EX_SOFTWARE",
    72: "EX_OSFILE",
    73: "EX_CANTCREAT",
    76: "EX_PROTOCOL",
}


async def hand_over(
    program: Program, mail: MailObject, observer: Observer, timeouts: Timeouts
) -> SubmissionResult:
    """Have a program take one mail.

    Cancelled, the program is killed; once it runs, that leaves open whether it had taken the mail.

    Raises:
        SubmissionFailed: with the phase and the cause.
        StoreError: there is no room for the mail here; the program was not started.
    """
    await observer.phase(Phase.CONNECT)
    try:
        arguments = _arguments(program, mail)
    except (UserError, ProtocolError) as error:
        raise SubmissionFailed(error, Phase.CONNECT) from error
    with _temporary(program) as content:
        size = await asyncio.to_thread(_write, program, content, mail.content)
        await observer.phase(Phase.FINAL_DOT)
        run = _Run(program, observer, size, timeouts)
        status = await run.to_its_end(arguments, content)
    return _judged(program, mail, status, run.said())


def program_problem(program: Program) -> str:
    """Return why a program cannot be started, as a sentence; empty where it can."""
    from shutil import which  # for who looks whether an account works

    if which(program.command[0]) is None:
        return f"{safe_line(program.command[0], 80)} is no program here: check sendmail."
    return ""


def _arguments(program: Program, mail: MailObject) -> list[str]:
    refuse_bad_envelope(mail)
    if mail.sender.startswith("-"):
        raise UserError(f"{safe_line(mail.sender, 80)} would be taken for an option.")
    if mail.wishes.hold_until > time.time():
        raise CannotHold(f"{program.host} keeps no mail back.")
    return [*program.command, "-oi", "-f", mail.sender or "<>", "--", *mail.recipients]


def _temporary(program: Program) -> BinaryIO:
    """Return a file without a name; unbuffered, so that nothing is left to write at its end."""
    try:
        return tempfile.TemporaryFile(buffering=0)
    except OSError as error:
        raise _no_room(program, error) from error


def _write(program: Program, file: BinaryIO, content: bytes) -> int:
    """Write the mail with the line ends of this machine, as such programs want it."""
    size = 0
    try:
        for piece in whole_pieces(content):
            left = memoryview(piece.replace(b"\r\n", b"\n"))
            size += len(left)
            while left:
                left = left[file.write(left) :]
        file.seek(0)
    except OSError as error:
        raise _no_room(program, error) from error
    return size


def _no_room(program: Program, error: OSError) -> StoreError:
    return StoreError(
        f"The mail could not be laid ready for {safe_line(program.host, 80)}, in "
        f"{safe_line(tempfile.gettempdir() if tempfile.tempdir else 'a temporary file', 80)}: "
        f"{error.strerror}."
    )


class _Run:
    """One run of the program."""

    def __init__(
        self, program: Program, observer: Observer, size_bytes: int, timeouts: Timeouts
    ) -> None:
        self._program = program
        self._observer = observer
        self._size = size_bytes
        self._timeouts = timeouts
        self._output = bytearray()

    def said(self) -> Safe:
        """Return what it printed, made safe."""
        words = bytes(self._output).decode("utf-8", "replace")
        return safe_line(" ".join(words.split()), _MAX_SAID_CHARS)

    async def to_its_end(self, arguments: list[str], content: BinaryIO) -> int:
        """Start it and return its exit status; negative for a signal."""
        try:
            process = await asyncio.create_subprocess_exec(
                *arguments,
                stdin=content,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.STDOUT,
                start_new_session=True,
            )
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or "its arguments cannot be passed on"
            raise _not_set_up(self._program, f"could not be started: {reason}") from error
        try:
            return await self._watched(process, content)
        finally:
            if process.returncode is None:
                _kill(process.pid)
                with suppress(TimeoutError):
                    async with asyncio.timeout(LAST_WORDS_S):
                        await process.wait()

    async def _watched(self, process: asyncio.subprocess.Process, content: BinaryIO) -> int:
        """Wait for its end; whoever shows no sign of life for too long is ended."""
        assert process.stdout is not None
        async with asyncio.TaskGroup() as group:
            listening = group.create_task(self._listen(process.stdout))
            ending = group.create_task(process.wait())
            read, since = 0, time.monotonic()
            while not ending.done():
                await asyncio.wait([ending], timeout=LOOK_EVERY_S)
                now, place = time.monotonic(), os.lseek(content.fileno(), 0, os.SEEK_CUR)
                if place != read:
                    read, since = place, now
                    self._observer.progress(min(read, self._size), self._size)
                is_read = read >= self._size
                if now - since > (self._timeouts.final if is_read else self._timeouts.block):
                    _kill(process.pid)
                    await asyncio.wait([ending], timeout=LAST_WORDS_S)
                    break
            await asyncio.wait([listening], timeout=LAST_WORDS_S)
            listening.cancel()
            ending.cancel()  # of one that runs as somebody else and may not be killed
        return -signal.SIGKILL if ending.cancelled() else ending.result()

    async def _listen(self, output: asyncio.StreamReader) -> None:
        while piece := await output.read(_PIECE_BYTES):
            self._output += piece[: OUTPUT_BYTES - len(self._output)]


def _kill(pid: int) -> None:
    """End the program and what it has started."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, signal.SIGKILL)


def _judged(program: Program, mail: MailObject, status: int, said: Safe) -> SubmissionResult:
    """Return what a run came to.

    Raises:
        SubmissionFailed: the mail was not taken, or nobody knows.
    """
    words = f"status {status}" + (f": {said}" if said else "")
    if status == 0:
        final = Reply(250, "", said or f"taken by {program.host}")
        taken = tuple(RecipientReply(address, final) for address in mail.recipients)
        facts = ServerFacts(program.host, "", "", (), 0)
        return SubmissionResult(taken, final, "", facts)
    if status in _LATER:
        reply = Reply(450, "", f"{_LATER[status]}, {words}")
        hint = f"{program.host} does not take the mail now ({reply.text})."
        raise SubmissionFailed(ProtocolError(hint, reply=reply.line), Phase.DATA, reply=reply)
    if status in _SET_UP:
        raise _not_set_up(program, f"does not work ({_SET_UP[status]}, {words})")
    if status in _REFUSED:
        hint = f"{program.host} refused the mail ({_REFUSED[status]}, {words})."
        raise SubmissionFailed(ProtocolError(hint, reply=said), Phase.DATA)
    how = f"was ended by signal {-status}" if status < 0 else f"ended with {words}"
    raise SubmissionFailed(
        NetworkError(f"{program.host} {how}, which does not say whether it took the mail."),
        Phase.FINAL_DOT,
    )


def _not_set_up(program: Program, what: str) -> SubmissionFailed:
    hint = f"The program {safe_line(program.command[0], 80)} {what}. Check sendmail in config.toml."
    return SubmissionFailed(ProtocolError(hint, Scope.ACCOUNT), Phase.DATA)
