"""What was mended is told once at each door, whoever opened the store first."""

import os
from pathlib import Path

import pytest

from tuimail.store.database import open_store
from tuimail.store.files import Database, path_of
from tuimail.store.notices import Door, note, take
from tuimail.store.opening import _open


def test_each_door_is_told_once_in_order(tmp_path: Path) -> None:
    store = open_store(tmp_path)
    assert take(store, Door.SCREEN) == []
    with _open(path_of(tmp_path, Database.LOCAL), Database.LOCAL) as local:
        note(local, ["one", "two"])
        note(local, ["three"])
    for door in Door:
        assert take(store, door) == ["one", "two", "three"]
        assert take(store, door) == []
    store.close()


@pytest.mark.parametrize("database", Database)
def test_what_one_process_mends_another_tells(tmp_path: Path, database: Database) -> None:
    open_store(tmp_path).close()
    file = path_of(tmp_path, database)
    for side in tmp_path.glob(f"{file.name}-*"):
        side.unlink()
    file.write_bytes(os.urandom(20_000))
    open_store(tmp_path).close()
    store = open_store(tmp_path)
    assert store.notices == ()
    (sentence,) = take(store, Door.SCREEN)
    assert f"{database.value}.db was damaged" in sentence
    store.close()
