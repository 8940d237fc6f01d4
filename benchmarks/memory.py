"""Memory of screen and engine together: while a mailbox is fetched and used, and warm, at rest.

The first is a peak; the other is judged beside aerc's.

python -m benchmarks.memory [MESSAGES]
"""

import sys
import tempfile
import threading
import time
from pathlib import Path

from benchmarks.client import end_engine, engine_pid, interface, make_profile, sync
from benchmarks.host import large_mailbox
from benchmarks.peers import MARKER, aerc, neomutt
from benchmarks.terminal import Terminal, descendants, pss_mb
from benchmarks.verdict import Verdicts

EVERY_S = 0.2
MORE_THAN_AERC_MB = 60.0


class Peak:
    """Samples what a program and its engine hold together until left."""

    def __init__(self, terminal: Terminal, profile: Path | None = None) -> None:
        self.total = self.screen = self.engine = 0.0
        """MB, each its own peak."""
        self._terminal, self._profile = terminal, profile
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._sample, daemon=True)

    def __enter__(self) -> "Peak":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._end.set()
        self._thread.join()

    def _sample(self) -> None:
        while not self._end.wait(EVERY_S):
            engine_id = engine_pid(self._profile) if self._profile else None
            engine = pss_mb(engine_id) if engine_id else 0.0
            own = set(descendants(self._terminal.pid)) - {engine_id}
            screen = sum(pss_mb(pid) for pid in own)
            self.screen, self.engine = max(self.screen, screen), max(self.engine, engine)
            self.total = max(self.total, screen + engine)

    def __str__(self) -> str:
        return f"{self.total:.0f} MB (screen {self.screen:.0f}, engine {self.engine:.0f})"


def use(terminal: Terminal) -> None:
    """Walk down the list, page, open mails, come back."""
    for key in (b"j" * 20, b"\x06" * 5, b"\r", b"J" * 5, b"q", b"G", b"gg"):
        terminal.press(key, 0.4)


def warm_mb(profile: Path) -> float:
    """Return what interface and engine hold, started anew, used, and at rest again."""
    end_engine(profile)
    terminal = interface(profile)
    terminal.wait_for(MARKER, 60)
    use(terminal)
    terminal.settle(5.0, 60.0)
    engine_id = engine_pid(profile)
    of_both = {*descendants(terminal.pid), *(descendants(engine_id) if engine_id else ())}
    held = sum(pss_mb(pid) for pid in of_both)
    terminal.close()
    end_engine(profile)
    return held


def main(count: int) -> None:
    """Measure, print and judge."""
    with large_mailbox(count) as servers:
        root = Path(tempfile.mkdtemp(prefix="memory-"))
        terminal = interface(make_profile(servers, root))
        with Peak(terminal, root) as peak:
            terminal.wait_for(MARKER, 60)
            begun = time.perf_counter()
            sync(root)
            print(f"headers of {count} here after {time.perf_counter() - begun:.1f} s")
            print(f"while fetching: {peak}")
            use(terminal)
            terminal.settle(5.0, 10.0)
        print(f"and while used: {peak}")
        terminal.close()
        warm = warm_mb(root)
        peaks = {}
        for name, start in (("aerc", aerc), ("neomutt", neomutt)):
            peer = start(servers, root / name)
            with Peak(peer) as of_peer:
                peer.wait_for(MARKER, 180)
                peer.settle(2.0)
            print(f"{name}: {of_peer}")
            peaks[name] = of_peer.total
            peer.close()
    verdicts = Verdicts()
    limit = peaks["aerc"] + MORE_THAN_AERC_MB
    verdicts.at_most("warm memory, screen and engine", warm, limit, " MB")
    verdicts.end()


if __name__ == "__main__":
    main(int((sys.argv[1:] or ["100000"])[0]))
