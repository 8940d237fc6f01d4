"""The palette: find an action by any letters of its name; shows its keys, so they are learnt."""

from collections.abc import Sequence

from tuimail.model.safe import ours
from tuimail.ui.actions import Action, Context, Registry
from tuimail.ui.keys import Keymap

from .choose import Entry, Narrowing

_IN_ORDER = 1
_AT_WORD_START = 8
_IN_A_ROW = 5
_SECOND_CHOICE = 20
"""A hit in the id or the sentence counts less than one in the name."""


class Palette(Narrowing[str]):
    """Ends with the id of an action."""

    def __init__(self, registry: Registry, keymap: Keymap, context: Context) -> None:
        super().__init__(ours("Do"))
        self._all = registry.shown(context)
        self._fitting = list(self._all)
        self._keys = {a.id: ours("  ".join(keymap.keys_for(a.id, context))) for a in self._all}

    def entries(self) -> Sequence[Entry]:
        """Return name, sentence and keys of the actions that fit, best first."""
        return [Entry(ours(a.name), ours(a.help), self._keys[a.id]) for a in self._fitting]

    def narrow(self, typed: str) -> None:
        """Keep actions in whose name or id the letters occur in order."""
        scored = [(score(typed, action), n) for n, action in enumerate(self._all)]
        best = sorted((-points, n) for points, n in scored if points is not None)
        self._fitting = [self._all[n] for _, n in best]

    def take(self, index: int) -> None:
        """End with an action."""
        self.finish(self._fitting[index].id)

    def rows_wanted(self) -> int:
        """Return how many actions there are."""
        return len(self._all)


def score(typed: str, action: Action) -> int | None:
    """Return how well an action fits to what was typed; None if it does not."""
    name = fuzzy(typed, action.name)
    by_id = fuzzy(typed, action.id)
    found = [name, None if by_id is None else by_id - _SECOND_CHOICE]
    if len(typed) >= 3 and typed.casefold() in action.help.casefold():
        found.append(-2 * _SECOND_CHOICE)
    return max((points for points in found if points is not None), default=None)


def fuzzy(letters: str, text: str) -> int | None:
    """Return points if all letters occur in the text in order; blanks in them do not count."""
    folded, at, points, before = text.casefold(), 0, 0, -2
    for letter in letters.casefold():
        if letter == " ":
            continue
        start = _word_start(folded, letter, at)
        found = start if start >= 0 else folded.find(letter, at)
        if folded[at : at + 1] == letter:
            found = at
        if found < 0:
            return None
        points += _IN_ORDER
        if found == 0 or not folded[found - 1].isalnum():
            points += _AT_WORD_START
        if found == before + 1:
            points += _IN_A_ROW
        before, at = found, found + 1
    return points - len(text) // 8


def _word_start(text: str, letter: str, at: int) -> int:
    """Return where after `at` a word begins with a letter, or -1."""
    return next(
        (
            n
            for n in range(at, len(text))
            if text[n] == letter and (n == 0 or not text[n - 1].isalnum())
        ),
        -1,
    )
