"""What became of a sent mail, as a mark of one cell and the word beside it.

Standard library only, and keyed by words: the paint made before Textual shares the rows.
"""

import os
from collections.abc import Mapping
from typing import Final, NamedTuple

from tuimail.model.safe import Safe
from tuimail.ui.roles import StyleRole

WORD_CELLS: Final = 9
"""The longest word of those that stay (`delivered`, `uncertain`, `cancelled`)."""
_PLAIN_TERMINALS: Final = ("linux", "vt1", "vt2")
"""Their fonts have few signs."""


class Mark(NamedTuple):
    """How a state is drawn."""

    glyph: str
    plain: str
    """Where the terminal may have letters alone."""
    role: StyleRole


MARKS: Final[Mapping[str, Mark]] = {
    "draft": Mark(" ", " ", StyleRole.DIM),
    "queued": Mark("…", ".", StyleRole.WARNING),
    "sending": Mark("↑", "^", StyleRole.WARNING),
    "accepted": Mark("→", ">", StyleRole.VALUE),
    "held": Mark("◷", "@", StyleRole.WARNING),
    "delayed": Mark("~", "~", StyleRole.WARNING),
    "delivered": Mark("✓", "v", StyleRole.SUCCESS),
    "bounced": Mark("✗", "x", StyleRole.ERROR),
    "refused": Mark("!", "!", StyleRole.ERROR),
    "expired": Mark("†", "%", StyleRole.ERROR),
    "uncertain": Mark("?", "?", StyleRole.ERROR),
    "cancelled": Mark("◌", "-", StyleRole.DIM),
}
"""By `OutgoingState`: each has a sign of its own, so that none is told by its colour alone."""


def has_few_signs(environ: Mapping[str, str]) -> bool:
    """Whether the terminal, or the locale named for it, knows little more than ASCII."""
    locale = environ.get("LC_ALL") or environ.get("LC_CTYPE") or environ.get("LANG") or "UTF-8"
    is_utf_8 = "utf-8" in locale.lower() or "utf8" in locale.lower()
    return not is_utf_8 or environ.get("TERM", "").startswith(_PLAIN_TERMINALS)


_HAS_FEW_SIGNS: Final = has_few_signs(os.environ)


def glyph_of(state: str) -> Safe:
    """Return the mark of a state, one cell wide."""
    mark = MARKS[state]
    return Safe(mark.plain if _HAS_FEW_SIGNS else mark.glyph)


def role_of_state(state: str) -> StyleRole:
    """Return how a state is coloured."""
    return MARKS[state].role


def state_words(state: str) -> Safe:
    """Return mark and word."""
    return Safe(f"{glyph_of(state)} {state}".strip())
