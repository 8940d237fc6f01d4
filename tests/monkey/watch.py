"""A terminal that is watched: the same bytes on one that is wider show rows that are too long."""

from tests.pty_session import PtySession
from tests.terminal import Terminal

from .moves import FOR_EVER

BEYOND = 40
"""Columns the other terminal has more."""


class Watched(PtySession):
    """A session whose output is drawn on a wider terminal, too."""

    def __init__(self, *words, size: tuple[int, int], **more) -> None:
        self.wide = Terminal(size[0] + BEYOND, size[1])
        self.asked: list[str] = []
        """The screen each time that something for ever was written on it."""
        super().__init__(*words, size=size, **more)

    def pump(self, timeout_s: float) -> bytes | None:
        data = super().pump(timeout_s)
        if data:
            self.wide.feed(data)
            if FOR_EVER.encode() in data:
                self.asked.append(self.text())
        return data

    def resize(self, columns: int, rows: int) -> None:
        super().resize(columns, rows)
        self.wide.resize(columns + BEYOND, rows)
        self.forget_beyond()

    def forget_beyond(self) -> None:
        """Cut off what lies beyond this terminal's width, as a real one does when it shrinks."""
        for line in self.wide.screen.buffer.values():
            for x in [x for x in line if x >= self.size[0]]:
                del line[x]

    def too_wide(self) -> list[str]:
        """Return the rows that went on beyond the terminal's width."""
        return [
            f"row {y}: {self.wide.line(y)!r}"
            for y, line in self.wide.screen.buffer.items()
            if any(x >= self.size[0] and cell.data != " " for x, cell in line.items())
        ]

    def torn(self) -> list[str]:
        """Return the rows that differ from what a wider terminal shows: one was wrapped or cut."""
        columns, screen, wide = self.size[0], self.terminal.screen, self.wide.screen
        return [
            f"row {y}: {self.terminal.line(y)!r} is {self.wide.line(y)!r} on a wider terminal"
            for y in range(self.size[1])
            if [screen.buffer[y][x].data for x in range(columns)]
            != [wide.buffer[y][x].data for x in range(columns)]
        ]
