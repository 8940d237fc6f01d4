"""Looks in the 256 colours terminals share: the nearest that can be read as well. Pure.

Rich, which sends them, takes the nearest colour of each by itself: text on a quiet background
could then no longer be read. The colours returned here are those from which Rich makes the one
that was meant.
"""

from collections.abc import Iterable
from dataclasses import replace
from functools import lru_cache
from itertools import product
from typing import Final

from .theme_file import READABLE, Look, contrast

HIGH_CONTRAST: Final = 7.0
"""WCAG 2, level AAA: what has it keeps it."""
_LEVELS: Final = (0, 95, 135, 175, 215, 255)
_GREYS: Final = 24
_RICH_GREY_STEP: Final = 10.2
"""Rich takes lightness in 25 steps of it; the terminal's greys are 10 apart, from 8."""
_ENDS: Final = ("#000000", "#ffffff")
_COLOURFUL: Final = 40
"""What differs so much between red, green and blue is not to become grey."""

_Shade = tuple[str, str]
"""The colour a terminal shows, and the one to ask Rich for."""


def in_256(look: Look) -> Look:
    """Return a look in colours of the palette, its contrast kept where it is needed."""
    had = contrast(look.foreground, look.background)
    needed = HIGH_CONTRAST if had >= HIGH_CONTRAST else min(had, READABLE)
    usable = [s for s in _SHADES if max(contrast(s[0], end) for end in _ENDS) >= needed]
    shown, asked = _nearest(look.background, usable)
    readable = [shade for shade in _SHADES if contrast(shade[0], shown) >= needed]
    _, foreground = _nearest(look.foreground, readable)
    return replace(look, foreground=foreground, background=asked)


def _nearest(colour: str, shades: Iterable[_Shade]) -> _Shade:
    wanted = _parts(colour)
    fitting = [s for s in shades if not _is_colourful(wanted) or _is_colourful(_parts(s[0]))]
    return min(fitting or shades, key=lambda shade: _distance(wanted, _parts(shade[0])))


def _distance(one: tuple[int, ...], other: tuple[int, ...]) -> int:
    red, green, blue = (a - b for a, b in zip(one, other, strict=True))
    return 3 * red * red + 4 * green * green + 2 * blue * blue


def _is_colourful(parts: tuple[int, ...]) -> bool:
    return max(parts) - min(parts) >= _COLOURFUL


@lru_cache(1_024)
def _parts(colour: str) -> tuple[int, ...]:
    return tuple(int(colour[i : i + 2], 16) for i in (1, 3, 5))


def _hex(*parts: int) -> str:
    return "#" + "".join(f"{part:02x}" for part in parts)


def _shades() -> tuple[_Shade, ...]:
    cube = [_hex(*parts) for parts in product(_LEVELS, repeat=3) if len(set(parts)) > 1]
    greys = [
        (_hex(*[8 + 10 * n] * 3), _hex(*[round((n + 1) * _RICH_GREY_STEP)] * 3))
        for n in range(_GREYS)
    ]
    ends = [(colour, colour) for colour in _ENDS]
    return (*((colour, colour) for colour in cube), *greys, *ends)


_SHADES: Final = _shades()
