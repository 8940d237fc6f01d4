"""Mailbox names, sets and arguments: nothing lost, nothing smuggled."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tuimail.errors import ProtocolError
from tuimail.model.uid_set import MAX_UID, UidSet
from tuimail.protocols.imap.arguments import (
    Literal,
    date_time,
    flag_list,
    mailbox,
    pieces_of,
    string,
)
from tuimail.protocols.imap.names import decode_mailbox, encode_mailbox
from tuimail.protocols.imap.sets import members_of, parse_set, written

KNOWN = {
    b"INBOX": "INBOX",
    b"inbox": "INBOX",
    b"Sent Items": "Sent Items",
    b"&-": "&",
    b"Entw&APw-rfe": "Entwürfe",
    b"~peter/mail/&U,BTFw-/&ZeVnLIqe-": "~peter/mail/台北/日本語",
    b"&2D3eAA-": "😀",
}


@pytest.mark.parametrize(("raw", "name"), KNOWN.items())
def test_names_are_read(raw: bytes, name: str) -> None:
    assert decode_mailbox(raw) == name
    assert decode_mailbox(encode_mailbox(name)) == name


@settings(max_examples=500)
@given(
    st.binary(max_size=40).map(lambda raw: raw.translate(None, b"\r\n\0"))
    | st.text("&-,+AZaz09/ üß", max_size=20).map(lambda t: t.encode("latin-1"))
)
def test_every_name_of_a_server_can_be_said_back(raw: bytes) -> None:
    name = decode_mailbox(raw)
    name.encode()  # it can be stored
    assert encode_mailbox(name) == (b"INBOX" if raw.upper() == b"INBOX" else raw)


@settings(max_examples=500)
@given(st.text(max_size=30))
def test_no_name_of_ours_smuggles_a_command(name: str) -> None:
    wire = encode_mailbox(name)
    assert not set(wire) & set(b"\r\n\0")
    argument = mailbox(name)
    assert isinstance(argument, Literal) or b"\r" not in argument


@pytest.mark.parametrize(
    "raw", [b"&", b"&AA", b"&AA-", b"&@-", b"a&b", b"&AGE-", b"&2D0-", b"\xff", b"&97w-"]
)
def test_cve_2021_20247_broken_or_tricky_names_stay_apart(raw: bytes) -> None:
    assert encode_mailbox(decode_mailbox(raw)) == raw


@given(st.sets(st.integers(1, MAX_UID - 1), min_size=1, max_size=50))
def test_a_set_is_read_back(uids: set[int]) -> None:
    ranges = parse_set(written(UidSet.of(uids)).decode())
    assert members_of(ranges) == sorted(uids)


@pytest.mark.parametrize(
    "text",
    ["1,", ",1", "1,,2", "1:", ":1", "1:2:3", "", "0", "1:0", "4294967296", "a", "1 2", "-1"],
)
def test_cve_2021_32055_a_malformed_set_is_refused(text: str) -> None:
    with pytest.raises(ProtocolError):
        parse_set(text)


def test_a_set_turned_round_and_open_ended_is_understood() -> None:
    assert members_of(parse_set("5:3,7,6")) == [3, 4, 5, 7, 6]
    assert parse_set("10:*") == [(10, MAX_UID)]
    assert written(UidSet.since(10)) == b"10:*"
    with pytest.raises(ProtocolError, match="too many"):
        members_of(parse_set("1:*"))


def test_no_piece_is_longer_than_a_line_may_be() -> None:
    dearest = UidSet.of(uid for n in range(600) for uid in (10**9 + 3 * n, 10**9 + 3 * n + 1))
    assert max(len(written(piece)) for piece in dearest.pieces()) <= 5_500


def test_strings_are_quoted_or_sent_as_literals() -> None:
    assert string('a "b" \\') == b'"a \\"b\\" \\\\"'
    assert string("ü") == Literal("ü".encode())
    assert string("a\r\nb") == Literal(b"a\r\nb")
    assert string("x" * 2_000) == Literal(b"x" * 2_000)
    with pytest.raises(ProtocolError, match="NUL"):
        string("a\0b")


@pytest.mark.parametrize("flag", ["a b", "a\r\nb", "(", "ü", "", "\\", "a]", 'a"', "%"])
def test_flags_that_cannot_be_said_are_refused(flag: str) -> None:
    with pytest.raises(ProtocolError):
        flag_list([flag])
    assert flag_list(["\\Seen", "$Junk"]) == b"($Junk \\Seen)"


def test_literals_go_unasked_only_where_allowed() -> None:
    words = (b"A1", b"APPEND", Literal(b"abc"))
    assert pieces_of(words, -1) == [b"A1 APPEND {3}\r\n", b"abc\r\n"]
    assert pieces_of(words, 2) == [b"A1 APPEND {3}\r\n", b"abc\r\n"]
    assert pieces_of(words, 3) == [b"A1 APPEND {3+}\r\nabc\r\n"]
    assert pieces_of((b"A", Literal(b"\0", is_literal8=True)), -1)[0] == b"A ~{1}\r\n"


def test_dates_are_written_in_utc() -> None:
    assert date_time(0) == b'" 1-Jan-1970 00:00:00 +0000"'
    assert date_time(1_790_000_000) == b'"21-Sep-2026 14:13:20 +0000"'
