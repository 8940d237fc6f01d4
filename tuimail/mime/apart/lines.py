"""A mail's lines as JSON and back, in pieces: there may be 50,000 of them, and somebody waits.

A line of nothing but ordinary text is its text; any other is a list: indent, quote depth, whether
it is fixed, fold, and then text and role of each of its spans.
"""

from collections.abc import Iterable, Iterator
from typing import Final

from tuimail.model.part import Line, Span
from tuimail.model.safe import Safe

from .wire import safe_of

PIECE_LINES: Final = 400
PIECE_CHARS: Final = 64 * 1024
"""Lines are told in pieces of about so much, each of which is read in some milliseconds."""
_BEFORE_SPANS: Final = 4
_MAX_NUMBER: Final = 1_000_000


def written_lines(lines: Iterable[Line]) -> Iterator[list[object]]:
    """Yield pieces of a mail's lines as `json` writes them."""
    piece: list[object] = []
    chars = 0
    for line in lines:
        piece.append(_written(line))
        chars += sum([len(span.text) for span in line.spans])
        if len(piece) >= PIECE_LINES or chars >= PIECE_CHARS:
            yield piece
            piece, chars = [], 0
    if piece:
        yield piece


def read_lines(piece: object) -> list[Line]:
    """Return the lines of one piece. Raises ValueError."""
    if not isinstance(piece, list):
        raise ValueError("no lines")  # noqa: TRY004 (one error for all that is no answer)
    return [_read(written) for written in piece]


def _written(line: Line) -> object:
    spans = line.spans
    around = (line.indent, line.quote_depth, line.is_fixed, line.fold)
    if len(spans) == 1 and spans[0].role == "text" and not any(around):
        return spans[0].text
    written: list[object] = [*around]
    for span in spans:
        written += (span.text, span.role)
    return written


def _read(written: object) -> Line:
    if isinstance(written, str):
        return Line((Span(_safe(written)),))
    if not isinstance(written, list) or len(written) < _BEFORE_SPANS or len(written) % 2:
        raise ValueError("a line that is none")
    indent, depth, is_fixed, fold, *spans = written
    for number in (indent, depth, fold):
        if type(number) is not int or not 0 <= number < _MAX_NUMBER:
            raise ValueError("a line with no such number")
    if type(is_fixed) is not bool or not all(type(role) is str for role in spans[1::2]):
        raise ValueError("a line of another kind")
    texts = map(_safe, spans[::2])
    return Line(tuple(map(Span, texts, spans[1::2])), indent, depth, is_fixed, fold)


def _safe(text: object) -> Safe:
    """Return text of a line. Raises ValueError."""
    if type(text) is str and text.isascii() and text.isprintable():
        return Safe(text)
    safe = safe_of(text)
    if "\n" in safe:
        raise ValueError("a line of several")
    return safe
