"""Another process that comes and goes takes nothing away from this one."""

import subprocess
import sys
import threading
from pathlib import Path

import pytest

from tuimail.store.database import open_store
from tuimail.store.files import Database, marker_of, path_of

VISIT = """
import sqlite3, sys
visitor = sqlite3.connect(sys.argv[1])
visitor.execute("select count(*) from sqlite_master").fetchall()
visitor.close()
"""


@pytest.mark.parametrize("database", list(Database))
def test_the_log_stays_when_another_process_leaves(tmp_path: Path, database: Database) -> None:
    """The writer comes after the reader, as in the engine: neither may drop the other's lock."""
    path = path_of(tmp_path, database)
    with_reader_first = open_store(tmp_path)
    with_reader_first.rows(database, "select count(*) from sqlite_master")
    with with_reader_first.writing(database) as writing:
        writing.run("create table mark(x)")
    log = path.with_name(path.name + "-wal")
    before = log.stat().st_ino
    subprocess.run([sys.executable, "-c", VISIT, str(path)], check=True, timeout=30)
    assert log.stat().st_ino == before
    with with_reader_first.writing(database) as writing:
        writing.run("insert into mark values(1)")
    other = open_store(tmp_path)
    assert other.rows(database, "select x from mark") == [(1,)]
    other.close()
    with_reader_first.close()


def test_replaced_files_are_noticed_without_waiting_for_the_lock_of_another_file(
    tmp_path: Path,
) -> None:
    """A pull holds the index and waits for the cache: who has the cache must not wait for it."""
    store = open_store(tmp_path)
    with store.writing(Database.SEARCH), store.writing(Database.CACHE):
        pass
    marker_of(path_of(tmp_path, Database.SEARCH)).touch()
    open_store(tmp_path).close()

    def write() -> None:
        with store.writing(Database.CACHE) as writing:
            writing.run("insert into state values('mark', 1)")

    with store.alone(Database.SEARCH):
        other = threading.Thread(target=write, daemon=True)
        other.start()
        other.join(60)
        assert not other.is_alive()
    with store.writing(Database.SEARCH) as writing:
        writing.run("insert into state values('mark', 1)")
    again = open_store(tmp_path)
    for database in (Database.SEARCH, Database.CACHE):
        assert again.rows(database, "select value from state where name = 'mark'") == [(1,)]
    again.close()
    store.close()
