"""The embedded mail host for tests: quick to start, in a thread of its own."""

from __future__ import annotations

import imaplib
import poplib
import shutil
import smtplib
import ssl
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

import pytest

from tuimail.config.profile import Profile
from tuimail.demo.account import PROFILE_FOLDER, Listening, write_profile
from tuimail.demo.faults import Fault
from tuimail.demo.host import HOST, HostPorts, MailHost
from tuimail.demo.mailstore import MailStore
from tuimail.demo.people import ALICE, PEOPLE, Person
from tuimail.demo.thread import HostThread

T = TypeVar("T")

NOW = 1_795_478_400
"""Tuesday, 24 November 2026, 00:00:00 UTC."""


class RunningHost:
    """A mail host as tests see it; all methods may be called from the test's thread."""

    def __init__(self, thread: HostThread) -> None:
        self._thread = thread
        self.host: MailHost = thread.host
        self.ports: HostPorts = thread.host.ports
        self.ca_file: Path = thread.host.ca_file
        self.address = HOST

    def person(self, name: str) -> Person:
        """Return `alice`, `bob` or `full`."""
        return next(person for person in PEOPLE if person.name == name)

    def store(self, name: str) -> MailStore:
        """Return somebody's mailboxes; reading is safe, changes go through `call`."""
        return self.host.store_of(self.person(name))

    def call(self, function: Callable[[], T]) -> T:
        """Run a function in the host's thread."""
        return self._thread.call(function)

    def deliver(self, raw: bytes, to: str = "alice", mailbox: str = "INBOX") -> int:
        """Put a mail into a mailbox and return its UID; watchers are told at once."""
        return self.call(lambda: self.host.deliver(raw, self.person(to), mailbox))

    def imap_fault(self, *faults: Fault) -> None:
        """Script faults of the IMAP server."""
        self.host.imap_faults.add(*faults)

    def pop3_fault(self, *faults: Fault) -> None:
        """Script faults of the POP3 server."""
        self.host.pop3_faults.add(*faults)

    def smtp_fault(self, *faults: Fault) -> None:
        """Script faults of the submission servers."""
        self.host.smtp_faults.add(*faults)

    def try_again_at_once(self) -> None:
        """Have what is put off on its way tried again without a wait."""
        for queue in self.host.queues:
            queue.retry_s = 0.01

    def tls(self) -> ssl.SSLContext:
        """Return a client context that trusts this host alone."""
        return ssl.create_default_context(cafile=str(self.ca_file))

    def imaplib(self, name: str = "alice") -> imaplib.IMAP4_SSL:
        """Return a signed-in imaplib connection."""
        person = self.person(name)
        imap = imaplib.IMAP4_SSL(HOST, self.ports.imap_tls, ssl_context=self.tls(), timeout=60)
        imap.authenticate("PLAIN", lambda _: f"\0{person.email}\0{person.password}".encode())
        return imap

    def poplib(self, name: str = "alice") -> poplib.POP3_SSL:
        """Return a signed-in poplib connection."""
        person = self.person(name)
        pop3 = poplib.POP3_SSL(HOST, self.ports.pop3_tls, context=self.tls(), timeout=60)
        pop3.user(person.email)
        pop3.pass_(person.password)
        return pop3

    def smtplib(self, name: str = "alice") -> smtplib.SMTP_SSL:
        """Return a signed-in smtplib connection to the person's own submission server."""
        person = self.person(name)
        port = self.ports.smtp_tls[person.domain]
        smtp = smtplib.SMTP_SSL(HOST, port, context=self.tls(), timeout=60)
        smtp.login(person.email, person.password)
        return smtp


@pytest.fixture
def host_folder() -> Iterator[Path]:
    """Return a folder for the host's certificates."""
    folder = Path(tempfile.mkdtemp(prefix="tuimail-host-"))
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def mail_host(host_folder: Path) -> Iterator[RunningHost]:
    """Return a running host with empty mailboxes."""
    with HostThread(MailHost(host_folder)) as thread:
        yield RunningHost(thread)


@pytest.fixture
def gmail_host(host_folder: Path) -> Iterator[RunningHost]:
    """Return a running host where alice's mailboxes are as at Gmail."""
    with HostThread(MailHost(host_folder, gmail=(ALICE,))) as thread:
        yield RunningHost(thread)


@pytest.fixture
def filled_mail_host(host_folder: Path) -> Iterator[RunningHost]:
    """Return a running host with 200 generated messages."""
    with HostThread(MailHost(host_folder, messages=200)) as thread:
        yield RunningHost(thread)


@pytest.fixture
def demo_profile(mail_host: RunningHost, host_folder: Path) -> Profile:
    """Return a profile with alice's and bob's accounts on the running host `mail_host`."""
    listening = Listening(mail_host.ports, mail_host.ca_file)
    return write_profile(host_folder / PROFILE_FOLDER, listening)
