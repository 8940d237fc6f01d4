"""Mailboxes of the embedded host as Gmail has them."""

from collections.abc import Iterator

import pytest

from tests.demo.fixtures import RunningHost
from tuimail.demo.gmail import ALL_MAIL, FIRST_ID, TRASH

from .wire import Wire

MAIL = b"Message-ID: <a@x.test>\r\nSubject: one\r\n\r\nHello.\r\n"
ANSWER = b"Message-ID: <b@x.test>\r\nIn-Reply-To: <a@x.test>\r\nSubject: two\r\n\r\nHi.\r\n"


@pytest.fixture
def wire(gmail_host: RunningHost) -> Iterator[Wire]:
    gmail_host.deliver(MAIL)
    with Wire(gmail_host) as wire:
        wire.ok("SELECT INBOX")
        yield wire


def lies_in(host: RunningHost) -> list[str]:
    return [box.name for box in host.store("alice") if box.messages]


def labels(wire: Wire, uid: int = 1) -> bytes:
    [line] = [one for one in wire.ok(f"UID FETCH {uid} X-GM-LABELS") if b"LABELS" in one]
    return line.partition(b"X-GM-LABELS ")[2].removesuffix(b")")


def test_what_arrives_lies_in_all_mail_too(gmail_host: RunningHost, wire: Wire) -> None:
    assert lies_in(gmail_host) == ["INBOX", ALL_MAIL]
    assert b"X-GM-EXT-1" in wire.ok("CAPABILITY")[0]
    assert labels(wire) == b"()"
    wire.ok(f'SELECT "{ALL_MAIL}"')
    assert labels(wire) == b"(\\Inbox)"


def test_labels_are_mailboxes_and_marks(gmail_host: RunningHost, wire: Wire) -> None:
    wire.ok('UID STORE 1 +X-GM-LABELS ("A b" "&AOQ-" \\Important)')
    wire.ok("UID STORE 1 +FLAGS (\\Flagged)")
    assert labels(wire) == b'("A b" \\Important \\Starred "&AOQ-")'
    assert lies_in(gmail_host) == ["INBOX", "A b", ALL_MAIL, "ä"]
    wire.ok('UID STORE 1 -X-GM-LABELS ("A b" \\Important \\Inbox)')
    assert lies_in(gmail_host) == [ALL_MAIL, "ä"]


def test_a_mail_in_trash_lies_nowhere_else_and_goes_from_there(
    gmail_host: RunningHost, wire: Wire
) -> None:
    wire.ok('UID STORE 1 +X-GM-LABELS ("Work")')
    wire.ok(f'UID MOVE 1 "{TRASH}"')
    assert lies_in(gmail_host) == [TRASH]
    wire.ok(f'SELECT "{TRASH}"')
    wire.ok("UID STORE 1 +FLAGS (\\Deleted)")
    wire.ok("UID EXPUNGE 1")
    assert lies_in(gmail_host) == []


def test_what_is_expunged_elsewhere_stays_in_all_mail(gmail_host: RunningHost, wire: Wire) -> None:
    for mailbox in ("INBOX", ALL_MAIL):
        wire.ok(f'SELECT "{mailbox}"')
        wire.ok("UID STORE 1 +FLAGS (\\Deleted)")
        wire.ok("UID EXPUNGE 1")
        assert lies_in(gmail_host) == [ALL_MAIL]


def test_what_is_moved_out_of_all_mail_or_trash_is_in_all_mail(
    gmail_host: RunningHost, wire: Wire
) -> None:
    wire.ok(f'SELECT "{ALL_MAIL}"')
    wire.ok("CREATE Work")
    wire.ok("UID MOVE 1 Work")
    assert lies_in(gmail_host) == ["INBOX", "Work", ALL_MAIL]
    wire.ok(f'UID MOVE 1 "{TRASH}"')
    wire.ok(f'SELECT "{TRASH}"')
    wire.ok("UID MOVE 1 INBOX")
    assert lies_in(gmail_host) == ["INBOX", ALL_MAIL]


def test_ids_are_those_of_the_mail_and_of_its_thread(gmail_host: RunningHost, wire: Wire) -> None:
    gmail_host.deliver(ANSWER)
    wire.ok("CREATE Work")
    wire.ok("UID COPY 1 Work")
    ids = b"X-GM-MSGID %d X-GM-THRID %d" % (FIRST_ID + 1, FIRST_ID + 1)
    answer = b"X-GM-MSGID %d X-GM-THRID %d" % (FIRST_ID + 2, FIRST_ID + 1)
    lines = b"".join(wire.ok("UID FETCH 1:* (X-GM-MSGID X-GM-THRID)"))
    assert ids in lines
    assert answer in lines
    wire.ok("SELECT Work")
    assert ids in wire.ok("UID FETCH 1 (X-GM-MSGID X-GM-THRID)")[0]
    assert wire.ok(f"UID SEARCH X-GM-MSGID {FIRST_ID + 1}") == [b"* SEARCH 1"]


def test_flags_are_the_mails(gmail_host: RunningHost, wire: Wire) -> None:
    wire.ok("UID STORE 1 +FLAGS (\\Seen \\Deleted)")
    all_mail = gmail_host.store("alice").find(ALL_MAIL)
    assert all_mail is not None
    assert [one.flags for one in all_mail.messages.values()] == [{"\\Seen"}]


def test_others_know_nothing_of_labels(gmail_host: RunningHost) -> None:
    with Wire(gmail_host, "bob") as wire:
        assert b"X-GM-EXT-1" not in wire.ok("CAPABILITY")[0]
        gmail_host.deliver(MAIL, "bob")
        wire.ok("SELECT INBOX")
        assert wire.do("UID FETCH 1 X-GM-LABELS")[1].startswith(b"BAD")
        assert wire.do('UID STORE 1 +X-GM-LABELS ("x")')[1].startswith(b"BAD")
