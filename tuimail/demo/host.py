"""The embedded mail host: two domains with submission, exchange and mailboxes, on loopback."""

import asyncio
import logging
import ssl
import time
from collections.abc import Callable, Collection
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from hmac import compare_digest
from pathlib import Path
from typing import Final, Self

from .certificate import Authority, Identity
from .corpus.fill import fill
from .faults import FaultScript
from .gmail import GmailStore
from .imap.server import imap_server
from .imap.session import Service
from .mailstore import MailStore
from .people import ACCOUNT_HOLDERS, DOMAINS, PEOPLE, Domain, Person
from .pop3.server import pop3_server
from .pop3.session import Service as Pop3Service
from .smtp.exchange import Exchange
from .smtp.queue import Queue
from .smtp.server import SmtpServer
from .smtp.submission import Submission

HOST: Final = "127.0.0.1"
_FIRST_UID_VALIDITY: Final = 1_000_000


def _clock() -> int:
    return int(time.time())


@dataclass(frozen=True, slots=True)
class HostPorts:
    """Ports on 127.0.0.1. Everybody may sign in at each of them."""

    imap_tls: int
    imap_starttls: int
    pop3_tls: int
    pop3_starttls: int
    smtp_tls: dict[str, int] = field(default_factory=dict)
    """Submission with implicit TLS, by domain."""
    smtp_starttls: dict[str, int] = field(default_factory=dict)
    exchange: dict[str, int] = field(default_factory=dict)
    """Where a domain takes mail from other domains: no sign-in, no relaying."""


class MailHost:
    """Everything one process needs to show how mail travels.

    Use with `async with`: it listens inside and is gone afterwards. Its methods belong to the
    event loop's thread; faults may be scripted from anywhere.
    """

    ports: HostPorts

    def __init__(
        self,
        folder: Path,
        *,
        messages: int = 0,
        seed: int = 1,
        gmail: Collection[Person] = (),
        clock: Callable[[], int] = _clock,
    ) -> None:
        """Prepare a host that keeps its certificates in `folder`, which must exist.

        `messages` are generated over all mailboxes together, the newest shortly before now.
        `gmail` are people whose mailboxes are as at Gmail; none are generated for them.
        `clock` tells seconds UTC.
        """
        self.clock = clock
        self.queues: list[Queue] = []
        """One for each domain, once it runs."""
        self.authority = Authority.make(folder)
        self.ca_file = self.authority.ca_file
        """PEM file; trusts this host's certificate for 127.0.0.1 and localhost."""
        self.imap_faults = FaultScript()
        self.pop3_faults = FaultScript()
        self.smtp_faults = FaultScript()
        """Strikes at the submission servers."""
        self.exchange_faults = FaultScript()
        self.imap_withheld: set[str] = set()
        """Capabilities in upper case the IMAP server is not to have, such as `MOVE`."""
        self.pop3_withheld: set[str] = set()
        """Commands and capabilities in upper case the POP3 server is not to have."""
        self._tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.use(self.authority.issue("server"))
        self._stores = _stores(gmail)
        filled = [person for person in ACCOUNT_HOLDERS if person not in gmail]
        fill({p: self.store_of(p) for p in filled}, messages, seed, clock())
        self._stack = AsyncExitStack()

    def use(self, identity: Identity) -> None:
        """Show another certificate from the next connection on."""
        self._tls.load_cert_chain(identity.certificate_file, identity.key_file)

    def store_of(self, person: Person) -> MailStore:
        """Return a person's mailboxes."""
        return self._stores[person.email]

    def deliver(self, raw: bytes, to: Person, mailbox: str = "INBOX") -> int:
        """Put a mail into a mailbox now and return its UID; watchers are told at once."""
        return self.store_of(to).receive(raw, self.clock(), mailbox).uid

    async def __aenter__(self) -> Self:
        """Listen on free ports."""
        logging.getLogger("mail.log").setLevel(logging.CRITICAL)  # aiosmtpd's; it writes addresses
        async with AsyncExitStack() as stack:
            workers = await stack.enter_async_context(asyncio.TaskGroup())
            imap = imap_server(
                Service(self._sign_in, self._tls, self.imap_faults, self.imap_withheld, self.clock)
            )
            stack.push_async_callback(imap.stop)
            pop3 = pop3_server(
                Pop3Service(self._sign_in, self._tls, self.pop3_faults, self.pop3_withheld)
            )
            stack.push_async_callback(pop3.stop)
            smtp = SmtpServer(self._tls)
            stack.push_async_callback(smtp.stop)
            self.ports = HostPorts(
                await imap.listen(HOST, 0, implicit_tls=True),
                await imap.listen(HOST, 0, implicit_tls=False),
                await pop3.listen(HOST, 0, implicit_tls=True),
                await pop3.listen(HOST, 0, implicit_tls=False),
            )
            for domain in DOMAINS:
                queue = await self._open_smtp(smtp, domain)
                stack.callback(workers.create_task(queue.run()).cancel)
            self._stack = stack.pop_all()
        return self

    async def __aexit__(self, *_: object) -> None:
        """End all connections and listeners."""
        await self._stack.aclose()

    async def _open_smtp(self, smtp: SmtpServer, domain: Domain) -> Queue:
        trust = ssl.create_default_context(cafile=str(self.ca_file))
        queue = Queue(domain, self.ports.exchange, trust, self.clock)
        self.queues.append(queue)
        taking = Exchange(domain, self._store_at, self.clock, self.exchange_faults, queue)
        self.ports.exchange[domain.name] = await smtp.listen(HOST, taking, domain.exchange)
        hooks = Submission(domain, _person_of, queue.put, self.clock, self.smtp_faults)
        for ports, implicit_tls in (
            (self.ports.smtp_tls, True),
            (self.ports.smtp_starttls, False),
        ):
            ports[domain.name] = await smtp.listen(
                HOST,
                hooks,
                domain.submission,
                implicit_tls=implicit_tls,
                authenticator=hooks.authenticate,
            )
        return queue

    def _sign_in(self, username: str, password: str) -> MailStore | None:
        person = _person_of(username, password)
        return self.store_of(person) if person else None

    def _store_at(self, address: str) -> MailStore | None:
        local, _, domain = address.rpartition("@")
        return self._stores.get(f"{local.partition('+')[0]}@{domain.lower()}")


def _stores(gmail: Collection[Person]) -> dict[str, MailStore]:
    first = {person: _FIRST_UID_VALIDITY + 1000 * index for index, person in enumerate(PEOPLE)}
    return {
        person.email: GmailStore(number)
        if person in gmail
        else MailStore(number, person.quota_bytes)
        for person, number in first.items()
    }


def _person_of(username: str, password: str) -> Person | None:
    for person in PEOPLE:
        if person.email == username and compare_digest(
            person.password.encode(), password.encode("utf-8", "replace")
        ):
            return person
    return None
