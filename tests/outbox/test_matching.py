"""A report finds its mail and its recipient, as surely as it can be known; a forged one does not."""

import os
from dataclasses import replace
from random import Random

import pytest

from tests.outbox.reports import ACCEPTED, HOST, sample, samples
from tuimail.mime.report import read_report
from tuimail.model.ids import AccountName
from tuimail.model.report import Arrived, Grade, ReportKind
from tuimail.outbox.matching import match

MUTANTS = 2_000 if os.environ.get("PROOF_FULL") else 100
AS_IT_CAME = Arrived()


@pytest.mark.parametrize("one", samples(), ids=lambda one: f"{one.kind}, {one.form}")
def test_a_report_is_matched(one) -> None:
    report = read_report(one.raw)
    assert report is not None
    found = match(report, one.sent, one.arrived)
    assert found is not None
    assert [(o.address, o.action) for o in found.outcomes] == [(one.address, one.action)]
    assert found.grade is one.grade


def forged(one, raw=None, *, sent=None, arrived=AS_IT_CAME):
    """Match a changed report; return the grade and what it says."""
    report = read_report(one.raw if raw is None else raw)
    found = None if report is None else match(report, sent or one.sent, arrived)
    return (None, []) if found is None else (found.grade, [o.address for o in found.outcomes])


FAILED = sample("Postfix failed", "one")
WITHOUT_SECRET = FAILED.raw.replace(FAILED.sent.envelope_id.encode(), b"")
THREE = sample("Postfix failed", "one of three")
OTHER = sample("Postfix delayed", "one")


def changed(old: bytes, new: bytes, raw: bytes = FAILED.raw) -> bytes:
    assert old in raw
    return raw.replace(old, new)


SECRET = FAILED.sent.envelope_id.encode()
ID = FAILED.sent.message_id.encode()
UNCONFIRMED = (Grade.UNCONFIRMED, [FAILED.address])
NOTHING = (None, [])
FORGED = {
    "a person's return path": (
        changed(b"Return-Path: <>", b"Return-Path: <x@far.example>", WITHOUT_SECRET),
        NOTHING,
    ),
    "a null path below a person's": (b"Return-Path: <x@far.example>\r\n" + WITHOUT_SECRET, NOTHING),
    "a secret one sign off": (changed(SECRET, SECRET[:-1] + b"_"), UNCONFIRMED),
    "the beginning of the secret": (changed(SECRET, SECRET[:12]), UNCONFIRMED),
    "the secret in capitals": (changed(SECRET, SECRET.upper()), UNCONFIRMED),
    "the secret among the words": (
        changed(
            b"Your message",
            b"Original-Envelope-Id: " + SECRET + b" Your message",
            changed(ID, b"other@here.example", WITHOUT_SECRET),
        ),
        NOTHING,
    ),
    "the secret of one, the id of another": (changed(ID, OTHER.sent.message_id.encode()), NOTHING),
    "a host elsewhere": (changed(HOST.encode(), b"mail.evil.example", WITHOUT_SECRET), NOTHING),
    "a plausible host": (changed(HOST.encode(), b"mx.far.example", WITHOUT_SECRET), UNCONFIRMED),
    "two secrets": (
        changed(b"Original-Envelope-Id:", b"Original-Envelope-Id: guess\r\nOriginal-Envelope-Id:"),
        NOTHING,
    ),
    "an id that is not ours": (changed(ID, b"other@here.example", WITHOUT_SECRET), NOTHING),
    "200 blocks, one of them ours": (
        changed(
            b"Final-Recipient:",
            b"".join(
                b"Final-Recipient: rfc822; x%d@y.example\r\nAction: failed\r\n\r\n" % n
                for n in range(199)
            )
            + b"Final-Recipient:",
        ),
        (Grade.CONFIRMED, [FAILED.address]),
    ),
}


@pytest.mark.parametrize(("raw", "expected"), FORGED.values(), ids=FORGED.keys())
def test_a_forged_report_says_no_more_than_it_can(raw, expected) -> None:
    assert forged(FAILED, raw) == expected


def test_a_host_that_our_server_did_not_take_it_from_is_not_believed() -> None:
    elsewhere = Arrived(came_from=("mail.evil.example",))
    assert forged(FAILED, WITHOUT_SECRET, arrived=elsewhere) == NOTHING
    assert forged(FAILED, WITHOUT_SECRET, arrived=Arrived(came_from=(HOST,))) == UNCONFIRMED


@pytest.mark.parametrize("days", [-1, 31])
def test_a_report_out_of_time_is_about_something_else(days) -> None:
    late = replace(FAILED.sent, accepted=ACCEPTED - days * 86_400)
    assert forged(FAILED, sent=late) == NOTHING


@pytest.mark.parametrize(
    ("days_before", "expected"), [(20, (Grade.CONFIRMED, [FAILED.address])), (31, NOTHING)]
)
def test_what_was_held_or_tried_anew_counts_from_when_it_went_last(days_before, expected) -> None:
    first, last = ACCEPTED - 60 * 86_400, ACCEPTED - days_before * 86_400
    assert forged(FAILED, sent=replace(FAILED.sent, accepted=first, left=last)) == expected


def test_a_mail_that_was_never_taken_has_no_reports() -> None:
    assert forged(FAILED, sent=replace(FAILED.sent, accepted=0)) == NOTHING


def test_a_report_that_somebody_forwards_is_none() -> None:
    outer = (
        b"Return-Path: <>\r\nFrom: postmaster@far.example\r\nSubject: Fwd\r\nMIME-Version: 1.0\r\n"
        b'Content-Type: multipart/mixed; boundary="o"\r\n\r\n--o\r\nContent-Type: text/plain\r\n\r\n'
        b"Look.\r\n--o\r\nContent-Type: message/rfc822\r\n\r\n" + FAILED.raw + b"\r\n--o--\r\n"
    )
    assert forged(FAILED, outer) == NOTHING


def test_an_automatic_reply_says_that_it_arrived_and_changes_nothing() -> None:
    raw = (
        f"Return-Path: <>\r\nFrom: {FAILED.address}\r\nSubject: Automatic reply: Plans\r\n"
        f"Auto-Submitted: auto-replied\r\nReferences: <{FAILED.sent.message_id}>\r\n\r\n"
        "> 550 5.1.1 quoted\r\nI am away.\r\n"
    ).encode()
    report = read_report(raw)
    assert report is not None
    found = match(report, FAILED.sent, Arrived())
    assert found is not None
    assert [(o.address, o.action) for o in found.outcomes] == [(FAILED.address, None)]


def test_a_receipt_is_of_whom_it_names() -> None:
    raw = (
        f"From: {FAILED.address}\r\nSubject: Read: Plans\r\nMIME-Version: 1.0\r\nContent-Type:"
        " multipart/report; report-type=disposition-notification; boundary=b\r\n\r\n--b\r\n\r\nRead.\r\n"
        "--b\r\nContent-Type: message/disposition-notification\r\n\r\n"
        f"Final-Recipient: rfc822;{FAILED.address}\r\nOriginal-Message-ID: <{FAILED.sent.message_id}>\r\n"
        "Disposition: manual-action/MDN-sent-manually; displayed\r\n--b--\r\n"
    ).encode()
    assert forged(FAILED, raw) == UNCONFIRMED


def test_what_our_own_provider_vouches_for_is_from_it() -> None:
    one = sample("Gmail", "one")
    assert forged(one, arrived=Arrived(is_vouched=True)) == (Grade.PROVIDER, [one.address])
    queue_id = next(iter(FAILED.sent.queue_ids)).encode()
    queued = changed(
        b"Reporting-MTA:",
        b"X-Postfix-Queue-ID: " + queue_id + b"\r\nReporting-MTA:",
        WITHOUT_SECRET,
    )
    assert forged(FAILED, queued) == (Grade.PROVIDER, [FAILED.address])


def test_a_queue_id_counts_from_the_server_that_gave_it_alone() -> None:
    queue_id = next(iter(FAILED.sent.queue_ids)).encode()
    queued = WITHOUT_SECRET.replace(
        b"Reporting-MTA:", b"X-Postfix-Queue-ID: " + queue_id + b"\r\nReporting-MTA:"
    )
    server = FAILED.sent.servers[0]
    told = forged(FAILED, queued, arrived=Arrived(came_from=(server,)))
    assert told == (Grade.PROVIDER, [FAILED.address])
    recipients = Arrived(came_from=("mx." + FAILED.address.rpartition("@")[2],))
    assert forged(FAILED, queued, arrived=recipients) == UNCONFIRMED, "they read it in the mail"
    called = Arrived(came_from=(server,), is_proven=False)
    assert forged(FAILED, queued, arrived=called) == UNCONFIRMED


def test_where_nobody_knows_what_it_was_taken_from_the_secret_alone_counts() -> None:
    unknown = Arrived(is_known=False, is_proven=False)
    assert forged(FAILED, WITHOUT_SECRET, arrived=unknown) == NOTHING
    assert forged(FAILED, arrived=unknown) == (Grade.CONFIRMED, [FAILED.address])


@pytest.mark.parametrize("host", ["mail-sor-f65.google.com", "EUR05.prod.protection.outlook.com"])
def test_who_keeps_mail_for_many_may_report_until_it_is_known_who_takes_it(host) -> None:
    raw = changed(HOST.encode(), host.encode(), WITHOUT_SECRET)
    came = Arrived(came_from=(host,))
    assert forged(FAILED, raw, arrived=came) == UNCONFIRMED
    domain = FAILED.address.rpartition("@")[2]
    elsewhere = replace(FAILED.sent, exchanges={domain: {"mx.hosting.example"}})
    assert forged(FAILED, raw, sent=elsewhere, arrived=came) == NOTHING


def test_a_host_that_was_seen_to_take_mail_for_a_domain_may_report_about_it() -> None:
    host = "mx7.hosting.example"
    raw = changed(HOST.encode(), host.encode(), WITHOUT_SECRET)
    came = Arrived(came_from=(host,))
    assert forged(FAILED, raw, arrived=came) == NOTHING
    domain = FAILED.address.rpartition("@")[2]
    known = replace(FAILED.sent, exchanges={domain: {"mx1.hosting.example"}})
    assert forged(FAILED, raw, sent=known, arrived=came) == UNCONFIRMED
    other = replace(FAILED.sent, exchanges={"other.example": {"mx1.hosting.example"}})
    assert forged(FAILED, raw, sent=other, arrived=came) == NOTHING


def test_google_reports_for_gmail_and_for_nobody_known_to_be_elsewhere() -> None:
    sent = replace(FAILED.sent, recipients=("ada@gmail.com",))
    raw = WITHOUT_SECRET.replace(FAILED.address.encode(), b"ada@gmail.com")
    for host, expected in (
        ("mail-sor-f65.google.com", (Grade.UNCONFIRMED, ["ada@gmail.com"])),
        ("mail.outlook.com", NOTHING),
    ):
        whole = changed(HOST.encode(), host.encode(), raw)
        assert forged(FAILED, whole, sent=sent, arrived=Arrived(came_from=(host,))) == expected


def test_what_one_account_is_told_says_nothing_sure_of_another_ones_provider() -> None:
    other = AccountName("other")
    one = sample("Gmail", "one")
    vouched = Arrived(is_vouched=True, account=other, own=("mail.elsewhere.example",))
    assert forged(one, arrived=vouched) == NOTHING, "it never left servers that had not the mail"
    forwarded = replace(vouched, came_from=(one.sent.servers[0],))
    assert forged(one, arrived=forwarded) == (Grade.UNCONFIRMED, [one.address])
    assert forged(FAILED, arrived=vouched) == (Grade.CONFIRMED, [FAILED.address])


def test_two_accounts_with_one_provider_may_be_told_of_each_others_mail() -> None:
    alike = Arrived(account=AccountName("other"), own=(FAILED.sent.servers[0],))
    assert forged(FAILED, WITHOUT_SECRET, arrived=alike) == UNCONFIRMED


def test_a_machine_that_answers_from_another_address_marks_the_mail_alone() -> None:
    raw = (
        f"Return-Path: <>\r\nFrom: team@far.example\r\nSubject: Automatic reply: Plans\r\n"
        f"Auto-Submitted: auto-replied\r\nReferences: <{FAILED.sent.message_id}>\r\n\r\nAway.\r\n"
    )
    assert forged(FAILED, raw.encode()) == (Grade.UNCONFIRMED, [""])


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("I am away; https://far.example/calendar says until when.", ReportKind.AUTO_REPLY),
        ("Please confirm your message: https://far.example/x", ReportKind.CHALLENGE),
        ("Click to release your message: https://far.example/x", ReportKind.CHALLENGE),
        ("Your message is waiting for approval: http://far.example/x", ReportKind.CHALLENGE),
        ("You are not on my safe list. http://far.example/x", ReportKind.CHALLENGE),
        ("Please confirm your message by answering.", ReportKind.AUTO_REPLY),
    ],
)
def test_a_machine_that_wants_a_confirmation_is_told_apart(text, kind) -> None:
    raw = (
        f"From: {FAILED.address}\r\nSubject: Re: Plans\r\nAuto-Submitted: auto-replied\r\n"
        f"In-Reply-To: <{FAILED.sent.message_id}>\r\n\r\n{text}\r\n"
    )
    report = read_report(raw.encode())
    assert report is not None
    assert report.kind is kind


def test_what_a_person_sends_is_not_vouched_for() -> None:
    one = sample("Gmail", "one")
    raw = changed(b"Return-Path: <>", b"Return-Path: <eve@here.example>", one.raw)
    assert forged(one, raw, arrived=Arrived(is_vouched=True)) == NOTHING


def test_the_others_keep_their_state() -> None:
    assert forged(THREE) == (Grade.CONFIRMED, [THREE.address])


def test_a_recipient_that_was_never_ours_marks_the_mail_alone() -> None:
    foreign = changed(THREE.address.encode(), b"nobody@else.example", THREE.raw)
    assert forged(THREE, foreign) == (Grade.CONFIRMED, [""])


def test_a_mail_of_a_person_is_no_report() -> None:
    raw = f"From: ada@far.example\r\nReferences: <{FAILED.sent.message_id}>\r\n\r\nI got a 550 5.1.1 once.\r\n"
    assert read_report(raw.encode()) is None


def test_a_flood_is_read_and_is_nothing() -> None:
    flood = changed(b"Original-Envelope-Id:", b"\r\n" * 10_000 + b"\0\x1b[2J" + b"x" * 5_000_000)
    assert forged(FAILED, flood)[0] is not Grade.CONFIRMED


@pytest.mark.proof
def test_mutants_raise_nothing_and_are_never_confirmed_without_the_secret() -> None:
    chance = Random(9)
    every = [one for one in samples() if one.grade is Grade.CONFIRMED]
    reports = [one for one in every if one.sent.envelope_id.encode() in one.raw]
    for _ in range(MUTANTS):
        one = chance.choice(reports)
        raw = bytearray(one.raw.replace(one.sent.envelope_id.encode(), b"guess"))
        for _ in range(chance.randrange(1, 30)):
            at = chance.randrange(len(raw))
            match chance.randrange(3):
                case 0:
                    raw[at] = chance.randrange(256)
                case 1:
                    del raw[at : at + chance.randrange(1, 60)]
                case _:
                    raw[at:at] = raw[: chance.randrange(1, 60)]
        assert forged(one, bytes(raw))[0] is not Grade.CONFIRMED
    print(f"{MUTANTS} changed reports: 0 exceptions, 0 confirmed")


def test_an_address_within_a_longer_one_is_not_named() -> None:
    one = sample("qmail", "one")
    local, _, domain = one.address.partition("@")
    shorter = f"{local[1:]}@{domain}"
    longer = f"{one.address}.invalid"
    sent = replace(one.sent, recipients=(shorter, one.address, f"{local}@{domain[:-1]}"))
    assert forged(one, sent=sent)[1] == [one.address]
    raw = one.raw.replace(one.address.encode(), longer.encode())
    assert forged(one, raw, sent=sent)[1] == []


@pytest.mark.parametrize(
    ("author", "more"),
    [
        (FAILED.address, "Subject: I am away\r\n"),
        (FAILED.address, "Subject: Ticket 550\r\nAuto-Submitted: auto-generated\r\n"),
        ("bounce-list@far.example", "Subject: Your post\r\nPrecedence: bulk\r\n"),
    ],
)
def test_an_answer_with_a_null_path_is_no_failure(author, more) -> None:
    raw = (
        f"Return-Path: <>\r\nFrom: {author}\r\nIn-Reply-To: <{FAILED.sent.message_id}>\r\n{more}"
        "\r\nWe look at it on Monday.\r\n"
    )
    assert read_report(raw.encode()) is None


def test_a_queue_id_that_was_used_again_is_of_the_mail_that_is_returned() -> None:
    queue_id = next(iter(FAILED.sent.queue_ids)).encode()
    queued = WITHOUT_SECRET.replace(
        b"Reporting-MTA:", b"X-Postfix-Queue-ID: " + queue_id + b"\r\nReporting-MTA:"
    )
    another = changed(ID, b"from-my-phone@here.example", queued)
    here = Arrived(came_from=(FAILED.sent.servers[0],))
    assert forged(FAILED, another, arrived=here) == NOTHING


def test_a_report_on_a_mail_that_follows_ours_is_not_about_ours() -> None:
    another = changed(ID, b"from-my-phone@here.example", WITHOUT_SECRET)
    answers = b"References: <" + ID + b">\r\n" + another
    assert forged(FAILED, answers, arrived=Arrived(is_vouched=True)) == NOTHING


def test_a_mail_that_left_later_is_reported_about_later() -> None:
    early = replace(FAILED.sent, accepted=ACCEPTED - 60 * 86_400)
    assert forged(FAILED, sent=early) == NOTHING
    held = replace(early, left=ACCEPTED - 3_600)
    assert forged(FAILED, sent=held) == (Grade.CONFIRMED, [FAILED.address])
