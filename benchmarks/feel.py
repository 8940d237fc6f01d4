"""What keys cost in bytes through a real terminal, beside neomutt and aerc on the same mailbox.

python -m benchmarks.feel [MESSAGES] [COLUMNSxROWS]

Each program starts warm on the same INBOX, newest first. A key's bytes are all that came until the
screen was quiet after its answer; the median of several is taken. What a key changed is counted by
the emulator: the rows of cells that differ, letters or style, before and after.
"""

import statistics
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from benchmarks.client import end_engine, interface, make_profile, sync
from benchmarks.host import large_mailbox
from benchmarks.peers import MARKER, aerc, neomutt
from benchmarks.terminal import Terminal
from benchmarks.verdict import Verdicts
from tests.servers.real import RealServers

SIZES = ((120, 40), (80, 24))
DOWNS, PAGES, OPENED = 12, 6, 5
DOWN, PAGE, OPEN, BACK = b"j", b"\x1b[6~", b"\r", b"q"
FOCUS_OUT, FOCUS_IN = b"\x1b[O", b"\x1b[I"
QUIET_S = 0.3
AT_REST_S = 2.0
PATIENCE_S = 60.0
THEMES = {"dark": 1.5, "ansi": 1.2}
"""Limits of a cursor down, by theme."""
PER_LINE, FIRST_SCREEN = 1.2, 1.8
IN_STEP = "in step"


@dataclass(frozen=True)
class Feel:
    """Bytes of one program at one size."""

    first_screen: int
    down: float
    page_line: float
    """Of a page down, for each row it changed."""
    open_line: float
    """Of opening a mail, for each row it changed."""
    focus: int
    """Of losing the focus and getting it again."""

    def __str__(self) -> str:
        lines = f"page {self.page_line:.0f} and open {self.open_line:.0f} a changed row"
        return (
            f"first screen {self.first_screen:,}, down {self.down:.0f}, {lines}, focus {self.focus}"
        )


@dataclass(frozen=True)
class Cost:
    """What one key cost."""

    bytes: int
    rows: int
    """Rows it changed."""


def press(terminal: Terminal, key: bytes) -> Cost:
    """Press a key that is answered; return what it cost until the screen was quiet again."""
    before = terminal.cells()
    came = terminal.press_and_settle(key, QUIET_S, PATIENCE_S)
    changed = sum(a != b for a, b in zip(before, terminal.cells(), strict=True))
    return Cost(came, changed)


def per_row(costs: list[Cost]) -> float:
    """Return the bytes for each changed row, of the median key."""
    return statistics.median(cost.bytes / max(1, cost.rows) for cost in costs)


def felt(terminal: Terminal, ready: Callable[[list[str]], bool]) -> Feel:
    """Measure a program that was just started; it is ended."""
    terminal.wait_for(MARKER, PATIENCE_S)
    terminal.wait_until(ready, PATIENCE_S)
    terminal.settle(AT_REST_S, PATIENCE_S)
    first = len(terminal.sent)
    press(terminal, DOWN)
    downs = [press(terminal, DOWN) for _ in range(DOWNS)]
    pages = [press(terminal, PAGE) for _ in range(PAGES)]
    opened = []
    for _ in range(OPENED):
        opened.append(press(terminal, OPEN))
        press(terminal, BACK)
        press(terminal, DOWN)
    before = len(terminal.sent)
    for report in (FOCUS_OUT, FOCUS_IN):
        terminal.press(report, AT_REST_S)
    focus = len(terminal.sent) - before
    terminal.close()
    down = statistics.median(cost.bytes for cost in downs)
    return Feel(first, down, per_row(pages), per_row(opened), focus)


def is_in_step(screen: list[str]) -> bool:
    """Say whether the status line shows that nothing is being fetched."""
    return IN_STEP in screen[-2]


def is_filled(screen: list[str]) -> bool:
    """Say whether most rows show a sender."""
    return sum(MARKER.decode() in row for row in screen) > len(screen) // 2


def themed(profile: Path, theme: str) -> Path:
    """Set the theme of a profile made by `make_profile`."""
    config = profile / "config.toml"
    text = config.read_text().partition("\n[ui]\n")[0]
    config.write_text(f'{text}\n[ui]\ntheme = "{theme}"\n')
    return profile


def measure(servers: RealServers, root: Path, profile: Path, size: tuple[int, int]) -> Verdicts:
    """Measure and judge one size."""
    verdicts = Verdicts()
    peers = {}
    for name, start in (("neomutt", neomutt), ("aerc", aerc)):
        warm = start(servers, root / name, size)  # its cache is written on the way out
        warm.wait_for(MARKER, PATIENCE_S)
        warm.settle(AT_REST_S, PATIENCE_S)
        warm.press(BACK, AT_REST_S)
        warm.close()
        peers[name] = felt(start(servers, root / name, size), is_filled)
        print(f"{name} {peers[name]}", flush=True)
    neo = peers["neomutt"]
    for theme, down_limit in THEMES.items():
        felt(interface(themed(profile, theme), size), is_in_step)  # what it paints first is kept
        own = felt(interface(profile, size), is_in_step)
        print(f"tuimail {theme} {own}", flush=True)
        at = f"{size[0]}x{size[1]} {theme}"
        for what, ours, theirs, limit in (
            ("cursor down", own.down, neo.down, down_limit),
            ("page down, a changed row", own.page_line, neo.page_line, PER_LINE),
            ("opening, a changed row", own.open_line, neo.open_line, PER_LINE),
            ("first screen", own.first_screen, neo.first_screen, FIRST_SCREEN),
        ):
            note = f"{ours:.0f} to {theirs:.0f} B"
            verdicts.at_most(f"{at}: {what}, of neomutt's", ours / theirs, limit, note=note)
        verdicts.at_most(f"{at}: focus lost and got", own.focus, 0, " B")
    return verdicts


def main(count: int, sizes: tuple[tuple[int, int], ...]) -> None:
    """Measure, print and judge."""
    verdicts = Verdicts()
    with large_mailbox(count) as servers, tempfile.TemporaryDirectory(prefix="feel-") as folder:
        root = Path(folder)
        (root / "tuimail").mkdir()
        profile = make_profile(servers, root / "tuimail")
        try:
            print(f"first sync of {count} headers: {sync(profile):.1f} s")
            for size in sizes:
                verdicts.missed += measure(servers, root, profile, size).missed
        finally:
            end_engine(profile)
    verdicts.end()


if __name__ == "__main__":
    columns, _, rows = "".join(sys.argv[2:3]).partition("x")
    main(int((sys.argv[1:] or ["10000"])[0]), ((int(columns), int(rows)),) if rows else SIZES)
