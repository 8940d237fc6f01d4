import pytest

from tuimail.mime.unread import TOOK_TOO_MUCH, as_it_is
from tuimail.model.caution import CautionKind


def test_a_mail_that_took_too_much_still_says_what_is_wrong_with_its_sender():
    liar = b'From: "ceo@bank.com" <mallory@evil.example>\r\nSubject: x\r\n\r\n' + b"x" * 100_000
    first, *_, last = as_it_is(liar).warnings
    assert (first.kind, last.text) == (CautionKind.NAME, TOOK_TOO_MUCH)
    assert "mallory@evil.example" in first.text


@pytest.mark.parametrize("raw", [b"", b"\r\n", b"From", b"From: <\0", b"\xff" * 1_000_000])
def test_whatever_it_is_made_of_it_is_shown(raw):
    shown = as_it_is(raw)
    assert shown.warnings[-1].text == TOOK_TOO_MUCH
