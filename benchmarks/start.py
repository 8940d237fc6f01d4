"""Start to the first rows on the screen, warm, against neomutt and aerc on the same mailbox.

python -m benchmarks.start [MESSAGES] [RUNS]
"""

import os
import statistics
import sys
import tempfile
from pathlib import Path

from benchmarks.client import interface, make_profile, sync
from benchmarks.host import large_mailbox
from benchmarks.peers import MARKER, aerc, neomutt


def main(count: int, runs: int) -> None:
    """Measure and print medians and ratios."""
    with large_mailbox(count) as servers:
        root = Path(tempfile.mkdtemp(prefix="start-"))
        profile = (
            make_profile(servers, root / "tuimail") if (root / "tuimail").mkdir() is None else root
        )
        print(f"first sync of {count} headers: {sync(profile):.1f} s")
        programs = {
            "tuimail": lambda: interface(profile),
            "aerc": lambda: aerc(servers, root / "aerc"),
            "neomutt": lambda: neomutt(servers, root / "neomutt"),
        }
        seconds: dict[str, list[float]] = {name: [] for name in programs}
        for run in range(runs + 2):  # two to warm caches, ours and theirs
            for name, start in programs.items():
                terminal = start()
                taken = terminal.wait_for(MARKER, 180)
                terminal.settle(1.0)
                if name == "neomutt":
                    os.write(terminal.fd, b"q")  # its cache is written on the way out
                    terminal.settle(1.0)
                terminal.close()
                if run > 1:
                    seconds[name].append(taken)
        medians = {name: statistics.median(taken) for name, taken in seconds.items()}
        for name, median in medians.items():
            ratio = medians["tuimail"] / median
            print(f"{name:8} {median * 1000:7.0f} ms   tuimail is {ratio:.2f} of it")


if __name__ == "__main__":
    main(int((sys.argv[1:] or ["100000"])[0]), int((sys.argv[2:] or ["7"])[0]))
