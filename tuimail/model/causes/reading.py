"""Finds the cause in a server's reply."""

import re
from functools import lru_cache
from typing import Final

from .kinds import Kind
from .table import TABLE, Stage

MAX_READ_CHARS: Final = 1_000
"""Of a reply; nobody says more that matters."""
REMEMBERED: Final = 1_000
"""Replies whose cause is kept: a list shows the same ones again and again."""
_ENHANCED = re.compile(r"(?<![\d.])([245]\.\d{1,3}\.\d{1,3})(?![\d.])")
_LINE_CODES = re.compile(r"(?m)^\s*(?:\d{3}[- ])?\s*(?:[245]\.\d{1,3}\.\d{1,3}\s)?")
"""Of a reply in several lines, each of which begins with the codes again."""


def kind_of(code: int, enhanced_code: str, text: str, stage: Stage) -> Kind | None:
    """Return why a server did not take a mail; None where nothing known is found: never a guess.

    `enhanced_code` may be empty, or say nothing (5.0.0): one within the text counts then.
    """
    return _kind_of(code, enhanced_code, text[:MAX_READ_CHARS], stage)


@lru_cache(maxsize=REMEMBERED)
def _kind_of(code: int, enhanced_code: str, said: str, stage: Stage) -> Kind | None:
    if not enhanced_code or enhanced_code.endswith(".0.0"):
        found = _ENHANCED.search(said)
        enhanced_code = found[1] if found else enhanced_code
    codes = f"{code} {enhanced_code}".strip()
    words = " ".join(_LINE_CODES.sub(" ", said).split())
    return next((row.kind for row in TABLE if row.fits(codes, words, stage)), None)
