"""What stands below the search bar: where an error is, what was understood, or some help."""

from collections.abc import Sequence

from tuimail.errors import QueryError
from tuimail.model.cells import cut, tail, width_of
from tuimail.model.safe import Safe, safe_line
from tuimail.ui.roles import StyleRole

from .rows import Piece, cropped

_NO_KEY = Safe("")


def error_line(error: QueryError, indent: int, width: int) -> list[Piece]:
    """Return the line below the bar: a caret under the place and the sentence beside it."""
    sentence = safe_line(error.hint)
    at = indent + width_of(safe_line(error.text[: error.column]))
    room = width - at - 2
    if at >= width:
        return cropped([(cut(Safe(f" {sentence}"), width), StyleRole.ERROR)], width)
    if width_of(sentence) <= room or at < width // 2:
        before, after = " " * at + "^ ", cut(sentence, room)
        return cropped([(Safe(before), StyleRole.ERROR), (after, StyleRole.ERROR)], width)
    before = tail(sentence, at - 1)
    gap = " " * (at - 1 - width_of(before))
    return cropped([(Safe(f"{gap}{before} ^"), StyleRole.ERROR)], width)


def found_line(
    count: int, warnings: Sequence[Safe], indent: int, keep: Safe = _NO_KEY
) -> list[Piece]:
    """Return the line below the bar for a search that can be understood.

    `keep` is the key that keeps it under a name.
    """
    mails = "mail" if count == 1 else "mails"
    pieces: list[Piece] = [
        (Safe(" " * indent), StyleRole.HINT),
        (Safe(f"{count:,} {mails}   "), StyleRole.SUCCESS if count else StyleRole.WARNING),
    ]
    pieces += [(Safe(f"{sentence}  "), StyleRole.WARNING) for sentence in warnings]
    pieces += [
        (Safe("Enter"), StyleRole.HINT_KEY),
        (Safe(" shows them   "), StyleRole.HINT),
    ]
    if keep:
        pieces += [(keep, StyleRole.HINT_KEY), (Safe(" keeps the search   "), StyleRole.HINT)]
    return [*pieces, (Safe("Esc"), StyleRole.HINT_KEY), (Safe(" leaves"), StyleRole.HINT)]


def help_pieces(examples: Sequence[tuple[str, str]], indent: int, width: int) -> list[Piece]:
    """Return the line below an empty bar: as many words of the language as fit."""
    pieces: list[Piece] = [(Safe(" " * indent), StyleRole.HINT)]
    used = indent
    for word, _ in examples:
        cells = width_of(word) + 2
        if used + cells > width:
            break
        pieces.append((Safe(f"{safe_line(word)}  "), StyleRole.HINT_KEY))
        used += cells
    return cropped([*pieces, (Safe(" " * max(0, width - used)), StyleRole.HINT)], width)
