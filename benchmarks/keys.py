"""A key to its last byte: cursor down, page down, open; idle and while the engine syncs; memory.

python -m benchmarks.keys [MESSAGES]
"""

import re
import statistics
import sys
import tempfile
from pathlib import Path

from benchmarks.client import engine_pid, interface, make_profile, sync
from benchmarks.host import large_mailbox
from benchmarks.peers import MARKER
from benchmarks.terminal import Terminal, pss_mb

POSITION = re.compile(r"\b([\d,]+)/[\d,]+")
"""The place of the cursor and the count of rows in the status line."""


def position(screen: list[str]) -> int:
    """Return the place of the cursor in the list; 0 where none is shown."""
    found = POSITION.search(screen[-2])
    return int(found[1].replace(",", "")) if found else 0


def measure(terminal: Terminal, key: bytes, times: int) -> str:
    """Press a key that moves the cursor, each time 80 ms after its answer; say how long it took."""
    taken: list[float] = []
    sizes: list[int] = []
    for _ in range(times):
        before, sent = position(terminal.screen()), len(terminal.sent)
        seconds = terminal.press_until(key, lambda screen: position(screen) > before)  # noqa: B023
        taken.append(seconds * 1000)
        sizes.append(len(terminal.sent) - sent)
        terminal.listen(0.08)
    taken.sort()
    p50, p95 = statistics.median(taken), taken[int(len(taken) * 0.95)]
    size = statistics.median(sizes)
    return f"p50 {p50:.1f} ms, p95 {p95:.1f} ms, longest {taken[-1]:.1f} ms, {size:.0f} bytes"


def main(count: int) -> None:
    """Measure and print."""
    with large_mailbox(count) as servers:
        fresh = make_profile(servers, Path(tempfile.mkdtemp(prefix="keys-")))
        terminal = interface(fresh)
        terminal.wait_for(MARKER, 60)
        terminal.settle(0.05, 0.5)
        print(f"cursor down while syncing: {measure(terminal, b'j', 80)}")
        terminal.close()
        print(f"sync of the rest: {sync(fresh):.1f} s")
        terminal = interface(fresh)
        terminal.wait_for(MARKER, 60)
        terminal.settle(1.0)
        for name, key, times in (("cursor down", b"j", 100), ("page down", b"\x06", 30)):
            print(f"{name}: {measure(terminal, key, times)}")
        size = statistics.median(terminal.press(b"\r", 0.5)[1] for _ in range(1))
        print(f"open: {size:.0f} bytes")
        engine = pss_mb(engine_pid(fresh) or 0)
        print(f"memory: screen {terminal.memory_mb():.0f} MB, engine {engine:.0f} MB")
        terminal.close()


if __name__ == "__main__":
    main(int((sys.argv[1:] or ["100000"])[0]))
