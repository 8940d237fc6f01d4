"""Submission to a real Postfix with Dovecot's sign-in."""

import asyncio
from pathlib import Path

import pytest

from tests.protocols.smtp.one_mail import submit
from tests.servers.real import RealServers
from tuimail.errors import SignInRefused, TlsError
from tuimail.model.account import Program, Security, Server
from tuimail.model.outgoing import Phase
from tuimail.model.secret import Secret
from tuimail.protocols.sendmail import hand_over
from tuimail.protocols.smtp.connection import Timeouts
from tuimail.protocols.smtp.mail import MailObject
from tuimail.protocols.smtp.outcome import SubmissionFailed
from tuimail.protocols.smtp.session import Session, check_sign_in

MAIL = (
    b"From: alice@north.test\r\nTo: bob@south.test\r\nSubject: real\r\nMessage-ID: <real@north.test>"
    b"\r\n\r\nHello.\r\n.\r\n..\r\n"
)


class Quiet:
    async def phase(self, phase: Phase) -> None: ...

    def progress(self, sent: int, total: int) -> None: ...


def server_of(servers: RealServers, security: Security, name: str = "alice") -> Server:
    tls = security is Security.TLS
    port = servers.submissions_port if tls else servers.submission_port
    return Server(servers.host, port, security, servers.account(name).username, servers.ca_file)


async def send(servers: RealServers, security: Security, *recipients: str):
    alice = servers.account("alice")
    mail = MailObject(alice.email, recipients, MAIL)
    return await submit(server_of(servers, security), Secret(alice.password), mail, Quiet())


async def arrived(servers: RealServers, least_size: int = 0) -> bytes:
    """Return a mail of at least so many bytes once it lies in bob's mailbox.

    A test that waits for its mail leaves nothing behind that moves when it is over. Dovecot makes
    `new` with the first mail: until then there is nothing to look into.
    """
    new = servers.maildir("bob") / "new"
    async with asyncio.timeout(60):
        while True:
            for one in new.iterdir() if new.is_dir() else ():
                if one.stat().st_size >= least_size:
                    return one.read_bytes()
            await asyncio.sleep(0.05)


@pytest.mark.parametrize("security", [Security.TLS, Security.STARTTLS])
async def test_postfix_takes_the_mail(real_servers: RealServers, security: Security) -> None:
    done = await send(real_servers, security, "bob@south.test")
    assert done.final.line.startswith("250 2.0.0 Ok: queued as")
    assert done.queue_id
    assert done.server.tls.startswith("TLSv1.")
    assert any(word.startswith("SIZE") for word in done.server.extensions)
    await arrived(real_servers)


async def test_many_mails_go_to_postfix_on_one_line_and_large_ones_in_chunks(
    real_servers: RealServers,
) -> None:
    alice = real_servers.account("alice")
    server = server_of(real_servers, Security.STARTTLS)
    large = MAIL + (b".tail of a line that is long enough for nothing\r\n" * 25_000)
    session = await Session.open(server, Secret(alice.password), Timeouts())
    assert all(map(session.facts.offers, ("PIPELINING", "CHUNKING", "SMTPUTF8", "DSN")))
    refused = MailObject(alice.email, ("refused@south.test",), MAIL)
    for n in range(4):
        content = large if n == 2 else MAIL
        done = await session.send(MailObject(alice.email, ("bob@south.test",), content), Quiet())
        assert done.queue_id
        verbs = [one.verb for one in done.heard]
        assert ("BDAT" in verbs) == (n == 2)
        with pytest.raises(SubmissionFailed):
            await session.send(refused, Quiet())
        assert session.is_usable
    session.close()
    first = await arrived(real_servers, least_size=1_000_000)
    bodies = [one.replace(b"\r\n", b"\n").partition(b"\n\n")[2] for one in (first, large)]
    assert bodies[0] == bodies[1]


def sendmail_of(servers: RealServers) -> Program:
    return Program(("/usr/sbin/sendmail", "-C", str(servers.postfix.folder / "etc")))


async def test_its_sendmail_takes_a_mail_as_it_is(real_servers: RealServers) -> None:
    alice = real_servers.account("alice")
    mail = MailObject(alice.email, ("bob@south.test",), MAIL)
    done = await hand_over(sendmail_of(real_servers), mail, Quiet(), Timeouts())
    assert done.recipients[0].accepted
    await arrived(real_servers)
    [file] = (real_servers.maildir("bob") / "new").iterdir()
    body = file.read_bytes().replace(b"\r\n", b"\n").partition(b"\n\n")[2]
    assert body == b"Hello.\n.\n..\n"


async def test_its_sendmail_refuses_a_mail_that_is_too_large(real_servers: RealServers) -> None:
    alice = real_servers.account("alice")
    mail = MailObject(alice.email, ("bob@south.test",), MAIL + b"x" * 45_000_000)
    with pytest.raises(SubmissionFailed, match=r"too (big|large)") as failure:
        await hand_over(sendmail_of(real_servers), mail, Quiet(), Timeouts())
    assert not failure.value.is_uncertain


async def test_postfix_answers_for_each_recipient(real_servers: RealServers) -> None:
    done = await send(
        real_servers, Security.TLS,
        "refused@south.test", "bob@south.test", "later@south.test", "x@elsewhere.test",
    )  # fmt: skip
    codes = [one.reply.code for one in done.recipients]
    assert codes[:3] == [550, 250, 450]
    assert codes[3] >= 500
    await arrived(real_servers)


async def test_a_wrong_password_is_refused(real_servers: RealServers) -> None:
    with pytest.raises(SignInRefused):
        await check_sign_in(server_of(real_servers, Security.TLS), Secret("wrong"))


@pytest.mark.parametrize("security", [Security.TLS, Security.STARTTLS])
async def test_a_password_of_any_characters_signs_in(
    real_servers: RealServers, security: Security
) -> None:
    bob = real_servers.account("bob")
    await check_sign_in(server_of(real_servers, security, "bob"), Secret(bob.password))


async def test_an_unknown_authority_gets_no_password(real_servers: RealServers) -> None:
    server = server_of(real_servers, Security.STARTTLS)
    strict = Server(server.host, server.port, server.security, server.username, None)
    with pytest.raises(TlsError):
        await check_sign_in(strict, Secret("never sent"))


async def test_a_port_without_tls_names_the_fix(real_servers: RealServers) -> None:
    wrong = Server(
        real_servers.host,
        real_servers.submission_port,
        Security.TLS,
        "alice",
        Path(real_servers.ca_file),
    )
    with pytest.raises((TlsError, SubmissionFailed)) as failure:
        await check_sign_in(wrong, Secret("never sent"))
    assert "STARTTLS" in failure.value.hint
