"""Memory of the screen while a thousand mails are opened one after another: it does not grow.

Some are opened before, which fill its caches and the allocator's arenas.

python -m benchmarks.opened [MESSAGES]
"""

import sys
import tempfile
from pathlib import Path

from benchmarks.client import command, end_engine, engine_pid, interface, make_profile
from benchmarks.host import large_mailbox
from benchmarks.keys import position
from benchmarks.peers import MARKER
from benchmarks.terminal import Terminal, descendants, pss_mb
from benchmarks.verdict import Verdicts

FIRST, OPENED = 500, 1_500
"""The thousand after the first are looked at."""
LIMIT_MB = 4.0
"""What two measurements of the same memory may differ by, and no leak of a mail's size."""
PATIENCE_S = 60.0
OPEN, NEXT = b"\r", b"J"


def open_until(terminal: Terminal, number: int) -> None:
    """Open one mail after another until that one is open, counted from 1."""
    while (at := position(terminal.screen())) < number:
        terminal.press_until(NEXT, lambda screen: position(screen) > at, PATIENCE_S)


def screen_mb(terminal: Terminal, profile: Path) -> float:
    """Return what the screen holds, without the engine it may have started."""
    terminal.settle(1.0)
    return sum(pss_mb(pid) for pid in descendants(terminal.pid) if pid != engine_pid(profile))


def main(count: int) -> None:
    """Measure and judge."""
    verdicts = Verdicts()
    with large_mailbox(count) as servers, tempfile.TemporaryDirectory(prefix="opened-") as folder:
        profile = make_profile(servers, Path(folder))
        command(profile, "sync")
        terminal = interface(profile)
        try:
            terminal.wait_for(MARKER, PATIENCE_S)
            terminal.settle(1.0)
            terminal.press(OPEN, 1.0)
            open_until(terminal, FIRST)
            first = screen_mb(terminal, profile)
            open_until(terminal, OPENED)
            last = screen_mb(terminal, profile)
        finally:
            terminal.close()
            end_engine(profile)
    note = f"{first:.1f} MB after {FIRST}, {last:.1f} after {OPENED:,}"
    verdicts.at_most("growth while mails are opened", last - first, LIMIT_MB, " MB", note)
    verdicts.end()


if __name__ == "__main__":
    main(int((sys.argv[1:] or ["2000"])[0]))
