"""An account and its servers, as config.toml has them."""

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from .address import Address
from .ids import AccountName
from .mailbox import INBOX, Role
from .offline import DEFAULT, Offline


class Security(StrEnum):
    """How a line is made safe. There is no opportunistic mode and no clear text."""

    TLS = "tls"
    STARTTLS = "starttls"


@dataclass(frozen=True, slots=True)
class Server:
    """Where to connect."""

    host: str
    port: int
    security: Security
    username: str
    ca_file: Path | None = None
    """PEM file of certificate authorities to trust instead of the system's."""


class PasswordSource(StrEnum):
    """Where the password comes from. There is no plain-text source."""

    KEYRING = "keyring"
    COMMAND = "command"
    ASK = "ask"


class SaveSent(StrEnum):
    """Whether a copy of a sent mail is put into Sent by this program."""

    AUTO = "auto"
    """Unless the servers are known to do it themselves."""
    YES = "yes"
    NO = "no"


class KeepOnServer(StrEnum):
    """What becomes of mail on a POP3 server once it is here."""

    LEAVE = "leave"
    DAYS = "days"
    """Deleted there so many days after it came here."""
    DELETE = "delete"


@dataclass(frozen=True, slots=True)
class Pop3:
    """How mail is fetched from a POP3 server; the account's mailboxes are here alone."""

    server: Server
    keep: KeepOnServer = KeepOnServer.LEAVE
    keep_days: int = 0
    """Counts with DAYS alone."""
    poll_s: int = 300
    """Seconds from one look to the next."""


@dataclass(frozen=True, slots=True)
class Account:
    """One block `[account.NAME]`."""

    name: AccountName
    address: Address
    """Display name and addr-spec mail is sent from unless an identity fits better."""
    identities: tuple[Address, ...]
    """Other addresses of the same person, for From and for finding oneself among recipients."""
    signature: str
    imap: Server | None
    smtp: Server | None
    password_source: PasswordSource
    password_command: tuple[str, ...]
    mailboxes: tuple[tuple[Role, str], ...]
    """Roles the person chose for mailboxes, over what the server says."""
    save_sent: SaveSent = SaveSent.AUTO
    notify: bool = True
    """Whether new mail is told, by the ways of `[notify]`."""
    offline: Offline = DEFAULT
    offline_mailboxes: tuple[tuple[str, Offline], ...] = ()
    """Mailboxes of which more or less is kept here, by their names on the server."""
    pop3: Pop3 | None = None
    """In place of `imap`: an account has one of the two, or neither."""

    @property
    def retrieval(self) -> Server | None:
        """Where mail is fetched from, by whichever protocol."""
        return self.pop3.server if self.pop3 is not None else self.imap

    @property
    def own_addresses(self) -> frozenset[str]:
        """Every addr-spec of this person, in lower case."""
        return frozenset(a.addr_spec.lower() for a in (self.address, *self.identities))

    def mailbox_for(self, role: Role) -> str | None:
        """The mailbox the person chose for a role, if any."""
        return next((name for r, name in self.mailboxes if r is role), None)

    def offline_of(self, mailbox: str) -> Offline:
        """How much of a mailbox is kept here."""
        by_name = {_plain(name): offline for name, offline in self.offline_mailboxes}
        return by_name.get(_plain(mailbox), self.offline)


def _plain(mailbox: str) -> str:
    """INBOX may be written in any case (RFC 9051 section 5.1)."""
    return INBOX if mailbox.upper() == INBOX else mailbox
