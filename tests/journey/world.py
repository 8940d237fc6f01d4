"""What the journeys share: mail to begin with, and how to look at the real servers' mailboxes."""

import imaplib
import shlex
import shutil
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

from tests.program import Program, until
from tests.servers.real import HOST, RealServers


def letter(subject: str, text: str = "Hello.", sender: str = "Bob <bob@south.test>") -> bytes:
    """Return a small mail."""
    mail = EmailMessage(policy=policy.SMTP)
    mail["From"], mail["To"], mail["Subject"] = sender, "alice@north.test", subject
    mail["Date"] = "Mon, 23 Nov 2026 10:00:00 +0000"
    mail["Message-ID"] = f"<{subject.replace(' ', '-')}@north.test>"
    mail.set_content(text)
    return mail.as_bytes()


class World:
    """The real servers, and a person's program that knows nothing of them yet."""

    def __init__(
        self, servers: RealServers, folder: Path, environ: Mapping[str, str] | None = None
    ) -> None:
        self.servers = servers
        self.program = Program(folder, environ)

    def add_account(
        self, name: str, imap_port: int | None = None, smtp_port: int | None = None
    ) -> None:
        """Connect an account on the command line, as the README says."""
        account = self.servers.account(name)
        printing = shlex.join([sys.executable, "-c", f"print({account.password!r})"])
        self.program.done(
            "account", "add", name, "--email", account.email,
            "--display-name", name.capitalize(),
            "--imap", f"{HOST}:{imap_port or self.servers.imaps_port}",
            "--smtp", f"{HOST}:{smtp_port or self.servers.submissions_port}",
            "--ca-file", str(self.servers.ca_file), "--password-command", printing,
        )  # fmt: skip

    @contextmanager
    def imap(self, name: str) -> Iterator[imaplib.IMAP4_SSL]:
        """Yield a signed-in connection of another client."""
        account = self.servers.account(name)
        secret = f"\0{account.username}\0{account.password}".encode()
        tls = self.servers.tls()
        with imaplib.IMAP4_SSL(HOST, self.servers.imaps_port, ssl_context=tls) as imap:
            imap.authenticate("PLAIN", lambda _: secret)
            yield imap

    def mails(self, name: str, mailbox: str = "INBOX") -> list[EmailMessage]:
        """Return the mails of a mailbox on the server, oldest first."""
        with self.imap(name) as imap:
            imap.select(f'"{mailbox}"', readonly=True)
            _, numbers = imap.search(None, "ALL")
            found = [imap.fetch(n.decode(), "(RFC822)")[1] for n in numbers[0].split()]
        return [message_from_bytes(f[0][1], policy=policy.default) for f in found]

    def subjects(self, name: str, mailbox: str = "INBOX") -> list[str]:
        """Return the subjects of a mailbox on the server, oldest first."""
        return [mail["Subject"] for mail in self.mails(name, mailbox)]

    def flags(self, name: str, subject: str, mailbox: str = "INBOX") -> str:
        """Return the flags of a mail as the server says them; empty if it is not there."""
        with self.imap(name) as imap:
            imap.select(f'"{mailbox}"', readonly=True)
            _, numbers = imap.search(None, "SUBJECT", f'"{subject}"')
            if not numbers[0]:
                return ""
            return imap.fetch(numbers[0].split()[0].decode(), "(FLAGS)")[1][0].decode()

    def arrival(self, name: str, subject: str, mailbox: str = "INBOX") -> EmailMessage:
        """Wait until a mail is in a mailbox on the server; return it."""

        def found() -> EmailMessage | None:
            mails = self.mails(name, mailbox)
            return next((mail for mail in mails if mail["Subject"] == subject), None)

        mail = until(found, f"for {subject!r} in {mailbox} of {name}")
        assert isinstance(mail, EmailMessage)
        return mail


@contextmanager
def new_world(servers: RealServers) -> Iterator[World]:
    """Give a program without accounts, in a folder that is gone afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="tm-"))
    world = World(servers, folder / "profile")
    world.program.set("[ui]\nundo_send_s = 1")
    try:
        yield world
    finally:
        world.program.end()
        shutil.rmtree(folder)
