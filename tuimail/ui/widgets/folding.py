"""Which lines of a mail are folded away: long quotes, until they are asked for. Pure."""

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Final

from tuimail.model.part import Line, Span
from tuimail.model.safe import Safe

ANSWERED_LINES: Final = 3
"""Of a quote with an answer below it: without them nobody knows what is answered."""
_LOOKED_AT: Final = 5
"""Lines below a quote among which an answer is looked for."""
_NO_ANSWER: Final = frozenset({"signature", "dim"})


class Folding:
    """The lines of a mail, of which groups fold together; groups are known by `Line.fold`."""

    def __init__(self, lines: Sequence[Line], key: Safe, *, is_folded: bool) -> None:
        """`key` is what unfolds, as it is said in place of folded lines."""
        self.lines, self._key = lines, key
        self.is_folded = is_folded
        """How a group is that nobody has touched."""
        self._others: set[int] = set()
        """Groups that are the other way."""

    @property
    def has_folds(self) -> bool:
        """Whether there is anything to fold."""
        return any(line.fold for line in self.lines)

    def turn(self) -> None:
        """Fold all groups, or unfold all."""
        self.is_folded = not self.is_folded
        self._others.clear()

    def turn_at(self, index: int) -> bool:
        """Fold or unfold the group of one line; return whether it is in any."""
        fold = self.lines[index].fold if index < len(self.lines) else 0
        if fold:
            self._others ^= {fold}
        return bool(fold)

    def unfold(self, index: int) -> bool:
        """Have a line shown; return whether that changed anything."""
        return self._hides(self.lines[index].fold) and self.turn_at(index)

    def shown(self) -> Iterator[tuple[int, Line]]:
        """Yield what is shown, each with the index of the line: lines, and what stands for many."""
        index, count = 0, len(self.lines)
        while index < count:
            line = self.lines[index]
            if self._hides(line.fold):
                end = index + 1
                while end < count and self.lines[end].fold == line.fold:
                    end += 1
                size = end - index - self._left_open(index, end)
                yield index, self._instead(line, size)
                yield from enumerate(self.lines[index + size : end], index + size)
                index = end
            else:
                yield index, line
                index += 1

    def _hides(self, fold: int) -> bool:
        return bool(fold) and self.is_folded != (fold in self._others)

    def _left_open(self, start: int, end: int) -> int:
        """Return how many lines at the end of a group stay: those that the text below answers."""
        below = islice(self.lines, end, end + _LOOKED_AT)
        following = next((line for line in below if any(span.text for span in line.spans)), None)
        if following is None or following.quote_depth or following.spans[0].role in _NO_ANSWER:
            return 0
        return max(0, min(ANSWERED_LINES, end - start - 2))

    def _instead(self, first: Line, size: int) -> Line:
        quoted = "quoted " if first.quote_depth else ""
        what = f"{size} {quoted}{'line' if size == 1 else 'lines'}"
        role = f"quote{(first.quote_depth - 1) % 3 + 1}" if first.quote_depth else "dim"
        key = f"  {self._key} unfolds" if self._key else ""
        words = Span(Safe(f"▸ {what}"), role)
        return Line((words, Span(Safe(key), "dim")), quote_depth=first.quote_depth, is_fixed=True)
