"""Drafts that begin as a message, and messages sent on."""

from collections.abc import Iterator
from dataclasses import replace
from email import message_from_bytes, policy
from pathlib import Path

import pytest

from tests.services.letters import LETTER, NORTH, WITH_FILE, ann, receive
from tuimail.errors import NotFound, UserError
from tuimail.mime.apart.process import Apart, Ended
from tuimail.model.address import Address
from tuimail.model.draft import DraftKind
from tuimail.services import delivery, writing
from tuimail.services.mail import Mail
from tuimail.store.outgoing import bytes_of


@pytest.fixture
def mail(tmp_path: Path) -> Iterator[Mail]:
    opened = ann(tmp_path)
    yield opened
    opened.close()


OWN = b"""From: Ann B <annb@north.test>
To: Bob <bob@south.test>
Cc: cee@x.test
Bcc: dee@x.test
Subject: =?utf-8?q?Pl=C3=A4ne?=
Message-ID: <mine@north.test>
In-Reply-To: <plans@south.test>
References: <first@south.test> <plans@south.test>
Content-Type: text/plain; charset=utf-8; format=flowed

A line that goes on\x20
for two.

> quoted
--\x20
Ann
"""


def test_one_s_own_mail_begins_again_as_it_was(mail) -> None:
    draft = writing.edit_as_new(mail, receive(mail, OWN))
    assert draft.from_ == Address("Ann B", "annb@north.test")
    assert (draft.to, draft.cc, draft.bcc) == ("Bob <bob@south.test>", "cee@x.test", "dee@x.test")
    assert (draft.subject, draft.kind, draft.original) == ("Pläne", DraftKind.NEW, None)
    assert draft.body == "A line that goes on for two.\n\n> quoted\n-- \nAnn\n"
    assert (draft.in_reply_to, draft.references) == (
        "plans@south.test", ("first@south.test", "plans@south.test"),
    )  # fmt: skip


def test_a_mail_of_somebody_else_is_a_beginning_without_its_thread(mail) -> None:
    draft = writing.edit_as_new(mail, receive(mail, OWN.replace(b"annb@north", b"eve@east")))
    assert draft.from_ == NORTH.address
    assert (draft.in_reply_to, draft.references) == ("", ())


def test_its_files_come_along_and_go_out_again(mail) -> None:
    draft = writing.edit_as_new(mail, receive(mail, WITH_FILE))
    (file,) = draft.attachments
    assert (file.filename, file.content_type) == ("r port.pdf", "application/pdf")
    sent = writing.send(mail, replace(draft, to="cee@x.test"), 0)
    message = message_from_bytes(bytes_of(mail.store, sent), policy=policy.default)
    assert [part.get_content() for part in message.iter_attachments()] == [b"%PDF"]
    assert message["Message-ID"] != "<file@south.test>"


def test_a_mail_that_is_not_here_yet_begins_nothing(mail) -> None:
    with pytest.raises(NotFound):
        writing.edit_as_new(mail, receive(mail, OWN, with_body=False))


def test_a_mail_is_sent_on_unchanged_below_a_block_that_says_by_whom(mail) -> None:
    raw = b"Return-Path: <x@x.test>\nDelivered-To: ann@north.test\nReceived: by mx\n" + LETTER
    sent = writing.redirect(mail, receive(mail, raw), "Dänü <dan@x.test>, eve@x.test")
    made = bytes_of(mail.store, sent)
    block, _, rest = made.partition(b"Received:")
    assert b"Received:" + rest == (b"Received: by mx\n" + LETTER).replace(b"\n", b"\r\n")
    message = message_from_bytes(made, policy=policy.default)
    assert message["Resent-From"] == "Ann <ann@north.test>"
    assert message["Resent-To"] == "Dänü <dan@x.test>, eve@x.test"
    assert message["Resent-Message-ID"].endswith("@north.test>")
    assert message["Resent-Date"].endswith("+0000")
    assert block.isascii()
    row = delivery.show(mail, sent)
    assert [r.address for r in row.recipients] == ["dan@x.test", "eve@x.test"]
    assert (row.message_id, row.subject.raw) == ("plans@south.test", "Plans")


def test_a_mail_sent_on_twice_has_the_newest_block_above(mail) -> None:
    first = b"Resent-From: Bob <bob@south.test>\nResent-To: ann@north.test\n" + LETTER
    sent = writing.redirect(mail, receive(mail, first), "dan@x.test")
    names = [line.partition(b":")[0] for line in bytes_of(mail.store, sent).split(b"\r\n")[:6]]
    assert names == [
        b"Resent-Date", b"Resent-From", b"Resent-To", b"Resent-Message-ID",
        b"Resent-From", b"Resent-To",
    ]  # fmt: skip


@pytest.mark.parametrize("to", ["", "nobody", "a@b.example c@d.example"])
def test_a_mail_is_sent_on_to_addresses_alone(mail, to) -> None:
    ref = receive(mail, LETTER)
    with pytest.raises(UserError):
        writing.redirect(mail, ref, to)
    assert not delivery.outbox(mail)


class TakesTooMuch(Apart):
    """Reads no mail to its end."""

    def rendered(self, *_, **__):
        raise Ended


def test_what_takes_too_much_to_be_read_is_not_passed_on_without_its_files(mail) -> None:
    """Nor gone on with: the draft that lies on a server would lose them."""
    ref = receive(mail, WITH_FILE)
    mail = replace(mail, reading=TakesTooMuch())
    for make in (writing.forward, writing.edit_as_new, writing.go_on):
        with pytest.raises(UserError, match="too much"):
            make(mail, ref)
    assert "r port" in writing.reply(mail, ref).body, "of its beginning as it came"
