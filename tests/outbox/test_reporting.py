"""A report that came changes what is known of its mail: once, and never to what is less sure."""

from dataclasses import replace
from random import Random

import pytest

from tests.outbox.reports import KINDS, Draft, sample
from tuimail.model.explained import is_hearsay
from tuimail.model.ids import AccountName, MessageKey, OutgoingId
from tuimail.model.outgoing import OutgoingState, SendOptions
from tuimail.model.report import Arrived, Grade, SentMail
from tuimail.outbox.reporting import take_report
from tuimail.store.database import Database, Store, open_store
from tuimail.store.outgoing import (
    NewOutgoing,
    RecipientState,
    history,
    outgoing_row,
    put_outgoing,
    requeue,
)
from tuimail.store.outgoing_attempts import LineFacts, Outcome, claim_due, claim_later, end_claim
from tuimail.store.refusals import last_refusals
from tuimail.store.reports import sent_mails

WORK = AccountName("work")
KEY = MessageKey(77)
ACCEPTED = RecipientState(OutgoingState.ACCEPTED, 250, "2.0.0", "Ok", "4ABC", "It took it.")
HERE = Arrived()
ID = OutgoingId("0a1b2c3d")


@pytest.fixture
def store(tmp_path):
    opened = open_store(tmp_path)
    yield opened
    opened.close()


def new_outgoing(sent: SentMail) -> NewOutgoing:
    return NewOutgoing(
        id=ID,
        message_id=sent.message_id,
        account=WORK,
        subject="Plans",
        sender="me@here.example",
        recipients=sent.recipients,
        raw=b"Subject: Plans\r\n\r\nx\r\n",
        created=sent.accepted,
        not_before=sent.accepted,
    )


def send(store: Store, sent: SentMail) -> str:
    """Have a mail taken by its server; return the secret it went with."""
    put_outgoing(store, new_outgoing(sent))
    claim = claim_due(store, WORK, sent.accepted, 100)
    assert claim is not None
    line = LineFacts(sent.servers[0], sent.servers[1], "TLSv1.3 X", reports_delivery=True)
    outcome = Outcome(dict.fromkeys(sent.recipients, ACCEPTED), line=line)
    end_claim(store, claim, outcome, sent.accepted, 0)
    return claim.envelope_id


def states(store: Store) -> dict[str, str]:
    return {one.address: one.state.value for one in outgoing_row(store, ID).recipients}


def take(store: Store, one, envelope_id: str, *, arrived: Arrived = HERE):
    """Take a report in, as it comes back with the secret that this mail went with."""
    raw = one.raw.replace(one.sent.envelope_id.encode(), envelope_id.encode())
    return take_report(store, raw, KEY, arrived, one.sent.accepted + 600)


def report_of(one, kind: str, secret: str) -> bytes:
    """Make a report of another kind about the same mail."""
    make, _, _ = KINDS[kind]
    sent = replace(one.sent, envelope_id=secret)
    return make(Draft(chance=Random(2), form="one", sent=sent, address=one.address, foreign=""))


def test_a_bounce_is_told_of_the_recipient_it_is_about(store: Store) -> None:
    one = sample("Postfix failed", "one of three")
    secret = send(store, one.sent)
    assert take(store, one, secret) == [(ID, OutgoingState.BOUNCED)]
    expected = dict.fromkeys(one.sent.recipients, "accepted") | {one.address: "bounced"}
    assert states(store) == expected
    row = next(r for r in outgoing_row(store, ID).recipients if r.address == one.address)
    assert (row.code, row.enhanced_code, row.queue_id.raw) == (550, "5.1.1", "4ABC")
    assert row.reply.raw == "nobody"
    assert "there is no such person" in row.explanation
    assert "5.1.1 nobody" in row.explanation


def test_a_report_is_told_once(store: Store) -> None:
    one = sample("Postfix failed", "one")
    secret = send(store, one.sent)
    take(store, one, secret)
    before = history(store, ID)
    assert take(store, one, secret) == []
    assert history(store, ID) == before


@pytest.mark.parametrize(
    ("kind", "state", "words"),
    [
        ("Postfix delayed", "delayed", "has not delivered it"),
        ("Postfix relayed", "accepted", "handed it on"),
        ("delivered", "delivered", "delivered it to"),
        ("expanded", "accepted", "stands for"),
        ("Courier, not ASCII", "bounced", "could not deliver it"),
        ("Exchange", "bounced", "Reported, but not confirmed."),
    ],
)
def test_each_report_says_what_became_of_it(store: Store, kind, state, words) -> None:
    one = sample(kind, "one")
    secret = send(store, one.sent)
    assert take(store, one, secret) == [(ID, OutgoingState(state))]
    assert states(store) == {one.address: state}
    assert words in history(store, ID)[-1].detail.raw


def test_a_delay_ends_with_the_delivery(store: Store) -> None:
    one = sample("Postfix delayed", "one")
    secret = send(store, one.sent)
    take(store, one, secret)
    make, _, _ = KINDS["delivered"]
    draft = Draft(chance=Random(2), form="one", sent=one.sent, address=one.address, foreign="")
    raw = make(draft).replace(one.sent.envelope_id.encode(), secret.encode())
    assert take_report(store, raw, KEY, HERE, one.sent.accepted + 900) == [
        (ID, OutgoingState.DELIVERED)
    ]


def test_what_is_less_sure_never_takes_the_place_of_what_is_surer(store: Store) -> None:
    one = sample("Postfix delayed", "one")
    secret = send(store, one.sent)
    take(store, one, secret)
    make, _, grade = KINDS["Exchange"]
    assert grade is Grade.UNCONFIRMED
    draft = Draft(chance=Random(2), form="one", sent=one.sent, address=one.address, foreign="")
    assert take_report(store, make(draft), KEY, HERE, one.sent.accepted + 900) == [
        (ID, OutgoingState.DELAYED)
    ]
    assert states(store) == {one.address: "delayed"}


def test_a_mail_that_was_not_sent_from_here_changes_nothing(store: Store) -> None:
    one = sample("Postfix failed", "one")
    send(store, sample("qmail", "one").sent)
    assert take(store, one, "whatever") == []


def test_words_of_strangers_are_kept_as_data_and_never_shown_as_they_are(store: Store) -> None:
    one = sample("Postfix failed", "one")
    secret = send(store, one.sent)
    evil = b"550 5.1.1 \x1b]52;c;x\x07\xe2\x80\xae nobody"
    raw = one.raw.replace(b"smtp; 550 5.1.1 nobody", b"smtp; " + evil)
    take_report(
        store,
        raw.replace(one.sent.envelope_id.encode(), secret.encode()),
        KEY,
        HERE,
        one.sent.accepted + 9,
    )
    (row,) = outgoing_row(store, ID).recipients
    assert row.explanation.isprintable()


def test_an_address_from_which_mail_came_back_is_warned_of(store: Store) -> None:
    one = sample("Postfix failed", "one of three")
    secret = send(store, one.sent)
    now = one.sent.accepted + 600
    assert last_refusals(store, one.sent.recipients, now) == []
    take(store, one, secret)
    (refusal,) = last_refusals(store, one.sent.recipients, now)
    assert refusal.address == one.address
    assert "there is no such person" in refusal.explanation
    years = now + 5 * 365 * 86_400
    assert last_refusals(store, one.sent.recipients, years) == []


def test_what_was_only_reported_says_nothing_against_an_address(store: Store) -> None:
    one = sample("Exchange", "one")
    secret = send(store, one.sent)
    take(store, one, secret)
    assert states(store) == {one.address: "bounced"}
    (row,) = outgoing_row(store, ID).recipients
    assert is_hearsay(row.explanation)
    assert last_refusals(store, one.sent.recipients, one.sent.accepted + 600) == []


def test_the_line_and_what_it_promised_stand_in_the_history(store: Store) -> None:
    send(store, sample("Gmail", "one").sent)
    told = {event.what: event.detail.raw for event in history(store, ID)}
    assert told["line"] == "TLSv1.3 X; failures and delays are reported back"


def test_who_is_still_waited_for_is_tried_when_it_was_to_be(store: Store) -> None:
    one = sample("Postfix failed", "one of three")
    put_outgoing(store, new_outgoing(one.sent))
    claim = claim_due(store, WORK, one.sent.accepted, 100)
    assert claim is not None
    waits = next(address for address in one.sent.recipients if address != one.address)
    busy = RecipientState(OutgoingState.QUEUED, 450, "4.7.1", "Later", "", "Greylisted.")
    replies = dict.fromkeys(one.sent.recipients, ACCEPTED) | {waits: busy}
    line = LineFacts(one.sent.servers[0], one.sent.servers[1], "", reports_delivery=True)
    later = one.sent.accepted + 3_600
    outcome = Outcome(replies, last_error="Greylisted.", line=line)
    end_claim(store, claim, outcome, one.sent.accepted, later)
    assert take(store, one, claim.envelope_id) == [(ID, OutgoingState.QUEUED)]
    assert states(store)[one.address] == "bounced"
    assert claim_due(store, WORK, later - 1, 100) is None
    assert outgoing_row(store, ID).last_error == "Greylisted."


def test_a_report_tells_that_a_mail_was_taken_whose_last_answer_was_lost(store: Store) -> None:
    one = sample("Postfix failed", "one")
    put_outgoing(store, new_outgoing(one.sent))
    claim = claim_due(store, WORK, one.sent.accepted, 100)
    assert claim is not None
    lost = RecipientState(OutgoingState.UNCERTAIN, None, "", "", "", "The line was cut.")
    outcome = Outcome(dict.fromkeys(one.sent.recipients, lost))
    end_claim(store, claim, outcome, one.sent.accepted, 0)
    assert take(store, one, claim.envelope_id) == [(ID, OutgoingState.BOUNCED)]


def test_a_mail_that_still_waits_has_no_reports(store: Store) -> None:
    one = sample("Postfix failed", "one")
    put_outgoing(store, new_outgoing(one.sent))
    claim = claim_due(store, WORK, one.sent.accepted, 100)
    assert claim is not None
    busy = RecipientState(OutgoingState.QUEUED, 450, "4.7.1", "Later", "", "Greylisted.")
    outcome = Outcome(dict.fromkeys(one.sent.recipients, busy))
    end_claim(store, claim, outcome, one.sent.accepted, one.sent.accepted + 60)
    assert take(store, one, claim.envelope_id) == []


@pytest.mark.parametrize(
    ("said", "sure", "state"),
    [("Exchange", "delivered", "delivered"), ("Exchange", "Postfix delayed", "delayed")],
)
def test_what_is_surer_takes_the_place_of_what_was_only_reported(
    store: Store, said, sure, state
) -> None:
    one = sample(said, "one")
    secret = send(store, one.sent)
    take(store, one, secret)
    assert states(store) == {one.address: "bounced"}
    told = take_report(store, report_of(one, sure, secret), KEY, HERE, one.sent.accepted + 900)
    assert told == [(ID, OutgoingState(state))]
    take_report(store, one.raw.replace(b"Message-ID: <", b"Message-ID: <2", 1), KEY, HERE, 9)
    assert states(store) == {one.address: state}


def test_who_takes_mail_for_a_domain_is_learnt_from_what_is_sure(store: Store) -> None:
    one = sample("Postfix relayed", "one")
    secret = send(store, one.sent)
    told = b"Status: 2.0.0 (as told)\r\nRemote-MTA: dns; MX7.hosting.example (192.0.2.7)"
    raw = one.raw.replace(b"Status: 2.0.0 (as told)", told)
    assert told in raw
    take(store, replace(one, raw=raw), secret)
    ((_, sent),) = sent_mails(store, [one.sent.message_id], [], "")
    assert sent.exchanges == {one.address.rpartition("@")[2].lower(): {"mx7.hosting.example"}}


def test_what_is_not_sure_teaches_nothing(store: Store) -> None:
    one = sample("Postfix relayed", "one")
    send(store, one.sent)
    raw = one.raw.replace(b"Status: 2.0.0", b"Remote-MTA: dns; mx.evil.example\r\nStatus: 2.0.0")
    take(store, replace(one, raw=raw), "guess")
    ((_, sent),) = sent_mails(store, [one.sent.message_id], [], "")
    assert sent.exchanges == {}


@pytest.mark.parametrize(
    ("disposition", "words"),
    [
        ("displayed", "was opened"),
        ("deleted", "thrown away unopened"),
        ("dispatched", "was processed"),
    ],
)
def test_a_receipt_says_what_a_program_did_with_it(store: Store, disposition, words) -> None:
    one = sample("delivered", "one")
    send(store, one.sent)
    raw = (
        f"From: {one.address}\r\nSubject: Read: Plans\r\nMessage-ID: <r@far.example>\r\n"
        "MIME-Version: 1.0\r\nContent-Type: multipart/report; boundary=b;"
        " report-type=disposition-notification\r\n\r\n--b\r\n\r\nRead.\r\n--b\r\n"
        "Content-Type: message/disposition-notification\r\n\r\n"
        f"Final-Recipient: rfc822;{one.address}\r\n"
        f"Original-Message-ID: <{one.sent.message_id}>\r\n"
        f"Disposition: manual-action/MDN-sent-manually; {disposition}\r\n--b--\r\n"
    )
    take_report(store, raw.encode(), KEY, HERE, one.sent.accepted + 60)
    assert states(store) == {one.address: "accepted"}
    assert words in history(store, ID)[-1].detail.raw


@pytest.mark.parametrize(
    ("by_postfix", "state"),
    [(b"X-Postfix-Queue-ID: 4ABC\r\n", "delivered"), (b"", "accepted")],
    ids=["Postfix", "Exim"],
)
def test_delivered_means_relayed_with_exim_and_delivered_with_postfix(
    store: Store, by_postfix, state
) -> None:
    one = sample("delivered", "one")
    secret = send(store, one.sent)
    said = b"Remote-MTA: dns; mx.far.example\r\nDiagnostic-Code: smtp; 250 2.0.0 Saved\r\n"
    raw = one.raw.replace(b"Reporting-MTA:", by_postfix + b"Reporting-MTA:")
    take(store, replace(one, raw=raw.replace(b"Status: 2.0.0", said + b"Status: 2.0.0")), secret)
    assert states(store) == {one.address: state}


@pytest.mark.parametrize("handed_on", ["Postfix relayed", "expanded"])
def test_what_was_surely_handed_on_may_still_come_back(store: Store, handed_on) -> None:
    one = sample("Exchange", "one")
    secret = send(store, one.sent)
    take_report(store, report_of(one, handed_on, secret), KEY, HERE, one.sent.accepted + 60)
    assert states(store) == {one.address: "accepted"}
    assert take(store, one, secret) == [(ID, OutgoingState.BOUNCED)]
    assert states(store) == {one.address: "bounced"}


def test_the_secret_tells_which_of_two_mails_with_one_message_id_it_is_about(store: Store) -> None:
    one = sample("Postfix failed", "one")
    secret = send(store, one.sent)
    again = OutgoingId("again")
    put_outgoing(store, replace(new_outgoing(one.sent), id=again))
    claim = claim_due(store, WORK, one.sent.accepted, 100)
    assert claim is not None
    line = LineFacts(one.sent.servers[0], one.sent.servers[1], "", reports_delivery=True)
    outcome = Outcome(dict.fromkeys(one.sent.recipients, ACCEPTED), line=line)
    end_claim(store, claim, outcome, one.sent.accepted, 0)
    assert take(store, one, secret) == [(ID, OutgoingState.BOUNCED)]
    assert outgoing_row(store, again).state is OutgoingState.ACCEPTED


def test_a_mail_that_was_tried_anew_is_reported_of_as_if_it_were_new(store: Store) -> None:
    one = sample("Postfix failed", "one")
    first = replace(one.sent, accepted=one.sent.accepted - 60 * 86_400)
    secret = send(store, first)
    assert take(store, one, secret) == []
    with store.writing(Database.LOCAL) as writing:
        writing.run("update recipient set state = 'bounced'")
    assert requeue(store, ID, one.sent.accepted - 60) == 1
    claim = claim_due(store, WORK, one.sent.accepted, 100)
    assert claim is not None
    line = LineFacts(one.sent.servers[0], one.sent.servers[1], "", reports_delivery=True)
    outcome = Outcome(dict.fromkeys(one.sent.recipients, ACCEPTED), line=line)
    end_claim(store, claim, outcome, one.sent.accepted, 0)
    assert take(store, one, secret) == [(ID, OutgoingState.BOUNCED)]


def test_a_report_about_a_mail_that_is_being_sent_waits_for_what_comes_of_it(store: Store) -> None:
    one = sample("Postfix failed", "one")
    put_outgoing(store, new_outgoing(one.sent))
    claim = claim_due(store, WORK, one.sent.accepted, 100)
    assert claim is not None
    assert take(store, one, claim.envelope_id) is None
    lost = RecipientState(OutgoingState.UNCERTAIN, None, "", "", "", "The line was cut.")
    outcome = Outcome(dict.fromkeys(one.sent.recipients, lost))
    end_claim(store, claim, outcome, one.sent.accepted, 0)
    assert take(store, one, claim.envelope_id) == [(ID, OutgoingState.BOUNCED)]


def test_a_second_bounce_without_an_id_of_its_own_is_another_one(store: Store) -> None:
    one = sample("Postfix failed", "one")
    secret = send(store, one.sent)
    nameless = replace(one, raw=one.raw.replace(b"Message-ID: <", b"X-Was: <", 1))
    assert take(store, nameless, secret) == [(ID, OutgoingState.BOUNCED)]
    assert take(store, nameless, secret) == []
    now = one.sent.accepted + 700
    assert requeue(store, ID, now)
    claim = claim_due(store, WORK, now, 100)
    assert claim is not None
    end_claim(store, claim, Outcome(dict.fromkeys(one.sent.recipients, ACCEPTED)), now, 0)
    raw = nameless.raw.replace(one.sent.envelope_id.encode(), secret.encode())
    told = take_report(store, raw, MessageKey(78), HERE, now + 60)
    assert told == [(ID, OutgoingState.BOUNCED)]


def test_a_mail_left_last_when_the_server_that_held_it_sent_it(store: Store) -> None:
    one = sample("Postfix failed", "one")
    later = one.sent.accepted + 50 * 86_400
    put_outgoing(store, replace(new_outgoing(one.sent), options=SendOptions(at=later)))
    claim = claim_later(store, WORK, one.sent.accepted, 100)
    assert claim is not None
    line = LineFacts(one.sent.servers[0], "", "", reports_delivery=True)
    end_claim(store, claim, Outcome({one.address: ACCEPTED}, line=line), one.sent.accepted, 0)
    ((_, sent),) = sent_mails(store, [one.sent.message_id], [], "")
    assert (sent.accepted, sent.left) == (one.sent.accepted, later)
