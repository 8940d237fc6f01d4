"""What rows of a list say of mail that is put off and of conversations that are muted."""

from collections.abc import Sequence
from dataclasses import replace

from tuimail.model.later import Later, Snooze, SnoozeState, WatchKind
from tuimail.model.message import MessageRow

from .database import Database, Store
from .snoozes import snoozes_of
from .watches import threads_watched

_ANY = "select exists(select 1 from snooze), exists(select 1 from watch where kind = 'muted')"


def with_later(store: Store, rows: Sequence[MessageRow]) -> list[MessageRow]:
    """Return rows with what is known of them; those of whom nothing is known as they are."""
    has_snoozes, has_muted = store.rows(Database.LOCAL, _ANY)[0]
    put_off = snoozes_of(store, {row.key for row in rows}) if has_snoozes else {}
    muted = threads_watched(store, WatchKind.MUTED) if has_muted else {}
    if not put_off and not muted:
        return list(rows)
    return [_marked(row, put_off.get(row.key, []), is_muted=row.thread_id in muted) for row in rows]


def _marked(row: MessageRow, put_off: Sequence[Snooze], *, is_muted: bool) -> MessageRow:
    one = next((it for it in put_off if it.account == row.account), None)
    is_asleep = one is not None and one.state is SnoozeState.ASLEEP
    is_woken = one is not None and not is_asleep and row.is_unread
    if not (is_asleep or is_woken or is_muted):
        return row
    wakes = one.until if one is not None and is_asleep else 0
    return replace(row, later=Later(wakes, is_woken, is_muted))
