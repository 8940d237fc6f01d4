"""A mail is rendered whatever becomes of who reads it, and its parts are had piece by piece."""

import base64
import random
import sys

import pytest

from tests.store.makers import arrival, box_id
from tuimail.errors import NotFound
from tuimail.mime.apart.asked import message
from tuimail.mime.apart.process import Apart
from tuimail.mime.apart.process import __version__ as version
from tuimail.mime.render import render_mail
from tuimail.mime.unread import TOOK_TOO_MUCH
from tuimail.model.part import Searchable
from tuimail.services import attachments, rendering
from tuimail.services.mail import Mail
from tuimail.store.bodies import put_body
from tuimail.store.messages import key_of, put_messages

HEAD = b"From: ann@x.example\r\nSubject: s\r\nContent-Type: "
FILE = random.Random(9).randbytes(900_000)
WITH_FILE = (
    HEAD
    + b"multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nsee the file\r\n--b\r\n"
    + b'Content-Type: application/octet-stream; name="big.bin"\r\n'
    + b"Content-Transfer-Encoding: base64\r\n\r\n"
    + base64.encodebytes(FILE)
    + b"--b--\r\n"
)
LONG = HEAD + b"text/plain\r\n\r\n" + b"some words\r\n" * 9_000


def keep(mail, raw):
    [row_id] = put_messages(mail.store, box_id(mail.store, "INBOX"), [arrival(1)])
    key = key_of(mail.store, row_id)
    put_body(mail.store, key, raw, Searchable("", "", "", has_attachments=False))
    return key


@pytest.mark.parametrize("raw", [WITH_FILE, LONG, HEAD + b"text/plain\r\n\r\nshort"])
def test_a_stored_mail_is_rendered_as_its_bytes_are(mail, raw):
    assert rendering.rendered(mail, keep(mail, raw)) == render_mail(raw)


def test_a_mail_that_takes_too_much_is_shown_as_it_is(mail):
    greeting = message(version)
    code = f"import socket; socket.socket(fileno=0).sendall({greeting!r})"
    ends = Apart((sys.executable, "-S", "-c", code), patience_s=60)
    unlucky = Mail(mail.profile, mail.config, mail.store, ends)
    shown = rendering.rendered(unlucky, keep(mail, LONG))
    assert TOOK_TOO_MUCH in [caution.text for caution in shown.warnings]
    assert [line.text for line in shown.lines[:4]] == [*LONG.decode().split("\r\n")[:4]]
    assert shown.envelope.subject == "s"
    assert not shown.parts
    ends.end()


def test_a_part_is_had_in_pieces_and_saved_whole(mail, tmp_path):
    key = keep(mail, WITH_FILE)
    assert b"".join(rendering.part_pieces(mail, key, "2")) == FILE
    assert rendering.part_of(mail, key, "2").filename.raw == "big.bin"
    saved = attachments.save_part(mail, key, "2", tmp_path / "in")
    assert (saved.name, saved.read_bytes()) == ("big.bin", FILE)


def test_what_is_not_there_is_not_found(mail):
    key = keep(mail, WITH_FILE)
    with pytest.raises(NotFound):
        rendering.part_of(mail, key, "7")
    with pytest.raises(NotFound):
        list(rendering.part_pieces(mail, 7, "1"))
    assert rendering.rendered(mail, 7) is None
