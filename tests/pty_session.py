"""Drives a real program in a pseudo terminal: press keys, wait for what shows, look at the bytes.

    with PtySession([sys.executable, "-m", "tuimail"], size=(120, 40)) as session:
        session.until("Inbox")
        session.press("g", "i", "Enter", "ctrl+d", "alt+s")
        session.type("hello")
        assert not unexplained(session.sent())

Nothing sleeps for a fixed time: `until` and `settle` read until something is, or is over. On a busy
machine a program may be quiet because it has no turn; so it is also looked at whether it has taken
what was typed, and whether it computes.
"""

import fcntl
import os
import pty
import re
import select
import signal
import struct
import termios
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.terminal import Terminal

START_TIMEOUT_S = 60.0
SETTLE_S = 0.12
"""Quiet for so long means that a key's consequences are over."""
END_TIMEOUT_S = 60.0
CLOSE_TIMEOUT_S = 3.0
"""A program that is told to end may write down what was done before it is forced to."""

_NAMED = {
    "Enter": "\r",
    "Esc": "\x1b",
    "Tab": "\t",
    "shift+Tab": "\x1b[Z",
    "Space": " ",
    "Backspace": "\x7f",
    "Delete": "\x1b[3~",
    "Up": "\x1b[A",
    "Down": "\x1b[B",
    "Right": "\x1b[C",
    "Left": "\x1b[D",
    "Home": "\x1b[H",
    "End": "\x1b[F",
    "PgUp": "\x1b[5~",
    "PgDn": "\x1b[6~",
    "F1": "\x1bOP",
    "FocusIn": "\x1b[I",
    "FocusOut": "\x1b[O",
}
_STRANGE = re.compile(r"(TMUX|STY|LINES|COLUMNS|NO_COLOR|SSH_|TERM|TEXTUAL|VTE|KITTY|ESCDELAY)")
_QUERY = re.compile(
    rb"\x1b\[\?(?P<mode>\d+)\$p|\x1b\](?P<colour>1[01]);\?(?:\x07|\x1b\\)|\x1b\[0?c"
)


class PtyTimeout(AssertionError):
    """What was waited for did not come; the message shows the screen."""


class PtySession:
    """A program in a pseudo terminal of its own."""

    def __init__(
        self,
        argv: Sequence[str],
        *,
        size: tuple[int, int] = (80, 24),
        env: Mapping[str, str] | None = None,
        cwd: str | None = None,
        has_sync: bool = True,
    ) -> None:
        self.size = size
        self.terminal = Terminal(*size)
        self.exit_status: int | None = None
        self._has_sync = has_sync
        self._chunks: list[bytes] = []
        self._environ = {k: v for k, v in os.environ.items() if not _STRANGE.match(k)}
        self._environ |= {"TERM": "xterm-256color", "COLORTERM": "truecolor", "LANG": "C.UTF-8"}
        self._environ |= {"LC_ALL": "C.UTF-8", **(env or {})}
        self.started_s = time.perf_counter()
        self.pid, self._fd = pty.fork()
        if self.pid == 0:
            self._become(list(argv), cwd)

    def _become(self, argv: list[str], cwd: str | None) -> None:
        """Be the program; never returns."""
        try:
            self._set_size(0)
            if cwd:
                os.chdir(cwd)
            signal.signal(
                signal.SIGINT, signal.SIG_DFL
            )  # ignored below what runs in the background
            os.execvpe(argv[0], argv, self._environ)
        finally:
            os._exit(127)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def press(self, *keys: str) -> None:
        """Press keys, written as in keymaps; waits until each one's consequences are over."""
        for key in keys:
            self.send(key_bytes(key))
            self.settle()

    def type(self, text: str) -> None:
        """Type text as it stands, in one piece."""
        self.send(text.encode())
        self.settle()

    def send(self, data: bytes) -> None:
        """Write to the program without waiting."""
        os.write(self._fd, data)

    def resize(self, columns: int, rows: int) -> None:
        """Change the terminal's size, which the program is told by SIGWINCH."""
        self.size = columns, rows
        self.terminal.resize(columns, rows)
        self._set_size(self._fd)

    def text(self) -> str:
        """Return the screen as it is now."""
        return self.terminal.text()

    def sent(self) -> bytes:
        """Return every byte the program sent so far."""
        return b"".join(self._chunks)

    def sent_count(self) -> int:
        """Return how many bytes the program sent so far."""
        return sum(map(len, self._chunks))

    def until(self, what: str | Callable[[str], bool], timeout_s: float = START_TIMEOUT_S) -> float:
        """Read until the screen has a text or fulfils a test; return seconds since the start.

        Raises:
            PtyTimeout: it did not come, or the program ended.
        """
        end_s = time.perf_counter() + timeout_s
        while not self._shows(what):
            if time.perf_counter() > end_s or self.pump(0.1) == b"":
                if self._shows(what):
                    break
                raise PtyTimeout(f"waited in vain for {what!r}; the screen:\n{self.text()}")
        return time.perf_counter() - self.started_s

    def gone(self, text: str, timeout_s: float = START_TIMEOUT_S) -> None:
        """Read until the screen no longer has a text."""
        self.until(lambda shown: text not in shown, timeout_s)

    def settle(self, quiet_s: float = SETTLE_S, limit_s: float = 5.0) -> None:
        """Read until nothing came for `quiet_s` seconds of a program that has nothing to do."""
        end_s = time.perf_counter() + limit_s
        while time.perf_counter() < end_s and (self.pump(quiet_s) or self._is_at_work()):
            pass

    def pump(self, timeout_s: float) -> bytes | None:
        """Read one chunk; None: nothing came within the time, b"": the program has gone."""
        if self.exit_status is not None:
            return b""
        if not select.select([self._fd], [], [], max(timeout_s, 0.0))[0]:
            return None
        try:
            data = os.read(self._fd, 1 << 16)
        except OSError:
            data = b""
        if not data:
            self.exit_status = os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])
            return b""
        self._answer(data)
        self._chunks.append(data)
        self.terminal.feed(data)
        return data

    def wait_exit(self, timeout_s: float = END_TIMEOUT_S) -> int:
        """Read until the program has ended; return its exit status."""
        end_s = time.perf_counter() + timeout_s
        while self.exit_status is None:
            if time.perf_counter() > end_s:
                raise PtyTimeout(f"the program did not end; the screen:\n{self.text()}")
            self.pump(0.1)
        return self.exit_status

    def hang_up(self, timeout_s: float = START_TIMEOUT_S) -> None:
        """Close the terminal, as a line that is cut does, and wait until the program has ended."""
        os.close(self._fd)
        end_s = time.perf_counter() + timeout_s
        while (ended := os.waitpid(self.pid, os.WNOHANG))[0] == 0:
            if time.perf_counter() > end_s:
                os.kill(self.pid, signal.SIGKILL)
                os.waitpid(self.pid, 0)
                raise PtyTimeout("the program goes on without a terminal")
            time.sleep(0.01)
        self.exit_status = os.waitstatus_to_exitcode(ended[1])

    def attributes(self) -> list[object]:
        """Return the terminal's termios attributes."""
        return termios.tcgetattr(self._fd)

    def close(self) -> None:
        """End the program if it still runs: first asked, then forced."""
        for number in (signal.SIGTERM, signal.SIGKILL):
            if self.exit_status is not None:
                break
            try:
                os.kill(self.pid, number)
                self.wait_exit(CLOSE_TIMEOUT_S)
            except (PtyTimeout, ProcessLookupError):
                continue
        with suppress(OSError):  # it was closed before
            os.close(self._fd)

    def _is_at_work(self) -> bool:
        """Say whether something typed is not read yet, or the program would go on if it had a turn.

        False where the system does not tell (it does on Linux), while the program is stopped, and
        once it has gone.
        """
        if self.exit_status is not None:
            return False
        try:
            is_stopped = states_of(self.pid) <= {"T"}
            return not is_stopped and (self._unread() > 0 or is_computing(self.pid))
        except OSError:
            return False

    def _unread(self) -> int:
        """Return how many bytes wait for the program to read them."""
        handle = os.open(f"/proc/{self.pid}/fd/0", os.O_RDONLY | os.O_NOCTTY | os.O_NONBLOCK)
        try:
            found: bytes = fcntl.ioctl(handle, termios.FIONREAD, bytes(4))
        finally:
            os.close(handle)
        return struct.unpack("i", found)[0]

    def _shows(self, what: str | Callable[[str], bool]) -> bool:
        shown = self.text()
        return what in shown if isinstance(what, str) else what(shown)

    def _set_size(self, fd: int) -> None:
        columns, rows = self.size
        fcntl.ioctl(fd, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def _answer(self, data: bytes) -> None:
        """Answer what a terminal answers; a query cut in two by a read is still seen."""
        tail = (self._chunks[-1][-16:] if self._chunks else b"") + data
        fresh = len(tail) - len(data)
        for found in _QUERY.finditer(tail):
            if found.end() <= fresh:
                continue
            if found["mode"]:
                state = 2 if found["mode"] == b"2026" and self._has_sync else 0
                self.send(b"\x1b[?%s;%d$y" % (found["mode"], state))
            elif found["colour"]:
                self.send(b"\x1b]%s;rgb:0000/0000/0000\x1b\\" % found["colour"])
            else:
                self.send(b"\x1b[?62;22c")


def is_computing(pid: int) -> bool:
    """Say whether some thread of a process runs, or would if it had a processor."""
    return not states_of(pid).isdisjoint("RD")


def states_of(pid: int) -> set[str]:
    """Return the states of a process's threads as the kernel has them: R, S, D, T (stopped) ..."""
    found = set()
    for task in Path(f"/proc/{pid}/task").iterdir():
        with suppress(OSError):  # it has ended meanwhile
            found.add((task / "stat").read_text().rpartition(")")[2].split()[0])
    return found


def key_bytes(key: str) -> bytes:
    """Return what a legacy terminal (no kitty protocol) sends for a key's name."""
    if key in _NAMED:
        return _NAMED[key].encode()
    modifier, plus, base = key.partition("+")
    if not plus or not base or modifier not in ("ctrl", "alt"):
        return key.encode()
    inner = key_bytes(base)
    if modifier == "alt":
        return b"\x1b" + inner
    if inner.startswith(b"\x1b["):
        return b"\x1b[1;5" + inner[-1:]
    return b"\x00" if base == "Space" else bytes([inner[0] & 0x1F])
