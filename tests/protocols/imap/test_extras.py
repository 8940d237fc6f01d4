"""QUOTA, OBJECTID, Gmail's labels, MULTIAPPEND and UTF8=ACCEPT: what is asked, and what comes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.protocols.scripted import Peer
from tuimail.errors import ProtocolError
from tuimail.model.flags import (
    ANY_LABEL,
    NO_FLAGS,
    Flag,
    is_label,
    label_flag,
    labels_of,
    name_of_flag,
)
from tuimail.protocols.imap import (
    appending,
    gmail,
    listing,
    mailboxes,
    object_ids,
    quota,
    searching,
)
from tuimail.protocols.imap.about import Quota, Resource
from tuimail.protocols.imap.appending import Arrival
from tuimail.protocols.imap.fetch import FetchRow
from tuimail.protocols.imap.flags import fetch_flags
from tuimail.protocols.imap.messages import fetch_headers
from tuimail.protocols.imap.names import decode_utf8_mailbox, encode_utf8_mailbox
from tuimail.protocols.imap.session import Session
from tuimail.protocols.imap.settle import settle

from .dialogue import CAPABILITIES, plain_session, uids

# QUOTA


async def quotas(*lines: bytes) -> list[Quota]:
    async def script(peer: Peer) -> None:
        assert await peer.command() == b'GETQUOTAROOT "INBOX"'
        await peer.say(*lines)
        await peer.drained()

    async with plain_session(script, b"IMAP4rev1 QUOTA") as (session, _):
        return list(await quota.quotas(session, "INBOX"))


async def test_quotas_are_told_with_the_nearest_to_full() -> None:
    found = await quotas(
        b'* QUOTAROOT INBOX "" "big one"',
        b'* QUOTA "" (STORAGE 10 512 message 3 100)',
        b'* QUOTA "big one" (STORAGE 900 1000)',
        b'* QUOTA "none" ()',
        b'* QUOTA "empty" (STORAGE 0 0)',
        b"%T OK done",
    )
    assert found[0] == Quota("", (Resource("STORAGE", 10, 512), Resource("MESSAGE", 3, 100)))
    assert quota.storage_of(found) == (900 * 1024, 1000 * 1024)
    assert quota.storage_of(found[2:]) is None


async def test_without_quotas_nothing_is_told() -> None:
    assert await quotas(b'* QUOTA "" (STORAGE 1 2)', b"%T NO [NOPERM] not yours") == []
    async with plain_session(Peer.drained) as (session, server):
        assert not await quota.quotas(session, "INBOX")
    assert b"QUOTA" not in server.received


@pytest.mark.parametrize(
    "line",
    [b"* QUOTA", b'* QUOTA ""', b'* QUOTA "" (STORAGE 1)', b'* QUOTA "" (STORAGE x y)'],
)
async def test_a_quota_that_is_none_ends_the_connection(line: bytes) -> None:
    with pytest.raises(ProtocolError):
        await quotas(line, b"%T OK")


async def test_quotas_without_end_end_the_connection() -> None:
    with pytest.raises(ProtocolError, match="quotas without end"):
        await quotas(*[b'* QUOTA "" (STORAGE 1 2)'] * 1_100, b"%T OK")


# OBJECTID

GMAIL = b"IMAP4rev1 X-GM-EXT-1"

HEAD = b"BODY[HEADER.FIELDS (DATE)] {4}\r\n\r\n\r\n"


async def ids(capabilities: bytes, items: bytes, *told: bytes) -> list[tuple[str, str]]:
    async def script(peer: Peer) -> None:
        rows = [
            b"* %d FETCH (UID %d %b%b)" % (n, n, one and one + b" ", HEAD)
            for n, one in enumerate(told, 1)
        ]
        command = await peer.answer(b"UID FETCH", *rows)
        begin = b"UID FETCH 1:9 (UID FLAGS INTERNALDATE RFC822.SIZE" + items + b" BODY.PEEK["
        assert command.startswith(begin)
        await peer.drained()

    async with plain_session(script, capabilities) as (session, _):
        found = [row async for batch in fetch_headers(session, uids(1, 9)) for row in batch]
    return [(row.email_id, row.thread_id) for row in found]


async def test_object_ids_of_any_form_are_read() -> None:
    found = await ids(
        b"IMAP4rev1 OBJECTID",
        b" EMAILID THREADID",
        b"EMAILID (M6d99ac3275bb4e) THREADID (T64b478a75b7ea9)",
        b"THREADID NIL EMAILID (12345)",
        b"EMAILID (a*b) THREADID (%b)" % (b"x" * 256),
        b"",
    )
    assert found == [
        ("M6d99ac3275bb4e", "T64b478a75b7ea9"),
        ("12345", ""),
        ("", ""),
        ("", ""),
    ]


@pytest.mark.parametrize("number", [1, 2**63 - 1, 2**63, 10**19 - 1, 10**19, 2**64 - 1])
async def test_ids_of_gmail_may_be_any_number_of_64_bits(number: int) -> None:
    told = b"X-GM-THRID %d X-GM-MSGID %d" % (number, number)
    items = b" X-GM-LABELS X-GM-MSGID X-GM-THRID"
    literal = b"X-GM-LABELS ({1}\r\na) " + told  # which is read with more care
    assert await ids(GMAIL, items, told, literal) == [(str(number), str(number))] * 2


async def test_where_there_are_no_ids_none_are_asked_for() -> None:
    assert await ids(b"IMAP4rev1", b"", b"") == [("", "")]


@pytest.mark.parametrize(
    ("capabilities", "command"),
    [
        (b"IMAP4rev1 OBJECTID X-GM-EXT-1", b"UID SEARCH EMAILID M6d_-9"),
        (b"IMAP4rev1 X-GM-EXT-1", b"UID SEARCH X-GM-MSGID M6d_-9"),
    ],
)
async def test_a_message_is_found_by_its_id(capabilities: bytes, command: bytes) -> None:
    async def script(peer: Peer) -> None:
        assert await peer.answer(b"UID SEARCH", b"* SEARCH 4 9") == command
        await peer.drained()

    async with plain_session(script, capabilities) as (session, _):
        assert await object_ids.find_email_id(session, "M6d_-9") == [4, 9]


async def test_a_mailbox_tells_its_id() -> None:
    async def script(peer: Peer) -> None:
        await peer.answer(b"SELECT", b"* OK [MAILBOXID (F2212ea87-6097)] Ok")
        command = await peer.answer(
            b"LIST",
            b'* LIST () "/" INBOX',
            b"* STATUS INBOX (MESSAGES 2 MAILBOXID (F38) UIDNEXT 4)",
            b'* LIST () "/" Odd',
            b"* STATUS Odd (MESSAGES 2 MAILBOXID (a b))",
        )
        assert b"HIGHESTMODSEQ MAILBOXID)" in command
        await peer.drained()

    async with plain_session(script, CAPABILITIES + b" LIST-STATUS OBJECTID") as (session, _):
        assert (await mailboxes.select(session, "INBOX")).mailbox_id == "F2212ea87-6097"
        inbox, odd = await listing.list_mailboxes(session, with_counts=True)
    assert (inbox.mailbox_id, inbox.counts) == ("F38", {"MESSAGES": 2, "UIDNEXT": 4})
    assert (odd.mailbox_id, odd.counts) == ("", {"MESSAGES": 2})


# Labels


def told(session: Session, rows: list[FetchRow]) -> list[tuple[int, list[str] | None]]:
    labels = [(row.uid, gmail.labels_of_row(session, row)) for row in rows]
    return [(uid, None if one is None else labels_of(one)) for uid, one in labels]


async def test_gmails_labels_come_with_flags() -> None:
    async def script(peer: Peer) -> None:
        command = await peer.answer(
            b"UID FETCH",
            b'* 1 FETCH (X-GM-LABELS (\\Inbox \\Sent Work "Muy &AOQ-" {3}\r\na)b) FLAGS () UID 1)',
            b'* 2 FETCH (UID 2 FLAGS () X-GM-LABELS ("\\\\Important" "\\\\Starred" 2024 007 NIL {1}\r\n"))',
            b"* 3 FETCH (UID 3 FLAGS (\\Seen))",
            b"* 4 FETCH (UID 4 FLAGS () X-GM-LABELS ())",
        )
        assert command == b"UID FETCH 1:9 (UID FLAGS X-GM-LABELS)"
        await peer.drained()

    async with plain_session(script, GMAIL) as (session, _):
        rows = [row async for batch in fetch_flags(session, uids(1, 9)) for row in batch]
        found = told(session, rows)
    assert found == [
        (1, ["Muy ä", "Work", "a)b"]),
        (2, ['"', "007", "2024", "Important", "NIL"]),
        (3, None),  # told unasked, and not of labels
        (4, []),
    ]


async def test_gmails_labels_come_with_headers() -> None:
    async def script(peer: Peer) -> None:
        command = await peer.answer(
            b"UID FETCH",
            b"* 1 FETCH (UID 1 X-GM-LABELS (Work) FLAGS () BODY[HEADER.FIELDS (DATE)] {4}\r\n\r\n\r\n)",
        )
        assert command.startswith(b"UID FETCH 1:9 (UID FLAGS INTERNALDATE RFC822.SIZE X-GM-LABELS ")
        await peer.drained()

    async with plain_session(script, GMAIL) as (session, _):
        rows = [row async for batch in fetch_headers(session, uids(1, 9)) for row in batch]
        assert told(session, rows) == [(1, ["Work"])]


async def test_others_are_not_asked_for_labels() -> None:
    async def script(peer: Peer) -> None:
        for _ in range(2):
            assert b"X-GM" not in await peer.answer(b"UID FETCH")
        await peer.drained()

    async with plain_session(script) as (session, _):
        assert not [row async for row in fetch_flags(session, uids(1, 9))]
        assert not [row async for row in fetch_headers(session, uids(1, 9))]


async def test_gmails_labels_are_changed_and_quoted() -> None:
    async def script(peer: Peer) -> None:
        assert await peer.answer(b"UID STORE") == (
            b'UID STORE 1:2 +X-GM-LABELS.SILENT ("\\\\x) (" "a\\"b" \\Important "&AOQ-")'
        )
        assert await peer.answer(b"UID STORE") == b'UID STORE 1:2 -X-GM-LABELS.SILENT ("Old")'
        await peer.drained()

    labels = frozenset(map(label_flag, ["important", 'a"b', "ä", "\\x) ("]))
    async with plain_session(script) as (session, _):
        await gmail.change_labels(session, uids(1, 2), labels, frozenset({label_flag("Old")}))


@given(st.text())
def test_any_label_is_one_word_among_flags(name: str) -> None:
    flag = label_flag(name)
    assert name_of_flag(flag) == name
    assert flag.split() == [flag]
    assert is_label(flag)
    assert flag != ANY_LABEL
    assert flag.isascii()


# MULTIAPPEND

THREE = [Arrival(b"a%d" % n, frozenset({Flag.SEEN}), 0) for n in range(3)]
AT = b'(\\Seen) " 1-Jan-1970 00:00:00 +0000"'


async def test_several_messages_go_by_one_command() -> None:
    async def script(peer: Peer) -> None:
        assert await peer.command() == b'APPEND "Old" ' + AT + b" {2+}"
        for number, more in enumerate((b" " + AT + b" {2+}", b" " + AT + b" {2+}", b"")):
            assert await peer.exactly(2) == b"a%d" % number
            assert await peer.line() == more
        await peer.say(b"%T OK [APPENDUID 7 4:5,9] done")
        await peer.drained()

    async with plain_session(script, CAPABILITIES + b" MULTIAPPEND") as (session, _):
        assert await appending.append_messages(session, "Old", THREE) == [4, 5, 9]


async def test_large_messages_go_by_commands_of_their_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(appending, "MAX_AT_ONCE_BYTES", 3)

    async def script(peer: Peer) -> None:
        for number in range(3):
            assert await peer.command() == b'APPEND "Old" ' + AT + b" {2+}"
            assert await peer.exactly(2) == b"a%d" % number
            assert await peer.line() == b""
            await peer.say(b"%T OK [APPENDUID 7 1:4000000000] too many")
        await peer.drained()

    async with plain_session(script, CAPABILITIES + b" MULTIAPPEND") as (session, _):
        assert await appending.append_messages(session, "Old", THREE) == [0, 0, 0]


async def test_without_multiappend_one_goes_after_the_other() -> None:
    async def script(peer: Peer) -> None:
        for number in range(3):
            await peer.command()
            assert await peer.exactly(2) == b"a%d" % number
            assert await peer.line() == b""
            await peer.say(b"%%T OK [APPENDUID 7 %d] done" % (number + 1))
        await peer.drained()

    async with plain_session(script) as (session, _):
        assert await appending.append_messages(session, "Old", THREE) == [1, 2, 3]


# UTF8=ACCEPT


async def test_names_and_mails_are_utf8_once_it_is_on() -> None:
    async def script(peer: Peer) -> None:
        assert await peer.command() == b"ENABLE CONDSTORE UTF8=ACCEPT"
        await peer.say(b"* ENABLED CONDSTORE UTF8=ACCEPT", b"%T OK")
        await peer.answer(b"LIST", '* LIST () "/" "Böte & Co &AOQ-"'.encode())
        assert await peer.command() == b"SELECT {11+}"
        assert await peer.exactly(11) == "Böte & Co".encode() + b" "
        await peer.line()
        await peer.say(b"%T OK")
        assert await peer.command() == b"UID SEARCH SUBJECT {2+}"
        await peer.exactly(4)
        await peer.say(b"%T OK")
        head = b'APPEND "INBOX" () " 1-Jan-1970 00:00:00 +0000" '
        assert await peer.command() == head + b"UTF8 (~{15+}"
        await peer.exactly(15)
        assert await peer.line() == b")"
        await peer.say(b"%T OK")
        assert await peer.command() == head + b"{16+}"
        await peer.exactly(18)
        await peer.say(b"%T OK")
        await peer.drained()

    offered = CAPABILITIES + b" ENABLE UTF8=ACCEPT"
    async with plain_session(script, offered, is_selected=False) as (session, _):
        await settle(session)
        (box,) = await listing.list_mailboxes(session)
        assert box.name == "Böte & Co &AOQ-"
        await mailboxes.select(session, "Böte & Co ")
        await searching.search(session, searching.contains(searching.Field.SUBJECT, "ß"))
        raw = "Subject: é\r\n\r\n".encode()
        await appending.append_message(session, "INBOX", raw, NO_FLAGS, 0)
        raw = "Subject: e\r\n\r\né".encode()
        await appending.append_message(session, "INBOX", raw, NO_FLAGS, 0)


@pytest.mark.parametrize(
    "raw",
    [
        b"Sent",
        b"A & B",
        b"&AOQ-",
        "Böte".encode(),
        "😀".encode(),
        b"\xff\xfe",
        b"a\x07b",
        "\uf741".encode(),
        b"\xed\xa0\x80",
    ],
)
def test_a_name_in_utf8_comes_back_as_it_was(raw: bytes) -> None:
    assert encode_utf8_mailbox(decode_utf8_mailbox(raw)) == raw


def test_a_name_of_a_person_carries_no_control_characters() -> None:
    assert encode_utf8_mailbox("a\r\nX LOGOUT\0\ud800") == b"a??X LOGOUT??"
    assert encode_utf8_mailbox("inbox") == b"INBOX"
    assert decode_utf8_mailbox(b"Inbox") == "INBOX"
