"""Mails that are put off; they exist nowhere else, and are known by content, not by place."""

import json
from collections.abc import Collection
from functools import lru_cache
from typing import Final

from tuimail.model.ids import AccountName, MessageKey
from tuimail.model.later import Snooze, SnoozeState

from .database import Database, Row, Store, Writing
from .statement import sql, with_ids

_COLUMNS: Final = "account, key, until, home, bed, state, since, known"
_SELECT: Final = sql("select", _COLUMNS, "from snooze where")
_ONE: Final = "account = ? and key = ?"


def snoozes(store: Store, state: SnoozeState = SnoozeState.ASLEEP) -> list[Snooze]:
    """Return what is in this state, the one that wakes first in front."""
    rows = store.rows(Database.LOCAL, sql(_SELECT, "state = ? order by until, key"), (state,))
    return [_snooze(row) for row in rows]


def snoozes_of(store: Store, keys: Collection[MessageKey]) -> dict[MessageKey, list[Snooze]]:
    """Return what is known of mails by their content keys."""
    rows = store.rows(Database.LOCAL, with_ids(sql(_SELECT, "key in (:ids)"), keys))
    found: dict[MessageKey, list[Snooze]] = {}
    for row in rows:
        one = _snooze(row)
        found.setdefault(one.key, []).append(one)
    return found


def snooze_in(writing: Writing, account: AccountName, key: int) -> str | None:
    """Return what is known of a mail as the journal keeps it, inside an open transaction."""
    rows = writing.rows(sql(_SELECT, _ONE), (account, key))
    return json_of_snooze(_snooze(rows[0])) if rows else None


def put_snooze_in(writing: Writing, one: Snooze) -> None:
    """Write one down over what was, inside an open transaction of local.db."""
    put = sql("insert or replace into snooze(", _COLUMNS, ") values(?, ?, ?, ?, ?, ?, ?, ?)")
    known = json.dumps(sorted(one.known))
    head = (one.account, one.key, one.until, one.home, one.bed)
    writing.run(put, (*head, one.state, one.since, known))


def drop_snooze_in(writing: Writing, account: AccountName, key: int) -> None:
    """Forget one inside an open transaction of local.db."""
    writing.run(sql("delete from snooze where", _ONE), (account, key))


def json_of_snooze(one: Snooze) -> str:
    """Return one as the journal keeps it."""
    fields = (one.account, one.key, one.until, one.home, one.bed, one.state, one.since)
    return json.dumps([*fields, sorted(one.known)])


def snooze_of_json(text: str) -> Snooze:
    """Return what the journal kept."""
    *fields, known = json.loads(text)
    return _snooze((*fields, json.dumps(known)))


@lru_cache(maxsize=1_000)
def _snooze(row: Row) -> Snooze:
    """Rows of every list ask: what was read is known again by its text."""
    account, key, until, home, bed, state, since, known = row
    return Snooze(
        account=AccountName(account),
        key=MessageKey(key),
        until=until,
        home=home,
        bed=bed,
        since=since,
        known=frozenset(json.loads(known)),
        state=SnoozeState(state),
    )
