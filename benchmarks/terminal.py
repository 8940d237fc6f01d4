"""A program in a pseudo terminal, with the time of every byte it sends."""

import fcntl
import os
import pty
import re
import select
import signal
import struct
import termios
import time
from collections.abc import Callable
from pathlib import Path

from tests.terminal import Terminal as Emulator

TICKS = os.sysconf("SC_CLK_TCK")
NOT_ITS_OWN = ("TMUX", "SSH_", "TERM", "PYTHONDONTWRITEBYTECODE")
"""Of the environment here: the terminal is another, and an installed program has its bytecode."""


class Terminal:
    """Runs a program at a size and answers what terminals are asked."""

    def __init__(
        self, argv: list[str], env: dict[str, str], size: tuple[int, int] = (120, 40)
    ) -> None:
        columns, rows = size
        full = {k: v for k, v in os.environ.items() if not k.startswith(NOT_ITS_OWN)}
        full.update({"TERM": "xterm-256color", "COLORTERM": "truecolor", "LC_ALL": "C.UTF-8"} | env)
        self.started = time.perf_counter()
        self.sent = bytearray()
        self.last_s = 0.0
        """When the last bytes came, in seconds from the start."""
        self._shown = 0
        self._emulator = Emulator(columns, rows)
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
            os.execvpe(argv[0], argv, full)
        fcntl.ioctl(self.fd, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def read(self, timeout_s: float) -> bytes:
        """Return what comes within the time; empty when nothing does or the program has gone."""
        if not select.select([self.fd], [], [], max(0.0, timeout_s))[0]:
            return b""
        try:
            chunk = os.read(self.fd, 1 << 16)
        except OSError:
            return b""
        self.sent += chunk
        self.last_s = time.perf_counter() - self.started
        self._answer(chunk)
        return chunk

    def wait_for(self, marker: bytes, limit_s: float = 60) -> float:
        """Return seconds from the start until the marker was sent."""
        end = self.started + limit_s
        while marker not in self.sent:
            if time.perf_counter() > end:
                tail = bytes(self.sent[-600:])
                raise TimeoutError(f"{marker!r} never came; last bytes: {tail!r}")
            self.read(0.05)
        return time.perf_counter() - self.started

    def listen(self, seconds: float) -> None:
        """Read whatever comes during this time."""
        end = time.perf_counter() + seconds
        while (left := end - time.perf_counter()) > 0:
            self.read(left)

    def settle(self, quiet_s: float = 0.5, limit_s: float = 30) -> int:
        """Read until nothing came for a while; return how many bytes came."""
        before, end = len(self.sent), time.perf_counter() + limit_s
        while time.perf_counter() < end and self.read(quiet_s):
            pass
        return len(self.sent) - before

    def press(self, key: bytes, quiet_s: float = 0.08) -> tuple[float, int]:
        """Press a key; return seconds until the last byte it caused, and the bytes."""
        before, begun = len(self.sent), time.perf_counter()
        last = begun
        os.write(self.fd, key)
        while self.read(quiet_s):
            last = time.perf_counter()
        return last - begun, len(self.sent) - before

    def press_until(
        self, key: bytes, is_answered: Callable[[list[str]], bool], limit_s: float = 2.0
    ) -> float:
        """Press a key; return seconds until the screen shows its answer.

        What a program shows by itself meanwhile, its progress or new rows, is not counted: it may
        come at any time, before the answer or long after it.
        """
        begun = time.perf_counter()
        os.write(self.fd, key)
        while (left := begun + limit_s - time.perf_counter()) > 0:
            if not self.read(left):
                break
            came = time.perf_counter()
            if is_answered(self.screen()):
                return came - begun
        raise TimeoutError(f"{key!r} was not answered in {limit_s} s")

    def press_and_settle(self, key: bytes, quiet_s: float, limit_s: float = 30.0) -> int:
        """Press a key that is answered; return the bytes until nothing more came for a while.

        However late the machine lets the answer come, it belongs to its own key.
        """
        before = len(self.sent)
        os.write(self.fd, key)
        if not self.read(limit_s):
            raise TimeoutError(f"{key!r} was not answered in {limit_s} s")
        self.settle(quiet_s, limit_s)
        return len(self.sent) - before

    def wait_until(self, holds: Callable[[list[str]], bool], limit_s: float = 60.0) -> None:
        """Read until the screen's lines fulfil a test."""
        end = time.perf_counter() + limit_s
        while not holds(self.screen()):
            if time.perf_counter() > end:
                raise TimeoutError("waited in vain; the screen:\n" + "\n".join(self.screen()))
            self.read(0.05)

    def screen(self) -> list[str]:
        """Return the lines the screen shows now."""
        return self._caught_up().text().split("\n")

    def cells(self) -> list[list[tuple[str, ...]]]:
        """Return the cells the screen shows now, as letters and visible style."""
        return self._caught_up().cells()

    def _caught_up(self) -> Emulator:
        self._emulator.feed(bytes(self.sent[self._shown :]))
        self._shown = len(self.sent)
        return self._emulator

    def memory_mb(self) -> float:
        """Return the proportional memory of the program and what it started, in MB."""
        return sum(pss_mb(pid) for pid in descendants(self.pid))

    def close(self) -> None:
        """End the program and what it started."""
        for pid in descendants(self.pid):
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                continue
        os.waitpid(self.pid, 0)
        os.close(self.fd)

    def _answer(self, chunk: bytes) -> None:
        if b"\x1b[?2026$p" in chunk:
            os.write(self.fd, b"\x1b[?2026;2$y")
        if b"\x1b[c" in chunk or b"\x1b[0c" in chunk:
            os.write(self.fd, b"\x1b[?62;22c")
        if b"\x1b[6n" in chunk:
            os.write(self.fd, b"\x1b[1;1R")
        if b"\x1b]11;?" in chunk:
            os.write(self.fd, b"\x1b]11;rgb:0000/0000/0000\x1b\\")


def descendants(pid: int) -> list[int]:
    """Return a process and all it started."""
    found = [pid]
    for parent in found:
        for task in Path(f"/proc/{parent}/task").glob("*/children"):
            found += [int(child) for child in task.read_text().split()]
    return found


def pss_mb(pid: int) -> float:
    """Return a process's proportional set size in MB."""
    try:
        text = Path(f"/proc/{pid}/smaps_rollup").read_text()
    except OSError:
        return 0.0
    found = re.search(r"^Pss:\s+(\d+)", text, re.MULTILINE)
    return int(found[1]) / 1024 if found else 0.0
