"""Cells as a terminal with few colours or letters can show them. Pure."""

import re
from functools import lru_cache
from typing import Final

from .ascii import in_ascii
from .output_cells import Cell, join, split
from .output_pieces import Terminal

_BRIGHT: Final = re.compile(r"9([0-7])\Z")
_BRIGHT_BELOW: Final = re.compile(r"10([0-7])\Z")


def as_shown(cells: tuple[Cell, ...], terminal: Terminal) -> tuple[Cell, ...]:
    """Return cells as the terminal can show them; there are as many."""
    if terminal.has_bright and terminal.is_unicode:
        return cells
    return _shown(cells, terminal)


@lru_cache(4_096)
def _shown(cells: tuple[Cell, ...], terminal: Terminal) -> tuple[Cell, ...]:
    if not terminal.has_bright:
        cells = tuple((cluster, _without_bright(style)) for cluster, style in cells)
    return cells if terminal.is_unicode else tuple(_in_ascii(cells))


def _in_ascii(cells: tuple[Cell, ...]) -> list[Cell]:
    found: list[Cell] = []
    for at, (cluster, style) in enumerate(cells):
        if not cluster:  # the second half is written with the first
            continue
        width = 2 if at + 1 < len(cells) and cells[at + 1][0] == "" else 1
        found += [(char, style) for char in in_ascii(cluster, width)]
    return found


@lru_cache(1_024)
def _without_bright(style: str) -> str:
    """Return a style with bold for the brighter colours, and no brighter background."""
    sgr, _, link = style.partition("\0")
    parts = split(sgr)
    if found := _BRIGHT.match(parts.foreground):
        sgr = join(sgr, f"1;3{found[1]}")
    if found := _BRIGHT_BELOW.match(parts.background):
        sgr = join(sgr, f"4{found[1]}")
    return f"{sgr}\0{link}" if link else sgr
