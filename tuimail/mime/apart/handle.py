"""One process for reading, and the talk with it."""

import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from tempfile import TemporaryFile
from time import monotonic
from typing import BinaryIO, Final, cast

from tuimail import __version__
from tuimail.mime.octets import FileOctets, Octets

from .asked import LENGTH_BYTES, MAX_ANSWER_BYTES, Wish, message, words_of

MAX_SENT_BYTES: Final = 1 << 20
"""A larger mail is handed over as a file, of which there is a piece in memory at a time."""
_RECEIVED_AT_ONCE: Final = 64 * 1024
_NEEDED: Final = ("PYTHONHOME", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH")
"""Without them some interpreters do not start: of clusters, where `module load` names them."""
_ENDS_S: Final = 1.0
"""A process whose line broke is gone after so long, or holds on for no good."""
_BY_OTHERS: Final = frozenset(
    {0, *(-one for one in (signal.SIGKILL, signal.SIGTERM, signal.SIGHUP, signal.SIGINT))}
)
"""How a process ends that is asked nothing for long, or is ended by somebody else."""


class Worker:
    """A process that was started; it may be gone at any moment.

    Its methods raise OSError where it is, and ValueError where it says what it should not.
    """

    def __init__(self, command: Sequence[str]) -> None:
        self._line, theirs = socket.socketpair()
        self._received = bytearray()
        self._has_greeted = False
        self._last_asked = monotonic()
        self._is_to_end = False
        with theirs:
            try:
                self._process = subprocess.Popen(
                    command,
                    stdin=theirs.fileno(),
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.DEVNULL,
                    cwd="/",
                    env=_environment(),
                    process_group=0,  # a ctrl+c is for the screen
                )
            except OSError:
                self._line.close()
                raise
        # It may end by itself: then nothing of it stays.
        threading.Thread(target=self._process.wait, name="reader-ends", daemon=True).start()

    @property
    def pid(self) -> int:
        """Its process id."""
        return self._process.pid

    def can_be_asked(self, rests_s: float) -> bool:
        """Whether it was there a moment ago, and was asked something in the last `rests_s`."""
        is_there = self._process.returncode is None and self._line.fileno() >= 0
        return is_there and not self._is_to_end and monotonic() - self._last_asked < rests_s

    def greet(self, deadline: float) -> None:
        """Wait until it has started; it must be of this version."""
        if not self._has_greeted:
            if self._message(deadline) != __version__:
                raise ValueError("another version")
            self._has_greeted = True

    def ask(self, raw: Octets, wish: Wish, deadline: float) -> None:
        """Hand over a mail and say what is wanted of it."""
        self._last_asked = monotonic()
        self._line.settimeout(max(0.001, deadline - monotonic()))
        asked = message(wish.value)
        if isinstance(raw, FileOctets):
            self._send_file(asked, raw.fileno())
        elif len(raw) > MAX_SENT_BYTES:
            with _file_in_memory() as file:
                file.write(raw[0 : len(raw)])
                file.flush()
                self._send_file(asked, file.fileno())
        else:
            self._line.sendall(asked + len(raw).to_bytes(LENGTH_BYTES))
            self._line.sendall(raw[0 : len(raw)])

    def _send_file(self, asked: bytes, handle: int) -> None:
        sent = socket.send_fds(self._line, [asked], [handle])
        self._line.sendall(asked[sent:])

    def answers(self, deadline: float) -> Iterator[object]:
        """Yield what it says of the mail, to the end."""
        while True:
            answer = self._message(deadline)
            if isinstance(answer, bool):
                break
            yield answer
        if not answer:  # it makes room for another
            self._line.close()

    def was_disturbed(self) -> bool:
        """Whether it ended for a reason that has nothing to do with what it read."""
        try:
            return self._process.wait(_ENDS_S) in _BY_OTHERS
        except subprocess.TimeoutExpired:
            return False

    def end(self) -> None:
        """End it soon, whatever it does; from any thread. It has nothing to lose."""
        self._is_to_end = True  # it is there for a moment yet
        self._process.kill()

    def close(self) -> None:
        """End it and the talk with it; nothing of it is left on return."""
        self.end()
        self._process.wait()
        self._line.close()

    def _message(self, deadline: float) -> object:
        length = int.from_bytes(self._bytes(LENGTH_BYTES, deadline))
        if length > MAX_ANSWER_BYTES:
            raise ValueError("an answer too large")
        return words_of(self._bytes(length, deadline))

    def _bytes(self, count: int, deadline: float) -> bytes:
        while len(self._received) < count:
            left_s = deadline - monotonic()
            if left_s <= 0:
                raise TimeoutError
            self._line.settimeout(left_s)
            piece = self._line.recv(_RECEIVED_AT_ONCE)
            if not piece:
                raise ConnectionResetError
            self._received += piece
        taken = bytes(self._received[:count])
        del self._received[:count]
        return taken


def _environment() -> dict[str, str]:
    """Return what the process needs to find this program and its libraries; nothing else."""
    needed = {name: os.environ[name] for name in _NEEDED if name in os.environ}
    return {**needed, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}


def _file_in_memory() -> BinaryIO:
    """Return an opened file that has no name, where the system can in memory."""
    if hasattr(os, "memfd_create"):
        return os.fdopen(os.memfd_create("mail", os.MFD_CLOEXEC), "w+b")
    return cast("BinaryIO", TemporaryFile())
