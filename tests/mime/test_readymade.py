"""Mails made elsewhere: made fit for sending, not changed otherwise."""

from email import message_from_bytes

import pytest

from tuimail.errors import UserError
from tuimail.mime.readymade import make_ready


def ready(raw: bytes):
    return make_ready(raw, "new@north.test", 1_700_000_000)


def test_what_is_missing_is_added() -> None:
    made = ready(b"From: a@x.org\nSubject: hi\n\nbody\n.\n")
    message = message_from_bytes(made.raw)
    assert message["Message-ID"] == "<new@north.test>"
    assert message["Date"] == "Tue, 14 Nov 2023 22:13:20 +0000"
    assert made.raw.endswith(b"\r\n\r\nbody\r\n.\r\n")
    assert (made.message_id, made.subject) == ("new@north.test", "hi")


def test_what_is_there_is_kept_byte_for_byte() -> None:
    raw = (
        b"From: a@x.org\r\nX-Odd:  a\r\n b\r\nMessage-ID: <own@x.org>\r\nDate: now\r\n\r\n\xff\r\n"
    )
    made = ready(raw)
    assert made.raw == raw
    assert made.message_id == "own@x.org"


@pytest.mark.parametrize(
    "field",
    [b"Bcc: hid@x.org", b"BCC : hid@x.org", b"bcc: a@x.org,\r\n hid@x.org", b"Resent-Bcc: hid@x.org",
     b"Bcc:\n\thid@x.org\nBcc: hid@x.org"],
)  # fmt: skip
def test_hidden_recipients_leave_no_trace(field) -> None:
    made = ready(b"From: a@x.org\r\n" + field + b"\r\nTo: b@x.org\r\n\r\nbody\r\n")
    assert b"hid" not in made.raw
    assert b"To: b@x.org" in made.raw


def test_an_unusable_message_id_is_replaced() -> None:
    made = ready(b"From: a@x.org\r\nMessage-ID: none\r\n\r\n")
    assert made.raw.count(b"Message-ID") == 1
    assert made.message_id == "new@north.test"


def test_the_separator_of_an_mbox_is_left_out() -> None:
    assert ready(b"From a@x.org Mon Nov 23\nFrom: a@x.org\n\nx\n").raw.startswith(b"From: a@x.org")


@pytest.mark.parametrize(
    "raw", [b"", b"Hello\nthere\n", b"Subject: x\n\nno From", b"From: a\0b\n\n", b"\x7fELF\0\0" * 99,
            b"From: a@x.org\n" + b"X: y\n" * 60_000]
)  # fmt: skip
def test_what_is_no_mail_is_refused(raw) -> None:
    with pytest.raises(UserError):
        ready(raw)
