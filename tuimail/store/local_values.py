"""What deeds change in local.db: each kind's value as the journal keeps it, read and set.

A value is None where there is nothing. Deeds of other kinds are carried out elsewhere.
"""

from collections.abc import Callable, Mapping
from typing import Final, NamedTuple

from tuimail.model.ids import DraftId

from .database import Writing
from .deeds import Deed, DeedKind
from .drafts import draft_of_json, drop_draft_in, put_draft_in
from .snoozes import drop_snooze_in, put_snooze_in, snooze_in, snooze_of_json
from .watches import drop_watch_in, put_watch_in, watch_in, watch_of_json


class _Way(NamedTuple):
    """How a kind of value is read, set and dropped."""

    read: Callable[[Writing, Deed], str | None]
    put: Callable[[Writing, Deed, str], None]
    drop: Callable[[Writing, Deed], None]


def is_as_left(writing: Writing, deed: Deed) -> bool:
    """Whether what a deed is to change still is what it was when that was last done.

    A conversation that is watched may have grown.
    """
    now = _WAYS[deed.kind].read(writing, deed)
    if deed.kind is DeedKind.WATCH:
        return (now is None) == (deed.before is None)
    return now == deed.before


def put_value_in(writing: Writing, deed: Deed) -> None:
    """Carry a deed out, inside an open transaction of local.db."""
    way = _WAYS[deed.kind]
    if deed.after is None:
        way.drop(writing, deed)
    else:
        way.put(writing, deed, deed.after)


def _search(writing: Writing, deed: Deed) -> str | None:
    rows = writing.rows("select query from saved_search where name = ?", (deed.name,))
    return str(rows[0][0]) if rows else None


def _put_search(writing: Writing, deed: Deed, query: str) -> None:
    writing.run("insert or replace into saved_search values(?, ?)", (deed.name, query))


def _drop_search(writing: Writing, deed: Deed) -> None:
    writing.run("delete from saved_search where name = ?", (deed.name,))


def _draft(writing: Writing, deed: Deed) -> str | None:
    rows = writing.rows("select content from draft where id = ?", (deed.name,))
    return str(rows[0][0]) if rows else None


_WAYS: Final[Mapping[DeedKind, _Way]] = {
    DeedKind.SEARCH: _Way(_search, _put_search, _drop_search),
    DeedKind.DRAFT: _Way(
        _draft,
        lambda writing, _, text: put_draft_in(writing, draft_of_json(text)),
        lambda writing, deed: drop_draft_in(writing, DraftId(deed.name)),
    ),
    DeedKind.SNOOZE: _Way(
        lambda writing, deed: snooze_in(writing, deed.account, int(deed.name)),
        lambda writing, _, text: put_snooze_in(writing, snooze_of_json(text)),
        lambda writing, deed: drop_snooze_in(writing, deed.account, int(deed.name)),
    ),
    DeedKind.WATCH: _Way(
        lambda writing, deed: watch_in(writing, deed.account, deed.name),
        lambda writing, _, text: put_watch_in(writing, watch_of_json(text)),
        lambda writing, deed: drop_watch_in(writing, deed.account, deed.name),
    ),
}
