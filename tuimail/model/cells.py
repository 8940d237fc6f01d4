"""How wide text is on a terminal, and how it is cut to fit, in whole clusters.

Widths are those of Rich's table, so that what is painted before Textual is imported and what
Textual paints agree. Rich is imported only for text outside the ranges below (4 ms, once).
"""

import re
from functools import lru_cache

from .safe import Safe

ELLIPSIS = "…"

_ONE_CELL_EACH = re.compile(
    "[\x20-\x7e\xa0-\xac\xae-\u02ff\u0370-\u0377\u0384-\u0482\u2010-\u2027\u2030-\u203b"
    "\u2190-\u2193\u2500-\u25fc]*"
)


def width_of(text: str) -> int:
    """Return how many cells `text` takes."""
    if text.isascii() or _ONE_CELL_EACH.fullmatch(text):
        return len(text)
    return _rich_width(text)


def clusters(text: str) -> list[tuple[int, int, int]]:
    """Return where each cluster begins and ends, and its cells; together they are the text.

    What one is made of (joined emoji, a selector, marks) does not add up to its width.
    """
    if text.isascii() or _ONE_CELL_EACH.fullmatch(text):
        return [(at, at + 1, 1) for at in range(len(text))]
    from rich.cells import split_graphemes

    return split_graphemes(str(text))[0]


def fit(text: str, cells: int) -> Safe:
    """Crop or pad to exactly `cells` cells (the contract of `rich.cells.set_cell_size`)."""
    if cells <= 0:
        return Safe("")
    if text.isascii() or _ONE_CELL_EACH.fullmatch(text):
        return Safe(text[:cells].ljust(cells))
    return Safe(_rich_fit(text, cells))


def cut(text: str, cells: int) -> Safe:
    """Return `text`, or as much of it as fits with an ellipsis; never padded."""
    if width_of(text) <= cells:
        return Safe(text)
    if cells <= 0:
        return Safe("")
    return Safe(f"{fit(text, cells - 1).rstrip()}{ELLIPSIS}")


def fit_cut(text: str, cells: int) -> Safe:
    """Cut with an ellipsis where needed, then pad to exactly `cells` cells."""
    return fit(cut(text, cells), cells)


def fit_right(text: str, cells: int) -> Safe:
    """Cut where needed and pad on the left to exactly `cells` cells."""
    shown = cut(text, cells)
    return Safe(" " * (cells - width_of(shown)) + shown)


def cut_address(addr_spec: str, cells: int) -> Safe:
    """Cut an address in its middle so that its domain, which tells who it is, stays whole.

    A domain too long by itself keeps its end: that is the part its owner cannot choose freely.
    """
    if width_of(addr_spec) <= cells:
        return Safe(addr_spec)
    local, at, domain = addr_spec.rpartition("@")
    room = cells - width_of(domain) - 1
    if at and room >= 2:
        return Safe(f"{cut(local, room)}@{domain}")
    return tail(addr_spec, cells)


def tail(text: str, cells: int) -> Safe:
    """Return the end of `text` behind an ellipsis, in at most `cells` cells."""
    if width_of(text) <= cells:
        return Safe(text)
    start = max(0, len(text) - max(0, cells - 1))
    while start < len(text) and width_of(text[start:]) > cells - 1:
        start += 1
    return Safe(ELLIPSIS + text[start:]) if cells > 0 else Safe("")


@lru_cache(maxsize=8_192)
def _rich_width(text: str) -> int:
    from rich.cells import cell_len

    return cell_len(str(text))


@lru_cache(maxsize=8_192)
def _rich_fit(text: str, cells: int) -> str:
    from rich.cells import set_cell_size

    return set_cell_size(str(text), cells)
