"""A mail that asks for a receipt, and what is sent when a person says yes."""

import pytest

from tuimail.errors import UserError
from tuimail.mime.compose import field_names
from tuimail.mime.mail_warnings import ASKS_FOR_RECEIPT
from tuimail.mime.receipt import build_receipt, receipt_asked
from tuimail.mime.render import render_mail
from tuimail.mime.report import read_report
from tuimail.model.address import Address
from tuimail.model.report import ReportKind

ME = Address("Grace Hopper", "grace@here.example")
ASKING = (
    b"Return-Path: <ada@far.example>\r\nFrom: Ada <ada@far.example>\r\nTo: grace@here.example\r\n"
    b"Subject: =?utf-8?q?Pl=C3=A4ne?=\r\nMessage-ID: <plans@far.example>\r\n"
    b"Disposition-Notification-To: Ada <ada@far.example>\r\n\r\nWhen?\r\n"
)


def without(field: bytes) -> bytes:
    return b"".join(line for line in ASKING.splitlines(True) if not line.startswith(field))


def test_a_mail_says_whom_it_asks_to_tell() -> None:
    asked = receipt_asked(ASKING)
    assert asked is not None
    assert (asked.to.addr_spec, asked.is_elsewhere) == ("ada@far.example", False)
    assert ASKS_FOR_RECEIPT in render_mail(ASKING).warnings
    assert ASKS_FOR_RECEIPT not in render_mail(without(b"Disposition")).warnings


@pytest.mark.parametrize(
    "raw",
    [
        without(b"Disposition"),
        ASKING.replace(b"\r\n\r\n", b"\r\nDisposition-Notification-To: b@c.example\r\n\r\n"),
        ASKING.replace(b"To: Ada <ada@far.example>", b"To: a@b.example, c@d.example"),
        ASKING.replace(b"To: Ada <ada@far.example>", b"To: nobody"),
        ASKING.replace(b"To: Ada <ada@far.example>", b"To: a@b.example\0"),
        ASKING.replace(b"\r\n\r\n", b"\r\nContent-Type: multipart/report; boundary=b\r\n\r\n", 1),
        b"",
    ],
    ids=["no wish", "twice", "two people", "no address", "a NUL", "a report", "nothing"],
)
def test_what_is_no_honest_wish_is_none(raw: bytes) -> None:
    asked = receipt_asked(raw)
    if asked is not None:
        assert asked.to.addr_spec == "a@b.example"
        assert asked.is_elsewhere
        return
    with pytest.raises(UserError):
        build_receipt(raw, ME, "r@here.example", 0)


@pytest.mark.parametrize(
    "raw",
    [
        ASKING.replace(b"To: Ada <ada@far.example>", b"To: spy@evil.example"),
        ASKING.replace(b"Path: <ada@far.example>", b"Path: <bounce@list.example>"),
        ASKING.replace(b"From: Ada <ada@far.example>", b"From: Eve <eve@far.example>").replace(
            b"Return-Path: <ada@far.example>\r\n", b""
        ),
    ],
    ids=["to somebody else", "by another path", "by another author"],
)
def test_a_receipt_that_goes_elsewhere_is_noticed(raw: bytes) -> None:
    asked = receipt_asked(raw)
    assert asked is not None
    assert asked.is_elsewhere


def test_the_receipt_is_what_others_read_as_one() -> None:
    raw = build_receipt(ASKING, ME, "r@here.example", 1_795_000_000)
    report = read_report(raw)
    assert report is not None
    assert report.kind is ReportKind.RECEIPT
    assert report.original_ids == ("plans@far.example",)
    (facts,) = report.recipients
    assert facts.address == "grace@here.example"
    assert facts.diagnostic == "manual-action/MDN-sent-manually; displayed"
    rendered = render_mail(raw)
    assert rendered.envelope.subject == "Read: Pläne"
    assert rendered.envelope.to[0].addr_spec == "ada@far.example"
    assert receipt_asked(raw) is None, "a receipt asks for none"
    header = raw.partition(b"\r\n\r\n")[0]
    assert field_names(header)
    assert b"\n" not in raw.replace(b"\r\n", b"")
    assert b"Reporting-UA" not in raw


def test_an_evil_subject_or_id_brings_no_field_of_its_own() -> None:
    evil = ASKING.replace(b"=?utf-8?q?Pl=C3=A4ne?=", b"=?utf-8?q?a=0D=0ABcc:_x@y.example?=")
    evil = evil.replace(b"<plans@far.example>", b"<a b\x1b@c>")
    header = build_receipt(evil, ME, "r@here.example", 0).partition(b"\r\n\r\n")[0]
    assert "Bcc" not in field_names(header)
