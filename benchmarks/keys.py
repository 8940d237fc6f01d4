"""A key to its answer: cursor down while the engine is busy, page down, opening a long mail.

python -m benchmarks.keys [MESSAGES]
"""

import json
import re
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.client import PROGRAM, command, end_engine, interface, make_profile, sync
from benchmarks.host import large_mailbox
from benchmarks.peers import MARKER
from benchmarks.terminal import Terminal
from benchmarks.verdict import Verdicts

P95_MS, LONGEST_MS, PAGE_MS, LONG_MAIL_MS = 25.0, 50.0, 15.0, 120.0
LONG_MAIL_LINES, OPENINGS = 5_000, 5
DOWN, PAGE, OPEN = b"j", b"\x06", b"\r"
LONG = "A mail of many lines"
AT_ITS_BEGIN = "Line 3 of a long mail"
RECIPIENT = "alice@north.test"
STARTED = b"\x1b[?2026$p"
"""Asked by the framework, when it takes over what was painted before it."""
POSITION = re.compile(r"\b([\d,]+)/[\d,]+")
"""The place of the cursor and the count of rows in the status line."""


def position(screen: list[str]) -> int:
    """Return the place of the cursor in the list; 0 where none is shown."""
    found = POSITION.search(screen[-2])
    return int(found[1].replace(",", "")) if found else 0


def measure(terminal: Terminal, key: bytes, times: int) -> list[float]:
    """Press a key that moves the cursor, each time 80 ms after its answer; return ms, sorted."""
    taken: list[float] = []
    for _ in range(times):
        before = position(terminal.screen())
        taken.append(terminal.press_until(key, lambda screen: position(screen) > before) * 1000)  # noqa: B023
        terminal.listen(0.08)
    return sorted(taken)


def judge(verdicts: Verdicts, name: str, taken: list[float]) -> None:
    """Judge the times of a key."""
    p95 = taken[int(len(taken) * 0.95)]
    verdicts.at_most(f"{name}, p95", p95, P95_MS, " ms", f"p50 {statistics.median(taken):.1f}")
    verdicts.at_most(f"{name}, longest", taken[-1], LONGEST_MS, " ms")


@contextmanager
def beside(profile: Path, *words: str) -> Iterator[None]:
    """Run a command again and again in another process."""
    argv = [*PROGRAM, "--profile", str(profile), *words]
    script = 'while :; do "$@" > /dev/null 2>&1; done'
    with subprocess.Popen(["sh", "-c", script, "sh", *argv]) as process:
        try:
            yield
        finally:
            process.terminate()


def opened(profile: Path) -> Terminal:
    """Open the interface and wait until it is at rest."""
    terminal = interface(profile)
    terminal.wait_for(STARTED, 60)
    terminal.settle(1.0)
    return terminal


def long_mail() -> bytes:
    """Return a mail newer than all others."""
    lines = [
        f"Line {n} of a long mail, which is about the harbour." for n in range(LONG_MAIL_LINES)
    ]
    head = ["From: Person0 <person0@example.net>", f"To: {RECIPIENT}", f"Subject: {LONG}"]
    return "\r\n".join([*head, "Message-ID: <long@example.net>", "", *lines, ""]).encode()


def opening_ms(profile: Path) -> float:
    """Return how long the newest mail, which is here, takes to be shown in a new interface."""
    terminal = opened(profile)
    shown_s = terminal.press_until(OPEN, lambda rows: any(AT_ITS_BEGIN in row for row in rows), 30)
    terminal.close()
    return shown_s * 1000


def main(count: int) -> None:
    """Measure and judge."""
    verdicts = Verdicts()
    with large_mailbox(count) as servers, tempfile.TemporaryDirectory(prefix="keys-") as folder:
        fresh = make_profile(servers, Path(folder))
        terminal = interface(fresh)
        terminal.wait_for(MARKER, 60)
        terminal.settle(0.05, 0.5)
        judge(verdicts, "cursor down while syncing", measure(terminal, DOWN, 80))
        print(f"sync of the rest: {sync(fresh):.1f} s")
        with beside(fresh, "sync"):  # the bodies are fetched and indexed
            judge(verdicts, "cursor down while indexing", measure(terminal, DOWN, 80))
        with beside(fresh, "search", "harbour OR meeting", "--limit", "1000"):
            judge(verdicts, "cursor down while searching", measure(terminal, DOWN, 80))
        terminal.close()
        terminal = opened(fresh)
        judge(verdicts, "cursor down", measure(terminal, DOWN, 100))
        page = statistics.median(measure(terminal, PAGE, 30))
        verdicts.at_most("page down", page, PAGE_MS, " ms")
        terminal.close()
        servers.deliver(long_mail(), RECIPIENT)
        command(fresh, "sync", "--mailbox", "INBOX", "--headers-only")
        [found] = json.loads(command(fresh, "search", f'subject:"{LONG}"', "--json"))
        command(fresh, "show", found["id"])
        opening = statistics.median(opening_ms(fresh) for _ in range(OPENINGS))
        name = f"opening {LONG_MAIL_LINES:,} lines"
        verdicts.at_most(name, opening, LONG_MAIL_MS, " ms")
        end_engine(fresh)
    verdicts.end()


if __name__ == "__main__":
    main(int((sys.argv[1:] or ["100000"])[0]))
