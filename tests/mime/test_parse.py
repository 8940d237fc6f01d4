import base64
import random

import pytest

from tuimail.mime.parse import MAX_TEXT_BYTES, parse_mail
from tuimail.mime.transfer import decoded, decoded_size
from tuimail.mime.tree import MAX_DEPTH, MAX_PARTS, Flaw
from tuimail.model.part import Disposition


def mail(content_type, body, *, extra=""):
    return f"From: a@x\r\nContent-Type: {content_type}\r\n{extra}\r\n{body}".encode()


def shape(parsed):
    return [(p.number, p.content_type, parsed.content(p)) for p in parsed.leaves]


def test_a_plain_mail_is_one_leaf():
    parsed = parse_mail(b"From: a@x\r\n\r\nhello\r\n")
    assert shape(parsed) == [("1", "text/plain", b"hello\r\n")]


NESTED = """preamble
--o
Content-Type: multipart/alternative; boundary="i"

--i
Content-Type: text/plain; charset=utf-8; format=flowed; DelSp=yes

plain
--i
Content-Type: text/html

<p>html</p>
--i--
--o
Content-Type: application/pdf; name="a.pdf"
Content-Disposition: attachment; filename*=utf-8''b%C3%A9.pdf; size=3
Content-Transfer-Encoding: BASE64

SGVs
bG8=
--o
Content-Type: image/png
Content-ID: <pic@x>

png
--o--
epilogue
"""


@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_nested_multiparts_have_the_numbers_of_imap(line_end):
    parsed = parse_mail(
        mail("multipart/mixed; boundary=o", NESTED)
        .replace(b"\r\n", b"\n")
        .replace(b"\n", line_end.encode())
    )
    assert shape(parsed) == [
        ("1.1", "text/plain", b"plain"),
        ("1.2", "text/html", b"<p>html</p>"),
        ("2", "application/pdf", b"Hello"),
        ("3", "image/png", b"png"),
    ]
    plain, _, pdf, png = parsed.leaves
    assert (plain.charset, plain.is_format_flowed, plain.is_delsp) == ("utf-8", True, True)
    assert pdf.filename.raw == "bé.pdf"
    assert pdf.disposition is Disposition.ATTACHMENT
    assert pdf.size_bytes == 5
    assert png.content_id == "pic@x"
    assert png.disposition is Disposition.INLINE
    assert not parsed.flaws


@pytest.mark.parametrize(
    ("content_type", "body", "contents", "flaw"),
    [
        ("multipart/mixed; boundary=b", "--b\r\n\r\none\r\n--b\r\n\r\ntwo", [b"one", b"two"], Flaw.NOT_CLOSED),
        ("multipart/mixed; boundary=b", "--b\r\n\r\none\r\n--bb\r\n--b--", [b"one\r\n--bb"], None),
        ("multipart/mixed; boundary=b", "--b \r\n\r\none\r\n--b-- \r\n", [b"one"], None),
        ("multipart/mixed; boundary=b", "--b\r\n\r\n--b--", [b""], None),
        ("multipart/mixed; boundary=b", "--b\r\nno header here\r\n--b--", [b"no header here"], None),
        ("multipart/mixed; boundary=b", "--b--\r\n", [b"--b--\r\n"], Flaw.NO_BOUNDARY),
        ("multipart/mixed", "--x1\r\n\r\none\r\n--x1--", [b"one"], Flaw.GUESSED_BOUNDARY),
        ("multipart/mixed; boundary=lost", "--x1\r\n\r\none\r\n--x1--", [b"one"], Flaw.GUESSED_BOUNDARY),
        ("multipart/mixed; boundary=b", "nothing\r\n", [b"nothing\r\n"], Flaw.NO_BOUNDARY),
        ("multipart/mixed; boundary=b", "", [b""], None),
        ("multipart/mixed; boundary=b", "--b\r\n\r\n1\r\n--b\r\n\r\n2\r\n--b--\r\n--b\r\n\r\n3", [b"1", b"2"], None),
    ],
)  # fmt: skip
def test_broken_boundaries(content_type, body, contents, flaw):
    parsed = parse_mail(mail(content_type, body))
    assert [parsed.content(part) for part in parsed.leaves] == contents
    assert parsed.flaws == (frozenset({flaw}) if flaw else frozenset())


def test_an_inner_multipart_cannot_reach_past_the_outer_boundary():
    body = "--o\r\nContent-Type: multipart/mixed; boundary=i\r\n\r\n--i\r\n\r\nin\r\n--o\r\n\r\nout\r\n--i--\r\n--o--\r\n"
    parsed = parse_mail(mail("multipart/mixed; boundary=o", body))
    assert [(n, c) for n, _, c in shape(parsed)] == [("1.1", b"in"), ("2", b"out\r\n--i--")]


def test_a_mail_inside_of_a_mail_is_a_leaf_that_can_be_opened():
    inner = mail(
        "multipart/mixed; boundary=o",
        "--o\r\n\r\ninner\r\n--o--",
        extra="Subject: The inner one\r\n",
    )
    body = "--b\r\nContent-Type: message/rfc822\r\n\r\n" + inner.decode() + "\r\n--b--"
    parsed = parse_mail(mail("multipart/mixed; boundary=b", body))
    (part,) = parsed.leaves
    assert part.content_type == "message/rfc822"
    assert part.filename.raw == "The inner one.eml"
    assert parsed.content(part) == inner
    assert shape(parse_mail(parsed.content(part)))[0][2] == b"inner"


def test_parts_of_a_digest_are_mails():
    parsed = parse_mail(
        mail("multipart/digest; boundary=b", "--b\r\n\r\nSubject: x\r\n\r\ny\r\n--b--")
    )
    assert parsed.leaves[0].content_type == "message/rfc822"
    assert parsed.content(parsed.leaves[0]) == b"Subject: x\r\n\r\ny"


def test_depth_is_capped():
    for depth in (MAX_DEPTH - 1, MAX_DEPTH, 3_000):
        pieces = [
            f"--b{n}\r\nContent-Type: multipart/mixed; boundary=b{n + 1}\r\n\r\n"
            for n in range(depth)
        ]
        parsed = parse_mail(
            mail("multipart/mixed; boundary=b0", "".join(pieces) + f"--b{depth}\r\n\r\nx")
        )
        assert len(parsed.leaves) == 1
        assert (Flaw.TOO_DEEP in parsed.flaws) is (depth >= MAX_DEPTH)
        assert parsed.leaves[0].number.count(".") == min(depth, MAX_DEPTH - 1)


def test_parts_are_capped():
    parsed = parse_mail(mail("multipart/mixed; boundary=b", "--b\r\n\r\nx\r\n" * 50_000))
    assert len(parsed.leaves) == MAX_PARTS
    assert Flaw.TOO_MANY in parsed.flaws


@pytest.mark.timeout(5)
@pytest.mark.parametrize("near", ["--bx\r\n", "--b x\r\n", "--b" + " " * 500 + "x\n", "--b-\r"])
def test_near_boundaries_never_hide_the_true_one(near):
    body = near * (3_000_000 // len(near)) + "\r\n--b\r\n\r\nlate\r\n--b--"
    parsed = parse_mail(mail("multipart/mixed; boundary=b", body))
    assert shape(parsed) == [("1", "text/plain", b"late")]
    assert not parsed.flaws


def test_large_header_is_cut():
    parsed = parse_mail(b"X: " + b"y" * 300_000 + b"\r\n\r\nbody")
    assert Flaw.HEADER_CUT in parsed.flaws
    assert parsed.content(parsed.leaves[0]) == b"body"


def test_what_is_no_mail_is_one_text():
    assert shape(parse_mail(b"just text")) == [("1", "text/plain", b"just text")]
    assert shape(parse_mail(b"")) == [("1", "text/plain", b"")]
    assert shape(parse_mail(b"\r\nbody")) == [("1", "text/plain", b"body")]


@pytest.mark.parametrize(
    ("content", "encoding", "plain"),
    [
        (b"SGVsbG8=", "base64", b"Hello"),
        (b"SGVs\r\nbG8=\r\n", "base64", b"Hello"),
        (b"SGVsbG8", "base64", b"Hello"),
        (b"SGVsbG8==", "base64", b"Hello"),
        (b"SG!Vs\x00bG8=", "base64", b"Hello"),
        (b"SGVsbG8=\r\n-- \r\nlist footer", "base64", b"Hello"),
        (b"SGVsbG8h\r\n____\r\nlist footer", "base64", b"Hello!"),
        (b"SGVsbG8=\r\nSGVsbG8=\r\n", "base64", b"HelloHello"),
        (b"", "base64", b""),
        (b"=", "base64", b""),
        (b"a=3Db=\r\nc", "quoted-printable", b"a=bc"),
        (b"bad=ZZ =4", "quoted-printable", b"bad=ZZ =4"),
        (b"trail  \r\nx", "quoted-printable", b"trail  \r\nx"),
        (b"begin 644 x\n%2&5L;&\\\n`\nend\n", "x-uuencode", b"Hello"),
        (b"text\nbegin 644 x\n%2&5L;&\\\n", "uuencode", b"Hello"),
        (b"begin 644 x\nM\xff\xffshort\nend\n", "uuencode", b""),
        (b"as it is", "binary", b"as it is"),
        (b"as it is", "no-such", b"as it is"),
    ],
)
def test_transfer_encodings(content, encoding, plain):
    assert decoded(content, encoding) == plain


@pytest.mark.parametrize("size", [0, 1, 2, 3, 56, 57, 58, 1_000])
def test_sizes_are_known_without_decoding(size):
    content = random.Random(size).randbytes(size)
    for line_end in (b"\n", b"\r\n"):
        encoded = base64.encodebytes(content).replace(b"\n", line_end)
        assert decoded_size(encoded, 0, len(encoded), "base64") == size
    quoted = b"a=3Db=\r\nc=\nd"
    assert decoded_size(quoted, 0, len(quoted), "quoted-printable") == len(b"a=bcd")
    assert decoded_size(b"x" * 9, 2, 7, "7bit") == 5


def test_text_is_cut_where_it_is_too_long():
    parsed = parse_mail(b"From: a@x\r\n\r\n" + b"x" * (MAX_TEXT_BYTES + 10))
    part = parsed.leaves[0]
    assert len(parsed.text(part)) == MAX_TEXT_BYTES
    assert parsed.is_cut(part)


def test_random_structures_never_raise():
    draw = random.Random(5)
    pieces = [b"--b", b"--b--", b"--", b"\r\n", b"\n", b"\r", b"Content-Type: multipart/mixed; boundary=b", b"a",
              b"Content-Type: message/rfc822", b"Content-Transfer-Encoding: base64", b"=", b"boundary=", b"\x00",
              b"Content-Type: text/html; charset=utf-16", b":", b"\xff", b" "]  # fmt: skip
    for _ in range(2_000):
        raw = b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + b"".join(
            draw.choices(pieces, k=40)
        )
        parsed = parse_mail(raw)
        for part in parsed.leaves:
            assert isinstance(parsed.text(part), str)
            assert parsed.part(part.number) is part
