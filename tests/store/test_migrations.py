"""From every earlier schema, killed in the middle: no row is lost, and the tables are today's."""

import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from itertools import cycle, islice
from pathlib import Path

import pytest

from tuimail.store.database import open_store
from tuimail.store.files import Database, path_of
from tuimail.store.schema import APPLICATION_ID, TABLES, VERSION

from .schemas import statements_of

KILLS = 20 if os.environ.get("PROOF_FULL") else 4
ROWS = 20_000 if os.environ.get("PROOF_FULL") else 1_000
ROOT = Path(__file__).parents[2]
OLD = [(one, version) for one in Database for version in range(1, VERSION[one])]
OPENER = """
import sys, time
from pathlib import Path
from tuimail.store.database import open_store
print("begin", flush=True)
open_store(Path(sys.argv[1])).close()
print("end", flush=True)
"""
Rows = dict[str, list[tuple[object, ...]]]


def plain_tables(raw: sqlite3.Connection) -> list[str]:
    """Return the tables that hold rows of ours: neither FTS5's own nor SQLite's."""
    names = raw.execute("select name, sql from sqlite_master where type = 'table' order by name")
    return [
        name
        for name, made in names.fetchall()
        if not name.startswith(("sqlite_", "ft")) and not made.startswith("CREATE VIRTUAL")
    ]


def columns_of(raw: sqlite3.Connection, table: str) -> list[tuple[str, str]]:
    return [(row[1], row[2].upper()) for row in raw.execute(f"pragma table_info({table})")]


def old_file(folder: Path, database: Database, version: int, rows: int, chance: random.Random):
    """Make a file as the program of that version left it, with rows in every table."""
    folder.mkdir(mode=0o700, exist_ok=True)
    with sqlite3.connect(path_of(folder, database)) as raw:
        raw.execute("pragma journal_mode=wal")
        for statement in statements_of(database, version):
            raw.execute(statement)
        raw.execute(f"pragma application_id={APPLICATION_ID[database]}")
        raw.execute(f"pragma user_version={version}")
        raw.execute("insert into state values('epoch', 7)")
        for table in plain_tables(raw):
            if table != "state":
                columns = columns_of(raw, table)
                marks = ", ".join("?" * len(columns))
                made = (a_row(columns, number, chance) for number in range(1, rows + 1))
                raw.executemany(f"insert or ignore into {table} values({marks})", made)
    raw.close()


def a_row(columns: list[tuple[str, str]], number: int, chance: random.Random) -> list[object]:
    """Return a row that is like no other: what fits each column, numbered."""
    values: list[object] = []
    for name, kind in columns:
        if kind == "INTEGER" or not kind:
            values.append(number if name in ("id", "uid", "key") else chance.getrandbits(20))
        elif kind == "BLOB":
            values.append(chance.randbytes(8))
        else:
            values.append(f"{name} {number} {chance.getrandbits(40):x}")
    return values


def rows_in(path: Path, like: Rows | None = None) -> Rows:
    """Return every row of every table; of those in `like`, the first columns alone."""
    with sqlite3.connect(path) as raw:
        tables = list(like) if like is not None else plain_tables(raw)
        found = {}
        for table in tables:
            names = [name for name, _ in columns_of(raw, table)]
            if like is not None and like[table]:
                names = names[: len(like[table][0])]
            found[table] = sorted(raw.execute(f"select {', '.join(names)} from {table}"), key=repr)
    raw.close()
    return found


def shape_of(path: Path) -> dict[str, object]:
    """Return tables with their columns, and indexes and triggers by name."""
    with sqlite3.connect(path) as raw:
        others = raw.execute(
            "select type, name from sqlite_master where type in ('index', 'trigger')"
        ).fetchall()
        shape: dict[str, object] = {
            table: sorted(columns_of(raw, table)) for table in plain_tables(raw)
        }
    raw.close()
    return shape | {"others": sorted(others)}


def pristine(folder: Path, rows: int) -> Iterator[tuple[Database, int, Path, Rows]]:
    """Give, again and again, a store with one file of an earlier version in it."""
    for number, (database, version) in enumerate(cycle(OLD)):
        place = folder / str(number)
        old_file(place, database, version, rows, random.Random(version))
        yield database, version, place, rows_in(path_of(place, database))


def open_until_killed(folder: Path, after_s: float) -> bool:
    """Open the store in a process that is killed so long after it began; tell whether it hit."""
    process = subprocess.Popen(
        [sys.executable, "-c", OPENER, str(folder)],
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "begin\n"
    time.sleep(after_s)
    process.send_signal(signal.SIGKILL)
    is_over = process.stdout.read() == "end\n"
    process.wait()
    return not is_over


@pytest.mark.parametrize("database", list(Database))
def test_the_tables_of_every_version_are_written_down(database: Database) -> None:
    for version in range(1, VERSION[database] + 1):
        assert statements_of(database, version), "python -m tests.store.schemas"
    assert tuple(statements_of(database, VERSION[database])) == TABLES[database], (
        "tables change by a raised VERSION and a step of migrate"
    )


@pytest.mark.parametrize(("database", "version"), OLD)
def test_what_an_older_program_left_becomes_what_this_one_would_make(
    tmp_path: Path, database: Database, version: int
) -> None:
    old_file(tmp_path / "old", database, version, 50, random.Random(1))
    before = rows_in(path_of(tmp_path / "old", database))
    store = open_store(tmp_path / "old")
    assert store.notices == ()
    store.close()
    open_store(tmp_path / "new").close()
    migrated, fresh = (path_of(tmp_path / one, database) for one in ("old", "new"))
    assert shape_of(migrated) == shape_of(fresh)
    if database is Database.LOCAL:
        assert rows_in(migrated, before) == before


@pytest.mark.proof
@pytest.mark.timeout(1_200)
def test_a_migration_killed_in_the_middle_loses_nothing(tmp_path: Path) -> None:
    chance = random.Random(12)
    hits = kills = kept = 0
    for database, version, folder, before in islice(pristine(tmp_path, ROWS), 50 * KILLS):
        began = time.perf_counter()
        whole = folder.with_name(f"{folder.name}-whole")
        shutil.copytree(folder, whole)
        open_store(whole).close()
        lasts_s = time.perf_counter() - began
        hits += open_until_killed(folder, chance.uniform(0.0, lasts_s))
        kills += 1
        store = open_store(folder)
        assert store.notices == (), (database, version)
        for one in Database:
            assert store.rows(one, "pragma quick_check") == [("ok",)], (database, version)
        store.close()
        after = rows_in(path_of(folder, database), before)
        if database is Database.LOCAL:
            assert after == before, (database, version)
            kept += sum(map(len, before.values()))
        shutil.rmtree(folder)
        shutil.rmtree(whole)
        if hits == KILLS:
            break
    assert hits == KILLS
    print(
        f"{hits} kills in the middle of a migration (of {kills}), {len(OLD)} earlier schemas: "
        f"0 of {kept:,} rows lost"
    )
