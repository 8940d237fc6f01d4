"""Large bodies are files that are read where they are looked at; damaged ones are fetched anew."""

import random

import pytest

from tuimail.model.part import Searchable
from tuimail.store.bodies import (
    ROW_LIMIT_BYTES,
    beginning_of,
    bodies_here,
    body_of,
    opened_body,
    put_body,
)
from tuimail.store.messages import key_of, put_messages

from .makers import arrival, box_id

SMALL = b"Subject: small\r\n\r\nwords"
LARGE = b"Subject: large\r\n\r\n" + random.Random(5).randbytes(ROW_LIMIT_BYTES + 1)


@pytest.fixture
def put(store):
    def make(raw):
        [row_id] = put_messages(store, box_id(store, "INBOX"), [arrival(1)])
        key = key_of(store, row_id)
        put_body(store, key, raw, Searchable("", "", "", has_attachments=False))
        return key

    return make


def blob_of(store):
    [path] = (path for path in (store.folder / "blobs").glob("??/*") if path.is_file())
    return path


def test_a_large_body_is_opened_as_a_file_and_a_small_one_is_bytes(store, put):
    with opened_body(store, put(SMALL)) as opened:
        assert opened == SMALL
    with opened_body(store, key := put(LARGE)) as opened:
        assert opened.read() == LARGE == body_of(store, key)
    assert opened.closed


def test_a_damaged_file_is_as_if_it_were_not_here(store, put):
    key = put(LARGE)
    path = blob_of(store)
    path.chmod(0o600)
    path.write_bytes(LARGE[:-1] + b"x")
    with opened_body(store, key) as opened:
        assert opened is None
    assert not bodies_here(store, [key])


def test_a_file_that_is_gone_is_not_here(store, put):
    key = put(LARGE)
    blob_of(store).unlink()
    assert beginning_of(store, key, 100) is None
    with opened_body(store, key) as opened:
        assert opened is None
    assert not bodies_here(store, [key])


def test_the_beginning_of_a_body_is_read_alone(store, put):
    assert beginning_of(store, put(SMALL), 9) == SMALL[:9]
    assert beginning_of(store, put(LARGE), 16) == LARGE[:16]
