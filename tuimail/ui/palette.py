"""Looks in the 256 colours terminals share: the nearest that can be read as well. Pure.

Rich, which sends them, takes the nearest colour of each by itself, channel by channel: text on a
quiet background could then no longer be read, and a dark blue-grey becomes teal. The colours
returned here are those from which Rich makes the one that was meant.
"""

from collections.abc import Mapping
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


@lru_cache(512)
def in_256(look: Look) -> Look:
    """Return a look in colours of the palette, its contrast kept where it is needed."""
    had = contrast(look.foreground, look.background)
    needed = HIGH_CONTRAST if had >= HIGH_CONTRAST else min(had, READABLE)
    below = next(
        shade
        for shade in _ranked(look.background)
        if max(contrast(shade, end) for end in _ENDS) >= needed
    )
    above = next(
        shade for shade in _ranked(look.foreground) if contrast(shade, below) >= needed
    )  # black or white at the latest
    return replace(look, foreground=_SHADES[above], background=_SHADES[below])


@lru_cache(512)
def _ranked(colour: str) -> tuple[str, ...]:
    """Return the palette, what looks most like a colour first."""
    light, a, b = _oklab(colour)

    def distance(shade: str) -> float:
        other = _oklab(shade)
        return (light - other[0]) ** 2 + (a - other[1]) ** 2 + (b - other[2]) ** 2

    return tuple(sorted(_SHADES, key=distance))


@lru_cache(1_024)
def _oklab(colour: str) -> tuple[float, float, float]:
    """Return a colour in OKLab, where distances are as they look (Ottosson 2020)."""
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    )
    long = (0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue) ** (1 / 3)
    middle = (0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue) ** (1 / 3)
    short = (0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue) ** (1 / 3)
    return (
        0.2104542553 * long + 0.7936177850 * middle - 0.0040720468 * short,
        1.9779984951 * long - 2.4285922050 * middle + 0.4505937099 * short,
        0.0259040371 * long + 0.7827717662 * middle - 0.8086757660 * short,
    )


def _hex(*parts: int) -> str:
    return "#" + "".join(f"{part:02x}" for part in parts)


def _shades() -> dict[str, str]:
    cube = {_hex(*parts) for parts in product(_LEVELS, repeat=3) if len(set(parts)) > 1}
    greys = {
        _hex(*[8 + 10 * n] * 3): _hex(*[round((n + 1) * _RICH_GREY_STEP)] * 3)
        for n in range(_GREYS)
    }
    return {colour: colour for colour in sorted(cube)} | greys | {end: end for end in _ENDS}


_SHADES: Final[Mapping[str, str]] = _shades()
"""The colour a terminal shows, and the one to ask Rich for."""
