"""Conversations that are watched; they exist nowhere else, and are known by content."""

import json
from functools import lru_cache
from typing import Final

from tuimail.model.ids import AccountName, MessageKey, ThreadId
from tuimail.model.later import Watch, WatchKind

from .conversations import threads_of
from .database import Database, Row, Store, Writing
from .statement import sql

MAX_WATCHED: Final = 2_000
"""Conversations of one kind; the oldest are forgotten beyond."""
_COLUMNS: Final = "kind, account, anchor, since, anchors, known, home, bed, away"
_SELECT: Final = sql("select", _COLUMNS, "from watch where")
_ONE: Final = "kind = ? and account = ? and anchor = ?"


def watches(store: Store, kind: WatchKind) -> list[Watch]:
    """Return the conversations that are watched in one way, oldest first."""
    rows = store.rows(Database.LOCAL, sql(_SELECT, "kind = ? order by since"), (kind,))
    return [_watch(row) for row in rows]


def threads_watched(store: Store, kind: WatchKind) -> dict[ThreadId, list[Watch]]:
    """Return the threads that are watched in one way, each with what was said of it."""
    every = watches(store, kind)
    if not every:
        return {}
    hashes = {one for watch in every for one in watch.anchors}
    thread_of = threads_of(store, hashes)
    found: dict[ThreadId, list[Watch]] = {}
    for watch in every:
        for thread in {thread_of[one] for one in watch.anchors if one in thread_of}:
            found.setdefault(thread, []).append(watch)
    return found


def watch_in(writing: Writing, account: AccountName, name: str) -> str | None:
    """Return one as the journal keeps it, inside an open transaction of local.db."""
    rows = writing.rows(sql(_SELECT, _ONE), _key(account, name))
    return json_of_watch(_watch(rows[0])) if rows else None


def put_watch_in(writing: Writing, one: Watch) -> None:
    """Write one down over what was, inside an open transaction of local.db."""
    put = sql("insert or replace into watch(", _COLUMNS, ") values(?, ?, ?, ?, ?, ?, ?, ?, ?)")
    texts = (json.dumps(sorted(one.anchors)), json.dumps(sorted(one.known)))
    head = (one.kind, one.account, one.anchor, one.since)
    writing.run(put, (*head, *texts, one.home, one.bed, json.dumps(sorted(one.away))))
    writing.run(
        "delete from watch where kind = ?1 and (account, anchor) not in (select account, anchor"
        " from watch where kind = ?1 order by since desc limit ?2)",
        (one.kind, MAX_WATCHED),
    )


def drop_watch_in(writing: Writing, account: AccountName, name: str) -> None:
    """Forget one inside an open transaction of local.db."""
    writing.run(sql("delete from watch where", _ONE), _key(account, name))


def json_of_watch(one: Watch) -> str:
    """Return one as the journal keeps it."""
    sets = (sorted(one.anchors), sorted(one.known))
    head = (one.kind, one.account, one.anchor, one.since)
    return json.dumps([*head, *sets, one.home, one.bed, sorted(one.away)])


def watch_of_json(text: str) -> Watch:
    """Return what the journal kept."""
    kind, account, anchor, since, anchors, known, home, bed, away = json.loads(text)
    texts = (json.dumps(anchors), json.dumps(known))
    return _watch((kind, account, anchor, since, *texts, home, bed, json.dumps(away)))


def _key(account: AccountName, name: str) -> tuple[str, str, int]:
    kind, _, anchor = name.partition(" ")
    return kind, account, int(anchor)


@lru_cache(maxsize=2 * MAX_WATCHED)
def _watch(row: Row) -> Watch:
    """Rows of every list ask: what was read is known again by its text."""
    kind, account, anchor, since, anchors, known, home, bed, away = row
    return Watch(
        kind=WatchKind(kind),
        account=AccountName(account),
        anchor=MessageKey(anchor),
        since=since,
        anchors=frozenset(json.loads(anchors)),
        known=frozenset(json.loads(known)),
        home=home,
        bed=bed,
        away=frozenset(json.loads(away)),
    )
