"""Finds the words of a search in a text, as the full-text index would. Pure.

The index keeps no text, so the place is looked for anew: without accents and capitals, whole words
between signs, characters of scripts without spaces wherever they stand.
"""

import re
import unicodedata
from collections.abc import Iterator
from itertools import islice
from typing import Final

from tuimail.model.excerpt import Excerpt, ExcerptPiece
from tuimail.model.query import And, Field, Node, Or, Word
from tuimail.model.safe import Untrusted

from .search_words import MIN_PREFIX_CHARS
from .text import has_token, is_wide

MAX_SEARCHED_CHARS: Final = 64_000
MAX_WORDS: Final = 12
"""More words or a longer text would keep the interpreter from a key for more than 10 ms."""
BEFORE_CHARS: Final = 40
MAX_CHARS: Final = 300
MAX_SPACES: Final = 40
"""Signs and blanks between two words of a phrase."""
_FIELDS: Final = frozenset({Field.ANY, Field.BODY})
_TOKEN: Final = re.compile(r"[^\W_]+")
_BEGINS, _ENDS, _BETWEEN = r"(?<![^\W_])", r"(?![^\W_])", rf"[\W_]{{1,{MAX_SPACES}}}"


class Finder:
    """Looks for what a search asks of a mail's text; what it must not hold is left aside."""

    def __init__(self, node: Node) -> None:
        words = islice(dict.fromkeys(_words(node)), MAX_WORDS)
        patterns = [pattern for pattern in map(_pattern, words) if pattern]
        self._pattern = re.compile("|".join(patterns)) if patterns else None

    @property
    def looks_into_text(self) -> bool:
        """Whether the search asks for anything that can stand in a text."""
        return self._pattern is not None

    def excerpt(self, text: str) -> Excerpt:
        """Return the text around the first place found, everything that was looked for marked."""
        text = unicodedata.normalize("NFC", text[:MAX_SEARCHED_CHARS])
        first = self._pattern.search(_folded(text)) if self._pattern is not None else None
        if first is None:
            return ()
        begin = max(0, first.start() - BEFORE_CHARS)
        if begin:
            begin = text.find(" ", begin, first.start()) + 1 or begin
        line = " ".join(text[begin : begin + 2 * MAX_CHARS].split())
        line = f"…{line}" if begin else line
        return tuple(self._pieces(line[:MAX_CHARS]))

    def _pieces(self, line: str) -> Iterator[ExcerptPiece]:
        assert self._pattern is not None
        end = 0
        for found in self._pattern.finditer(_folded(line)):
            if found.start() > end:
                yield ExcerptPiece(Untrusted(line[end : found.start()]), is_hit=False)
            yield ExcerptPiece(Untrusted(line[found.start() : found.end()]), is_hit=True)
            end = found.end()
        if end < len(line):
            yield ExcerptPiece(Untrusted(line[end:]), is_hit=False)


def _words(node: Node) -> Iterator[Word]:
    """Yield the words a mail may be found by."""
    waiting = [node]
    while waiting:
        match waiting.pop():
            case And(nodes) | Or(nodes):
                waiting.extend(reversed(nodes))
            case Word() as word if word.field in _FIELDS:
                yield word
            case _:
                pass


def _pattern(word: Word) -> str:
    """Return what a word looks like in a folded text."""
    folded = _folded(unicodedata.normalize("NFC", word.text))
    if not has_token(folded):
        return re.escape(folded.strip())
    is_prefix = folded.endswith("*") and not word.is_phrase
    tokens = _TOKEN.findall(folded)
    if not tokens:
        return ""
    words = _BETWEEN.join(map(re.escape, tokens))
    begins = "" if is_wide(tokens[0][:1]) else _BEGINS
    if is_wide(tokens[-1][-1:]):
        return begins + words
    goes_on = is_prefix and len(folded.rstrip("*")) >= MIN_PREFIX_CHARS
    return begins + words + (r"[^\W_]*" if goes_on else _ENDS)


class _Folds(dict[int, int]):
    """A character without its accent, small; always one for one, so that places stay."""

    def __missing__(self, code: int) -> int:
        base = unicodedata.normalize("NFD", chr(code))[0]
        small = base.lower()
        self[code] = found = ord(small[0])
        return found


_FOLDS: Final = _Folds()


def _folded(text: str) -> str:
    return text.lower() if text.isascii() else text.translate(_FOLDS)
