"""Start to the first rows and to the first key's answer, warm, against neomutt and aerc.

python -m benchmarks.start [MESSAGES] [RUNS]

The key is a cursor down, pressed as soon as the first row is there; its answer is the cursor on the
second row.
"""

import os
import statistics
import sys
import tempfile
from pathlib import Path

from benchmarks.client import interface, make_profile, sync
from benchmarks.host import large_mailbox
from benchmarks.peers import MARKER, aerc, neomutt
from benchmarks.terminal import Terminal
from benchmarks.verdict import Verdicts

PATIENCE_S = 180.0
FIRST_ROWS, FIRST_KEY = 0.3, 1.0
"""Of the others' times; the key is compared with aerc alone."""


def looks(terminal: Terminal) -> list[tuple[str, ...]]:
    """Return how each mail's sender looks, background and lines: the cursor's is another."""
    found = []
    for row in terminal.cells():
        letters = [cell[0] or " " for cell in row]
        at = "".join(letter[0] for letter in letters).find(MARKER.decode())
        if at >= 0:
            found.append(row[at][2:4])
    return found


def start_of(terminal: Terminal, *, leaves: bool) -> tuple[float, float]:
    """Return seconds to the first rows, and to the answer of the first key; end the program."""
    rows_s = terminal.wait_for(MARKER, PATIENCE_S)
    under_cursor = looks(terminal)[0]
    os.write(terminal.fd, b"j")
    terminal.wait_until(lambda _: under_cursor in looks(terminal)[1:2], PATIENCE_S)
    key_s = terminal.last_s
    terminal.settle(1.0)
    if leaves:
        os.write(terminal.fd, b"q")  # its cache is written on the way out
        terminal.settle(1.0)
    terminal.close()
    return rows_s, key_s


def main(count: int, runs: int) -> None:
    """Measure, print medians, and judge."""
    with large_mailbox(count) as servers:
        root = Path(tempfile.mkdtemp(prefix="start-"))
        (root / "tuimail").mkdir()
        profile = make_profile(servers, root / "tuimail")
        print(f"first sync of {count} headers: {sync(profile):.1f} s")
        programs = {
            "tuimail": lambda: interface(profile),
            "aerc": lambda: aerc(servers, root / "aerc"),
            "neomutt": lambda: neomutt(servers, root / "neomutt"),
        }
        taken: dict[str, list[tuple[float, float]]] = {name: [] for name in programs}
        for run in range(runs + 2):  # two to warm caches, ours and theirs
            for name, start in programs.items():
                both = start_of(start(), leaves=name == "neomutt")
                if run > 1:
                    taken[name].append(both)
    rows, keys = (
        {name: statistics.median(both[n] for both in all_) for name, all_ in taken.items()}
        for n in (0, 1)
    )
    for name in programs:
        print(f"{name:8} rows {rows[name] * 1000:6.0f} ms, first key {keys[name] * 1000:6.0f} ms")
    verdicts = Verdicts()
    for name in ("aerc", "neomutt"):
        verdicts.at_most(f"first rows, of {name}'s", rows["tuimail"] / rows[name], FIRST_ROWS)
    verdicts.at_most("first key answered, of aerc's", keys["tuimail"] / keys["aerc"], FIRST_KEY)
    verdicts.end()


if __name__ == "__main__":
    main(int((sys.argv[1:] or ["100000"])[0]), int((sys.argv[2:] or ["7"])[0]))
