"""Pieces of a large mail: kept as they come, never a damaged one, and not for ever."""

import errno
import os
from pathlib import Path

import pytest

from tuimail.errors import StoreError
from tuimail.model.ids import MessageKey
from tuimail.model.part import Searchable
from tuimail.model.uid_set import UidSet
from tuimail.store import upkeep
from tuimail.store.bodies import put_body
from tuimail.store.database import Store
from tuimail.store.messages import key_of, put_messages, remove_uids
from tuimail.store.partial import KEPT_S, Partial, drop_stale_partials

from .makers import arrival, box_id, store_with_mailboxes

KEY = MessageKey(0x5F3A)
PLACE = (1, 7, 42)
PIECES = [b"a" * 1_000, b"b" * 2_000, b"c" * 3]
NOWHERE = Searchable("", "", "", has_attachments=False)


@pytest.fixture
def store(tmp_path: Path):
    one = store_with_mailboxes(tmp_path / "data")
    yield one
    one.close()


def begun(store: Store, key: MessageKey = KEY) -> Path:
    partial = Partial(store, key, PLACE)
    assert partial.resume() == 0
    for piece in PIECES:
        partial.add(piece)
    return next((store.folder / "partial").glob(f"{key:016x}.*"))


def test_what_came_is_there_after_a_restart(store):
    path = begun(store)
    again = Partial(store, KEY, PLACE)
    assert again.resume() == 3_003
    again.add(b"d")
    assert again.content() == b"".join(PIECES) + b"d"
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700
    again.drop()
    again.drop()
    assert Partial(store, KEY, PLACE).resume() == 0


def test_whatever_is_cut_off_or_damaged_is_fetched_again_and_no_more(store):
    path = begun(store)
    whole = path.read_bytes()
    ends = [0, 1_000, 3_000, 3_003]
    for size in range(0, len(whole), 7):
        path.write_bytes(whole[:size])
        here = Partial(store, KEY, PLACE).resume()
        assert here == max(end for n, end in enumerate(ends) if end + 8 * n <= size)
        assert Partial(store, KEY, PLACE).content() == b"".join(PIECES)[:here]
    for at in (0, 5, 500, 1_009, 1_020, len(whole) - 1):
        damaged = bytearray(whole)
        damaged[at] ^= 0xFF
        path.write_bytes(damaged)
        assert Partial(store, KEY, PLACE).resume() in ends[:-1]
        Partial(store, KEY, PLACE).add(b"new")
        assert Partial(store, KEY, PLACE).content().endswith(b"new")


def test_a_tail_of_zeros_after_a_power_cut_is_no_mail(store):
    path = begun(store)
    with path.open("ab") as file:
        file.write(bytes(5_000))
    assert Partial(store, KEY, PLACE).resume() == 3_003


@pytest.mark.parametrize("place", [(2, 7, 42), (1, 8, 42), (1, 7, 43)])
def test_pieces_of_another_place_are_dropped(store, place):
    path = begun(store)
    assert Partial(store, KEY, place).resume() == 0
    assert not path.exists()


def test_a_full_disk_loses_nothing_that_was_there(store, monkeypatch):
    begun(store)
    partial = Partial(store, KEY, PLACE)

    def full(*_: object) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "open", full)
        with pytest.raises(StoreError, match="free some space"):
            partial.add(b"more")
    assert partial.resume() == 3_003


def test_pieces_go_when_the_mail_goes_or_is_whole_or_nobody_wants_them(store):
    ids = put_messages(store, box_id(store, "INBOX"), [arrival(uid) for uid in (1, 2, 3, 4)])
    waiting, gone, whole, old = (key_of(store, row_id) for row_id in ids)
    paths = {key: begun(store, key) for key in (waiting, gone, whole, old)}
    stray = store.folder / "partial" / "notes"
    stray.write_text("no key")
    remove_uids(store, box_id(store, "INBOX"), UidSet.of([2]))
    put_body(store, whole, b"raw", NOWHERE)
    now = int(paths[waiting].stat().st_mtime)
    os.utime(paths[old], (now - KEPT_S - 9, now - KEPT_S - 9))
    assert drop_stale_partials(store, now) == 4
    assert list((store.folder / "partial").iterdir()) == [paths[waiting]]


def test_housework_drops_them(store):
    path = begun(store)  # of a message that is not known
    list(upkeep.sweep(store, lambda _: NOWHERE, int(path.stat().st_mtime)))
    assert not path.exists()
