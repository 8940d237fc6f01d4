"""The two bottom lines: what is shown and how it stands, and what can be done here."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from tuimail.events import Connection
from tuimail.model.cells import cut, width_of
from tuimail.model.safe import Safe
from tuimail.ui.roles import StyleRole

from .dates import short_date
from .rows import Piece, cropped

_DOT = Safe(" · ")
_NONE = Safe("")
_LEAST_PLACE = 4
"""Cells the place keeps where there is little room."""
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
    position: int = 0
    """1 for the first row; 0 where there is none."""
    total: int = 0
    has_more: bool = False
    """Whether there are more rows than `total`, which are being read."""
    unread: int = 0
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
    """Return the status line, exactly `width` cells: the place on the left, news on the right."""
    right = _right(facts)
    if facts.is_plain:
        return cropped([(Safe(" "), StyleRole.STATUS), *right], width)
    right_cells = sum(width_of(text) for text, _ in right)
    left = _left(facts, max(10, width - right_cells - 1))
    left_cells = sum(width_of(text) for text, _ in left)
    gap = max(1, width - left_cells - right_cells)
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


def _left(facts: StatusFacts, room: int) -> list[Piece]:
    more = "+" if facts.has_more else ""
    counts = f"{facts.position:,}/{facts.total:,}{more}" if facts.total else "empty"
    numbers: list[Piece] = [(Safe(f"{_DOT}{counts}"), StyleRole.STATUS)]
    unread = Safe(f"{facts.unread:,} unread" if facts.unread else "")
    needed = width_of(Safe(f" {_DOT}{counts}{_DOT}{unread}"))
    if unread and needed + _LEAST_PLACE <= room:
        numbers += [(_DOT, StyleRole.STATUS), (unread, StyleRole.STATUS_STRONG)]
    if facts.new_above:
        above = Safe(f"{facts.new_above:,} new above")
        used = sum(width_of(text) for text, _ in numbers) + width_of(_DOT) + width_of(above) + 1
        if used + _LEAST_PLACE <= room:
            numbers += [(_DOT, StyleRole.STATUS), (above, StyleRole.STATUS_STRONG)]
    if facts.selected:
        numbers += [
            (_DOT, StyleRole.STATUS),
            (Safe(f"{facts.selected:,} selected"), StyleRole.STATUS_STRONG),
        ]
    if facts.reading:
        numbers += [(_DOT, StyleRole.STATUS), (facts.reading, StyleRole.STATUS)]
    used = sum(width_of(text) for text, _ in numbers)
    place = cut(facts.place, max(_LEAST_PLACE, room - used - 1))
    return [(Safe(" "), StyleRole.STATUS), (place, StyleRole.STATUS_STRONG), *numbers]


def _right(facts: StatusFacts) -> list[Piece]:
    words, role = sync_words(facts.sync, facts.now)
    parts: list[Piece] = []
    if facts.recording:
        parts.append((facts.recording, StyleRole.STATUS_STRONG))
    if facts.countdown:
        parts.append((facts.countdown, StyleRole.STATUS_STRONG))
    if facts.waiting:
        parts.append((Safe(f"{facts.waiting} in outbox"), StyleRole.STATUS))
    if facts.failed:
        need = "needs" if facts.failed == 1 else "need"
        parts.append((Safe(f"! {facts.failed} {need} you"), StyleRole.ERROR))
    if facts.housework:
        parts.append((facts.housework, StyleRole.STATUS))
    if words:
        parts.append((words, role))
    if facts.pending_keys:
        parts.append((facts.pending_keys, StyleRole.STATUS_STRONG))
    spaced: list[Piece] = []
    for part in parts:
        spaced += [part, (Safe("  "), StyleRole.STATUS)]
    return [*spaced[:-1], (Safe(" "), StyleRole.STATUS)] if spaced else []
