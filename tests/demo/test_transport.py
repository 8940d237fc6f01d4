"""A mail's way from submission through the other domain's exchange, and back as a bounce."""

from __future__ import annotations

import smtplib
import time
from email import message_from_bytes, policy

import pytest

from tests.demo.fixtures import RunningHost
from tuimail.demo.faults import Fault, FaultKind
from tuimail.demo.host import HOST
from tuimail.demo.mailstore import Message

ARRIVAL_TIMEOUT_S = 5.0
MAIL = (
    b"From: alice@north.example\r\nTo: bob@south.example\r\nSubject: Over there\r\n"
    b"Message-ID: <over@north.example>\r\n\r\nHello.\r\n.starts with a dot\r\n"
)


def arrived(host: RunningHost, name: str, count: int = 1) -> list[Message]:
    inbox = host.store(name).find("INBOX")
    end = time.monotonic() + ARRIVAL_TIMEOUT_S
    while len(inbox.messages) < count:
        assert time.monotonic() < end, f"{len(inbox.messages)} of {count} mails for {name}"
        time.sleep(0.002)
    return list(inbox.messages.values())


def test_a_mail_reaches_the_other_domain_with_a_received_field_for_each_hop(
    mail_host: RunningHost,
) -> None:
    with mail_host.smtplib() as smtp:
        smtp.sendmail("alice@north.example", ["bob@south.example"], MAIL)
    raw = arrived(mail_host, "bob")[0].raw
    mail = message_from_bytes(raw, policy=policy.default)
    last, first = mail.get_all("Received")
    assert "by submit.north.example (tuimail demo) with ESMTPSA" in first
    assert "by mx.south.example (tuimail demo) with ESMTPS" in last
    assert mail["Return-Path"] == "<alice@north.example>"
    assert raw.endswith(MAIL)


def test_a_mail_to_both_domains_reaches_each_once(mail_host: RunningHost) -> None:
    with mail_host.smtplib("bob") as smtp:
        everybody = ["alice@north.example", "bob@south.example", "bob@south.example"]
        smtp.sendmail("bob@south.example", everybody, MAIL)
    arrived(mail_host, "alice")
    arrived(mail_host, "bob")
    assert len(mail_host.store("bob").find("INBOX").messages) == 1


@pytest.mark.parametrize(
    ("recipient", "status"),
    [
        ("nobody@south.example", "5.1.1"),
        ("nobody@north.example", "5.1.1"),
        ("full@south.example", "5.2.2"),
        ("somebody@elsewhere.example", "5.1.2"),
    ],
)
def test_what_cannot_be_delivered_comes_back_as_a_report(
    mail_host: RunningHost, recipient: str, status: str
) -> None:
    with mail_host.smtplib() as smtp:
        assert smtp.sendmail("alice@north.example", [recipient], MAIL) == {}
    raw = arrived(mail_host, "alice")[0].raw
    report = message_from_bytes(raw, policy=policy.default)
    assert report.get_content_type() == "multipart/report"
    assert report.get_param("report-type") == "delivery-status"
    assert report["Return-Path"] == "<>"
    text, delivery_status, returned = report.iter_parts()
    assert recipient in text.get_content()
    _, block = delivery_status.get_payload()
    assert block["Final-Recipient"] == f"rfc822; {recipient}"
    assert (block["Action"], block["Status"]) == ("failed", status)
    assert returned.get_content_type() == "text/rfc822-headers"
    assert "Message-ID: <over@north.example>" in returned.get_content()


def test_one_report_names_every_failed_recipient_and_the_others_get_the_mail(
    mail_host: RunningHost,
) -> None:
    with mail_host.smtplib() as smtp:
        smtp.sendmail(
            "alice@north.example",
            ["bob@south.example", "one@south.example", "two@south.example"],
            MAIL,
        )
    arrived(mail_host, "bob")
    report = arrived(mail_host, "alice")[0].raw
    assert report.count(b"Action: failed") == 2


def test_a_report_that_cannot_be_delivered_is_not_reported_on(mail_host: RunningHost) -> None:
    port = mail_host.ports.exchange["south.example"]
    with smtplib.SMTP(HOST, port) as smtp, pytest.raises(smtplib.SMTPRecipientsRefused):
        smtp.sendmail("", ["nobody@south.example"], MAIL)
    assert not mail_host.store("alice").find("INBOX").messages


@pytest.mark.parametrize(("local", "code"), [("refused", 550), ("later", 450)])
def test_submission_refuses_some_recipients_at_once(
    mail_host: RunningHost, local: str, code: int
) -> None:
    with mail_host.smtplib() as smtp, pytest.raises(smtplib.SMTPRecipientsRefused) as refusal:
        smtp.sendmail("alice@north.example", [f"{local}@south.example"], MAIL)
    assert refusal.value.recipients[f"{local}@south.example"][0] == code


def test_submission_insists_on_sign_in_and_on_ones_own_address(mail_host: RunningHost) -> None:
    port = mail_host.ports.smtp_tls["north.example"]
    with smtplib.SMTP_SSL(HOST, port, context=mail_host.tls()) as smtp:
        assert smtp.docmd("EHLO", "me")[0] == 250
        assert smtp.mail("alice@north.example")[0] == 530
        with pytest.raises(smtplib.SMTPAuthenticationError):
            smtp.login("alice@north.example", "guess")
    with mail_host.smtplib() as smtp:
        smtp.ehlo()
        assert smtp.mail("bob@south.example")[0] == 553
        assert smtp.mail("alice+lists@north.example")[0] == 250


def test_starttls_comes_before_sign_in(mail_host: RunningHost) -> None:
    alice = mail_host.person("alice")
    with smtplib.SMTP(HOST, mail_host.ports.smtp_starttls["north.example"]) as smtp:
        smtp.ehlo()
        assert not smtp.has_extn("auth")
        assert smtp.mail(alice.email)[0] == 530
        smtp.starttls(context=mail_host.tls())
        smtp.login(alice.email, alice.password)
        smtp.sendmail(alice.email, ["bob@south.example"], MAIL)
    arrived(mail_host, "bob")


def test_an_exchange_relays_nothing(mail_host: RunningHost) -> None:
    with smtplib.SMTP(HOST, mail_host.ports.exchange["south.example"]) as smtp:
        smtp.ehlo()
        smtp.mail("x@elsewhere.example")
        assert smtp.rcpt("alice@north.example")[0] == 554


@pytest.mark.parametrize("command", ["greeting", "EHLO", "MAIL", "RCPT", "DATA", "."])
def test_a_cut_anywhere_loses_the_line_and_no_mail_arrives(
    mail_host: RunningHost, command: str
) -> None:
    mail_host.smtp_fault(Fault(FaultKind.CUT, command))
    with pytest.raises((smtplib.SMTPServerDisconnected, OSError)), mail_host.smtplib() as smtp:
        smtp.sendmail("alice@north.example", ["bob@south.example"], MAIL)
    with mail_host.smtplib() as smtp:
        smtp.sendmail("alice@north.example", ["bob@south.example"], MAIL)
    assert len(arrived(mail_host, "bob")) == 1


def test_a_cut_after_the_final_dot_may_leave_the_mail_delivered(mail_host: RunningHost) -> None:
    mail_host.smtp_fault(Fault(FaultKind.CUT, ".", carried_out=True))
    with pytest.raises((smtplib.SMTPServerDisconnected, OSError)), mail_host.smtplib() as smtp:
        smtp.sendmail("alice@north.example", ["bob@south.example"], MAIL)
    assert len(arrived(mail_host, "bob")) == 1


@pytest.mark.parametrize("command", ["MAIL", "RCPT", "DATA", "."])
def test_a_refusal_can_be_scripted_for_each_command(mail_host: RunningHost, command: str) -> None:
    mail_host.smtp_fault(Fault(FaultKind.REFUSE, command, text="451 4.3.0 Not now"))
    with mail_host.smtplib() as smtp, pytest.raises(smtplib.SMTPException) as refusal:
        smtp.sendmail("alice@north.example", ["bob@south.example"], MAIL)
    assert "451" in str(refusal.value)


def test_a_second_line_can_be_injected_behind_the_answer_to_starttls(
    mail_host: RunningHost,
) -> None:
    mail_host.smtp_fault(
        Fault(FaultKind.INJECT, "STARTTLS", raw=b"250 injected\r\n", carried_out=True)
    )
    with smtplib.SMTP(HOST, mail_host.ports.smtp_starttls["north.example"], timeout=5) as smtp:
        smtp.ehlo()
        smtp.send("STARTTLS\r\n")
        assert smtp.getreply()[0] == 220
        assert smtp.getreply() == (250, b"injected")
        smtp.close()


def test_a_large_mail_with_long_header_survives(mail_host: RunningHost) -> None:
    body = b"".join(b"%d " % n * 10 + b"\r\n" for n in range(100_000))
    with mail_host.smtplib() as smtp:
        smtp.sendmail("alice@north.example", ["bob@south.example"], MAIL + body)
    assert arrived(mail_host, "bob")[0].raw.endswith(MAIL + body)


REPORTED = (
    b"From: alice@north.example\r\nTo: bob@south.example\r\nSubject: Told\r\n"
    b"Message-ID: <told@north.example>\r\n\r\nHello.\r\n"
)


def send_wishing(host: RunningHost, who: str, to: str, notify: str, sender: str = "") -> None:
    """Hand a mail over with wishes for reports."""
    with host.smtplib(who) as smtp:
        smtp.ehlo()
        assert smtp.has_extn("dsn")
        own = host.person(who).email
        asked = [f"NOTIFY={notify}", f"ORCPT=rfc822;{to}"]
        smtp.sendmail(sender or own, [to], REPORTED, ["RET=HDRS", "ENVID=Secret+3D1"], asked)


def report_to(host: RunningHost, name: str, number: int = 1):
    """Wait for so many mails, and return the fields of the last one as a report."""
    raw = arrived(host, name, number)[-1].raw
    report = message_from_bytes(raw, policy=policy.default)
    assert report["Return-Path"] == "<>"
    _, status, _ = report.iter_parts()
    return status.get_payload()


def test_a_server_that_reports_says_that_it_has_delivered(mail_host: RunningHost) -> None:
    send_wishing(mail_host, "alice", "bob@south.example", "SUCCESS,FAILURE")
    of_mail, of_recipient = report_to(mail_host, "alice")
    assert of_mail["Original-Envelope-Id"] == "Secret+3D1", "as it was given, its case kept"
    assert of_mail["Reporting-MTA"] == "dns; mx.south.example"
    assert of_recipient["Original-Recipient"] == "rfc822;bob@south.example"
    assert (of_recipient["Action"], of_recipient["Status"]) == ("delivered", "2.0.0")
    arrived(mail_host, "bob")


def test_a_mail_to_a_server_that_does_not_report_is_relayed(mail_host: RunningHost) -> None:
    send_wishing(mail_host, "bob", "alice@north.example", "SUCCESS")
    of_mail, of_recipient = report_to(mail_host, "bob")
    assert of_mail["Reporting-MTA"] == "dns; submit.south.example"
    assert (of_recipient["Action"], of_recipient["Remote-MTA"]) == (
        "relayed",
        "dns; mx.north.example",
    )


def test_nothing_is_told_that_nobody_wants_to_know(mail_host: RunningHost) -> None:
    send_wishing(mail_host, "alice", "nobody@south.example", "NEVER")
    send_wishing(mail_host, "alice", "bob@south.example", "FAILURE,DELAY")
    send_wishing(mail_host, "alice", "nobody@south.example", "FAILURE")
    of_mail, of_recipient = report_to(mail_host, "alice")
    assert (of_recipient["Action"], of_recipient["Status"]) == ("failed", "5.1.1")
    assert of_mail["Original-Envelope-Id"] == "Secret+3D1"
    assert len(mail_host.store("alice").find("INBOX").messages) == 1


def test_what_is_put_off_is_reported_and_delivered_later(mail_host: RunningHost) -> None:
    mail_host.try_again_at_once()
    send_wishing(mail_host, "alice", "slow@south.example", "SUCCESS,DELAY,FAILURE")
    _, delayed = report_to(mail_host, "alice")
    assert (delayed["Action"], delayed["Status"]) == ("delayed", "4.2.0")
    _, delivered = report_to(mail_host, "alice", 2)
    assert delivered["Action"] == "delivered"
    assert len(arrived(mail_host, "slow")) == 1


def test_a_server_that_stays_away_is_given_up_after_some_tries(mail_host: RunningHost) -> None:
    mail_host.try_again_at_once()
    mail_host.ports.exchange["south.example"] = 1  # where nobody listens
    send_wishing(mail_host, "alice", "bob@south.example", "DELAY,FAILURE")
    _, delayed = report_to(mail_host, "alice")
    assert delayed["Action"] == "delayed"
    _, failed = report_to(mail_host, "alice", 2)
    assert (failed["Action"], failed["Status"]) == ("failed", "4.4.1")
    assert not mail_host.store("bob").find("INBOX").messages


def test_who_is_away_answers_by_a_machine_and_never_a_machine(mail_host: RunningHost) -> None:
    with mail_host.smtplib() as smtp:
        for head in (b"Auto-Submitted: auto-generated\r\n", b"List-Id: <x>\r\n", b""):
            smtp.sendmail("alice@north.example", ["away@south.example"], head + REPORTED)
    (reply,) = arrived(mail_host, "alice")
    mail = message_from_bytes(reply.raw, policy=policy.default)
    assert len(arrived(mail_host, "away", 3)) == 3
    assert len(mail_host.store("alice").find("INBOX").messages) == 1
    assert (mail["Auto-Submitted"], mail["Return-Path"]) == ("auto-replied", "<>")
    assert mail["In-Reply-To"] == "<told@north.example>"


@pytest.mark.parametrize(
    ("command", "words"),
    [
        ("MAIL", "RET=ALL"),
        ("MAIL", "RET=HDRS RET=FULL"),
        ("MAIL", "ENVID=a+b"),
        ("MAIL", f"ENVID={'x' * 101}"),
        ("MAIL", "ENVID"),
        ("RCPT", "NOTIFY=NEVER,SUCCESS"),
        ("RCPT", "NOTIFY=SOMETIMES"),
        ("RCPT", "ORCPT=rfc822;a=b"),
    ],
)
def test_a_wish_that_is_none_is_refused(mail_host: RunningHost, command: str, words: str) -> None:
    with mail_host.smtplib() as smtp:
        smtp.ehlo()
        sender = "MAIL FROM:<alice@north.example>"
        if command == "MAIL":
            assert smtp.docmd(f"{sender} {words}")[0] == 501
            return
        assert smtp.docmd(sender)[0] == 250
        assert smtp.docmd(f"RCPT TO:<bob@south.example> {words}")[0] == 501


def test_an_exchange_without_the_extension_takes_no_wishes(mail_host: RunningHost) -> None:
    with smtplib.SMTP(HOST, mail_host.ports.exchange["north.example"]) as smtp:
        smtp.ehlo()
        assert not smtp.has_extn("dsn")
        assert smtp.docmd("MAIL FROM:<x@south.example> ENVID=a")[0] == 555
