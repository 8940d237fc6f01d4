"""Responses as servers send them, the usual and the odd, become typed values."""

import tracemalloc
from collections.abc import Callable

import pytest

from tuimail.errors import ProtocolError
from tuimail.model.uid_set import UidSet
from tuimail.protocols.imap import grammar as g
from tuimail.protocols.imap.codes import Code, Kind, Status, capabilities_of, parse_status
from tuimail.protocols.imap.fetch import FetchRow, parse_date_time, parse_fetch
from tuimail.protocols.imap.roles import roles_of


def untagged(line: bytes) -> g.Untagged:
    return g.parse_untagged([line])


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (b"OK", Status(Kind.OK, Code(""), "")),
        (b"NO", Status(Kind.NO, Code(""), "")),  # CVE-2018-14349
        (b"no [alert] careful", Status(Kind.NO, Code("ALERT"), "careful")),
        (b"OK [UIDVALIDITY 7]", Status(Kind.OK, Code("UIDVALIDITY", b"7"), "")),
        (b"OK [READ-ONLY] Select done", Status(Kind.OK, Code("READ-ONLY"), "Select done")),
        (b'NO [BADURL "a]b"] x', Status(Kind.NO, Code("BADURL", b'"a]b"'), "x")),
        (b"OK [broken", Status(Kind.OK, Code(""), "[broken")),
        (b"OK text [CODE]", Status(Kind.OK, Code(""), "text [CODE]")),
        (b"OK \xff", Status(Kind.OK, Code(""), "\ufffd")),
    ],
)
def test_status(line: bytes, expected: Status) -> None:
    assert parse_status(line) == expected


@pytest.mark.parametrize("line", [b"", b"YES", b"OKAY", b"\xff", b"FETCH"])
def test_what_is_no_status(line: bytes) -> None:
    with pytest.raises(ProtocolError):
        parse_status(line)


def test_a_code_of_a_megabyte_is_read_to_its_end() -> None:  # in quadratic time it never would be
    parse_status(b"OK [X " + b'"\\' * 500_000)
    parse_status(b"OK [X " + b"a" * 1_000_000)


@pytest.mark.parametrize(
    ("argument", "expected"),
    [
        (b"7 9", (7, 9)),
        (b"7 1:5", None),  # CVE-2021-3578
        (b"7", None),
        (b"0 9", None),
        (b"7 0", None),
        (b"7 4294967296", None),
        (b"-7 9", None),
        (b"7 9 11", None),
        (b"x y", None),
        (b"", None),
    ],
)
def test_cve_2021_3578_appenduid_is_checked(
    argument: bytes, expected: tuple[int, int] | None
) -> None:
    told = Code("APPENDUID", argument).append_uids(1)
    assert told == (expected and (expected[0], [expected[1]]))


def test_appenduid_of_several_names_each() -> None:
    code = Code("APPENDUID", b"7 9:11,15")
    assert code.append_uids(4) == (7, [9, 10, 11, 15])
    assert code.append_uids(3) is None
    assert Code("APPENDUID", b"7 1:4294967295").append_uids(4) is None


@pytest.mark.parametrize(
    "argument", [b"", b"7 1:2", b"7 1: 2", b"7 1:* 2:*", b"7 0 1", b"x 1 2", b"7 1, 2", b"\xff 1 2"]
)
def test_copyuid_that_makes_no_sense_is_none(argument: bytes) -> None:
    assert Code("COPYUID", argument).copy_uid() is None


def test_numbers_of_codes_are_checked() -> None:
    assert Code("UIDNEXT", b"4294967295").number() == 4_294_967_295
    for argument in (b"4294967296", b"-1", b"", b"x", b"1 2", b"9" * 30):
        assert Code("UIDNEXT", argument).number() is None


def test_endless_capabilities_are_cut() -> None:
    assert len(capabilities_of(b" ".join(b"X%d" % n for n in range(100_000)))) <= 200
    assert capabilities_of(b"IMAP4rev1  idle \xff " + b"x" * 500) == {"IMAP4REV1", "IDLE"}


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (b'* LIST (\\HasNoChildren) "/" INBOX', ({"\\hasnochildren"}, "/", "INBOX")),
        (b"* LIST () NIL inbox", (set(), "", "INBOX")),
        (b'* LIST (\\Sent) "." "a * b"', ({"\\sent"}, ".", "a * b")),
        (b'* LIST () "\\\\" "x"', (set(), "\\", "x")),
        (b'* LIST () "/" odd name\x01', (set(), "/", "odd name\uf701")),  # Exchange
        (b'* LIST () "/" a ("CHILDINFO" ("SUBSCRIBED"))', (set(), "/", "a")),
        (b'* LIST () "/" "a" ("CHILDINFO" ("SUBSCRIBED"))', (set(), "/", "a")),
        (b'* LIST () "/" "Entw&APw-rfe"', (set(), "/", "Entwürfe")),
        (b'* LIST () "/" ../../etc/passwd', (set(), "/", "../../etc/passwd")),
        (b'* LIST () "/" "`touch x`"', (set(), "/", "`touch x`")),
    ],
)
def test_list(line: bytes, expected: tuple[set[str], str, str]) -> None:
    attributes, delimiter, name = expected
    assert untagged(line) == g.Listed(frozenset(attributes), delimiter, name)


def test_a_name_with_stars_and_parentheses_as_literal() -> None:
    listed = g.parse_untagged([b'* LIST () "/" {9}', b"a * (b) *", b""])
    assert listed == g.Listed(frozenset(), "/", "a * (b) *")


@pytest.mark.parametrize(
    "line",
    [
        b"* LIST",
        b"* LIST ()",
        b'* LIST () "/"',
        b'* LIST () "ab" x',
        b'* LIST (\\A "/" x',
        b'* LIST () "/" "open',
        b"* STATUS",
        b"* STATUS (MESSAGES 1)",  # CVE-2022-4121
        b"* STATUS INBOX MESSAGES",
        b"* STATUS INBOX (MESSAGES 1",
        b"* SEARCH 1 a",
        b"* SEARCH 0",
        b"* SEARCH 4294967296",
        b"* SEARCH -1",
        b"* ESEARCH ALL 1,",
        b"* VANISHED 1:2,",
        b"* VANISHED",
        b"* FLAGS \\Seen",
        b"* 4294967296 EXISTS",
        b"* 99999999999999999999999 EXISTS",
        b"* 0 FETCH (UID 1)",
        b"* 1 FETCH (UID 0)",
        b"* 1 FETCH (UID 4294967296)",
        b"* 1 FETCH (UID -1)",
        b"* 1 FETCH UID 1",
        b"* 1 FETCH (UID 1",
        b"* 1 FETCH (RFC822.SIZE 99999999999999999999)",
        b"* 1 FETCH (MODSEQ (--1))",
        b"* 1 FETCH (MODSEQ (9223372036854775808))",
        b"* 1 FETCH (FLAGS \\Seen)",
        b"* 1 FETCH (BODY[] x)",
        b"* 1 FETCH (BODYSTRUCTURE " + b"(" * 5_000,
        b"* \xff\xfe FETCH",
        b"* ",
        b"* (",
    ],
)
def test_what_is_outside_the_grammar_is_refused(line: bytes) -> None:
    with pytest.raises(ProtocolError):
        untagged(line)


@pytest.mark.parametrize(
    "line",
    [
        b'* LIST () "/" ""',
        b'* LIST () "/" ' + b"x" * 10_000,
        b'* STATUS "" (MESSAGES 1)',
        b"* STATUS " + b"x" * 10_000 + b" (MESSAGES 1)",
    ],
)
def test_a_mailbox_that_cannot_be_named_does_not_cost_the_others(line: bytes) -> None:
    assert isinstance(untagged(line), g.Unknown)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (b"* 4000000000 EXISTS", g.Exists(4_000_000_000)),
        (b"* 3 EXPUNGE", g.Expunged(3)),
        (b"* 3 RECENT", g.Unknown("RECENT")),
        (b"* SEARCH", g.Found(UidSet())),
        (b"* SEARCH 2 84 882 (MODSEQ 917162500)", g.Found(UidSet.of((2, 84, 882)))),
        (b'* ESEARCH (TAG "A282") UID MIN 2 COUNT 3 ALL 2,10:11', g.Found(UidSet.of((2, 10, 11)))),
        (b'* ESEARCH (TAG "A283") UID', g.Found(UidSet())),
        (b"* CAPABILITY IMAP4rev1 Idle", g.Capability(frozenset({"IMAP4REV1", "IDLE"}))),
        (b"* FLAGS (\\seen $junk x)", g.FlagList(frozenset({"\\Seen", "$Junk", "x"}))),
        (b"* FLAGS ()", g.FlagList(frozenset())),
        (
            b"* STATUS INBOX (MESSAGES 9 HIGHESTMODSEQ -1)",
            g.MailboxStatus("INBOX", {"MESSAGES": 9}),
        ),
        (b'* STATUS "a b" (UIDNEXT 5 )', g.MailboxStatus("a b", {"UIDNEXT": 5})),
        (b"* XMESSAGE hello", g.Unknown("XMESSAGE")),
        (b"* OK", Status(Kind.OK, Code(""), "")),
    ],
)
def test_other_responses(line: bytes, expected: g.Untagged) -> None:
    assert untagged(line) == expected


def test_vanished() -> None:
    vanished = untagged(b"* VANISHED (EARLIER) 300:302,405")
    assert isinstance(vanished, g.Vanished)
    assert vanished.is_earlier
    assert vanished.uids.ranges == ((300, 302), (405, 405))


# FETCH

FIELDS = b"BODY[HEADER.FIELDS (DATE FROM)]"
ROWS: list[tuple[list[bytes], FetchRow]] = [
    (
        [b"* 12 FETCH (UID 7 FLAGS (\\seen \\Recent x))"],
        FetchRow(12, 7, frozenset({"\\Seen", "x"}), 0, -1, 0),
    ),
    (
        [b"* 1 FETCH (FLAGS () UID 7 MODSEQ (9))"],
        FetchRow(1, 7, frozenset(), 0, -1, 9),
    ),
    (
        [
            b'* 1 FETCH (UID 7 INTERNALDATE " 1-Jan-1970 01:00:00 +0100" RFC822.SIZE 44 '
            b"FLAGS (\\Seen) " + FIELDS + b" {3}",
            b"abc",
            b")",
        ],
        FetchRow(1, 7, frozenset({"\\Seen"}), 0, 44, 0, FIELDS.decode(), b"abc"),
    ),
    (
        [b"* 1 fetch (BODY[]<0> {2}", b")(", b" UID 7 FLAGS (a))"],
        FetchRow(1, 7, frozenset({"a"}), 0, -1, 0, "BODY[]<0>", b")("),
    ),
    (
        [b'* 1 FETCH (UID 7 BODY[TEXT] "x \\" ")'],
        FetchRow(1, 7, None, 0, -1, 0, "BODY[TEXT]", b'x " '),
    ),
    ([b"* 1 FETCH (UID 7 BODY[] NIL)"], FetchRow(1, 7, None, 0, -1, 0, "BODY[]", None)),
    ([b"* 1 FETCH (FLAGS (\\Seen ))"], FetchRow(1, 0, frozenset({"\\Seen"}), 0, -1, 0)),
    (
        [b'* 1 FETCH (X-GM-LABELS ("\\\\Inbox" {5}', b"a)b(c", b") UID 9)"],
        FetchRow(1, 9, None, 0, -1, 0, labels=(b"\\Inbox", b"a)b(c")),
    ),
    (
        [b'* 1 FETCH (X-GM-MSGID 18446744073709551615 X-GM-LABELS (a "b)\\"" 007) UID 9)'],
        FetchRow(
            1, 9, None, 0, -1, 0, email_id="18446744073709551615", labels=(b"a", b'b)"', b"007")
        ),
    ),
    (
        [b"* 1 FETCH (X-GM-LABELS (%b %b) UID 9)" % (b"a" * 100_000, b"b" * 9)],
        FetchRow(1, 9, None, 0, -1, 0, labels=(b"a" * 100_000,)),
    ),
    (
        [b"* 1 FETCH (EMAILID (M-1_a) THREADID (T2) UID 9 X-GM-LABELS ())"],
        FetchRow(1, 9, None, 0, -1, 0, email_id="M-1_a", thread_id="T2", labels=()),
    ),
    (
        [b"* 1 FETCH (BODYSTRUCTURE NIL EMAILID (M-1_a) THREADID NIL X-GM-THRID 5 UID 9)"],
        FetchRow(
            1, 9, None, 0, -1, 0, others=(("BODYSTRUCTURE", None),), email_id="M-1_a", thread_id="5"
        ),
    ),
]


@pytest.mark.parametrize(("parts", "row"), ROWS)
def test_fetch(parts: list[bytes], row: FetchRow) -> None:
    assert parse_fetch(parts) == row


def test_a_subject_with_star_and_parenthesis_is_whole() -> None:
    envelope = (
        b'("Mon, 1 Jan 2026 00:00:00 +0000" "5 * 3 = (15 * 1" (("A" NIL "a" "b.c")) '
        b'(("A" NIL "a" "b.c")) NIL NIL NIL NIL NIL "<x@y>")'
    )
    row = parse_fetch([b"* 1 FETCH (UID 7 ENVELOPE " + envelope + b")"])
    values = dict(row.others)["ENVELOPE"]
    assert isinstance(values, list | tuple)
    assert values[1] == b"5 * 3 = (15 * 1"
    assert values[-1] == b"<x@y>"


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        (b"17-Jul-1996 02:44:25 -0700", 837_596_665),
        (b" 1-jan-1970 00:00:00 +0000", 0),
        (b"31-Feb-0000 00:00:00 +0000", 0),
        (b"01-Jan-99999 00:00:00 +0000", 0),
        (b"01-Foo-2020 00:00:00 +0000", 0),
        (b"", 0),
        (b"\xff", 0),
    ],
)
def test_dates(text: bytes, seconds: int) -> None:
    assert parse_date_time(text) == seconds


# Roles


def listed(name: str, *attributes: str, delimiter: str = "/") -> g.Listed:
    return g.Listed(frozenset(attributes), delimiter, name)


def test_the_servers_word_goes_before_names() -> None:
    roles = roles_of([listed("Sent"), listed("Mine", "\\sent"), listed("INBOX"), listed("Bin")])
    assert roles == {"Mine": "sent", "INBOX": "inbox", "Bin": "trash"}


def test_names_of_other_languages_and_below_inbox_are_known() -> None:
    boxes = [
        listed("INBOX.Gesendet", delimiter="."),
        listed("INBOX.Entwürfe", delimiter="."),
        listed("INBOX.Papierkorb", delimiter="."),
        listed("Archive", "\\noselect"),
        listed("Deep/Sent"),
    ]
    assert roles_of(boxes) == {
        "INBOX.Gesendet": "sent",
        "INBOX.Entwürfe": "drafts",
        "INBOX.Papierkorb": "trash",
    }


def test_no_role_is_given_twice() -> None:
    roles = roles_of([listed("A", "\\trash"), listed("B", "\\trash"), listed("Trash")])
    assert roles == {"A": "trash"}


LISTS = {
    "flags": lambda words: b"FLAGS (%b)" % words,
    "labels": lambda words: b"FLAGS () X-GM-LABELS (%b)" % words,
}


@pytest.mark.parametrize("written", LISTS.values(), ids=LISTS.keys())
def test_lists_of_a_hostile_server_are_not_remembered(written: Callable[[bytes], bytes]) -> None:
    tracemalloc.start()
    try:
        for number in range(200):
            words = b" ".join(b"w%d_%d%b" % (number, n, b"x" * 900) for n in range(100))
            row = parse_fetch([b"* 1 FETCH (UID 7 %b)" % written(words)])
            assert len(row.flags or ()) + len(row.labels or ()) == 100
        assert tracemalloc.get_traced_memory()[0] < 2_000_000
    finally:
        tracemalloc.stop()
