"""Whatever a mail holds, what is kept of it is byte for byte what its server gives out."""

import imaplib
import os
import poplib
import shlex
import shutil
import sys
import tempfile
from collections.abc import Iterator, Sequence
from hashlib import sha256
from pathlib import Path

import pytest

from tests.demo.fixtures import RunningHost
from tests.hostile.mails import hostile_mails
from tests.hostile.seeds import seeds
from tests.program import Program, until
from tests.servers.real import RealServers
from tuimail.config.write import set_offline
from tuimail.demo.account import Listening, write_profile
from tuimail.mime.headers import parse_envelope
from tuimail.model.ids import AccountName
from tuimail.model.offline import EVERYTHING
from tuimail.services import reading
from tuimail.services.mail import open_mail

IS_FULL = bool(os.environ.get("PROOF_FULL"))
HOSTILE = 500 if IS_FULL else 23
SEED = 9
WAIT_S = 120.0

pytestmark = [pytest.mark.proof, pytest.mark.timeout(1200)]


def mails() -> list[bytes]:
    """Return mails of every kind, and some whose lines end as no line should.

    None of no byte at all: that is what servers give for a mail whose content they have lost. No
    two that agree in size and in every field that says which mail it is: those are one message.
    """
    odd = (
        b"Subject: bare\r\nMessage-ID: <bare@x.example>\r\n\r\na\nb\rc\r\r\n.\r\n..\r\n\n.\n",
        b"Subject: bytes\r\nMessage-ID: <all@x.example>\r\n\r\n" + bytes(range(1, 256)) + b"\r\n",
        b"Subject: long\r\nMessage-ID: <long@x.example>\r\n\r\n" + b"x" * 300_000 + b"\r\n",
        b"Subject: no end\r\nMessage-ID: <end@x.example>\r\n\r\nlast line",
    )
    every = [raw for raw in (*hostile_mails(HOSTILE, SEED), *seeds(), *odd) if raw]
    by_size = {(parse_envelope(raw).identity, len(raw)): raw for raw in every}
    by_other_size = {
        (parse_envelope(raw).identity, len(by_pop3([raw])[0])): raw for raw in by_size.values()
    }
    return list(by_other_size.values())


@pytest.fixture
def folder() -> Iterator[Path]:
    """Return a folder short enough for sockets."""
    made = Path(tempfile.mkdtemp(prefix="tm-"))
    yield made
    shutil.rmtree(made, ignore_errors=True)


def digests(raws: Sequence[bytes]) -> set[str]:
    return {sha256(raw).hexdigest() for raw in raws}


def kept(program: Program, at_least: int) -> set[str]:
    """Fetch everything; return the hashes of what is kept once `at_least` are."""
    program.done("sync")
    mail = open_mail(program.profile)
    try:

        def found() -> set[str] | None:
            view = reading.everything(mail)
            rows = reading.rows(mail, view, reading.view_ids(mail, view))
            bodies = [reading.body(mail, row.key) for row in rows]
            here = digests([body for body in bodies if body is not None])
            return here if len(here) >= at_least and None not in bodies else None

        return until(found, "for every body", WAIT_S)
    finally:
        mail.close()


def given_out(imap: imaplib.IMAP4) -> list[bytes]:
    """Return what a server gives out of its inbox, as another program reads it."""
    imap.select("INBOX", readonly=True)
    _, answer = imap.fetch("1:*", "(BODY.PEEK[])")
    return [piece[1] for piece in answer if isinstance(piece, tuple)]


def by_pop3(raws: Sequence[bytes]) -> list[bytes]:
    """Return mails as POP3 carries them: each ends with a line's end (RFC 1939 section 3)."""
    return [raw if raw.endswith(b"\r\n") else raw + b"\r\n" for raw in raws]


def retrieved(pop3: poplib.POP3) -> list[bytes]:
    """Return what a server gives out by POP3; poplib itself would split at bare LFs."""
    count, _ = pop3.stat()
    mails = []
    for number in range(1, count + 1):
        pop3.sock.sendall(b"RETR %d\r\n" % number)
        assert pop3.file.readline().startswith(b"+OK")
        answer = b"\r\n"
        while not answer.endswith(b"\r\n.\r\n"):
            answer += pop3.file.readline()
        mails.append(answer.removesuffix(b".\r\n").replace(b"\r\n.", b"\r\n")[2:])
    return mails


def test_what_the_embedded_host_gives_by_imap_is_kept_exactly(
    mail_host: RunningHost, folder: Path
) -> None:
    for raw in mails():
        mail_host.deliver(raw)
    profile = write_profile(folder, Listening(mail_host.ports, mail_host.ca_file))
    with mail_host.imaplib() as imap:
        theirs = given_out(imap)
    assert set(theirs) == set(mails())
    compare("IMAP, embedded host", everything_of(profile.folder, "alice"), theirs)


def everything_of(folder: Path | None, *names: str) -> Program:
    assert folder is not None
    program = Program(folder)
    for name in names:
        set_offline(program.profile, AccountName(name), "", EVERYTHING)
    return program


def compare(what: str, program: Program, raws: Sequence[bytes]) -> None:
    theirs = digests(raws)
    try:
        ours = kept(program, len(theirs))
    finally:
        program.end()
    print(f"\n{what}: {len(theirs)} mails, {len(theirs - ours)} kept otherwise than given out")
    assert ours == theirs


def with_pop3(folder: Path, email: str, password: str, *more: str) -> Program:
    program = Program(folder)
    say = f"{sys.executable} -c {shlex.quote(f'print({password!r})')}"
    program.done(
        "account", "add", "old", "--email", email, "--username", email,
        "--password-command", say, *more,
    )  # fmt: skip
    return program


def test_what_the_embedded_host_gives_by_pop3_is_kept_exactly(
    mail_host: RunningHost, folder: Path
) -> None:
    for raw in mails():
        mail_host.deliver(raw)
    person, where = mail_host.person("alice"), f"{mail_host.address}:"
    program = with_pop3(
        folder, person.email, person.password,
        "--pop3", f"{where}{mail_host.ports.pop3_tls}",
        "--smtp", f"{where}{mail_host.ports.smtp_tls[person.domain]}",
        "--ca-file", str(mail_host.ca_file),
    )  # fmt: skip
    pop3 = mail_host.poplib()
    theirs = retrieved(pop3)
    pop3.quit()
    assert set(theirs) == set(by_pop3(mails()))
    compare("POP3, embedded host", program, theirs)


def put_into_maildir(servers: RealServers, name: str) -> imaplib.IMAP4_SSL:
    """Put the mails where Dovecot looks, as they are; return a connection that sees them."""
    account = servers.account(name)
    imap = imaplib.IMAP4_SSL(
        servers.host, servers.imaps_port, ssl_context=servers.tls(), timeout=60
    )
    imap.login(account.username, account.password)
    imap.select("INBOX")
    new = servers.maildir(name) / "new"
    for number, raw in enumerate(mails()):
        (new / f"{1_795_000_000 + number}.M{number}.x").write_bytes(raw)
    return imap


def test_what_dovecot_gives_by_imap_is_kept_exactly(
    real_servers: RealServers, folder: Path
) -> None:
    with put_into_maildir(real_servers, "alice") as imap:
        theirs = given_out(imap)
    assert len(theirs) > len(mails()) - 10
    profile = real_servers.write_profile(folder, ["alice"])
    compare("IMAP, Dovecot", everything_of(profile.folder, "alice"), theirs)


def test_what_dovecot_gives_by_pop3_is_kept_exactly(
    real_servers: RealServers, folder: Path
) -> None:
    with put_into_maildir(real_servers, "bob"):
        account = real_servers.account("bob")
    port, tls = real_servers.pop3s_port, real_servers.tls()
    pop3 = poplib.POP3_SSL(real_servers.host, port, context=tls, timeout=60)
    pop3.user(account.username)
    pop3.pass_(account.password)
    theirs = retrieved(pop3)
    pop3.quit()
    program = with_pop3(
        folder, account.email, account.password,
        "--pop3", f"{real_servers.host}:{real_servers.pop3s_port}",
        "--smtp", f"{real_servers.host}:{real_servers.submissions_port}",
        "--ca-file", str(real_servers.ca_file),
    )  # fmt: skip
    compare("POP3, Dovecot", program, theirs)
