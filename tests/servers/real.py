"""Dovecot and Postfix together, as tests see them."""

from __future__ import annotations

import os
import shutil
import smtplib
import ssl
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from tuimail.config.profile import Profile
from tuimail.config.write import add_account
from tuimail.demo.certificate import Authority
from tuimail.model.account import Account, PasswordSource, Security, Server
from tuimail.model.address import Address
from tuimail.model.ids import AccountName

from .dovecot import Dovecot, DovecotUser
from .postfix import Postfix

HOST = "127.0.0.1"
EMPTY_S = 10
_NEEDED = (
    ("/usr/sbin/dovecot", "dovecot-core"),
    ("/usr/lib/dovecot/imap", "dovecot-imapd"),
    ("/usr/lib/dovecot/pop3", "dovecot-pop3d"),
    ("/usr/lib/dovecot/lmtp", "dovecot-lmtpd"),
    ("/usr/lib/dovecot/modules/lib90_sieve_plugin.so", "dovecot-sieve"),
    ("/usr/lib/postfix/sbin/master", "postfix"),
)


@dataclass(frozen=True)
class RealAccount:
    """A person with a mailbox."""

    name: str
    """Short, unique: `alice`, `bob`, `full`, `dora`."""
    email: str
    username: str
    password: str
    has_archive: bool = True
    """Whether the server has an archive for this person."""


ACCOUNTS = (
    RealAccount("alice", "alice@north.test", "alice@north.test", "north wind"),
    RealAccount("bob", "bob@south.test", "bob@south.test", 'south "sea" \\ pass'),
    RealAccount("full", "full@south.test", "full@south.test", "no room"),
    RealAccount("dora", "dora@north.test", "dora@north.test", "nowhere to put it", False),
)
FULL_QUOTA = "*:bytes=2000"
"""The mailbox of `full` takes this much: every mail larger than it bounces with 552 5.2.2."""


class RealServers:
    """Running servers. Unknown people: accepted by Postfix, then bounced (550 from Dovecot);
    `refused@`, `later@` and foreign domains are answered 550, 450 and 550 at once.
    """

    def __init__(
        self, folder: Path, dovecot: Dovecot, postfix: Postfix, authority: Authority
    ) -> None:
        self.folder = folder
        self.host = HOST
        self.dovecot = dovecot
        self.postfix = postfix
        self.authority = authority
        self.ca_file = authority.ca_file
        self.imap_port = dovecot.imap_port
        """STARTTLS."""
        self.imaps_port = dovecot.imaps_port
        """Implicit TLS, as are all ports with the `s`."""
        self.pop3_port = dovecot.pop3_port
        self.pop3s_port = dovecot.pop3s_port
        self.submission_port = postfix.submission_port
        self.submissions_port = postfix.submissions_port
        self.accounts = ACCOUNTS

    def account(self, name: str) -> RealAccount:
        """Return the account of `alice`, `bob`, `full` or `dora`."""
        return next(account for account in self.accounts if account.name == name)

    def tls(self) -> ssl.SSLContext:
        """Return a client context that trusts these servers alone."""
        return ssl.create_default_context(cafile=str(self.ca_file))

    def maildir(self, name: str) -> Path:
        """Return the Maildir of a user; it exists after the first sign-in or delivery."""
        return self.dovecot.home(self.account(name).email) / "Maildir"

    def config_account(self, name: str) -> Account:
        """Return somebody's account as config.toml has it: implicit TLS, password by command."""
        one = self.account(name)
        imap = Server(self.host, self.imaps_port, Security.TLS, one.username, self.ca_file)
        smtp = Server(self.host, self.submissions_port, Security.TLS, one.username, self.ca_file)
        return Account(
            name=AccountName(name),
            address=Address(name.capitalize(), one.email),
            identities=(),
            signature="",
            imap=imap,
            smtp=smtp,
            password_source=PasswordSource.COMMAND,
            password_command=(sys.executable, "-c", f"print({one.password!r})"),
            mailboxes=(),
        )

    def write_profile(self, folder: Path, names: Sequence[str] = ("alice", "bob")) -> Profile:
        """Write a profile with accounts on these servers; return it."""
        profile = Profile.at(folder)
        profile.prepare()
        for name in names:
            add_account(profile, self.config_account(name))
        return profile

    def deliver(self, raw: bytes, to: str, sender: str = "sender@north.test") -> None:
        """Put a mail into INBOX of `to` (an email) by LMTP; it is there when this returns."""
        with _UnixLmtp(str(self.dovecot.folder / "lmtp")) as lmtp:
            lmtp.sendmail(sender, [to], raw)

    def empty(self, name: str) -> None:
        """Throw away everything a user has, as if never signed in."""
        home = self.dovecot.home(self.account(name).email)
        deadline = time.monotonic() + EMPTY_S
        while children := list(home.iterdir()):
            for child in children:  # a connection that is ending may still write its index
                if child.is_dir():
                    shutil.rmtree(child, ignore_errors=True)
                else:
                    child.unlink(missing_ok=True)
            assert time.monotonic() < deadline, f"{home} is never empty"


class _UnixLmtp(smtplib.LMTP):
    def __init__(self, path: str) -> None:
        super().__init__(path, local_hostname="localhost")


def missing_for_servers() -> str:
    """Say what is missing to run the servers; empty when all is there."""
    if os.geteuid() != 0:
        return "Dovecot and Postfix need root here"
    absent = [package for file, package in _NEEDED if not Path(file).exists()]
    return f"missing Debian packages: {' '.join(absent)}" if absent else ""


@contextmanager
def running_servers(far: int = 0) -> Iterator[RealServers]:
    """Start both, yield them, end them and remove their folder.

    With `far`, the port of another domain's server, mail for it is taken and Postfix is impatient.
    """
    # Not pytest's tmp_path: the servers' users must be able to enter, and socket paths are short.
    folder = Path(tempfile.mkdtemp(prefix="tm-", dir="/tmp"))
    folder.chmod(0o755)
    with ExitStack() as stack:
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        authority = Authority.make(folder, "tuimail test authority")
        identity = authority.issue("server")
        users = [
            DovecotUser(a.email, a.password, FULL_QUOTA if a.name == "full" else "", a.has_archive)
            for a in ACCOUNTS
        ]
        for room in ("dovecot", "postfix"):
            (folder / room).mkdir(mode=0o755)
        dovecot = Dovecot(folder / "dovecot", identity, users)
        stack.callback(dovecot.stop)
        postfix = Postfix(folder / "postfix", identity, folder / "dovecot", far)
        stack.callback(postfix.stop)
        yield RealServers(folder, dovecot, postfix, authority)
