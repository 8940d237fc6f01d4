"""Saves what can be read of a damaged database. What exists nowhere else is never thrown away."""

import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final

from tuimail.config.private import new_file
from tuimail.errors import StoreError

from .files import marker_of
from .schema import LOCAL

if TYPE_CHECKING:
    from .database import Writing

_SIDE_FILES: Final = ("-wal", "-shm")
_READS: Final = (
    "select :columns from :table",
    "select :columns from :table order by :first desc",
    "select :columns from :table order by :first",
)
"""From both ends, and around what is damaged between them."""


def fresh_place(path: Path) -> Path:
    """Return where a database to take the place of another is made; nothing is there."""
    fresh = path.with_name(f"{path.name}.new")
    for suffix in ("", *_SIDE_FILES):
        fresh.with_name(fresh.name + suffix).unlink(missing_ok=True)
    return fresh


def set_aside(path: Path, fresh: Path) -> Path:
    """Put a fresh database in the place of a damaged one; return where that lies now.

    There is one or the other at any moment, for those who read it meanwhile.

    Raises:
        StoreError: they cannot be renamed.
    """
    name = f"{path.name}.damaged-{time.strftime('%Y%m%d-%H%M%S')}"
    aside = new_file(path.parent, name)
    try:
        _name_anew(path, aside)
        for suffix in _SIDE_FILES:
            side = path.with_name(path.name + suffix)
            if side.exists():
                side.replace(aside.with_name(aside.name + suffix))
        fresh.replace(path)
        marker_of(path).unlink(missing_ok=True)
    except OSError as error:
        raise StoreError(f"{path} is damaged and cannot be set aside: {error.strerror}.") from error
    return aside


def _name_anew(path: Path, aside: Path) -> None:
    """Give a file a second name, or another one where files have but one; nothing if it is gone."""
    aside.unlink()
    with suppress(FileNotFoundError):
        try:
            aside.hardlink_to(path)
        except OSError:
            path.replace(aside)


def salvage(old: "Writing", new: "Writing") -> int:
    """Copy every row that can still be read, from both ends of each table; return how many."""
    kept = 0
    new.begin()
    for table in _tables():
        kept += _copy(old, new, table)
    new.commit()
    return kept


def _copy(old: "Writing", new: "Writing", table: str) -> int:
    known = new.rows(f"pragma table_info({table})")
    columns = [row[1] for row in known]
    keyed = [number for number, row in enumerate(known) if row[5]] or range(len(columns))
    names = {":table": table, ":columns": ", ".join(columns), ":first": columns[0]}
    rows: dict[tuple[object, ...], tuple[object, ...]] = {}
    for sql in _READS:
        for row in old.rows_until_damage(_named(sql, names)):
            rows.setdefault(tuple([row[number] for number in keyed]), row)
    places = ", ".join("?" * len(columns))
    sql = _named("insert or ignore into :table (:columns) values", names) + f" ({places})"
    kept = 0
    for row in rows.values():
        try:
            kept += new.run(sql, row)  # type: ignore[arg-type]  # values as SQLite gave them
        except StoreError:
            continue  # a row that breaks a rule of its table was damaged itself
    return kept


def _named(sql: str, names: dict[str, str]) -> str:
    """Put names of our own schema into a statement: SQLite takes no parameters there."""
    for mark, name in names.items():
        sql = sql.replace(mark, name)
    return sql


def _tables() -> list[str]:
    made = [sql.split("(")[0].split()[-1] for sql in LOCAL if sql.startswith("create table")]
    return [name for name in made if name != "state"]
