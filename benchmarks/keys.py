"""A key to its last byte: cursor down, page down, open; idle and while the engine syncs; memory.

python -m benchmarks.keys [MESSAGES]
"""

import statistics
import sys
import tempfile
from pathlib import Path

from benchmarks.client import engine_pid, interface, make_profile, sync
from benchmarks.host import large_mailbox
from benchmarks.peers import MARKER
from benchmarks.terminal import Terminal, pss_mb


def measure(terminal: Terminal, key: bytes, times: int) -> tuple[float, float, float]:
    """Return p50 and p95 in ms, and the median of bytes."""
    pressed = [terminal.press(key) for _ in range(times)]
    taken = sorted(seconds * 1000 for seconds, _ in pressed)
    return (
        statistics.median(taken),
        taken[int(len(taken) * 0.95)],
        statistics.median(size for _, size in pressed),
    )


def main(count: int) -> None:
    """Measure and print."""
    with large_mailbox(count) as servers:
        fresh = make_profile(servers, Path(tempfile.mkdtemp(prefix="keys-")))
        terminal = interface(fresh)
        terminal.wait_for(MARKER, 60)
        terminal.settle(0.05, 0.5)
        p50, p95, size = measure(terminal, b"j", 100)
        print(f"cursor down while syncing: p50 {p50:.1f} ms, p95 {p95:.1f} ms, {size:.0f} bytes")
        terminal.close()
        print(f"sync of the rest: {sync(fresh):.1f} s")
        terminal = interface(fresh)
        terminal.wait_for(MARKER, 60)
        terminal.settle(1.0)
        for name, key, times in (("cursor down", b"j", 100), ("page down", b"\x06", 30)):
            p50, p95, size = measure(terminal, key, times)
            print(f"{name}: p50 {p50:.1f} ms, p95 {p95:.1f} ms, {size:.0f} bytes")
        size = statistics.median(terminal.press(b"\r", 0.5)[1] for _ in range(1))
        print(f"open: {size:.0f} bytes")
        engine = pss_mb(engine_pid(fresh) or 0)
        print(f"memory: screen {terminal.memory_mb():.0f} MB, engine {engine:.0f} MB")
        terminal.close()


if __name__ == "__main__":
    main(int((sys.argv[1:] or ["100000"])[0]))
