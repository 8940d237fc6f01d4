import base64
import binascii
import quopri
import random

import pytest

from tuimail.mime.transfer import decoded, pieces

PIECE_BYTES = (70, 100, 333, 1_000)


def joined(content, encoding, piece_bytes):
    return b"".join(pieces(content, 0, len(content), encoding, piece_bytes))


def uuencoded(content):
    lines = [binascii.b2a_uu(content[at : at + 45]) for at in range(0, len(content), 45)]
    return b"begin 644 x\n" + b"".join(lines) + b"`\nend\n"


def base64_twice(content):
    return base64.encodebytes(content[:100]) + base64.encodebytes(content)


def base64_with_footer(content):
    return base64.encodebytes(content) + b"\n-----\nwords of a list"


ENCODERS = [
    ("base64", base64.encodebytes),
    ("base64", base64.b64encode),
    ("base64", base64_twice),
    ("base64", base64_with_footer),
    ("quoted-printable", quopri.encodestring),
    ("uuencode", uuencoded),
    ("x-uuencode", lambda content: content),
    ("8bit", lambda content: content),
    ("", lambda content: content),
]


@pytest.mark.parametrize("line_end", [b"\n", b"\r\n"])
@pytest.mark.parametrize(("encoding", "encode"), ENCODERS)
def test_pieces_are_what_is_decoded_at_once(encoding, encode, line_end):
    chance = random.Random(50)
    for _ in range(60):
        content = chance.randbytes(chance.randrange(3_000))
        encoded = encode(content).replace(b"\n", line_end)
        for piece_bytes in PIECE_BYTES:
            assert joined(encoded, encoding, piece_bytes) == decoded(encoded, encoding)


def test_quoted_text_in_one_long_line_is_not_cut_within_a_character():
    encoded = b"=C3=B6" * 2_000
    for piece_bytes in range(50, 60):
        assert joined(encoded, "quoted-printable", piece_bytes) == "ö".encode() * 2_000


def test_a_piece_is_no_larger_than_what_was_looked_at():
    encoded = base64.encodebytes(bytes(3_000_000))
    sizes = [len(piece) for piece in pieces(encoded, 0, len(encoded), "base64")]
    assert sum(sizes) == 3_000_000
    assert max(sizes) <= 1 << 20
