"""Lines built up from pieces of text, with quotes, lists and gaps as HTML has them."""

import re
from collections.abc import Iterable
from typing import Final, NamedTuple

from tuimail.model.part import Line, Span
from tuimail.model.safe import Safe, safe_block, safe_line

from .text import quote_role

MAX_LINES: Final = 50_000
_MAX_QUOTES = 20
_MAX_INDENTS = 12
_MAX_PIECE_CHARS = 100_000

_SPACE = re.compile("[ \t\r\n\f\u00a0\u2007\u202f]+")


class Piece(NamedTuple):
    """Text with a role; the text is safe."""

    text: str
    role: str


BREAK: Final = Piece("\n", "break")
"""Ends a line inside of a table's cell."""


class LineBuilder:
    """Takes text and block boundaries in reading order."""

    def __init__(self) -> None:
        self.lines: list[Line] = []
        self.pieces: list[Piece] = []
        """Of the line at hand."""
        self.quotes = 0
        self.indents: list[str] = []
        self.bullet = ""
        """Waits for the first line of a list item."""
        self.visible_chars = 0
        self._wants_gap = False
        self._holds_place = False
        """A blank that does not break: alone in a block it stands for an empty line."""

    @property
    def is_full(self) -> bool:
        """Whether the limit is reached and nothing more is taken."""
        return len(self.lines) >= MAX_LINES

    def text(self, raw: str, role: str) -> None:
        """Add text, its white space made single blanks."""
        if "\u00a0" in raw and raw.isspace():
            self._holds_place = True
        text = safe_line(_SPACE.sub(" ", raw), _MAX_PIECE_CHARS)
        if text[:1] == " " and self._ends_with_blank():
            text = Safe(text[1:])
        if text:
            self.pieces.append(Piece(text, self._role(role)))
            self.visible_chars += len(text) - text.count(" ")

    def mark(self, text: str, role: str) -> None:
        """Add words of ours: a link's number, the word for a picture."""
        if not self.pieces and self.lines and not self._wants_gap:
            last = self.lines[-1]
            self.lines[-1] = _with_span(last, Span(Safe(text), role))
        elif self.pieces and self.pieces[-1].text.endswith(" ") and role == "dim":
            before = self.pieces.pop()
            self.pieces += [
                Piece(before.text[:-1], before.role),
                Piece(text, role),
                Piece(" ", "text"),
            ]
        else:
            self.pieces.append(Piece(text, role))

    def preformatted(self, raw: str) -> None:
        """Add text whose line breaks and blanks count."""
        first, *rest = safe_block(raw).split("\n")
        self.pieces.append(Piece(first, "code"))
        for line in rest:
            self._emit(is_fixed=True)
            self.pieces.append(Piece(line, "code"))
        self.visible_chars += len(raw)

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

    def take(self) -> list[Piece]:
        """Take the pieces of the line at hand away: they are a table's cell."""
        pieces, self.pieces = self.pieces, []
        self._holds_place = False
        return pieces

    def fixed(self, pieces: Iterable[Piece]) -> None:
        """Add a line that is never wrapped at words."""
        self.pieces = list(pieces)
        self._emit(is_fixed=True)

    def _has_text(self) -> bool:
        return any(not piece.text.isspace() for piece in self.pieces if piece.text)

    def _ends_with_blank(self) -> bool:
        return not self.pieces or self.pieces[-1].text[-1:] in {" ", "\n"}

    def _role(self, role: str) -> str:
        return quote_role(self.quotes) if role == "text" and self.quotes else role

    def _emit(self, *, is_fixed: bool = False) -> None:
        """Make a line of the pieces at hand, behind its quote marks, indent and bullet."""
        pieces, self.pieces = self.pieces, []
        if self.is_full:
            return
        quotes = "> " * min(self.quotes, _MAX_QUOTES)
        if self._wants_gap and self.lines and self.lines[-1].spans:
            self.lines.append(_gap(min(self.quotes, self.lines[-1].quote_depth)))
        self._wants_gap = False
        if pieces and not is_fixed:
            pieces[-1] = Piece(pieces[-1].text.rstrip(" "), pieces[-1].role)
        indent = "".join(self.indents[:_MAX_INDENTS])
        if self.bullet:
            indent = indent[: max(0, len(indent) - len(self.bullet))] + self.bullet
            self.bullet = ""
        front = [Piece(quotes, quote_role(self.quotes)), Piece(indent, "text")]
        spans = tuple(Span(Safe(text), role) for text, role in (*front, *pieces) if text)
        self.lines.append(Line(spans, len(quotes) + len(indent), self.quotes, is_fixed))


def _gap(quotes: int) -> Line:
    """Return an empty line; between quoted lines it is quoted too."""
    marks = Safe(" ".join(">" * min(quotes, _MAX_QUOTES)))
    return Line((Span(marks, quote_role(quotes)),) if quotes else (), quote_depth=quotes)


def _with_span(line: Line, span: Span) -> Line:
    return Line((*line.spans, span), line.indent, line.quote_depth, line.is_fixed)
