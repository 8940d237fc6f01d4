"""What a person does about a mail that failed, or may have: corrected, written anew, dealt with."""

import time
from collections.abc import Iterator
from dataclasses import replace
from email import message_from_bytes
from pathlib import Path

import pytest

from tuimail.errors import NotFound, UserError
from tuimail.model.draft import Draft
from tuimail.model.ids import OutgoingId
from tuimail.model.next_step import NextStep
from tuimail.model.outgoing import OutgoingState, Phase, Remark, SendOptions
from tuimail.model.safe import Untrusted
from tuimail.services import delivery, next_steps, reminders, writing
from tuimail.services.delivery import NeedsYes
from tuimail.services.mail import Mail
from tuimail.store.outgoing import bytes_of
from tuimail.store.outgoing_attempts import Claim, Outcome, claim_due, end_claim, set_phase
from tuimail.store.outgoing_history import RecipientState

from .letters import NORTH, ann

S = OutgoingState
WRONG, RIGHT = "anna@exmaple.org", "anna@example.org"


@pytest.fixture
def mail(tmp_path: Path) -> Iterator[Mail]:
    opened = ann(tmp_path)
    yield opened
    opened.close()


def draft(mail: Mail, **fields: object) -> Draft:
    begun = writing.new_draft(mail, NORTH.name)
    made = {"to": f"Anna <{WRONG}>", "subject": "Plans", "body": "Hello"} | fields
    return replace(begun, **made)  # type: ignore[arg-type]


def claimed(mail: Mail) -> Claim:
    claim = claim_due(mail.store, NORTH.name, int(time.time()), 100)
    assert claim is not None
    return claim


def answered(mail: Mail, **states: OutgoingState) -> None:
    """Send what is due; each recipient whose local part is named gets that state."""
    claim = claimed(mail)
    outcome = {
        address: RecipientState(states.get(address.partition("@")[0], S.ACCEPTED), 550)
        for address in claim.recipients
    }
    end_claim(mail.store, claim, Outcome(outcome, (), "no"), int(time.time()), 1 << 33)


def refused(mail: Mail, **fields: object) -> OutgoingId:
    sent = writing.send(mail, draft(mail, **fields), 0)
    answered(mail, anna=S.REFUSED)
    return sent


def states(mail: Mail, outgoing_id: str) -> dict[str, OutgoingState]:
    return {one.address: one.state for one in delivery.show(mail, outgoing_id).recipients}


def words(mail: Mail, outgoing_id: str) -> list[str]:
    return [event.what for event in delivery.history(mail, outgoing_id)]


def test_a_corrected_address_makes_a_mail_to_that_recipient_alone(mail: Mail) -> None:
    sent = refused(mail, cc="Bob <bob@south.test>")
    before = message_from_bytes(bytes_of(mail.store, sent))
    new = next_steps.correct(mail, sent, WRONG, RIGHT, 0)
    claim = claimed(mail)
    assert (claim.outgoing_id, claim.recipients) == (new, (RIGHT,))
    after = message_from_bytes(bytes_of(mail.store, new))
    assert after["To"] == f"Anna <{RIGHT}>"
    assert after["Cc"] == before["Cc"] == "Bob <bob@south.test>"
    assert after["Subject"] == before["Subject"]
    assert after.get_payload() == before.get_payload()
    assert after["Message-ID"] not in (None, before["Message-ID"])
    assert after["Message-ID"] == f"<{delivery.show(mail, new).message_id}>"


def test_the_old_recipient_says_so_and_is_dealt_with(mail: Mail) -> None:
    sent = refused(mail)
    assert delivery.show(mail, sent).needs_attention
    assert delivery.needing_attention(mail) == 1
    new = next_steps.correct(mail, sent, WRONG, RIGHT)
    row = delivery.show(mail, sent)
    (recipient,) = row.recipients
    assert (recipient.state, recipient.replaced_by, row.needs_attention) == (S.REFUSED, new, False)
    assert delivery.needing_attention(mail) == 0
    said = delivery.history(mail, sent)[-1]
    assert (said.what, said.detail.raw) == (
        Remark.CORRECTED,
        f"Sent to {RIGHT} instead of {WRONG}.",
    )
    assert delivery.show(mail, new).replaces == WRONG
    assert next_steps.next_steps(row) == ()


def test_an_answer_is_waited_for_from_the_corrected_address_too(mail: Mail) -> None:
    sent = refused(mail, cc="bob@south.test")
    first = reminders.remind(mail, sent, 3)
    assert first is not None
    new = next_steps.correct(mail, sent, WRONG, RIGHT, 60)
    handed_on = reminders.reminder_of(mail, new)
    assert handed_on is not None
    assert (handed_on.state, reminders.reminder_of(mail, sent)) == (first.state, first)
    row = delivery.show(mail, new)
    assert handed_on.due == row.not_before + 3 * reminders.DAY_S


def test_a_mail_that_stands_for_nobody_any_more_has_no_answer_to_wait_for(mail: Mail) -> None:
    sent = refused(mail)
    reminders.remind(mail, sent, 3)
    new = next_steps.correct(mail, sent, WRONG, RIGHT, 0)
    assert [one.mail.id for one in reminders.waiting(mail)] == [new]


def test_who_was_replaced_never_gets_the_mail_again(mail: Mail) -> None:
    sent = refused(mail)
    next_steps.correct(mail, sent, WRONG, RIGHT, 0)
    with pytest.raises(UserError, match="nobody left"):
        delivery.retry(mail, sent, is_sure=True)
    with pytest.raises(UserError, match="corrected address already"):
        next_steps.correct(mail, sent, WRONG, "ann@example.org", 0)
    with pytest.raises(UserError, match="nobody left"):
        next_steps.edit(mail, sent)


def test_a_correction_can_be_taken_back_in_its_window(mail: Mail) -> None:
    sent = refused(mail, cc="bob@south.test")
    new = next_steps.correct(mail, sent, WRONG, RIGHT)
    found = delivery.undoable(mail)
    assert found is not None
    assert found.id == new
    back = delivery.take_back(mail, new)
    assert (back.to, back.cc) == (RIGHT, "")
    row = delivery.show(mail, sent)
    assert row.needs_attention
    assert row.recipients[0].replaced_by is None


def test_who_still_waits_is_left_out_once_corrected(mail: Mail) -> None:
    sent = writing.send(mail, draft(mail, cc="bob@south.test"), 0)
    answered(mail, anna=S.QUEUED)
    new = next_steps.correct(mail, sent, WRONG, RIGHT, 0)
    assert states(mail, sent) == {WRONG: S.CANCELLED, "bob@south.test": S.ACCEPTED}
    assert delivery.show(mail, sent).state is S.ACCEPTED
    assert claimed(mail).outgoing_id == new
    assert claim_due(mail.store, NORTH.name, 1 << 34, 100) is None


@pytest.mark.parametrize(
    ("wrong", "right", "words"),
    [
        ("nobody@x.test", RIGHT, "was not sent to"),
        ("bob@south.test", RIGHT, "nothing to correct"),
        (WRONG, "bob@south.test", "a recipient of this mail already"),
        (WRONG, "anna@", "is no address"),
        (WRONG, "a@x.test, b@x.test", "not one address"),
        (WRONG, "anna@example.org\r\nBcc: eve@x.test", "invisible character"),
    ],
)
def test_what_cannot_be_corrected_so_is_refused(
    mail: Mail, wrong: str, right: str, words: str
) -> None:
    sent = refused(mail, cc="bob@south.test")
    with pytest.raises(UserError, match=words):
        next_steps.correct(mail, sent, wrong, right)
    assert len(delivery.outbox(mail)) == 1


def test_a_mail_being_sent_is_not_corrected(mail: Mail) -> None:
    sent = writing.send(mail, draft(mail), 0)
    claimed(mail)
    with pytest.raises(UserError, match="being sent just now"):
        next_steps.correct(mail, sent, WRONG, RIGHT)


def test_an_uncertain_mail_arrived_by_the_persons_word(mail: Mail) -> None:
    sent = writing.send(mail, draft(mail, cc="bob@south.test"), 0)
    answered(mail, anna=S.UNCERTAIN)
    assert (delivery.waiting(mail), delivery.needing_attention(mail)) == (0, 1)
    row = next_steps.arrived(mail, sent)
    assert (row.state, row.last_error) == (S.ACCEPTED, "")
    assert delivery.needing_attention(mail) == 0
    assert words(mail, sent)[-1] == Remark.ARRIVED
    with pytest.raises(UserError, match="Nothing is uncertain"):
        next_steps.arrived(mail, sent)


def test_an_uncertain_mail_is_sent_again_only_with_a_yes(mail: Mail) -> None:
    sent = writing.send(mail, draft(mail, cc="bob@south.test"), 0)
    answered(mail, anna=S.UNCERTAIN)
    with pytest.raises(NeedsYes):
        delivery.retry(mail, sent)
    with pytest.raises(NeedsYes):
        next_steps.edit(mail, sent)
    assert claim_due(mail.store, NORTH.name, 1 << 34, 100) is None
    delivery.retry(mail, sent, is_sure=True)
    assert claimed(mail).recipients == (WRONG,)


def test_who_may_have_got_it_is_left_out_when_others_are_tried_again(mail: Mail) -> None:
    sent = writing.send(mail, draft(mail, cc="bob@south.test"), 0)
    answered(mail, anna=S.UNCERTAIN, bob=S.REFUSED)
    delivery.retry(mail, sent)
    assert claimed(mail).recipients == ("bob@south.test",)
    assert states(mail, sent)[WRONG] is S.UNCERTAIN


def test_what_is_called_known_keeps_its_state_and_needs_no_attention(mail: Mail) -> None:
    sent = refused(mail)
    row = next_steps.known(mail, sent)
    assert (row.state, row.needs_attention) == (S.REFUSED, False)
    assert NextStep.KNOWN not in next_steps.next_steps(row)
    assert words(mail, sent)[-1] == Remark.KNOWN
    with pytest.raises(UserError, match="Nothing of this mail"):
        next_steps.known(mail, sent)


def test_what_fails_anew_after_it_was_known_needs_attention_again(mail: Mail) -> None:
    sent = refused(mail)
    next_steps.known(mail, sent)
    delivery.retry(mail, sent)
    answered(mail, anna=S.UNCERTAIN)
    assert delivery.show(mail, sent).needs_attention


def test_what_fails_again_as_it_was_known_to_needs_attention_again(mail: Mail) -> None:
    sent = refused(mail)
    next_steps.known(mail, sent)
    delivery.retry(mail, sent)
    answered(mail, anna=S.REFUSED)
    assert delivery.show(mail, sent).needs_attention


@pytest.mark.parametrize("state", [S.REFUSED, S.EXPIRED])
def test_a_failed_mail_is_written_anew_to_those_without_it(
    mail: Mail, state: OutgoingState, tmp_path: Path
) -> None:
    file = tmp_path / "plan.txt"
    file.write_bytes(b"as it was sent")
    begun = writing.attach(draft(mail, cc="Bob <bob@south.test>", bcc="cy@x.test"), file)
    sent = writing.send(mail, begun, 0)
    answered(mail, anna=state, cy=state)
    file.write_bytes(b"changed since")
    back = next_steps.edit(mail, sent)
    assert (back.to, back.cc, back.bcc) == (f"Anna <{WRONG}>", "", "cy@x.test")
    assert (back.subject, back.body) == ("Plans", "Hello")
    (attached,) = back.attachments
    assert (attached.filename, attached.path.read_bytes()) == ("plan.txt", b"as it was sent")
    assert [one.id for one in writing.drafts(mail)] == [back.id]
    row = delivery.show(mail, sent)
    assert (row.state, row.needs_attention) == (state, False)


def test_a_mail_that_was_not_written_here_becomes_a_draft_too(mail: Mail) -> None:
    raw = b"From: ann@north.test\r\nTo: bob@south.test\r\nSubject: Raw\r\n\r\nHi.\r\n"
    sent = writing.send_raw(mail, NORTH.name, raw, ["bob@south.test", WRONG])
    answered(mail, anna=S.REFUSED, bob=S.REFUSED)
    back = next_steps.edit(mail, sent)
    assert (back.to, back.bcc, back.subject) == ("bob@south.test", WRONG, "Raw")


def test_a_waiting_mail_is_taken_back_to_be_edited(mail: Mail) -> None:
    sent = writing.send(mail, draft(mail), 0)
    assert next_steps.edit(mail, sent).to == f"Anna <{WRONG}>"
    assert delivery.show(mail, sent).state is S.CANCELLED


@pytest.mark.parametrize("bob", [S.ACCEPTED, S.UNCERTAIN])
def test_what_waits_for_one_alone_is_written_anew_to_that_one(
    mail: Mail, bob: OutgoingState
) -> None:
    sent = writing.send(mail, draft(mail, cc="bob@south.test, cy@x.test"), 0)
    answered(mail, anna=S.QUEUED, bob=bob, cy=S.REFUSED)
    back = next_steps.edit(mail, sent)
    assert (back.to, back.cc) == (f"Anna <{WRONG}>", "cy@x.test")
    assert [(one.to, one.cc) for one in writing.drafts(mail)] == [(back.to, back.cc)]


def test_a_mail_everybody_has_is_not_written_anew(mail: Mail) -> None:
    sent = writing.send(mail, draft(mail), 0)
    answered(mail)
    with pytest.raises(UserError, match="nobody left to write to"):
        next_steps.edit(mail, sent)
    with pytest.raises(NotFound):
        next_steps.edit(mail, "nothing")


def test_a_mail_that_was_too_large_says_what_is_large(mail: Mail, tmp_path: Path) -> None:
    begun = draft(mail)
    for name, size in (("small.bin", 1_000), ("large.bin", 3_000_000)):
        (tmp_path / name).write_bytes(b"x" * size)
        begun = writing.attach(begun, tmp_path / name)
    sent = writing.send(mail, begun, 0)
    claim = claimed(mail)
    said = RecipientState(S.REFUSED, 552, "5.3.4", "Message size exceeds fixed limit")
    end_claim(mail.store, claim, Outcome(dict.fromkeys(claim.recipients, said)), 1, 1)
    assert next_steps.next_steps(delivery.show(mail, sent))[0] is NextStep.SMALLER
    found = next_steps.smaller(mail, sent)
    assert (
        found.words == "It has 4.1 MB on the way. Largest: large.bin (3.0 MB), small.bin (0.0 MB)."
    )
    assert len(found.draft.attachments) == 2


@pytest.mark.parametrize(
    ("state", "steps"),
    [
        (S.QUEUED, ["edit", "cancel", "retry", "correct"]),
        (S.REFUSED, ["retry", "edit", "correct", "known"]),
        (S.UNCERTAIN, ["arrived", "retry", "correct", "edit", "known"]),
        (S.ACCEPTED, []),
    ],
)
def test_each_state_has_its_next_steps(mail: Mail, state: OutgoingState, steps: list[str]) -> None:
    sent = writing.send(mail, draft(mail), 0)
    answered(mail, anna=state)
    assert list(next_steps.next_steps(delivery.show(mail, sent))) == steps


@pytest.mark.parametrize(
    ("state", "code", "enhanced_code", "reply", "first"),
    [
        (S.REFUSED, 550, "5.1.1", "User unknown", "correct"),
        (S.REFUSED, 550, "5.1.2", "Host not found", "correct"),
        (S.QUEUED, 450, "4.1.2", "Domain not found", "correct"),
        (S.BOUNCED, 550, "5.1.1", "no such user", "correct"),
        (S.REFUSED, 552, "5.3.4", "Message size exceeds fixed limit", "smaller"),
        (S.BOUNCED, 552, "5.2.2", "mailbox full", "retry"),
        (S.REFUSED, 554, "5.7.1", "looks like spam", "retry"),
    ],
)
def test_what_helps_likeliest_comes_first(
    mail: Mail, state: OutgoingState, code: int, enhanced_code: str, reply: str, first: str
) -> None:
    row = delivery.show(mail, writing.send(mail, draft(mail), 0))
    failed = replace(
        row.recipients[0],
        state=state,
        code=code,
        enhanced_code=enhanced_code,
        reply=Untrusted(reply),
    )
    assert next_steps.next_steps(replace(row, recipients=(failed,)))[0] == first


def test_a_held_mail_says_that_it_cannot_be_taken_back(mail: Mail) -> None:
    at = int(time.time()) + 86_400
    sent = writing.send(mail, draft(mail), 0, SendOptions(at=at))
    claim = claim_due(mail.store, NORTH.name, at, 100)
    assert claim is not None
    set_phase(mail.store, claim, Phase.FINAL_DOT)
    held = dict.fromkeys(claim.recipients, RecipientState(S.HELD, 250))
    end_claim(mail.store, claim, Outcome(held), 1, 1)
    for take in (delivery.cancel, delivery.take_back, next_steps.edit):
        with pytest.raises(UserError, match="The server holds it until"):
            take(mail, sent)
    assert sent in [row.id for row in delivery.outbox(mail)]


def test_a_time_that_has_passed_is_none(mail: Mail) -> None:
    past = SendOptions(at=int(time.time()) - 10, give_up_s=3600)
    row = delivery.show(mail, writing.send(mail, draft(mail), options=past))
    assert (row.send_at, row.give_up_s, row.asked) == (0, 3600, row.undo_until)


def test_the_undo_window_outlasts_the_program(mail: Mail) -> None:
    assert delivery.undoable(mail) is None
    writing.send(mail, draft(mail, subject="first"))
    sent = writing.send(mail, draft(mail, subject="second"))
    found = delivery.undoable(mail)
    assert found is not None
    assert (found.id, found.undo_until - found.created) == (sent, 10)
    delivery.take_back(mail, sent)
    found = delivery.undoable(mail)
    assert found is not None
    assert found.subject.raw == "first"


def test_a_mail_taken_back_goes_to_nobody_who_has_it(mail: Mail) -> None:
    sent = writing.send(mail, draft(mail, cc="Bob <bob@south.test>"), 0)
    answered(mail, bob=S.QUEUED)
    back = next_steps.edit(mail, sent)
    assert (back.to, back.cc) == ("", "Bob <bob@south.test>")
    assert states(mail, sent) == {WRONG: S.ACCEPTED, "bob@south.test": S.CANCELLED}


@pytest.mark.parametrize(("is_sure", "to"), [(False, ""), (True, f"Anna <{WRONG}>")])
def test_who_may_have_it_is_written_to_again_after_a_yes_alone(mail: Mail, is_sure, to) -> None:
    sent = writing.send(mail, draft(mail, cc="Bob <bob@south.test>"), 0)
    answered(mail, anna=S.UNCERTAIN, bob=S.QUEUED)
    back = next_steps.edit(mail, sent, is_sure=is_sure)
    assert (back.to, back.cc) == (to, "Bob <bob@south.test>")


@pytest.mark.parametrize("take", [delivery.take_back, delivery.cancel])
def test_who_takes_a_mail_back_second_leaves_the_draft_as_it_is_by_then(mail: Mail, take) -> None:
    sent = writing.send(mail, draft(mail))
    back = delivery.take_back(mail, sent)
    writing.save_draft(mail, replace(back, body="Hello, and more"))
    with pytest.raises(UserError, match="cancelled already"):
        take(mail, sent)
    assert [one.body for one in writing.drafts(mail)] == ["Hello, and more"]


def test_a_draft_that_two_screens_show_is_sent_once(mail: Mail) -> None:
    shown = writing.save_draft(mail, draft(mail))
    sent = writing.send(mail, shown)
    with pytest.raises(UserError, match="sent already"):
        writing.send(mail, shown)
    back = delivery.take_back(mail, sent)
    again = writing.send(mail, back)
    assert [row.id for row in delivery.outbox(mail)] == [again, sent]


def test_an_address_of_any_script_can_be_corrected(mail: Mail) -> None:
    sent = writing.send(mail, draft(mail, to="Jörg <jörg@exmaple.org>"), 0)
    answered(mail, jörg=S.REFUSED)
    new = next_steps.correct(mail, sent, "jörg@exmaple.org", "jörg@example.org", 0)
    assert claimed(mail).recipients == ("jörg@example.org",)
    assert "jörg@example.org".encode() in bytes_of(mail.store, new)
