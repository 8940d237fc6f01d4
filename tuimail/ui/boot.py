"""Early paint: the last frame and the first rows, before Textual is imported.

Standard library only. Any mismatch or error means an ordinary start.
"""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Painted:
    """What is on the terminal already, for the driver to take over."""

    screen: str
    columns: int
    rows: int
    attributes: list[int | list[bytes | int]]
    """termios attributes before the paint; restored when the screen ends."""


def early_paint(state_dir: Path, data_dir: Path, theme: str) -> Painted | None:
    """Paint the last frame with fresh rows; None means nothing was touched: start as usual."""
    raise NotImplementedError


def undo_paint(painted: Painted) -> None:
    """Leave the alternate screen and give the terminal back; for when the screen fails to start."""
    raise NotImplementedError
