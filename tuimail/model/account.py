"""An account and its servers, as config.toml has them."""

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path, PurePath
from typing import Final

from .address import Address
from .ids import AccountName
from .mailbox import INBOX, Role
from .offline import DEFAULT, Offline

DAY_S: Final = 86_400
DEFAULT_GIVE_UP_DAYS: Final = 5
"""RFC 5321 section 4.5.4.1: at least 4 to 5 days."""


class Security(StrEnum):
    """How a line is made safe. There is no opportunistic mode."""

    TLS = "tls"
    STARTTLS = "starttls"
    CLEAR = "clear"
    """Not at all: for submission to this machine alone, as at the near end of a tunnel."""


class Auth(StrEnum):
    """What the secret is that signs in."""

    PASSWORD = "password"  # noqa: S105 - the word for it in config.toml
    PLAIN = "plain"
    """A password, never proven by SCRAM: for servers that offer that and cannot check it."""
    OAUTH2 = "oauth2"
    """An access token (RFC 6750), which lasts an hour or so: the command is asked for another."""


@dataclass(frozen=True, slots=True)
class Server:
    """Where to connect."""

    host: str
    port: int
    security: Security
    username: str
    """Empty: the server is used without signing in."""
    ca_file: Path | None = None
    """PEM file of certificate authorities to trust instead of the system's."""
    auth: Auth = Auth.PASSWORD


@dataclass(frozen=True, slots=True)
class Program:
    """A program of this machine that takes mail, as sendmail does."""

    command: tuple[str, ...]
    """The program and its arguments; not for a shell."""

    @property
    def host(self) -> str:
        """What it is called, where a server's host would stand."""
        return PurePath(self.command[0]).name


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


class DeliveryReports(StrEnum):
    """Of what servers are asked to report (NOTIFY, RFC 3461 section 4.1)."""

    FAILURES = "failures"
    """Failures and delays."""
    ALL = "all"
    """Successes too."""


class MatchedReports(StrEnum):
    """What becomes of a report that surely speaks of a sent mail, which shows what it says."""

    ARCHIVE = "archive"
    KEEP = "keep"
    """It stays in the inbox."""


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
    sendmail: tuple[str, ...] = ()
    """In place of `smtp`: a program of this machine, with its arguments, that takes mail."""
    give_up_days: int = DEFAULT_GIVE_UP_DAYS
    """So long a mail that no server takes is tried, from when it was to go."""
    delivery_reports: DeliveryReports = DeliveryReports.FAILURES
    transcript: bool = False
    """Whether what was said to the server is kept with each sent mail, secrets masked."""
    trusted_servers: tuple[str, ...] = ()
    """Names, in lower case, by which the account's servers sign what they found out about a mail
    (authserv-id, RFC 8601), beside those that are learnt."""
    reports: MatchedReports = MatchedReports.ARCHIVE
    reminder_days: int = 0
    """After so many days without an answer a sent mail is brought up again; 0: never."""

    @property
    def way_out(self) -> Server | Program | None:
        """What takes the account's mail, if anything does."""
        return Program(self.sendmail) if self.sendmail else self.smtp

    @property
    def give_up_s(self) -> int:
        """How long a mail that no server takes is tried, in seconds."""
        return self.give_up_days * DAY_S

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
