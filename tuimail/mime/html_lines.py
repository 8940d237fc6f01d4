"""Lines built up from pieces of text, with quotes, lists and gaps as HTML has them."""

import re
from collections.abc import Iterable
from typing import Final

from tuimail.model.part import Line, Span
from tuimail.model.safe import Safe, safe_block, safe_line

from .link_spans import may_hold_links, plain_marks, spans_with_links
from .links import LinkTable
from .text import quote_role

MAX_LINES: Final = 50_000
_MAX_QUOTES = 20
_MAX_INDENTS = 12
_MAX_PIECE_CHARS = 100_000

_SPACE = re.compile("[ \t\r\n\f\u00a0\u2007\u202f]+")
_ASCII_SPACE = " \t\r\n\f"


BREAK: Final = Span(Safe("\n"), "break")
"""Ends a line inside of a table's cell."""
_BLANK: Final = Span(Safe(" "))
_EMPTY: Final = Line(())


class LineBuilder:
    """Takes text and block boundaries in reading order."""

    def __init__(self, links: LinkTable | None = None) -> None:
        """`links` numbers the addresses that text itself holds."""
        self.lines: list[Line] = []
        self.pieces: list[Span] = []
        """Of the line at hand."""
        self.quotes = 0
        self.indents: list[str] = []
        self.bullet = ""
        """Waits for the first line of a list item."""
        self.shown_chars = 0
        """Grows with all that is shown."""
        self._links = links
        self._wants_gap = False
        self._holds_place = False
        """A blank that does not break: alone in a block it stands for an empty line."""

    @property
    def is_full(self) -> bool:
        """Whether the limit is reached and nothing more is taken."""
        return len(self.lines) >= MAX_LINES

    def text(self, raw: str, role: str) -> None:
        """Add text, its white space made single blanks."""
        if raw.isspace():
            if "\u00a0" in raw:
                self._holds_place = True
            if self._ends_with_blank() or not _SPACE.match(raw):
                return
        text = _with_single_blanks(raw)
        if text[:1] == " " and self._ends_with_blank():
            text = Safe(text[1:])
        if not text:
            return
        if self.quotes and role == "text":
            role = quote_role(self.quotes)
        if not text.isascii():
            text = plain_marks(text)
        if self._links is None or role == "link" or not may_hold_links(text):
            self.pieces.append(Span(text, role))
        else:
            self.pieces += spans_with_links(text, role, self._links)
        self.shown_chars += len(text)

    def mark(self, text: str, role: str, *, is_close: bool = False) -> None:
        """Add words of ours: a line across, the word for a picture.

        `is_close` puts them right behind the last text there was, whatever ended since.
        """
        span = Span(Safe(text), role)
        self.shown_chars += 1
        if not is_close:
            self.pieces.append(span)
        elif self.pieces:
            self._mark_pieces(span)
        elif self.lines:
            self.lines[-1] = _with_span(self.lines[-1], span)
        else:
            self.pieces.append(span)

    def _mark_pieces(self, span: Span) -> None:
        """Put a mark behind the last text of the line at hand, before blanks and breaks."""
        at = len(self.pieces)
        while at > 1 and (self.pieces[at - 1] is BREAK or self.pieces[at - 1].text.isspace()):
            at -= 1
        last = self.pieces[at - 1]
        if last.text[-1:] == " " and at == len(self.pieces):
            trimmed = Span(Safe(last.text[:-1]), last.role)
            self.pieces[at - 1 :] = [trimmed, span, _BLANK]
        else:
            self.pieces.insert(at, span)

    def preformatted(self, raw: str) -> None:
        """Add text whose line breaks and blanks count."""
        first, *rest = safe_block(raw).split("\n")
        self._add_code(first)
        for line in rest:
            self._emit(is_fixed=True)
            self._add_code(line)
        self.shown_chars += len(raw) - raw.count(" ")

    def _add_code(self, line: str) -> None:
        if self._links is not None and may_hold_links(line):
            self.pieces += spans_with_links(line, "code", self._links)
        else:
            self.pieces.append(Span(plain_marks(Safe(line)), "code"))

    def end_line(self) -> None:
        """End the line at hand, also an empty one (`<br>`)."""
        if self._has_text():
            self._emit()
        elif self.lines and not self._wants_gap and self.lines[-1].spans:
            self.lines.append(Line(()))
        self.pieces = []

    def end_block(self, *, gap: bool = False, is_fixed: bool = False) -> None:
        """End the block at hand; `gap` asks for an empty line before the next."""
        if self._has_text():
            self._emit(is_fixed=is_fixed)
        elif self._holds_place:
            gap = True
        self.pieces = []
        self._holds_place = False
        self._wants_gap = self._wants_gap or gap

    def take(self) -> list[Span]:
        """Take the pieces of the line at hand away: they are a table's cell."""
        pieces, self.pieces = self.pieces, []
        self._holds_place = False
        return pieces

    def fixed(self, pieces: Iterable[Span]) -> None:
        """Add a line that is never wrapped at words."""
        self.pieces = list(pieces)
        self._emit(is_fixed=True)

    def _has_text(self) -> bool:
        pieces = self.pieces
        if not pieces:
            return False
        if pieces[0].text and not pieces[0].text.isspace():
            return True
        return any(not piece.text.isspace() for piece in pieces if piece.text)

    def _ends_with_blank(self) -> bool:
        return not self.pieces or self.pieces[-1].text[-1:] in {" ", "\n"}

    def _emit(self, *, is_fixed: bool = False) -> None:
        """Make a line of the pieces at hand, behind its quote marks, indent and bullet."""
        pieces, self.pieces = self.pieces, []
        lines = self.lines
        if len(lines) >= MAX_LINES:
            return
        if self._wants_gap:
            if lines and lines[-1].spans:
                lines.append(_gap(min(self.quotes, lines[-1].quote_depth)))
            self._wants_gap = False
        if pieces and not is_fixed and pieces[-1].text[-1:] == " ":
            pieces[-1] = Span(Safe(pieces[-1].text.rstrip(" ")), pieces[-1].role)
        if not (self.quotes or self.indents or self.bullet):
            lines.append(Line(tuple(pieces), 0, 0, is_fixed))
            return
        quotes = "> " * min(self.quotes, _MAX_QUOTES)
        indent = "".join(self.indents[:_MAX_INDENTS])
        if self.bullet:
            indent = indent[: max(0, len(indent) - len(self.bullet))] + self.bullet
            self.bullet = ""
        front = [Span(Safe(quotes), quote_role(self.quotes)), Span(Safe(indent))]
        spans = tuple(span for span in (*front, *pieces) if span.text)
        lines.append(Line(spans, len(quotes) + len(indent), self.quotes, is_fixed))


def _with_single_blanks(raw: str) -> Safe:
    """Return safe text whose white space is single blanks; most text has nothing else."""
    if not raw.isascii() or len(raw) > _MAX_PIECE_CHARS:
        return safe_line(_SPACE.sub(" ", raw), _MAX_PIECE_CHARS)
    if raw.isprintable() and "  " not in raw:
        return Safe(raw)
    words = " ".join(raw.split())
    before = " " if raw[0] in _ASCII_SPACE else ""
    after = " " if words and raw[-1] in _ASCII_SPACE else ""
    return safe_line(f"{before}{words}{after}", _MAX_PIECE_CHARS)


def _gap(quotes: int) -> Line:
    """Return an empty line; between quoted lines it is quoted too."""
    if not quotes:
        return _EMPTY
    marks = Safe(" ".join(">" * min(quotes, _MAX_QUOTES)))
    return Line((Span(marks, quote_role(quotes)),), quote_depth=quotes)


def _with_span(line: Line, span: Span) -> Line:
    return Line((*line.spans, span), line.indent, line.quote_depth, line.is_fixed)
