"""Writing a mail: from nothing, from a mail, to the outbox and back."""

import os
import time
from collections.abc import Iterator
from dataclasses import replace
from email import message_from_bytes, policy
from pathlib import Path

import pytest

from tests.services.letters import (
    LETTER,
    NORTH,
    SILENT,
    SOUTH,
    WITH_FILE,
    ann,
    receive,
)
from tuimail.config.load import Config
from tuimail.errors import NotFound, UserError
from tuimail.model.account import Account
from tuimail.model.address import Address
from tuimail.model.draft import DraftKind
from tuimail.model.ids import AccountName
from tuimail.model.outgoing import CopyStep, OutgoingState, Phase, SendOptions
from tuimail.model.settings import Settings
from tuimail.services import delivery, people, writing
from tuimail.services.mail import Mail
from tuimail.services.writing import DraftError
from tuimail.store.outgoing import bytes_of
from tuimail.store.outgoing_attempts import (
    Claim,
    ClaimLost,
    Outcome,
    claim_due,
    end_claim,
    recover,
    set_phase,
)
from tuimail.store.outgoing_history import RecipientState
from tuimail.store.sent_copies import note_copy


@pytest.fixture
def mail(tmp_path: Path) -> Iterator[Mail]:
    opened = ann(tmp_path)
    yield opened
    opened.close()


def ready(mail: Mail, **fields):
    base = {"to": "Bob <bob@south.test>", "subject": "Hi", "body": "Hello.\n"}
    return replace(writing.new_draft(mail), **(base | fields))


def claim(mail: Mail, account: Account = NORTH, at: int = 0) -> Claim | None:
    return claim_due(mail.store, account.name, at or int(time.time()) + 1, 100)


def test_a_new_draft_has_the_first_account_and_its_signature(mail) -> None:
    draft = writing.new_draft(mail, to="bob@south.test")
    assert (draft.account, draft.from_, draft.to) == ("north", NORTH.address, "bob@south.test")
    assert draft.body == "\n\n-- \nAnn\nNorth\n"
    assert writing.new_draft(mail).id != draft.id


def test_without_an_account_it_says_what_to_do(mail) -> None:
    empty = Mail(mail.profile, Config(Settings(), ()), mail.store)
    with pytest.raises(UserError, match="account add"):
        writing.new_draft(empty)


def test_a_draft_is_kept_and_found_again(mail) -> None:
    saved = writing.save_draft(mail, ready(mail, body="half a sen"))
    assert [draft.body for draft in writing.drafts(mail)] == ["half a sen"]
    assert writing.drafts(mail)[0] == saved
    writing.discard_draft(mail, saved.id)
    assert list(writing.drafts(mail)) == []


def test_the_signature_changes_with_the_identity(mail) -> None:
    draft = replace(writing.new_draft(mail), body="Hello" + writing.new_draft(mail).body)
    moved = writing.change_identity(mail, draft, SOUTH.name)
    assert moved.body == "Hello\n\n-- \nAnn\nSouth\n"
    assert moved.from_ == SOUTH.address
    assert writing.change_identity(mail, draft, NORTH.name, "ANNB@north.test").from_.name == "Ann B"
    with pytest.raises(DraftError):
        writing.change_identity(mail, draft, NORTH.name, "x@y.test")


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"to": ""}, "to"),
        ({"to": "nobody"}, "to"),
        ({"cc": "a@b@c"}, "cc"),
        ({"bcc": "x y"}, "bcc"),
        ({"from_": Address("", "boss@other.test")}, "from"),
        ({"from_": Address("", "not one")}, "from"),
        ({"account": AccountName("silent"), "from_": SILENT.address}, "from"),
        ({"account": AccountName("gone")}, "from"),
    ],
)
def test_what_cannot_be_sent_names_its_field(mail, fields, field) -> None:
    with pytest.raises(DraftError) as refusal:
        writing.check(mail, ready(mail, **fields))
    assert refusal.value.field == field


def test_an_attachment_that_is_gone_is_noticed(mail, tmp_path) -> None:
    file = tmp_path / "a.txt"
    file.write_text("x")
    draft = writing.attach(ready(mail), file)
    file.unlink()
    with pytest.raises(DraftError) as refusal:
        writing.check(mail, draft)
    assert refusal.value.field == "attachments"
    with pytest.raises(DraftError):
        writing.attach(draft, file)
    assert writing.detach(draft, 0).attachments == ()
    with pytest.raises(DraftError):
        writing.detach(draft, 1)


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"subject": " "}, "subject is empty"),
        ({"body": "\n\n-- \nAnn\n"}, "text is empty"),
        ({"body": "\n\nOn 24 Nov 2026, 09:00, Bob wrote:\n> Well?\n"}, "text is empty"),
        ({"body": "\n\nsomebody wrote:\n> Well?\n"}, "text is empty"),
        ({"body": "See the attached plan."}, "attachment"),
        ({"body": "Im Anhang der Plan."}, "attachment"),
        ({"subject": "pièce jointe"}, "attachment"),
        ({"cc": ", ".join(f"p{n}@x.test" for n in range(25))}, "26 people"),
        ({"to": "bob@gmail"}, "no dot"),
    ],
)
def test_what_may_be_forgotten_is_a_warning(mail, fields, words) -> None:
    (warning,) = writing.check(mail, ready(mail, **fields))
    assert words in warning


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"body": "Fine.\n\n> see attached\n"},
        {"body": "As I wrote:\nit is fine.\n\nOn 24 Nov, Attachment Desk wrote:\n> x\n"},
        {"body": "Fine.\n-- \nSee attached\n"},
        {"bcc": ", ".join(f"p{n}@x.test" for n in range(25))},
    ],
)
def test_an_ordinary_mail_has_no_warning(mail, fields) -> None:
    assert writing.check(mail, ready(mail, **fields)) == []


def test_sending_is_durable_and_drops_the_draft(mail) -> None:
    draft = writing.save_draft(
        mail, ready(mail, cc="Cee <cee@x.test>", bcc="hid@y.test, bob@south.test")
    )
    sent = writing.send(mail, draft)
    assert list(writing.drafts(mail)) == []
    row = delivery.show(mail, sent)
    assert row.state is OutgoingState.QUEUED
    assert [one.address for one in row.recipients] == ["bob@south.test", "cee@x.test", "hid@y.test"]
    assert row.not_before >= int(time.time()) + 8
    raw = bytes_of(mail.store, sent)
    assert b"hid@y.test" not in raw
    assert message_from_bytes(raw)["Message-ID"] == f"<{row.message_id}>"
    assert claim(mail) is None
    taken = claim(mail, at=int(time.time()) + 11)
    assert taken is not None
    assert (taken.sender, taken.recipients) == (
        "ann@north.test",
        ("bob@south.test", "cee@x.test", "hid@y.test"),
    )


def test_people_written_to_are_remembered(mail) -> None:
    writing.send(mail, ready(mail, to="Robert <robert@south.test>"))
    assert [a.addr_spec for a in people.complete(mail, "rob")] == ["robert@south.test"]


def test_a_mail_can_be_sent_later(mail) -> None:
    sent = writing.send(mail, ready(mail), 0, SendOptions(at=int(time.time()) + 3600))
    assert claim(mail) is None
    assert delivery.show(mail, sent).not_before >= int(time.time()) + 3599


def test_what_cannot_be_built_leaves_the_draft(mail, tmp_path) -> None:
    file = tmp_path / "a.txt"
    file.write_text("x")
    draft = writing.save_draft(mail, writing.attach(ready(mail), file))
    file.unlink()
    os.mkfifo(file)
    with pytest.raises(DraftError):
        writing.send(mail, draft)
    assert len(writing.drafts(mail)) == 1
    assert list(delivery.outbox(mail)) == []


def test_a_mail_is_taken_back_within_its_window(mail) -> None:
    draft = writing.save_draft(mail, ready(mail, body="Oops"))
    sent = writing.send(mail, draft)
    back = delivery.take_back(mail, sent)
    assert (back.id, back.body) == (draft.id, "Oops")
    assert [one.id for one in writing.drafts(mail)] == [draft.id]
    assert claim(mail, at=int(time.time()) + 60) is None
    assert delivery.show(mail, sent).state is OutgoingState.CANCELLED


def test_a_mail_being_sent_cannot_be_taken_back(mail) -> None:
    sent = writing.send(mail, ready(mail), 0)
    taken = claim(mail)
    assert taken is not None
    set_phase(mail.store, taken, Phase.DATA)
    with pytest.raises(UserError, match="being sent"):
        delivery.retry(mail, sent)
    set_phase(mail.store, taken, Phase.FINAL_DOT)
    with pytest.raises(UserError, match="being sent"):
        delivery.take_back(mail, sent)
    with pytest.raises(UserError, match="being sent"):
        delivery.cancel(mail, sent)
    assert list(writing.drafts(mail)) == []


@pytest.mark.parametrize("phase", [Phase.CONNECT, Phase.ENVELOPE, Phase.DATA])
def test_a_mail_is_stopped_while_it_is_sent_up_to_the_final_dot(mail, phase) -> None:
    sent = writing.send(mail, ready(mail), 0)
    taken = claim(mail)
    assert taken is not None
    set_phase(mail.store, taken, phase)
    assert delivery.cancel(mail, sent).state is OutgoingState.CANCELLED
    with pytest.raises(ClaimLost):
        set_phase(mail.store, taken, Phase.FINAL_DOT)
    assert recover(mail.store, 1) == []
    assert claim(mail) is None


def test_the_outbox_is_found_by_the_beginning_of_an_id(mail) -> None:
    sent = writing.send(mail, ready(mail), 0)
    assert delivery.show(mail, sent[:6]).id == sent
    message_id = delivery.show(mail, sent).message_id
    assert delivery.history(mail, f"<{message_id}>") == delivery.history(mail, sent)
    for unknown in ("", "nothing", "\x1b[31m"):
        with pytest.raises(NotFound) as failure:
            delivery.show(mail, unknown)
        assert failure.value.hint.isprintable()


def test_a_cancelled_mail_can_be_sent_after_all(mail) -> None:
    sent = writing.send(mail, ready(mail), 60)
    assert delivery.cancel(mail, sent).state is OutgoingState.CANCELLED
    with pytest.raises(UserError, match="already"):
        delivery.cancel(mail, sent)
    assert delivery.retry(mail, sent).state is OutgoingState.QUEUED
    assert claim(mail, at=int(time.time()) + 61) is not None


def test_a_copy_in_sent_that_was_refused_is_tried_again(mail) -> None:
    sent = writing.send(mail, ready(mail), 0)
    taken = claim(mail)
    assert taken is not None
    accepted = Outcome(dict.fromkeys(taken.recipients, RecipientState(OutgoingState.ACCEPTED)))
    end_claim(mail.store, taken, accepted, 1, 1)
    with pytest.raises(UserError, match="every recipient has it"):
        delivery.retry(mail, sent)
    note_copy(mail.store, sent, 1, (CopyStep.REFUSED, "over quota"))
    assert "over quota. Retry" in delivery.show(mail, sent).copy_problem
    row = delivery.retry(mail, sent)
    assert (row.state, row.copy_problem) == (OutgoingState.ACCEPTED, "")
    assert claim(mail) is None
    with pytest.raises(UserError, match="every recipient has it"):
        delivery.retry(mail, sent)


def test_a_reply_begins_with_everything(mail) -> None:
    ref = receive(mail, LETTER)
    draft = writing.reply(mail, ref)
    assert (draft.to, draft.cc, draft.subject) == ("Bob <bob@south.test>", "", "Re: Plans")
    assert draft.from_.addr_spec == "annb@north.test"
    assert draft.in_reply_to == "plans@south.test"
    assert "On 2023-11-14 22:13 +0000, Bob wrote:\n> Hello Ann\n" in draft.body
    assert draft.body.endswith("\n-- \nAnn\nNorth\n")
    assert draft.original == ref
    to_all = writing.reply(mail, ref, DraftKind.REPLY_ALL)
    assert to_all.to == "Bob <bob@south.test>, cee@x.test"
    sent = writing.send(mail, replace(draft, body="Yes."), 0)
    assert message_from_bytes(bytes_of(mail.store, sent))["In-Reply-To"] == "<plans@south.test>"


def test_a_mail_whose_text_is_not_here_cannot_be_answered_yet(mail) -> None:
    with pytest.raises(NotFound):
        writing.reply(mail, receive(mail, LETTER, with_body=False))


def test_a_forward_takes_its_files_along(mail, tmp_path) -> None:
    draft = writing.forward(mail, receive(mail, WITH_FILE))
    (file,) = draft.attachments
    assert file.path.read_bytes() == b"%PDF"
    assert file.path.is_relative_to(mail.profile.data_dir)
    assert "/" not in file.filename
    assert file.path.stat().st_mode & 0o777 == 0o600
    assert (file.content_type, draft.kind) == ("application/pdf", DraftKind.FORWARD)
    assert "See file." in draft.body
    sent = writing.send(mail, replace(draft, to="cee@x.test"), 0)
    message = message_from_bytes(bytes_of(mail.store, sent), policy=policy.default)
    assert [part.get_content() for part in message.iter_attachments()] == [b"%PDF"]
    plain = writing.forward(mail, draft.original, attachments=False)
    assert plain.attachments == ()
    writing.discard_draft(mail, draft.id)
    assert not file.path.exists()


def test_a_link_makes_a_draft_without_files(mail) -> None:
    draft = writing.draft_of_mailto(
        mail, "mailto:a@x.test?subject=Hi&body=Text&attach=/etc/passwd&in-reply-to=%3Cm@x%3E"
    )
    assert (draft.to, draft.subject, draft.attachments) == ("a@x.test", "Hi", ())
    assert draft.body.startswith("Text\n")
    assert draft.references == ("m@x",)
    assert list(delivery.outbox(mail)) == []


def test_bytes_made_elsewhere_are_sent_as_they_are(mail) -> None:
    raw = b"From: ann@north.test\nBcc: hid@x.test\nSubject: S\n\nBody\n"
    sent = writing.send_raw(mail, NORTH.name, raw, ["a@x.test, b@x.test", "a@x.test"])
    row = delivery.show(mail, sent)
    assert [one.address for one in row.recipients] == ["a@x.test", "b@x.test"]
    assert row.subject.raw == "S"
    assert b"hid@" not in bytes_of(mail.store, sent)
    with pytest.raises(UserError, match="not written here"):
        delivery.take_back(mail, sent)
    for bad in ([], ["nobody"], ["a@x.test\r\nRCPT"]):
        with pytest.raises(UserError):
            writing.send_raw(mail, NORTH.name, raw, bad)
    with pytest.raises(DraftError):
        writing.send_raw(mail, SILENT.name, raw, ["a@x.test"])


def test_files_of_drafts_long_gone_are_removed(mail) -> None:
    old = mail.profile.data_dir / "attachments" / "gone"
    kept_draft = writing.save_draft(mail, ready(mail))
    kept = mail.profile.data_dir / "attachments" / kept_draft.id
    for folder in (old, kept):
        folder.mkdir(parents=True)
        os.utime(folder, (0, 0))
    writing.send(mail, ready(mail))
    assert not old.exists()
    assert kept.exists()


def test_what_was_sent_is_found_by_its_message_id(mail) -> None:
    writing.send(mail, ready(mail, subject="Other"), 0)
    sent = delivery.show(mail, writing.send(mail, ready(mail), 0))
    assert delivery.sent_as(mail, sent.message_id) == sent
    assert delivery.sent_as(mail, sent.id) is None
    assert delivery.sent_as(mail, "") is None


BEGUN = b"""From: Ann B <annb@north.test>
To: Bob <bob@south.test>
Bcc: dee@x.test
Subject: Plans
In-Reply-To: <m0@south.test>
References: <m0@south.test>
Message-ID: <draft@north.test>
Date: Tue, 14 Nov 2023 22:13:20 +0000
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary=b

--b
Content-Type: text/plain; charset=utf-8

Half a letter.
--b
Content-Type: text/plain; name=list.txt
Content-Disposition: attachment; filename=list.txt

milk
--b--
"""


def test_a_mail_of_a_drafts_mailbox_is_gone_on_with(mail) -> None:
    ref = receive(mail, BEGUN)
    draft = writing.go_on(mail, ref)
    assert (draft.from_.addr_spec, draft.to, draft.bcc) == (
        "annb@north.test", "Bob <bob@south.test>", "dee@x.test",
    )  # fmt: skip
    assert (draft.subject, draft.body.strip()) == ("Plans", "Half a letter.")
    assert draft.attachments[0].path.read_bytes().strip() == b"milk"
    assert (draft.in_reply_to, draft.references) == ("m0@south.test", ("m0@south.test",))
    assert draft.original == ref


def test_a_draft_that_was_gone_on_with_before_is_gone_on_with_here(mail) -> None:
    ref = receive(mail, BEGUN)
    begun = writing.go_on(mail, ref)
    kept = writing.save_draft(mail, replace(begun, body="A whole letter."))
    assert writing.go_on(mail, ref) == kept
