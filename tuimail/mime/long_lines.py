"""Lines too long to be handled at once, made into several."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Final
from unicodedata import combining

from tuimail.model.part import Line, Span
from tuimail.model.safe import Safe

MAX_LINE_CHARS: Final = 16 * 1024
"""Two hundred rows of a screen; ordinary paragraphs have a tenth of it."""
_LOOKED_BACK_CHARS: Final = 200


def bounded(lines: Iterable[Line]) -> Iterator[Line]:
    """Yield lines, those that are longer than MAX_LINE_CHARS in pieces, cut between words."""
    for line in lines:
        spans = line.spans
        if len(spans) == 1:
            is_long = len(spans[0].text) > MAX_LINE_CHARS
        else:
            is_long = sum([len(span.text) for span in spans]) > MAX_LINE_CHARS
        if is_long:
            yield from _cut(line)
        else:
            yield line


def _cut(line: Line) -> Iterator[Line]:
    row: list[Span] = []
    room = MAX_LINE_CHARS
    for span in line.spans:
        start = 0
        while len(span.text) - start > room:
            end = _end(span.text, start, start + room)
            yield replace(line, spans=(*row, Span(Safe(span.text[start:end]), span.role)))
            row, start, room = [], end, MAX_LINE_CHARS
        rest = Safe(span.text[start:])
        row.append(Span(rest, span.role))
        room -= len(rest)
    yield replace(line, spans=tuple(row))


def _end(text: str, start: int, end: int) -> int:
    """Return where to cut before `end`: behind a blank, or at least before a whole character."""
    blank = text.rfind(" ", max(start, end - _LOOKED_BACK_CHARS), end)
    if blank >= 0:
        return blank + 1
    near = range(end, max(start, end - _LOOKED_BACK_CHARS), -1)
    return next((at for at in near if _begins(text, at)), end)


def _begins(text: str, at: int) -> bool:
    """Whether what stands at a place is not drawn onto, or joined with, what is before it."""
    joins = {"\u200d", "\ufe0f"}
    return not combining(text[at]) and text[at] not in joins and text[at - 1] != "\u200d"
