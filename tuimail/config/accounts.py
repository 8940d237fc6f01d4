"""Reads the blocks `[account.NAME]`; every error names file, line and key."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tuimail.errors import UserError
from tuimail.model.account import (
    DEFAULT_GIVE_UP_DAYS,
    Account,
    Auth,
    DeliveryReports,
    KeepOnServer,
    MatchedReports,
    PasswordSource,
    Pop3,
    SaveSent,
    Security,
    Server,
)
from tuimail.model.address import Address
from tuimail.model.domain import is_loopback, server_host
from tuimail.model.ids import AccountName
from tuimail.model.mailbox import Role
from tuimail.model.offline import DEFAULT, HOW, Offline, offline_of_word

from .document import Document
from .profile import expanded, readable
from .table import Table

IMAP_PORTS: Final[Mapping[Security, int]] = {Security.TLS: 993, Security.STARTTLS: 143}
"""RFC 8314 section 7.3; RFC 9051 section 2.1."""
POP3_PORTS: Final[Mapping[Security, int]] = {Security.TLS: 995, Security.STARTTLS: 110}
"""RFC 8314 section 7.3; RFC 1939 section 3."""
SMTP_PORTS: Final[Mapping[Security, int | None]] = {
    Security.TLS: 465,
    Security.STARTTLS: 587,
    Security.CLEAR: None,
}
"""RFC 8314 section 7.3; RFC 6409 section 3.1. A tunnel's near end may be on any port: say it."""

ACCOUNT_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@+-]{0,63}")
DEFAULT_POLL_MINUTES: Final = 5
MAX_KEEP_DAYS: Final = 3_650
MAX_GIVE_UP_DAYS: Final = 30
MAX_REMINDER_DAYS: Final = 365
ADDR_SPEC: Final = re.compile(r"[^\s@<>\"(),:;\\\x00-\x1f\x7f]+@[^\s@<>\"(),:;\\\x00-\x1f\x7f]+")
"""Enough to catch slips; the exact rules are applied where mail is written."""

Ports = Mapping[Security, int | None]
"""How a line may be made safe, and the port where none is written; None: it must be."""
CLEAR_ELSEWHERE: Final = (
    "clear is for this machine alone (localhost, 127.0.0.1, ::1): nobody else may read what "
    "goes over such a line. Write tls or starttls"
)

_READS_RECIPIENTS: Final = re.compile(r"-(?:i?t|ti)|--read-recipients")
"""Takes the recipients from the header; Exim then leaves out those that are arguments."""
_SERVICE: Final = re.compile(r"[A-Za-z0-9._-]{1,253}")
"""The name by which a server signs Authentication-Results (authserv-id, RFC 8601 section 2.5)."""


def accounts_of(document: Document, block: Table) -> tuple[Account, ...]:
    """Return the accounts of the tables below `[account]`. Raises ConfigError."""
    accounts = []
    for name in block.names():
        if not ACCOUNT_NAME.fullmatch(name):
            raise document.error(
                ("account", name), "an account's name is letters, digits and . _ @ + -, at most 64"
            )
        accounts.append(_account(AccountName(name), block.table(name), document))
    return tuple(accounts)


@dataclass(frozen=True, slots=True)
class _Person:
    """What an account's servers have in common."""

    username: str
    ca_file: Path | None
    auth: Auth


def _account(name: AccountName, block: Table, document: Document) -> Account:
    address = _address(block)
    auth = block.choice("auth", Auth, Auth.PASSWORD)
    username = block.line("username", address.addr_spec)
    person = _Person(username, _ca_file(block, document.file.parent), auth)
    source, command = _password(block.table("password"), auth)
    account = Account(
        name=name,
        address=address,
        identities=tuple(_identity(table) for table in block.tables("identity")),
        signature=block.text("signature", ""),
        pop3=_pop3(block, person),
        imap=_server(block, "imap", IMAP_PORTS, person),
        smtp=_server(block, "smtp", SMTP_PORTS, person),
        sendmail=_sendmail(block),
        password_source=source,
        password_command=command,
        mailboxes=_mailboxes(block.table("mailboxes")),
        save_sent=block.choice("save_sent", SaveSent, SaveSent.AUTO),
        notify=block.truth("notify", True),
        offline=_offline(block, "offline"),
        offline_mailboxes=_offline_mailboxes(block.table("offline_mailboxes")),
        give_up_days=block.number("give_up_days", DEFAULT_GIVE_UP_DAYS, 1, MAX_GIVE_UP_DAYS),
        delivery_reports=block.choice(
            "delivery_reports", DeliveryReports, DeliveryReports.FAILURES
        ),
        transcript=block.truth("transcript", False),
        trusted_servers=_trusted_servers(block),
        reports=block.choice("reports", MatchedReports, MatchedReports.ARCHIVE),
        reminder_days=block.number("reminder_days", 0, 0, MAX_REMINDER_DAYS),
    )
    block.finish()
    return account


def _password(table: Table, auth: Auth) -> tuple[PasswordSource, tuple[str, ...]]:
    source = table.choice("source", PasswordSource, PasswordSource.KEYRING)
    if auth is Auth.OAUTH2 and source is not PasswordSource.COMMAND:
        raise table.error(
            "source", 'must be "command" with auth = "oauth2": one that prints an access token'
        )
    command = table.texts("command")
    if (source is PasswordSource.COMMAND) != bool(command):
        raise table.error("command", 'is needed with source = "command", and only there')
    if any("\0" in word for word in command):
        raise table.error("command", "must not hold control characters")
    table.finish()
    return source, command


def _address(table: Table) -> Address:
    email = table.line("email")
    if not ADDR_SPEC.fullmatch(email):
        raise table.error("email", "must be an address such as you@example.org")
    return Address(table.line("display_name", ""), email)


def _identity(table: Table) -> Address:
    address = _address(table)
    table.finish()
    return address


def _ca_file(table: Table, base: Path) -> Path | None:
    written = table.line("ca_file", "")
    if not written:
        return None
    try:
        return readable(base / expanded(Path(written)))
    except UserError as error:
        raise table.error("ca_file", error.hint) from error


def _server(block: Table, kind: str, ports: Ports, person: _Person) -> Server | None:
    if not block.has(kind):
        return None
    table = block.table(kind)
    server = _server_in(table, ports, person)
    table.finish()
    return server


def _pop3(block: Table, person: _Person) -> Pop3 | None:
    if not block.has("pop3"):
        return None
    if block.has("imap"):
        raise block.error("pop3", "an account has imap or pop3, not both")
    table = block.table("pop3")
    keep = table.choice("keep", KeepOnServer, KeepOnServer.LEAVE)
    days = table.number("keep_days", 0, 0, MAX_KEEP_DAYS)
    if (keep is KeepOnServer.DAYS) != (days > 0):
        raise table.error("keep_days", 'is needed, above 0, with keep = "days", and only there')
    pop3 = Pop3(
        server=_server_in(table, POP3_PORTS, person),
        keep=keep,
        keep_days=days,
        poll_s=60 * table.number("poll_minutes", DEFAULT_POLL_MINUTES, 1, 1440),
    )
    table.finish()
    return pop3


def _server_in(table: Table, ports: Ports, person: _Person) -> Server:
    try:
        host = server_host(table.line("host"))
    except UserError:
        advice = "must be a host name such as mail.example.org, or an IP address"
        raise table.error("host", advice) from None
    security = table.choice("security", Security, Security.TLS)
    if security not in ports:
        raise table.error("security", f"must be one of: {', '.join(ports)}")
    username = person.username
    if security is Security.CLEAR:
        if not is_loopback(host):
            raise table.error("security", CLEAR_ELSEWHERE)
        username = ""  # a password goes over such a line where that is written here, never unasked
    port = table.number("port", ports[security], 1, 65535)
    return Server(
        host, port, security, table.line("username", username), person.ca_file, person.auth
    )


def _sendmail(block: Table) -> tuple[str, ...]:
    command = block.texts("sendmail")
    if not command:
        return ()
    if block.has("smtp"):
        raise block.error("sendmail", "mail goes out by smtp or by sendmail, not by both")
    if not command[0]:
        raise block.error("sendmail", "must begin with a program")
    if any("\0" in word for word in command):
        raise block.error("sendmail", "must not hold control characters")
    if any(_READS_RECIPIENTS.fullmatch(word) for word in command[1:]):
        raise block.error("sendmail", "must be without -t: recipients are given as arguments")
    return command


def _trusted_servers(block: Table) -> tuple[str, ...]:
    names = block.texts("trusted_servers")
    if not all(map(_SERVICE.fullmatch, names)):
        raise block.error("trusted_servers", 'must be names of servers such as "mx.example.org"')
    return tuple(dict.fromkeys(name.lower() for name in names))


def _mailboxes(table: Table) -> tuple[tuple[Role, str], ...]:
    chosen = []
    for word in table.names():
        try:
            role = Role(word)
        except ValueError:
            roles = ", ".join(Role)
            raise table.error(word, f"is not a role; roles are: {roles}") from None
        chosen.append((role, table.line(word)))
    table.finish()
    return tuple(chosen)


def _offline(table: Table, name: str) -> Offline:
    try:
        return offline_of_word(table.line(name, DEFAULT.word))
    except ValueError:
        raise table.error(name, HOW) from None


def _offline_mailboxes(table: Table) -> tuple[tuple[str, Offline], ...]:
    chosen = tuple((name, _offline(table, name)) for name in table.names())
    table.finish()
    return chosen
