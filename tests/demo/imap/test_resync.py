"""QRESYNC of the embedded server, line by line (RFC 7162)."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.demo.fixtures import RunningHost

from .wire import Wire

MAIL = b"Subject: one\r\n\r\nOne.\r\n"


@pytest.fixture
def wire(mail_host: RunningHost) -> Iterator[Wire]:
    for _ in range(6):
        mail_host.deliver(MAIL)
    with Wire(mail_host) as wire:
        assert wire.ok("ENABLE QRESYNC X-NONE") == [b"* ENABLED QRESYNC"]
        wire.ok("SELECT INBOX")
        yield wire


def state(wire: Wire) -> tuple[int, int]:
    (line,) = wire.ok("STATUS INBOX (UIDVALIDITY HIGHESTMODSEQ)")
    words = line.rstrip(b")").split()
    return int(words[-3]), int(words[-1])


def test_what_goes_is_told_by_uid(wire: Wire) -> None:
    wire.ok("UID STORE 2:4 +FLAGS.SILENT (\\Deleted)")
    lines, tagged = wire.do("UID EXPUNGE 2,4")
    assert lines == [b"* VANISHED 2", b"* VANISHED 4"]
    assert tagged == b"OK [HIGHESTMODSEQ %d] Done" % state(wire)[1]
    assert wire.ok("UID MOVE 1 Trash")[-1] == b"* VANISHED 1"
    assert wire.do("CLOSE")[1].startswith(b"OK [HIGHESTMODSEQ ")
    assert wire.do("EXPUNGE")[1].startswith(b"BAD")


def test_a_mailbox_tells_what_became_of_it(wire: Wire) -> None:
    validity, modseq = state(wire)
    wire.ok("UID STORE 2,4 +FLAGS.SILENT (\\Deleted)")
    wire.ok("EXPUNGE")
    wire.ok("UID STORE 5 +FLAGS.SILENT (\\Seen)")
    highest = state(wire)[1]
    lines = wire.ok(f"SELECT INBOX (QRESYNC ({validity} {modseq}))")
    assert lines[0].startswith(b"* OK [CLOSED]")
    assert lines[-2:] == [
        b"* VANISHED (EARLIER) 2,4",
        b"* 3 FETCH (UID 5 FLAGS (\\Seen) MODSEQ (%d))" % highest,
    ]
    lines = wire.ok(f"EXAMINE INBOX (QRESYNC ({validity} {modseq} 1:3 (1,2 1,2)))")
    assert lines[-1] == b"* VANISHED (EARLIER) 2"
    lines = wire.ok(f"SELECT INBOX (QRESYNC ({validity} {highest}))")
    assert not [line for line in lines if b"VANISHED" in line or b"FETCH" in line]
    lines = wire.ok(f"SELECT INBOX (QRESYNC ({validity + 1} {modseq}))")
    assert not [line for line in lines if b"VANISHED" in line or b"FETCH" in line]


def test_fetch_tells_what_vanished_since(wire: Wire) -> None:
    _, modseq = state(wire)
    wire.ok("UID STORE 2,4 +FLAGS.SILENT (\\Deleted)")
    wire.ok("UID EXPUNGE 2,4")
    assert wire.ok(f"UID FETCH 3:* (FLAGS) (CHANGEDSINCE {modseq} VANISHED)") == [
        b"* VANISHED (EARLIER) 4"
    ]


def test_without_enable_there_is_no_qresync(mail_host: RunningHost) -> None:
    mail_host.deliver(MAIL)
    with Wire(mail_host) as wire:
        validity, _ = state(wire)
        assert wire.do(f"SELECT INBOX (QRESYNC ({validity} 1))")[1].startswith(b"BAD")
        wire.ok("SELECT INBOX (CONDSTORE)")
        assert wire.do("UID FETCH 1:* (FLAGS) (CHANGEDSINCE 1 VANISHED)")[1].startswith(b"BAD")
        assert wire.do("ENABLE QRESYNC")[1].startswith(b"BAD")
        wire.ok("UID STORE 1 +FLAGS.SILENT (\\Deleted)")
        assert wire.ok("EXPUNGE") == [b"* 1 EXPUNGE"]
