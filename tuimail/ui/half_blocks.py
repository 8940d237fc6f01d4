"""Pixels as characters: two of them, one above the other, in each cell."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Final

from rich.color import Color
from rich.color_triplet import ColorTriplet
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

_HALF: Final = "▀"

Pixel = tuple[int, int, int]
"""Red, green and blue."""


def half_blocks(pixels: Sequence[tuple[Pixel, Pixel]]) -> Strip:
    """Return a row of cells; each has an upper and a lower pixel."""
    return Strip([Segment(_HALF, _style(upper, lower)) for upper, lower in pixels])


@lru_cache(8_192)
def _style(upper: Pixel, lower: Pixel) -> Style:
    return Style(
        color=Color.from_triplet(ColorTriplet(*upper)),
        bgcolor=Color.from_triplet(ColorTriplet(*lower)),
    )
