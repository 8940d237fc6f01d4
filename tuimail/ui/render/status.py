"""The two bottom lines: what is shown and how it stands, and what can be done here."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from tuimail.events import Connection
from tuimail.model.cells import cut, width_of
from tuimail.model.safe import Safe
from tuimail.ui.roles import StyleRole

from .dates import short_date
from .rows import Piece, cropped

_DOT = Safe(" · ")
_NONE = Safe("")
_BETWEEN = Safe("  ")
_LEAST_PLACE = 4
"""Cells the place keeps where there is little room."""
_PLACE_SHARE = 4
"""A quarter of the line is the place's before anything else gives way."""
_FAULTS: Final = frozenset({StyleRole.ERROR, StyleRole.WARNING})


@dataclass(frozen=True, slots=True)
class SyncState:
    """How one account stands with its server."""

    account: Safe
    connection: Connection
    hint: Safe = _NONE
    since: int = 0
    """Seconds UTC of the last change."""
    progress: Safe = _NONE
    """For example `headers 431/2,000`."""
    bodies: Safe = _NONE
    """Mail that comes in the background, for example `bodies 431/2,000, about 3 min`."""

    @property
    def busy(self) -> Safe:
        """What goes on; what comes in the background gives way."""
        return self.progress or self.bodies


@dataclass(frozen=True, slots=True)
class StatusFacts:
    """Everything the status line says."""

    place: Safe
    """Account and mailbox, or what is searched."""
    tab: Safe = _NONE
    """Which tab has the keys, where mails or drafts were left open; plain mode draws no tabs."""
    position: int = 0
    """1 for the first row; 0 where there is none."""
    total: int = 0
    has_more: bool = False
    """Whether there are more rows than `total`, which are being read."""
    unread: int = 0
    flagged: int = 0
    new_above: int = 0
    """Mails that came above what is in sight."""
    selected: int = 0
    reading: Safe = _NONE
    """How far the open mail was read."""
    pending_keys: Safe = _NONE
    recording: Safe = _NONE
    """A macro being recorded."""
    countdown: Safe = _NONE
    """A mail in its undo window."""
    waiting: int = 0
    """Mails on their way."""
    failed: int = 0
    """Sent mails that a person has to see to."""
    sync: tuple[SyncState, ...] = ()
    housework: Safe = _NONE
    """A task that concerns no account, for example `search index 431/2,000`."""
    now: int = 0
    is_plain: bool = False
    """The title says where one is; below stands nothing that moves with the cursor."""


def status_line(facts: StatusFacts, width: int) -> list[Piece]:
    """Return the status line, exactly `width` cells: the place on the left, news on the right.

    Where there is little room, what matters least gives way: unread and pending keys stay.
    """
    left, right = _laid_out(facts, width)
    gap = max(1, width - sum(width_of(text) for text, _ in (*left, *right)))
    return cropped([*left, (Safe(" " * gap), StyleRole.STATUS), *right], width)


def hint_line(hints: Sequence[tuple[Safe, Safe]], width: int) -> list[Piece]:
    """Return keys and what they do, as many as fit whole; exactly `width` cells."""
    pieces: list[Piece] = [(Safe(" "), StyleRole.HINT)]
    used = 1
    for key, word in hints:
        cells = width_of(key) + 1 + width_of(word) + 3
        if used + cells - 2 > width:
            break
        pieces += [(key, StyleRole.HINT_KEY), (Safe(f" {word}   "), StyleRole.HINT)]
        used += cells
    pieces.append((Safe(" " * max(0, width - used)), StyleRole.HINT))
    return cropped(pieces, width)


def notice_line(sentence: Safe, role: StyleRole, after: Safe, width: int) -> list[Piece]:
    """Return a sentence in place of the hints, and on the right how to be rid of it.

    A fault begins with a sign: its colour alone says nothing to many.
    """
    room = max(1, width - width_of(after) - 3)
    shown = cut(Safe(f"! {sentence}") if role in _FAULTS else sentence, room)
    gap = width - 1 - width_of(shown) - width_of(after) - 1
    pieces = [
        (Safe(" "), StyleRole.HINT),
        (shown, role),
        (Safe(" " * max(1, gap)), StyleRole.HINT),
        (after, StyleRole.HINT_KEY),
        (Safe(" "), StyleRole.HINT),
    ]
    return cropped(pieces, width)


def sync_words(states: Sequence[SyncState], now: int) -> tuple[Safe, StyleRole]:
    """Say in few words how the accounts stand; the one that needs a person comes first."""
    if not states:
        return Safe(""), StyleRole.STATUS
    several = len(states) > 1
    for connection, sign, role in (
        (Connection.STOPPED, "!", StyleRole.ERROR),
        (Connection.SYNCING, "↻", StyleRole.STATUS),
        (Connection.CONNECTING, "↻", StyleRole.STATUS),
        (Connection.OFFLINE, "○", StyleRole.STATUS_STRONG),
    ):
        found = [state for state in states if state.connection is connection]
        if found:
            told = next((state for state in found if state.busy), found[0])
            return Safe(f"{sign} {_state_words(told, now, names_account=several)}"), role
    busy = next((state for state in states if state.busy), None)
    if busy is not None:
        return Safe(f"↻ {_state_words(busy, now, names_account=several)}"), StyleRole.STATUS
    return Safe(f"✓ in step {short_date(max(s.since for s in states), now)}"), StyleRole.STATUS


def _state_words(state: SyncState, now: int, *, names_account: bool) -> Safe:
    if state.busy:
        words = state.busy
    elif state.connection is Connection.OFFLINE and state.since:
        words = Safe(f"offline since {short_date(state.since, now).strip()}")
    else:
        words = Safe(state.connection.value)
    return Safe(f"{state.account}: {words}") if names_account else words


class _Part(NamedTuple):
    """Something the line says if there is room."""

    rank: int
    """The lower, the sooner it gives way."""
    text: Safe
    role: StyleRole = StyleRole.STATUS


def _numbers(facts: StatusFacts) -> list[_Part]:
    """Return what stands behind the place."""
    more = "+" if facts.has_more else ""
    counts = f"{facts.position:,}/{facts.total:,}{more}" if facts.total else "empty"
    strong = StyleRole.STATUS_STRONG
    parts = [_Part(80, Safe(counts))]
    if facts.unread:
        parts.append(_Part(90, Safe(f"{facts.unread:,} unread"), strong))
    if facts.new_above:
        parts.append(_Part(55, Safe(f"{facts.new_above:,} new above"), strong))
    if facts.flagged:
        parts.append(_Part(10, Safe(f"{facts.flagged:,} flagged")))
    if facts.selected:
        parts.append(_Part(70, Safe(f"{facts.selected:,} selected"), strong))
    if facts.reading:
        parts.append(_Part(82, facts.reading))
    return parts


def _news(facts: StatusFacts) -> list[_Part]:
    """Return what stands at the right edge."""
    words, role = sync_words(facts.sync, facts.now)
    is_well = role is StyleRole.STATUS
    need = "needs" if facts.failed == 1 else "need"
    strong = StyleRole.STATUS_STRONG
    parts = [
        _Part(84, facts.recording, strong),
        _Part(75, facts.countdown, strong),
        _Part(60, Safe(f"{facts.waiting} in outbox" if facts.waiting else "")),
        _Part(85, Safe(f"! {facts.failed} {need} you" if facts.failed else ""), StyleRole.ERROR),
        _Part(20, facts.housework),
        _Part(30 if is_well else 65, words, role),
        _Part(100, facts.pending_keys, strong),
    ]
    return [part for part in parts if part.text]


def _fitting(numbers: list[_Part], news: list[_Part], room: int) -> None:
    """Take out what gives way, until the rest fits into so many cells."""

    def cells() -> int:
        dots = len(_DOT) * len(numbers)
        gaps = len(_BETWEEN) * len(news) + 1
        return sum(width_of(part.text) for part in (*numbers, *news)) + dots + gaps

    while len(numbers) + len(news) > 1 and cells() > room:
        least = min((*numbers, *news), key=lambda part: part.rank)
        (numbers if least in numbers else news).remove(least)


def _laid_out(facts: StatusFacts, width: int) -> tuple[list[Piece], list[Piece]]:
    """Return what stands on the left and on the right of the line."""
    numbers, news = ([] if facts.is_plain else _numbers(facts)), _news(facts)
    place_cells = min(width_of(facts.place), max(_LEAST_PLACE, width // _PLACE_SHARE))
    _fitting(numbers, news, width - place_cells - 1)
    right: list[Piece] = []
    for part in news:
        right += [(part.text, part.role), (_BETWEEN, StyleRole.STATUS)]
    right = [*right[:-1], (Safe(" "), StyleRole.STATUS)] if right else []
    left: list[Piece] = []
    for part in numbers:
        left += [(_DOT, StyleRole.STATUS), (part.text, part.role)]
    if facts.is_plain:
        return [(Safe(" "), StyleRole.STATUS)], right
    used = sum(width_of(text) for text, _ in (*left, *right))
    place = cut(facts.place, max(_LEAST_PLACE, width - used - 2))
    return [(Safe(" "), StyleRole.STATUS), (place, StyleRole.STATUS_STRONG), *left], right
