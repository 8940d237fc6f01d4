"""Splits as they are kept: an order, a name, a query. They exist nowhere else."""

from collections.abc import Sequence
from typing import Final

from tuimail.errors import NotFound, UserError
from tuimail.model.safe import Untrusted, safe_line
from tuimail.model.split import Split, SplitId

from .database import Database, Row, Store
from .text import storable

MAX_SPLITS: Final = 20
"""Each is asked of every mail that comes, and has a tab."""
MAX_NAME_CHARS: Final = 30
_ON: Final = "splits"
"""Under this name it is kept whether splits are shown and mails told apart."""
_ALL: Final = "select id, name, query from split order by position, id"


def splits(store: Store) -> list[Split]:
    """Return every split in its order, whether or not they are shown."""
    return [_split(row) for row in store.rows(Database.LOCAL, _ALL)]


def are_on(store: Store) -> bool:
    """Whether mails are told apart."""
    found = store.rows(Database.LOCAL, "select value from state where name = ?", (_ON,))
    return bool(found and found[0][0])


def turn(store: Store, *, on: bool) -> None:
    """Tell mails apart from now on, or no more; what the splits are stays."""
    with store.writing(Database.LOCAL) as writing:
        writing.run("insert or replace into state values(?, ?)", (_ON, int(on)))


def add_split(store: Store, name: str, query: str) -> Split:
    """Add a split behind the others; return it.

    Raises:
        UserError: the name says nothing, is too long or taken, or there are MAX_SPLITS already.
    """
    with store.writing(Database.LOCAL) as writing:
        known = writing.rows(_ALL)
        if len(known) >= MAX_SPLITS:
            raise UserError(f"There are {MAX_SPLITS} splits at most; remove one first.")
        name, query = _free_name(known, name, None), storable(query)
        last = writing.rows("select coalesce(max(position), 0) from split")[0][0]
        insert = "insert into split(position, name, query) values(?, ?, ?)"
        split_id = SplitId(writing.insert(insert, (last + 1, name, query)))
    return Split(split_id, Untrusted(name), query)


def change_split(store: Store, split_id: SplitId, *, name: str, query: str) -> Split:
    """Give a split another name or query; return it. Raises as `add_split`, and NotFound."""
    with store.writing(Database.LOCAL) as writing:
        known = writing.rows(_ALL)
        if all(row[0] != split_id for row in known):
            raise NotFound("This split is not there any more.")
        name, query = _free_name(known, name, split_id), storable(query)
        writing.run("update split set name = ?, query = ? where id = ?", (name, query, split_id))
    return Split(split_id, Untrusted(name), query)


def put_splits(store: Store, wanted: Sequence[Split]) -> None:
    """Make the splits those, in this order: to take back what was done to them, or to order them.

    One that was removed comes back as what it was.
    """
    with store.writing(Database.LOCAL) as writing:
        writing.run("delete from split")
        writing.run_many(
            "insert into split(id, position, name, query) values(?, ?, ?, ?)",
            [(one.id, place, one.name.raw, one.query) for place, one in enumerate(wanted, 1)],
        )


def _free_name(known: Sequence[Row], name: str, own: SplitId | None) -> str:
    cleaned = str(storable(safe_line(name)).strip())
    if not cleaned:
        raise UserError("A split needs a name.")
    if len(cleaned) > MAX_NAME_CHARS:
        raise UserError(f"The name of a split has {MAX_NAME_CHARS} characters at most.")
    if any(row[1].casefold() == cleaned.casefold() and row[0] != own for row in known):
        raise UserError(f"There is a split “{safe_line(cleaned)}” already.")
    return cleaned


def _split(row: Row) -> Split:
    return Split(SplitId(row[0]), Untrusted(row[1]), row[2])
