"""The lines of a mail as plain text, and its first words."""

import re
from collections.abc import Sequence
from typing import Final

from tuimail.model.part import Line
from tuimail.model.safe import Safe, safe_line

from .link_spans import NUMBER_MARK

SNIPPET_CHARS: Final = 200
ATTRIBUTION: Final = re.compile(
    r".{0,200}(?:wrote|schrieb|écrit|escribió|ha scritto|написал)[^:]{0,40}:\s*"
)
"""The line above a quote; matched against at most 400 characters."""


def plain_text(lines: Sequence[Line]) -> Safe:
    """Return the text without the numbers put behind links."""
    return Safe("\n".join(map(_unnumbered, lines)).strip("\n"))


def _unnumbered(line: Line) -> str:
    spans = line.spans
    if len(spans) == 1:
        return spans[0].text
    return "".join(s.text for s in spans if s.role != "dim" or not NUMBER_MARK.fullmatch(s.text))


def _words(line: Line) -> str:
    """Return a line without link numbers and what is drawn between the cells of a table."""
    if not any(span.role == "table" for span in line.spans):
        return _unnumbered(line)
    return " ".join(span.text for span in line.spans if span.role not in {"table", "dim"})


def snippet_of(lines: Sequence[Line]) -> Safe:
    """Return the first words that are the sender's own: no quotes, rules or attributions."""
    words: list[str] = []
    length = 0
    for line in lines[:400]:
        if line.quote_depth or not line.spans or line.spans[0].role == "signature":
            continue
        if line.is_fixed and line.spans[0].role == "dim":
            continue  # a rule between two parts
        text = _words(line).strip(" \u00a0─-_=*")
        if not text or ATTRIBUTION.fullmatch(text[:400]):
            continue
        words.append(text)
        length += len(text) + 1
        if length > 2 * SNIPPET_CHARS:
            break
    return safe_line(" ".join(" ".join(words).split()), SNIPPET_CHARS)
