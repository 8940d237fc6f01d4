import random

import pytest

from tuimail.mime.fields import MAX_FIELDS, MAX_HEADER_BYTES, header_span, parse_fields
from tuimail.mime.headers import MAX_REFERENCES, looks_attached, message_ids, parse_envelope
from tuimail.model.address import Address

MAIL = (
    b"Return-Path: <x@y>\r\n"
    b"Received: from a by b;\r\n\tTue, 05 Mar 2024 12:00:00 +0000\r\n"
    b"From: =?utf-8?q?J=C3=B6rg?= <joerg@example.org>\r\n"
    b"Sender: list@example.org\r\n"
    b"To: Alice <alice@example.org>,\r\n Bob <bob@example.org>\r\n"
    b"CC: carol@example.org\r\n"
    b"Subject: =?utf-8?b?R3LDvMOfZQ==?=\r\n =?utf-8?q?_aus_K=C3=B6ln?=\r\n"
    b"Date: Tue, 05 Mar 2024 13:00:00 +0100\r\n"
    b"Message-Id: <1.2@example.org>\r\n"
    b"In-Reply-To: <0.1@example.org>\r\n"
    b"References: <a@example.org>\r\n <b@example.org> <a@example.org>\r\n"
    b"List-ID: The List <dev.Example.org>\r\n"
    b"Content-Type: Multipart/Mixed;\r\n boundary=x\r\n"
    b"\r\n"
    b"Subject: not this\r\n"
)


def test_envelope_of_an_ordinary_mail():
    envelope = parse_envelope(MAIL)
    assert envelope.message_id == "1.2@example.org"
    assert envelope.date == 1709640000
    assert envelope.subject == "Grüße aus Köln"
    assert envelope.from_ == (Address("Jörg", "joerg@example.org"),)
    assert envelope.author.domain == "example.org"
    assert envelope.sender == Address("", "list@example.org")
    assert [a.shown_name for a in envelope.to] == ["Alice", "Bob"]
    assert envelope.cc == (Address("", "carol@example.org"),)
    assert envelope.bcc == envelope.reply_to == ()
    assert envelope.in_reply_to == ("0.1@example.org",)
    assert envelope.references == ("a@example.org", "b@example.org")
    assert envelope.list_id == "dev.example.org"
    assert envelope.content_type == "multipart/mixed"
    assert envelope.identity == (
        b"<1.2@example.org>",
        b"Tue, 05 Mar 2024 13:00:00 +0100",
        b"=?utf-8?q?J=C3=B6rg?= <joerg@example.org>",
        b"=?utf-8?b?R3LDvMOfZQ==?= =?utf-8?q?_aus_K=C3=B6ln?=",
    )


def test_line_endings_and_the_body_change_nothing():
    whole = parse_envelope(MAIL)
    assert parse_envelope(MAIL.replace(b"\r\n", b"\n")) == whole
    assert parse_envelope(MAIL.partition(b"\r\n\r\n")[0]) == whole
    assert parse_envelope(MAIL.partition(b"\r\n\r\n")[0] + b"\r\n\r\n") == whole
    assert parse_envelope(b"From alice Tue Mar  5 12:00:00 2024\r\n" + MAIL) == whole


@pytest.mark.parametrize(
    "raw", [b"", b"\r\n", b"\n", b"\x00", b"nonsense", b":", b"\xff\xfe", b"\r"]
)
def test_what_is_no_header_gives_an_empty_envelope(raw):
    envelope = parse_envelope(raw)
    assert envelope.subject == ""
    assert envelope.from_ == ()
    assert envelope.author == Address("", "")
    assert envelope.content_type == "text/plain"


def test_the_first_of_doubled_fields_counts():
    envelope = parse_envelope(b"From: a@x\r\nFrom: b@x\r\nSubject: 1\r\nSUBJECT: 2\r\n\r\n")
    assert envelope.author.addr_spec == "a@x"
    assert envelope.subject == "1"


def test_eight_bit_headers_are_guessed():
    assert parse_envelope("Subject: Grüße\r\n".encode()).subject == "Grüße"
    assert parse_envelope("Subject: Grüße\r\n".encode("latin-1")).subject == "Grüße"
    assert parse_envelope("From: Jörg <j@x>\r\n".encode("latin-1")).author.name == "Jörg"
    both = "Subject: Grüße\r\n".encode() + "From: Jörg <j@x>\r\n".encode("latin-1")
    assert parse_envelope(both).subject == "Grüße"
    assert parse_envelope(both).author.name == "Jörg"


@pytest.mark.parametrize(
    ("raw", "message_id"),
    [
        (b"<a@b>", "a@b"),
        (b"a@b", "a@b"),
        (b"<a@b> (comment)", "a@b"),
        (b"  <a@b>  ", "a@b"),
        (b"<[", "["),
        (b"<>", ""),
        (b"<a b@c>", "b@c"),
        (b"<" + b"x" * 5_000 + b">", "x" * 998),
        (b"<a@b><c@d>", "a@b"),
    ],
)
def test_message_id(raw, message_id):
    assert parse_envelope(b"Message-ID: " + raw + b"\r\n\r\n").message_id == message_id


def test_references_keep_the_root_and_the_nearest():
    ids = message_ids(" ".join(f"<{n}@x>" for n in range(5_000)))
    assert len(ids) == MAX_REFERENCES
    assert ids[0] == "0@x"
    assert ids[-1] == "4999@x"
    assert message_ids("message from a@b of today") == ("a@b",)


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        ("", "text/plain"),
        ("text", "text/plain"),
        ("TEXT/HTML; charset=x", "text/html"),
        ("text/html;", "text/html"),
        ("../../etc", "../.."),
        ("\x1b[31m/x", "text/plain"),
        ("a" * 200 + "/b", "text/plain"),
    ],
)
def test_content_type(body, content_type):
    raw = f"Content-Type: {body}\r\n\r\n".encode()
    expected = "text/plain" if content_type == "../.." else content_type
    assert parse_envelope(raw).content_type in {expected, content_type}


def test_attachments_are_guessed_from_the_content_type():
    def guess(content_type: str) -> bool:
        envelope = parse_envelope(f"Content-Type: {content_type}\r\n\r\n".encode())
        return looks_attached(envelope)

    assert guess("multipart/mixed; boundary=x")
    assert guess("application/pdf")
    assert guess("image/png")
    assert not guess("multipart/alternative; boundary=x")
    assert not guess("multipart/signed")
    assert not guess("text/plain")


def test_header_blocks_are_capped():
    many = b"X-A: b\r\n" * (MAX_FIELDS + 10)
    assert len(parse_fields(many).all) == MAX_FIELDS
    assert parse_fields(many).is_cut
    large = b"Subject: a\r\nX: " + b"y" * MAX_HEADER_BYTES + b"\r\nFrom: late@x\r\n\r\n"
    assert parse_fields(large).is_cut
    assert parse_envelope(large).subject == "a"
    assert parse_envelope(large).from_ == ()


def test_field_lookup():
    fields = parse_fields(b"A: 1\r\na : 2\r\nB:\r\n\tfolded\r\n more\r\nno field\r\n: x\r\n")
    assert fields.first("a") == "1"
    assert fields.count("a") == 2
    assert fields.first("b") == "folded more"
    assert fields.first("c") == ""
    assert not fields.is_cut


@pytest.mark.parametrize(
    ("raw", "span"),
    [
        (b"A: b\r\n\r\nbody", (5, 8)),
        (b"A: b\n\nbody", (4, 6)),
        (b"\r\nbody", (0, 2)),
        (b"\nbody", (0, 1)),
        (b"A: b", (4, 4)),
        (b"A: b\n\nx\r\n\r\n", (4, 6)),
    ],
)
def test_where_the_header_ends(raw, span):
    assert header_span(raw, 0, len(raw)) == span


UNITS = (b'"', b"(", b"a.", b"=?utf-8?q?a?= ", b"<", b">", b",", b":;", b"\\", b" ", b"\t", b"\r", b"\r\n ",
         b"<a@b> ", b"\xff", b"a@b, ", b"=?", b"?=", b"\x00", b";a=b", b"a b ", b"@")  # fmt: skip
NAMES = (
    b"From",
    b"To",
    b"Subject",
    b"Date",
    b"Message-ID",
    b"References",
    b"Content-Type",
    b"List-Id",
)


@pytest.mark.timeout(30)
@pytest.mark.parametrize("unit", UNITS)
def test_hundred_kilobytes_in_any_field_cost_linear_time(unit):
    for name in NAMES:
        raw = name + b": " + unit * (100_000 // len(unit)) + b"\r\n\r\n"
        assert_plain(parse_envelope(raw))


def test_random_bytes_never_raise():
    draw = random.Random(11)
    alphabet = [b"From: ", b"Subject: ", b"To: ", b"\r\n", b"\n ", b"=?utf-8?b?", b"?=", b"<", b">", b'"', b"(",
                b"@", b",", b"\xe9", b"\x1b", b"\x00", b"Date: ", b"a", b"References: ", b";", b":"]  # fmt: skip
    for _ in range(3_000):
        assert_plain(parse_envelope(b"".join(draw.choices(alphabet, k=30))))


def assert_plain(envelope):
    """No text of an envelope holds a control character or a lone surrogate."""
    texts = []
    for value in envelope:
        for item in value if isinstance(value, tuple) else (value,):
            if isinstance(item, Address):
                texts += [item.name, item.addr_spec]
            elif isinstance(item, str):
                texts.append(item)
    for text in texts:
        text.encode()
        assert not any(char < " " or "\x7f" <= char <= "\x9f" for char in text)
