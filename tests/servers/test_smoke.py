"""The real servers do what the other tests rely on."""

from __future__ import annotations

import imaplib
import poplib
import smtplib
import time
from email import message_from_bytes, policy

import pytest

from .real import HOST, RealServers

ARRIVAL_TIMEOUT_S = 20.0


def mail(sender: str, to: str, subject: str, size: int = 0) -> bytes:
    lines = [
        f"From: {sender}",
        f"To: {to}",
        f"Subject: {subject}",
        f"Message-ID: <{subject}@north.test>",
        "Date: Mon, 23 Nov 2026 10:00:00 +0000",
        "",
        "Hello.",
        *(["x" * 70] * (size // 72)),
    ]
    return "\r\n".join([*lines, ""]).encode()


def submit(servers: RealServers, to: str, subject: str, size: int = 0) -> dict:
    alice = servers.account("alice")
    with smtplib.SMTP_SSL(HOST, servers.submissions_port, context=servers.tls()) as smtp:
        smtp.login(alice.username, alice.password)
        return smtp.sendmail(alice.email, [to], mail(alice.email, to, subject, size))


def inbox(servers: RealServers, name: str) -> list[bytes]:
    account = servers.account(name)
    with imaplib.IMAP4_SSL(HOST, servers.imaps_port, ssl_context=servers.tls()) as imap:
        # imaplib quotes a password without escaping it; a literal would do, AUTHENTICATE does too.
        secret = f"\0{account.username}\0{account.password}".encode()
        imap.authenticate("PLAIN", lambda _: secret)
        imap.select("INBOX", readonly=True)
        _, numbers = imap.search(None, "ALL")
        return [imap.fetch(n.decode(), "(RFC822)")[1][0][1] for n in numbers[0].split()]


def wait_for_mail(servers: RealServers, name: str) -> bytes:
    end = time.monotonic() + ARRIVAL_TIMEOUT_S
    while time.monotonic() < end:
        if mails := inbox(servers, name):
            return mails[0]
        time.sleep(0.05)
    raise AssertionError(f"no mail for {name}\n{servers.postfix.log}")


def test_a_submitted_mail_arrives_in_the_other_domain(real_servers: RealServers) -> None:
    submit(real_servers, "bob@south.test", "hello")
    arrived = message_from_bytes(wait_for_mail(real_servers, "bob"), policy=policy.default)
    assert arrived["Subject"] == "hello"
    assert any("ESMTPSA" in hop for hop in arrived.get_all("Received"))


def test_an_unknown_person_bounces(real_servers: RealServers) -> None:
    submit(real_servers, "nobody@south.test", "lost")
    bounce = message_from_bytes(wait_for_mail(real_servers, "alice"), policy=policy.default)
    assert bounce.get_content_type() == "multipart/report"
    assert b"Status: 5.1.1" in bounce.as_bytes()


def test_a_full_mailbox_bounces(real_servers: RealServers) -> None:
    submit(real_servers, "full@south.test", "heavy", size=8_000)
    bounce = wait_for_mail(real_servers, "alice")
    assert b"Status: 5.2.2" in bounce


@pytest.mark.parametrize(
    ("address", "code"),
    [("refused@south.test", 550), ("later@south.test", 450), ("somebody@elsewhere.test", 550)],
)
def test_some_recipients_are_refused_at_once(
    real_servers: RealServers, address: str, code: int
) -> None:
    with pytest.raises(smtplib.SMTPRecipientsRefused) as refusal:
        submit(real_servers, address, "no")
    assert refusal.value.recipients[address][0] == code


def test_starttls_works_on_both_protocols(real_servers: RealServers) -> None:
    bob = real_servers.account("bob")
    with smtplib.SMTP(HOST, real_servers.submission_port) as smtp:
        smtp.ehlo()
        assert not smtp.has_extn("auth")
        smtp.starttls(context=real_servers.tls())
        smtp.login(bob.username, bob.password)
    with imaplib.IMAP4(HOST, real_servers.imap_port) as imap:
        imap.starttls(real_servers.tls())
        imap.authenticate("PLAIN", lambda _: f"\0{bob.username}\0{bob.password}".encode())


def test_a_wrong_password_is_refused(real_servers: RealServers) -> None:
    with (
        smtplib.SMTP_SSL(HOST, real_servers.submissions_port, context=real_servers.tls()) as smtp,
        pytest.raises(smtplib.SMTPAuthenticationError),
    ):
        smtp.login("alice@north.test", "guess")


def test_lmtp_delivery_sieve_and_pop3(real_servers: RealServers) -> None:
    alice = real_servers.account("alice")
    home = real_servers.dovecot.home(alice.email)
    (home / ".dovecot.sieve").write_text(
        'require "fileinto";\nif header :is "Subject" "out" { fileinto "Trash"; }\n'
    )
    real_servers.deliver(mail("x@y.test", alice.email, "out"), alice.email)
    real_servers.deliver(mail("x@y.test", alice.email, "in"), alice.email)
    pop = poplib.POP3_SSL(HOST, real_servers.pop3s_port, context=real_servers.tls())
    try:
        pop.user(alice.username)
        pop.pass_(alice.password)
        assert pop.stat()[0] == 1
    finally:
        pop.quit()
    assert len(list((real_servers.maildir("alice") / ".Trash" / "new").iterdir())) == 1
