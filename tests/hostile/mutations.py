"""Mails that nobody wrote: seeds cut, doubled, joined and spoilt, the same for the same seed."""

import random
from collections.abc import Iterator, Sequence
from typing import Final

MAX_BYTES: Final = 20_000
"""Of a mutation; what is large is a matter of its own."""

_TOKENS: Final = (
    *(b"\r\n", b"\n", b"\r", b"\r\n\r\n", b"\x00", b"\xff", b"\x1b[31m", b"\xed\xa0\x80", b"\xe2\x80\xae"),
    *(b"--", b"--=_b", b"--=_b--", b"--in", b";", b'"', b"(", b")", b"<", b">", b"@", b":", b",", b"=", b"%"),
    *(b"=?utf-8?b?", b"=?utf-8?q?=", b"?=", b"=?", b"*0*=utf-8''%", b"*1=", b"\\", b"{", b"[", b"]"),
    *(b"\r\nContent-Type: ", b"multipart/mixed; boundary=", b"text/html", b"message/rfc822"),
    *(b"text/calendar", b"application/ms-tnef", b"multipart/report", b"message/delivery-status"),
    *(b"\r\nContent-Transfer-Encoding: ", b"base64", b"quoted-printable", b"x-uuencode", b"charset="),
    *(b"\r\nContent-Disposition: attachment; filename=", b"\r\nFrom: ", b"\r\nTo: ", b"\r\nDate: "),
    *(b"\r\nSubject: ", b"\r\nReferences: <", b"\r\nList-Id: <", b"\r\nContent-ID: <"),
    *(b"utf-16", b"utf-7", b"gb18030", b"iso-2022-jp", b"unicode_escape", b"idna", b"hz"),
    *(b"<table><tr><td colspan=99999>", b"<div style='", b"&#x", b"&#1114112;", b"<!--", b"</", b"<a href="),
    *(b"begin 644 x\r\n", b"\r\nend\r\n", b"BEGIN:VEVENT\r\n", b"END:VEVENT\r\n", b"DTSTART:99999999T999999\r\n"),
    *(b"RRULE:FREQ=SECONDLY;COUNT=1000000\r\n", b"TZID=", b"-----BEGIN PGP MESSAGE-----\r\n", b"diff --git "),
    *(b"99999999999999999999", b"-1", b"0", b"\t", b" " * 80, b">" * 50, b"\xcc\x81" * 20),
)  # fmt: skip


def mutations(count: int, seeds: Sequence[bytes], seed: int) -> Iterator[bytes]:
    """Yield `count` mails, each made from one of the seeds and pieces of others."""
    draw = random.Random(seed)
    for number in range(count):
        raw = bytearray(seeds[number % len(seeds)][:MAX_BYTES])
        for _ in range(draw.choice((1, 1, 2, 3, 5, 12))):
            _mutate(draw, raw, seeds)
        yield bytes(raw[:MAX_BYTES])


def _mutate(draw: random.Random, raw: bytearray, seeds: Sequence[bytes]) -> None:
    """Change a mail in one place, or two."""
    at = draw.randrange(len(raw) + 1)
    match draw.randrange(9):
        case 0:
            raw[at : at + 1] = bytes([draw.randrange(256)])
        case 1:
            raw[at:at] = draw.choice(_TOKENS)
        case 2:
            raw[at : at + len(token)] = (token := draw.choice(_TOKENS))
        case 3:
            del raw[at : at + draw.choice((1, 3, 20, 200, 2_000))]
        case 4:
            raw[at:at] = raw[at : at + draw.choice((1, 10, 100))] * draw.choice((1, 2, 50))
        case 5:
            other = draw.choice(seeds)
            start = draw.randrange(len(other) + 1)
            raw[at:at] = other[start : start + draw.choice((10, 100, 1_000))]
        case 6:
            lines = raw.split(b"\r\n")
            draw.shuffle(lines)
            raw[:] = b"\r\n".join(lines)
        case 7:
            raw[at:at] = bytes(draw.randrange(256) for _ in range(draw.randrange(1, 9)))
        case _:
            raw[at:] = raw[at:].swapcase()
