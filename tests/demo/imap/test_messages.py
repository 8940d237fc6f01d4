"""Messages of the embedded IMAP server: FETCH, STORE, COPY, MOVE, SEARCH, APPEND."""

from __future__ import annotations

import pytest

from tests.demo.fixtures import RunningHost

from .wire import Wire

PLAIN = (
    b"Date: Mon, 23 Nov 2026 10:00:00 +0000\r\nFrom: Eve <eve@x.example>\r\n"
    b"To: a@north.example, =?utf-8?B?w4k=?= <b@north.example>\r\n"
    b'Subject: half (open "quote"\r\nMessage-ID: <1@x.example>\r\n\r\nOne.\r\nTwo.\r\n'
)
INNER = b"Subject: inner\r\n\r\ninner text\r\n"
NESTED = (
    b"Subject: outer\r\nMIME-Version: 1.0\r\n"
    b'Content-Type: multipart/mixed; boundary="b b"\r\n\r\n'
    b"preamble\r\n--b b\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nfirst\r\n"
    b"--b b\r\nContent-Type: message/rfc822\r\n\r\n" + INNER + b"\r\n"
    b"--b b\r\nContent-Type: application/pdf; name=a.pdf\r\n"
    b"Content-Disposition: attachment; filename=a.pdf\r\n"
    b"Content-Transfer-Encoding: base64\r\n\r\nAAAA\r\n--b b--\r\n"
)


@pytest.fixture
def wire(mail_host: RunningHost) -> Wire:
    mail_host.deliver(PLAIN)
    mail_host.deliver(NESTED)
    with Wire(mail_host) as wire:
        wire.ok("SELECT INBOX")
        yield wire


def literal(line: bytes) -> bytes:
    head, _, rest = line.partition(b"}\r\n")
    return rest[: int(head.rpartition(b"{")[2])]


def test_the_whole_message_comes_back_as_it_was(wire: Wire) -> None:
    assert literal(wire.ok("UID FETCH 1 BODY.PEEK[]")[0]) == PLAIN
    assert literal(wire.ok("UID FETCH 2 (UID BODY.PEEK[])")[0]) == NESTED


def test_size_flags_date_and_uid(wire: Wire) -> None:
    (line,) = wire.ok("FETCH 1 FAST")
    assert b"RFC822.SIZE %d" % len(PLAIN) in line
    assert b"FLAGS ()" in line
    assert b'INTERNALDATE "' in line
    assert wire.ok("FETCH 1:* UID") == [b"* 1 FETCH (UID 1)", b"* 2 FETCH (UID 2)"]


def test_envelope_quotes_what_needs_quoting(wire: Wire) -> None:
    (line,) = wire.ok("FETCH 1 ENVELOPE")
    assert b'"half (open \\"quote\\""' in line
    assert b'(("Eve" NIL "eve" "x.example"))' in line
    assert b'(NIL NIL "a" "north.example")("=?utf-8?B?w4k=?=" NIL "b" "north.example")' in line
    assert line.endswith(b'NIL NIL NIL "<1@x.example>"))')


def test_bodystructure_of_nested_parts(wire: Wire) -> None:
    (line,) = wire.ok("FETCH 2 BODYSTRUCTURE")
    assert line.startswith(
        b'* 2 FETCH (BODYSTRUCTURE (("TEXT" "PLAIN" ("CHARSET" "utf-8") NIL NIL "7BIT" 5 0 '
    )
    assert b'("MESSAGE" "RFC822" NIL NIL NIL "7BIT" %d (NIL "inner"' % len(INNER) in line
    assert b'("ATTACHMENT" ("FILENAME" "a.pdf"))' in line
    assert b'"MIXED" ("BOUNDARY" "b b") NIL NIL NIL))' in line
    assert b"ATTACHMENT" not in wire.ok("FETCH 2 BODY")[0]


@pytest.mark.parametrize(
    ("section", "expected"),
    [
        ("1", b"first"),
        ("1.MIME", b"Content-Type: text/plain; charset=utf-8\r\n\r\n"),
        ("2", INNER),
        ("2.HEADER", b"Subject: inner\r\n\r\n"),
        ("2.TEXT", b"inner text\r\n"),
        ("2.1", b"inner text\r\n"),
        ("3", b"AAAA"),
        ("HEADER.FIELDS (SUBJECT X-NONE)", b"Subject: outer\r\n\r\n"),
        ("HEADER.FIELDS.NOT (SUBJECT MIME-VERSION CONTENT-TYPE)", b"\r\n"),
        ("TEXT", NESTED.partition(b"\r\n\r\n")[2]),
    ],
)
def test_sections(wire: Wire, section: str, expected: bytes) -> None:
    (line,) = wire.ok(f"FETCH 2 BODY.PEEK[{section}]")
    assert f"BODY[{section}] {{".encode() in line
    assert literal(line) == expected


@pytest.mark.parametrize("section", ["4", "1.2", "2.1.1", "1.HEADER", "3.TEXT"])
def test_a_section_that_is_not_there_is_nil(wire: Wire, section: str) -> None:
    assert wire.ok(f"FETCH 2 BODY.PEEK[{section}]")[0].endswith(b"NIL)")


def test_partial_fetches_begin_where_asked(wire: Wire) -> None:
    (line,) = wire.ok("FETCH 1 BODY.PEEK[]<5.7>")
    assert b"BODY[]<5> {7}" in line
    assert literal(line) == PLAIN[5:12]
    assert literal(wire.ok("FETCH 1 BODY.PEEK[]<99999.7>")[0]) == b""


def test_reading_without_peek_sets_seen(wire: Wire) -> None:
    wire.ok("FETCH 1 BODY.PEEK[TEXT]")
    assert wire.ok("SEARCH UNSEEN") == [b"* SEARCH 1 2"]
    wire.ok("FETCH 1 BODY[TEXT]")
    assert wire.ok("SEARCH UNSEEN") == [b"* SEARCH 2"]


def test_store_adds_removes_replaces_and_keeps_keywords(wire: Wire) -> None:
    assert wire.ok("UID STORE 1 +FLAGS (\\seen $Work)") == [
        b"* 1 FETCH (UID 1 FLAGS ($Work \\Seen))"
    ]
    assert wire.ok("STORE 1 -FLAGS.SILENT \\Seen") == []
    assert wire.ok("FETCH 1 FLAGS") == [b"* 1 FETCH (FLAGS ($Work))"]
    wire.ok("STORE 1:2 FLAGS (\\Flagged)")
    assert wire.ok("SEARCH FLAGGED UNKEYWORD $Work") == [b"* SEARCH 1 2"]


def test_condstore_moves_and_tells_only_what_changed(wire: Wire) -> None:
    wire.ok("UNSELECT")
    wire.ok("ENABLE CONDSTORE")
    wire.ok("SELECT INBOX")
    (line,) = wire.ok("STATUS INBOX (HIGHESTMODSEQ)")
    before = int(line.split()[-1].rstrip(b")"))
    (line,) = wire.ok("UID STORE 2 +FLAGS.SILENT (\\Seen)")
    assert line == b"* 2 FETCH (UID 2 MODSEQ (%d))" % (before + 1)
    (line,) = wire.ok(f"UID FETCH 1:* (FLAGS) (CHANGEDSINCE {before})")
    assert line == b"* 2 FETCH (UID 2 FLAGS (\\Seen) MODSEQ (%d))" % (before + 1)
    assert wire.ok("UID STORE 2 +FLAGS.SILENT (\\Seen)")[0].endswith(b"(%d))" % (before + 1))
    _, tagged = wire.do(f"UID STORE 1:2 (UNCHANGEDSINCE {before}) +FLAGS.SILENT (\\Flagged)")
    assert tagged.startswith(b"OK [MODIFIED 2]")


def test_search_returns_a_set_where_it_is_asked_to(wire: Wire) -> None:
    line = b'* ESEARCH (TAG "t%d") UID' % (wire.number + 1)
    assert wire.ok("UID SEARCH RETURN () ALL") == [line + b" ALL 1:2"]
    (line,) = wire.ok("SEARCH RETURN (MIN MAX COUNT ALL) SUBJECT half")
    assert line.endswith(b") MIN 1 MAX 1 COUNT 1 ALL 1")
    (line,) = wire.ok("UID SEARCH RETURN (COUNT MIN) SUBJECT nobody")
    assert line.endswith(b") UID COUNT 0")
    assert wire.do("SEARCH RETURN (EVIL) ALL")[1].startswith(b"BAD")


def test_copy_and_move_tell_the_new_uids(wire: Wire) -> None:
    validity = wire.ok("STATUS Archive (UIDVALIDITY)")[0].split()[-1].rstrip(b")")
    assert wire.do("UID COPY 1:2 Archive")[1] == b"OK [COPYUID %b 1:2 1:2] Done" % validity
    lines = wire.ok("UID MOVE 2 Archive")
    assert lines == [b"* OK [COPYUID %b 2 3] Moved" % validity, b"* 2 EXPUNGE"]
    assert wire.ok("UID SEARCH ALL") == [b"* SEARCH 1"]
    assert wire.do("UID COPY 1 Nowhere")[1].startswith(b"NO [TRYCREATE]")


def test_uid_expunge_spares_what_was_not_named(wire: Wire) -> None:
    wire.ok("STORE 1:2 +FLAGS.SILENT \\Deleted")
    assert wire.ok("UID EXPUNGE 2") == [b"* 2 EXPUNGE"]
    assert wire.ok("EXPUNGE") == [b"* 1 EXPUNGE"]
    wire.append("INBOX", PLAIN)
    assert wire.ok("UID FETCH * UID")[-1] == b"* 1 FETCH (UID 3)"


def test_close_expunges_without_a_word(wire: Wire) -> None:
    wire.ok("STORE 1 +FLAGS.SILENT \\Deleted")
    assert wire.ok("CLOSE") == []
    assert wire.ok("STATUS INBOX (MESSAGES)") == [b'* STATUS "INBOX" (MESSAGES 1)']


def test_append_with_flags_date_and_both_kinds_of_literal(wire: Wire) -> None:
    validity = wire.ok("STATUS Sent (UIDVALIDITY)")[0].split()[-1].rstrip(b")")
    assert wire.append("Sent", PLAIN, "\\Seen") == b"OK [APPENDUID %b 1] Done" % validity
    wire.send(b'x APPEND Sent " 1-Feb-2026 03:04:05 +0100" {%d}\r\n' % len(PLAIN))
    assert wire.line().startswith(b"+ ")
    wire.send(PLAIN + b"\r\n")
    assert wire.until(b"x")[1].startswith(b"OK [APPENDUID")
    wire.ok("SELECT Sent")
    first, second = wire.ok("FETCH 1:2 (FLAGS INTERNALDATE)")
    assert b"FLAGS (\\Seen)" in first
    assert b'" 1-Feb-2026 02:04:05 +0000"' in second
    assert wire.append("Nowhere", PLAIN).startswith(b"NO [TRYCREATE]")


def test_several_messages_are_appended_at_once_or_none(wire: Wire) -> None:
    validity = wire.ok("STATUS Sent (UIDVALIDITY)")[0].split()[-1].rstrip(b")")
    literal = b"{%d+}\r\n%b" % (len(PLAIN), PLAIN)
    dated = b'(\\Seen) " 1-Feb-2026 03:04:05 +0100" ' + literal
    broken = b'" 1-Nix-2026 03:04:05 +0100" ' + literal
    assert wire.do(b" ".join([b"APPEND Sent", literal, broken]))[1].startswith(b"BAD")
    assert wire.do(b" ".join([b"APPEND Nowhere", literal, dated]))[1].startswith(b"NO [TRYCREATE]")
    _, tagged = wire.do(b" ".join([b"APPEND Sent", literal, dated, literal]))
    assert tagged == b"OK [APPENDUID %b 1:3] Done" % validity
    wire.ok("SELECT Sent")
    flags = [line.endswith(b"(\\Seen))") for line in wire.ok("FETCH 1:3 (FLAGS)")]
    assert flags == [False, True, False]


@pytest.mark.parametrize(
    ("keys", "numbers"),
    [
        ("ALL", "1 2"),
        ("UNDELETED SUBJECT outer", "2"),
        ("HEADER Message-ID <1@x.example>", "1"),
        ("HEADER Message-ID nothing", ""),
        ('HEADER X-None ""', ""),
        ("OR FROM eve SUBJECT outer", "1 2"),
        ("NOT FROM EVE", "2"),
        ("TO É", "1"),
        ("TEXT inner", "2"),
        ("BODY two.", "1"),
        ("(2 NOT 1)", "2"),
        ("UID 2:*", "2"),
        ("UID 7:*", "2"),
        ("SENTON 23-Nov-2026", "1"),
        ("SENTBEFORE 23-Nov-2026", ""),
        ("SINCE 1-Jan-2020 BEFORE 1-Jan-2100", "1 2"),
        (f"SMALLER {len(PLAIN) + 1}", "1"),
        ("CHARSET UTF-8 SUBJECT outer", "2"),
        ("MODSEQ 3", "2"),
    ],
)
def test_search_keys(wire: Wire, keys: str, numbers: str) -> None:
    keys = keys.replace("É", "{2+}\r\nÉ")
    assert wire.ok(f"SEARCH {keys}") == [f"* SEARCH {numbers}".rstrip().encode()]


def test_search_refuses_other_charsets_and_unknown_keys(wire: Wire) -> None:
    assert wire.do("SEARCH CHARSET KOI8-R ALL")[1].startswith(b"NO [BADCHARSET")
    assert wire.do("SEARCH WEIGHT 3")[1].startswith(b"BAD")


def test_hostile_structures_are_answered(wire: Wire) -> None:
    depth = b'Content-Type: multipart/mixed; boundary="x"\r\n\r\n--x\r\n' * 3_000
    many = b"Content-Type: multipart/mixed; boundary=y\r\n\r\n" + b"--y\r\n\r\n\r\n" * 5_000
    strange = b"Content-Type: multipart/mixed\r\nFrom: " + b'"' * 20_000 + b"\r\n\r\n\r\n"
    for raw in (depth, many, strange, b"", b"no header at all", b"\r\n"):
        wire.append("INBOX", raw)
    assert len(wire.ok("UID FETCH 3:* (ENVELOPE BODYSTRUCTURE)")) >= 6


def test_what_others_do_is_told_in_order(mail_host: RunningHost, wire: Wire) -> None:
    with Wire(mail_host) as other:
        other.ok("SELECT INBOX")
        other.append("INBOX", PLAIN)
        other.ok("STORE 1 +FLAGS (\\Flagged)")
        other.ok("UID MOVE 2 Trash")
        assert wire.ok("FETCH 1 UID") == [b"* 1 FETCH (UID 1)"]
        assert wire.ok("NOOP") == [
            b"* 3 EXISTS",
            b"* 2 EXPUNGE",
            b"* 1 FETCH (UID 1 FLAGS (\\Flagged))",
        ]
        other.append("INBOX", PLAIN)
        other.ok("NOOP")
        other.ok("UID MOVE 4 Trash")
    assert wire.ok("NOOP") == [b"* 3 EXISTS", b"* 3 EXPUNGE"]


def test_idle_pushes_at_once_and_ends_with_done(mail_host: RunningHost, wire: Wire) -> None:
    wire.send("i IDLE\r\n")
    assert wire.line().startswith(b"+")
    uid = mail_host.deliver(PLAIN)
    assert wire.line() == b"* 3 EXISTS"
    box = mail_host.store("alice").find("INBOX")
    mail_host.call(lambda: box.set_flags(box.messages[uid], frozenset({"\\Seen"})))
    assert wire.line() == b"* 3 FETCH (UID 3 FLAGS (\\Seen))"
    mail_host.call(lambda: box.expunge([1]))
    assert wire.line() == b"* 1 EXPUNGE"
    wire.send("DONE\r\n")
    assert wire.until(b"i") == ([], b"OK Done")
    assert wire.ok("UID SEARCH ALL") == [b"* SEARCH 2 3"]


def test_a_client_that_leaves_while_idling_is_forgotten(mail_host: RunningHost, wire: Wire) -> None:
    with Wire(mail_host) as idler:
        idler.ok("SELECT INBOX")
        idler.send("i IDLE\r\n")
        idler.line()
    mail_host.deliver(PLAIN)
    assert b"* 3 EXISTS" in wire.ok("NOOP")


def test_commands_may_be_pipelined(wire: Wire) -> None:
    wire.send("a FETCH 1 UID\r\nb FETCH 2 UID\r\nc NOOP\r\n")
    assert wire.until(b"a") == ([b"* 1 FETCH (UID 1)"], b"OK Done")
    assert wire.until(b"b") == ([b"* 2 FETCH (UID 2)"], b"OK Done")
    assert wire.until(b"c") == ([], b"OK Done")
