"""NOTIFY of the embedded server, line by line (RFC 5465)."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.demo.fixtures import RunningHost

from .wire import Wire

MAIL = b"Subject: one\r\n\r\nOne.\r\n"
SET = (
    "NOTIFY SET (selected (MessageNew MessageExpunge FlagChange))"
    " (personal (MessageNew MessageExpunge FlagChange MailboxName))"
)


@pytest.fixture
def wire(mail_host: RunningHost) -> Iterator[Wire]:
    with Wire(mail_host) as wire:
        wire.ok("SELECT INBOX")
        wire.ok(SET)
        yield wire


def test_news_of_every_mailbox_come_while_one_is_open(wire: Wire, mail_host: RunningHost) -> None:
    wire.send(b"i IDLE\r\n")
    assert wire.line().startswith(b"+")
    mail_host.deliver(MAIL, mailbox="Archive")
    assert wire.line().startswith(b'* STATUS "Archive" (MESSAGES 1 UIDNEXT 2 UIDVALIDITY ')
    mail_host.deliver(MAIL)
    assert wire.line() == b"* 1 EXISTS"
    wire.send(b"DONE\r\n")
    assert wire.until(b"i")[0] == []


def test_names_that_come_and_go_are_told(wire: Wire, mail_host: RunningHost) -> None:
    with Wire(mail_host) as other:
        other.ok("CREATE Plans")
        assert wire.ok("NOOP") == [b'* LIST (\\HasNoChildren) "/" "Plans"']
        other.append("Plans", MAIL)
        assert wire.ok("NOOP")[0].startswith(b'* STATUS "Plans" (MESSAGES 1 ')
        other.ok("RENAME Plans Aims")
        assert wire.ok("NOOP") == [
            b'* LIST (\\NonExistent) "/" "Plans"',
            b'* LIST (\\HasNoChildren) "/" "Aims"',
        ]
        other.ok("DELETE Aims")
        assert wire.ok("NOOP") == [b'* LIST (\\NonExistent) "/" "Aims"']


def test_with_status_each_other_mailbox_is_told_first(wire: Wire) -> None:
    lines = wire.ok(SET.replace("SET", "SET STATUS", 1))
    assert [line.split()[2] for line in lines] == [
        b'"Archive"',
        b'"Drafts"',
        b'"Junk"',
        b'"Sent"',
        b'"Trash"',
    ]


def test_none_ends_it(wire: Wire, mail_host: RunningHost) -> None:
    wire.ok("NOTIFY NONE")
    mail_host.deliver(MAIL, mailbox="Archive")
    assert wire.ok("NOOP") == []


def test_flags_are_told_only_where_they_are_wanted(wire: Wire, mail_host: RunningHost) -> None:
    mail_host.deliver(MAIL, mailbox="Archive")
    wire.ok("NOOP")
    with Wire(mail_host) as other:
        other.ok("SELECT Archive")
        other.ok("UID STORE 1 +FLAGS (\\Seen)")
        assert wire.ok("NOOP")[0].startswith(b'* STATUS "Archive"')
        wire.ok("NOTIFY SET (personal (MessageNew MessageExpunge))")
        other.ok("UID STORE 1 -FLAGS (\\Seen)")
        assert wire.ok("NOOP") == []
        other.ok("UID MOVE 1 Trash")
        lines = b" ".join(wire.ok("NOOP"))
        assert b"Archive" in lines
        assert b"Trash" in lines


@pytest.mark.parametrize(
    ("command", "answer"),
    [
        ("NOTIFY SET (personal (MessageNew))", b"BAD"),
        ("NOTIFY SET (personal (FlagChange))", b"BAD"),
        ("NOTIFY SET (personal (MessageNew MessageExpunge Evil))", b"NO [BADEVENT ("),
        ("NOTIFY SET (subtree INBOX (MessageNew MessageExpunge))", b"BAD"),
        ("NOTIFY", b"BAD"),
        ("NOTIFY SET (personal NONE)", b"OK"),
        ("NOTIFY SET STATUS (personal (MailboxName))", b"OK"),
    ],
)
def test_what_cannot_be_told_is_refused(wire: Wire, command: str, answer: bytes) -> None:
    assert wire.do(command)[1].startswith(answer)
