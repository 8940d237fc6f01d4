"""A private tmux with one session: what a person sees who works in one."""

import shutil
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.program import until
from tests.terminal import Terminal

NAMED = {"Esc": "Escape", "PgDn": "NPage", "PgUp": "PPage"}
"""tmux has its own names for some keys."""


class Tmux:
    """Runs a program in a window of its own server, which ends with it."""

    def __init__(
        self, folder: Path, argv: Sequence[str], size: tuple[int, int], environ: Mapping[str, str]
    ) -> None:
        """`folder` must exist and have a short path: the socket lies there."""
        self._command = [
            shutil.which("tmux") or "tmux",
            "-S",
            str(folder / "tmux"),
            "-f",
            "/dev/null",
        ]
        self._size = size
        width, height = map(str, size)
        given = [word for name, value in environ.items() for word in ("-e", f"{name}={value}")]
        self._do("new-session", "-d", "-x", width, "-y", height, *given, *argv)
        self._do("set-option", "-g", "status", "off")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._do("kill-server")

    def press(self, *keys: str) -> None:
        """Type keys by their names, for example `j` or `Enter`."""
        for key in keys:
            self._do("send-keys", "--", NAMED.get(key, key))

    def resize(self, width: int, height: int) -> None:
        """Give the window another size."""
        self._size = (width, height)
        self._do("resize-window", "-x", str(width), "-y", str(height))

    def cells(self) -> list[list[tuple[str, ...]]]:
        """Return what is in sight with its colours, as tmux has drawn it.

        Blanks at the end of a row are left out: tmux does not tell those that were erased.
        """
        terminal = Terminal(*self._size)
        captured = self._do("capture-pane", "-p", "-e").removesuffix("\n")
        terminal.feed(captured.replace("\n", "\r\n").encode())
        return [_without_end(row) for row in terminal.cells()]

    def text(self) -> str:
        """Return the rows in sight."""
        return self._do("capture-pane", "-p")

    def until(self, shown: str) -> None:
        """Wait until a text is in sight."""
        until(lambda: shown in self.text(), f"for {shown!r} in tmux")

    def copied(self) -> str:
        """Return what was copied last; empty if nothing was."""
        return self._do("show-buffer", check=False)

    def _do(self, *words: str, check: bool = True) -> str:
        done = subprocess.run(
            [*self._command, *words], check=False, capture_output=True, timeout=30, text=True
        )
        assert not check or done.returncode == 0, f"{words}: {done.stderr}"
        return done.stdout if done.returncode == 0 else ""


def _without_end(row: list[tuple[str, ...]]) -> list[tuple[str, ...]]:
    end = max((x for x, cell in enumerate(row, 1) if cell[0] != " "), default=0)
    return row[:end]
