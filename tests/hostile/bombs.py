"""Mails made to take time and memory, each built when it is asked for."""

import base64
from collections.abc import Callable

HEAD = "From: a@x.example\r\nTo: b@y.example\r\nSubject: s\r\nMIME-Version: 1.0\r\n"
MIXED = "Content-Type: multipart/mixed; boundary=b\r\n"
HTML = "--b\r\nContent-Type: text/html\r\n\r\n"


def mail(head: str, body: str | bytes) -> bytes:
    content = body.encode() if isinstance(body, str) else body
    return f"{HEAD}{head}\r\n".encode() + content


def text(body: str, *more: str) -> bytes:
    lines = "".join(f"{line}\r\n" for line in more)
    return mail(f"Content-Type: text/plain; charset=utf-8\r\n{lines}", body)


def html(body: str) -> bytes:
    return mail("Content-Type: text/html; charset=utf-8\r\n", body)


def nested(count: int) -> bytes:
    parts = "".join(
        f"--b{n}\r\nContent-Type: multipart/mixed; boundary=b{n + 1}\r\n\r\n" for n in range(count)
    )
    return mail("Content-Type: multipart/mixed; boundary=b0\r\n", f"{parts}--b{count}\r\n\r\nx")


def digest() -> bytes:
    inside = "--b\r\n\r\nSubject: x\r\n\r\n" + "word word\r\n" * 40_000 + "\r\n"
    return mail("Content-Type: multipart/digest; boundary=b\r\n", inside * 30)


def uuencoded() -> bytes:
    lines = "\r\n".join(["M" + "#" * 60] * 300_000)
    return text(f"begin 644 x\r\n{lines}\r\nend\r\n", "Content-Transfer-Encoding: x-uuencode")


def report() -> bytes:
    stated = "Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n"
    each = "Final-Recipient: rfc822; a@b\r\nAction: failed\r\n\r\n"
    status = "--b\r\nContent-Type: message/delivery-status\r\n\r\n" + each * 50_000
    return mail(stated, f"--b\r\n\r\nx\r\n{status}--b--")


def in_base64(stated: str, size_bytes: int) -> bytes:
    encoded = base64.encodebytes(b"x" * size_bytes)
    return mail(f"Content-Type: {stated}\r\nContent-Transfer-Encoding: base64\r\n", encoded)


EVENT = "BEGIN:VEVENT\r\nDTSTART:20260101T000000Z\r\nRRULE:FREQ=SECONDLY;COUNT=1000000000\r\nEND:VEVENT\r\n"
SOFT = "Content-Transfer-Encoding: quoted-printable"

BOMBS: dict[str, Callable[[], bytes]] = {
    "multiparts in multiparts": lambda: nested(20_000),
    "fifty thousand parts": lambda: mail(MIXED, "--b\r\n\r\nx\r\n" * 50_000),
    "a thousand parts of html": lambda: mail(MIXED, (HTML + "<p><b>x</b>" * 400 + "\r\n") * 1_000),
    "a thousand parts of blocks": lambda: mail(MIXED, (HTML + "<div>" * 2_000 + "\r\n") * 1_000),
    "a thousand parts of text": lambda: mail(
        MIXED, ("--b\r\n\r\n" + "word word\r\n" * 5_000) * 1_000
    ),
    "a header of ten megabytes": lambda: mail("X-A: " + "a" * 10_000_000 + "\r\n", "x"),
    "half a million fields": lambda: mail("X-A: b\r\n" * 500_000, "x"),
    "a hundred thousand people": lambda: mail("Cc: " + "u@y.example, " * 100_000 + "\r\n", "x"),
    "parameters without end": lambda: mail("Content-Type: a/b" + "; a*1=v" * 99_999 + "\r\n", "x"),
    "64 megabytes of base64 text": lambda: in_base64("text/plain", 48_000_000),
    "a hundred megabytes of a file": lambda: in_base64("application/x; name=a.bin", 75_000_000),
    "a hundred megabytes in one line": lambda: text("x" * 100_000_000),
    "four megabytes of lines": lambda: text("x\r\n" * 1_400_000),
    "four megabytes of links": lambda: text("http://a.b/c " * 300_000),
    "one word of four megabytes": lambda: text("w" * 4_000_000),
    "marks without end": lambda: text("a" + "\u0301" * 2_000_000),
    "wide letters without end": lambda: text("\u754c" * 1_300_000),
    "brackets": lambda: text("http://a/" + "(" * 2_000_000 + ")" * 2_000_000),
    "flowed text": lambda: text("x \r\n" * 1_000_000, "X-A: b"),
    "soft line ends": lambda: text("=\r\n" * 5_000_000, SOFT),
    "uuencoded": uuencoded,
    "blocks in blocks": lambda: html("<div>" * 900_000),
    "formatting in paragraphs": lambda: html("<font color=1><p>" * 40_000),
    "tables in tables": lambda: html("<table><tr><td>" * 5_000 + "x"),
    "attributes": lambda: html("<p " + " ".join(f"a{n}=1" for n in range(200_000)) + ">x"),
    "two megabytes of html text": lambda: html("word " * 400_000),
    "two megabytes of html lines": lambda: html("<pre>" + "x\n" * 900_000),
    "options": lambda: html("<select>" + "<option>x" * 14_000),
    "cells": lambda: html("<table border=1><tr>" + "<td>x" * 14_000 + "</table>"),
    "lists in lists": lambda: html("<ul><li>" * 7_400 + "x"),
    "styles": lambda: html("<style>" + ".a{display:none}" * 100_000 + "</style>x"),
    "marks in html": lambda: html("a" + "\u0301" * 900_000),
    "mails in mails": lambda: mail("Content-Type: message/rfc822\r\n", "") * 3_000,
    "a digest": digest,
    "events without end": lambda: mail("Content-Type: text/calendar\r\n", EVENT * 4_000),
    "a report of many": report,
    "near boundaries": lambda: mail(MIXED, "--b" + "\r\n--bx" * 1_000_000),
    "a patch without end": lambda: text(
        "@@ -1,999999999 +1,999999999 @@\r\n" + "+x\r\n" * 1_000_000
    ),
}
