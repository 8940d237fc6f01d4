"""The wire log shows the conversation and none of the secrets, mails and addresses in it."""

import logging
from base64 import b64encode

import pytest

from tuimail.model.secret import Secret
from tuimail.protocols.sasl import Dialogue
from tuimail.protocols.sasl.plain import Plain
from tuimail.protocols.wirelog import WireLog


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        (b'A1 LOGIN "ann" "canary"\r\n', "A1 LOGIN ***"),
        (b"A1 AUTHENTICATE PLAIN canary", "A1 AUTHENTICATE PLAIN ***"),
        (b"AUTH PLAIN canary", "AUTH PLAIN ***"),
        (b"MAIL FROM:<canary@x.y> SIZE=3", "MAIL FROM:<...> SIZE=3"),
        (b"RCPT TO:<canary@x.y>", "RCPT TO:<...>"),
        (b'A1 UID SEARCH HEADER Message-ID "<canary@x>"', 'HEADER Message-ID "<...>"'),
        (b"A1 NOOP \x1b[31m", "A1 NOOP \u241b[31m"),
    ],
)
def test_what_we_say(line: bytes, shown: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, logger="tuimail.wire")
    WireLog("imap").sent(line)
    assert shown in caplog.text
    assert "canary" not in caplog.text
    assert "\x1b" not in caplog.text


def test_a_secret_the_server_repeats_is_hidden(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, logger="tuimail.wire")
    wire = WireLog("imap")
    wire.hide("canary")
    wire.received(b"A1 NO wrong password: canary or " + b64encode(b"canary"))
    wire.received(b'* 1 FETCH (ENVELOPE ("date" "my subject"))')
    wire.received(b"550 5.1.1 canary@x.y unknown here; ask postmaster@x.y.")
    wire.bulk("<", 12)
    assert "550 5.1.1 ... unknown here; ask ..." in caplog.text
    assert "@" not in caplog.text
    assert "wrong password: *** or ***" in caplog.text
    assert "subject" not in caplog.text
    assert "(12 bytes)" in caplog.text


def test_a_sign_in_the_server_repeats_is_hidden_whole(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, logger="tuimail.wire")
    secret = Secret('can"ary\\')
    dialogue = Dialogue(Plain("joe", secret))
    response = dialogue.first(1_000)
    assert response is not None
    wire = WireLog("imap")
    wire.hide(secret.reveal(), *dialogue.hidden)
    wire.received(b"A1 BAD unknown: " + response)
    wire.received(b'A1 BAD syntax in: LOGIN joe "can\\"ary\\\\"')
    wire.received(b'A1 BAD what is "can\\"ary\\\\"?')
    assert "unknown: ***" in caplog.text
    assert "LOGIN ***" in caplog.text
    assert 'what is "***"' in caplog.text
    assert wire.masked(f"no: {response.decode()}, {secret.reveal()}") == "no: ***, ***"


def test_nothing_is_written_below_debug(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    wire = WireLog("imap")
    wire.sent(b"NOOP")
    wire.received(b"OK")
    assert not wire.is_on
    assert caplog.text == ""


def test_the_beginning_of_a_secret_the_server_cuts_off_is_hidden(caplog) -> None:
    caplog.set_level(logging.DEBUG, logger="tuimail.wire")
    token = "ya29.canary" * 40
    wire = WireLog("smtp")
    wire.hide(token)
    cut = b64encode(token.encode())[:80].decode()
    assert wire.masked(f"what is {cut}?") == "what is ***?"
    assert wire.masked(f"{token[:200]} and {token[:13]}") == "*** and ***"
    wire.received(f"500 what is {cut}?".encode())
    assert "what is ***?" in caplog.text
