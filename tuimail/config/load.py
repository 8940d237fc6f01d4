"""Reads config.toml into settings and accounts; every error names file, line and key."""

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from tuimail.errors import ConfigError, UserError
from tuimail.model.account import (
    Account,
    KeepOnServer,
    PasswordSource,
    Pop3,
    SaveSent,
    Security,
    Server,
)
from tuimail.model.address import Address
from tuimail.model.domain import server_host
from tuimail.model.ids import AccountName
from tuimail.model.mailbox import Role
from tuimail.model.notify import Notify
from tuimail.model.offline import DEFAULT, HOW, Offline, offline_of_word
from tuimail.model.settings import MarkSeen, Output, Settings

from .data_place import KEY, written_place
from .document import Document, read_document
from .notify import notify_of
from .profile import Profile, expanded, readable
from .table import Table

IMAP_PORTS: Final = {Security.TLS: 993, Security.STARTTLS: 143}
"""RFC 8314 section 7.3; RFC 9051 section 2.1."""
POP3_PORTS: Final = {Security.TLS: 995, Security.STARTTLS: 110}
"""RFC 8314 section 7.3; RFC 1939 section 3."""
SMTP_PORTS: Final = {Security.TLS: 465, Security.STARTTLS: 587}
"""RFC 8314 section 7.3; RFC 6409 section 3.1."""

ACCOUNT_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@+-]{0,63}")
DEFAULT_POLL_MINUTES: Final = 5
MAX_KEEP_DAYS: Final = 3_650
NO_ACCOUNT: Final = "There is no account yet. How to connect one: tuimail account add --help"
ADDR_SPEC: Final = re.compile(r"[^\s@<>\"(),:;\\\x00-\x1f\x7f]+@[^\s@<>\"(),:;\\\x00-\x1f\x7f]+")
"""Enough to catch slips; the exact rules are applied where mail is written."""


@dataclass(frozen=True, slots=True)
class Config:
    """What the person set."""

    settings: Settings
    accounts: tuple[Account, ...]
    notify: Notify = field(default_factory=Notify)

    def account(self, name: str) -> Account:
        """Return an account by its name or its address.

        Raises:
            UserError: there is none; names those there are.
        """
        for account in self.accounts:
            if name in (account.name, account.address.addr_spec):
                return account
        names = ", ".join(a.name for a in self.accounts) or "none yet (tuimail account add)"
        raise UserError(f"There is no account {name!r}. Accounts: {names}.")


def load_config(profile: Profile) -> Config:
    """Read the profile's config.toml; one that does not exist means defaults and no account.

    Raises:
        ConfigError: with file, line and key.
    """
    return config_of(read_document(profile.config_file))


def config_of(document: Document) -> Config:
    """Return what a configuration file says.

    Raises:
        ConfigError: with file, line and key.
    """
    top = Table(document, (), document.values)
    settings = _settings(top.table("ui"))
    accounts = _accounts(document, top.table("account"))
    _check_place(top, document)
    notify = notify_of(top.table("notify"))
    top.finish()
    return Config(settings, accounts, notify)


def _check_place(top: Table, document: Document) -> None:
    """Refuse a place that `Profile.placed`, which reads it before all else, would not find."""
    if top.line(KEY, "") != written_place(document.file):
        raise top.error(KEY, "must stand on one line above all tables, in plain quotes")


def _settings(ui: Table) -> Settings:
    default = Settings()
    settings = Settings(
        theme=ui.line("theme", default.theme),
        keymap=ui.line("keymap", default.keymap),
        mark_seen=ui.choice("mark_seen", MarkSeen, default.mark_seen),
        output=ui.choice("output", Output, default.output),
        early_paint=ui.truth("early_paint", default.early_paint),
        mouse=ui.truth("mouse", default.mouse),
        threads=ui.truth("threads", default.threads),
        subscribed_only=ui.truth("subscribed_only", default.subscribed_only),
        wrap_columns=ui.number("wrap_columns", default.wrap_columns, 0, 1000),
        undo_send_s=ui.number("undo_send_s", default.undo_send_s, 0, 3600),
        editor=ui.line("editor", default.editor),
        download_dir=ui.line("download_dir", default.download_dir),
        print_command=ui.line("print_command", default.print_command),
        time_zone=_time_zone(ui, default.time_zone),
    )
    ui.finish()
    return settings


def _time_zone(ui: Table, default: str) -> str:
    name = ui.line("time_zone", default)
    if name:
        from zoneinfo import ZoneInfo, ZoneInfoNotFoundError  # for the few that name one

        try:
            ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            raise ui.error("time_zone", "is no zone; write one such as Europe/Berlin") from None
    return name


def _accounts(document: Document, block: Table) -> tuple[Account, ...]:
    accounts = []
    for name in block.names():
        if not ACCOUNT_NAME.fullmatch(name):
            raise document.error(
                ("account", name), "an account's name is letters, digits and . _ @ + -, at most 64"
            )
        accounts.append(_account(AccountName(name), block.table(name), document))
    return tuple(accounts)


def _account(name: AccountName, block: Table, document: Document) -> Account:
    address = _address(block)
    username = block.line("username", address.addr_spec)
    ca_file = _ca_file(block, document.file.parent)
    password = block.table("password")
    source = password.choice("source", PasswordSource, PasswordSource.KEYRING)
    command = password.texts("command")
    if (source is PasswordSource.COMMAND) != bool(command):
        raise password.error("command", 'is needed with source = "command", and only there')
    password.finish()
    account = Account(
        name=name,
        address=address,
        identities=tuple(_identity(table) for table in block.tables("identity")),
        signature=block.text("signature", ""),
        pop3=_pop3(block, username, ca_file),
        imap=_server(block, "imap", IMAP_PORTS, username, ca_file),
        smtp=_server(block, "smtp", SMTP_PORTS, username, ca_file),
        password_source=source,
        password_command=command,
        mailboxes=_mailboxes(block.table("mailboxes")),
        save_sent=block.choice("save_sent", SaveSent, SaveSent.AUTO),
        notify=block.truth("notify", True),
        offline=_offline(block, "offline"),
        offline_mailboxes=_offline_mailboxes(block.table("offline_mailboxes")),
    )
    block.finish()
    return account


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


def _server(
    block: Table, kind: str, ports: dict[Security, int], username: str, ca_file: Path | None
) -> Server | None:
    if not block.has(kind):
        return None
    table = block.table(kind)
    server = _server_in(table, ports, username, ca_file)
    table.finish()
    return server


def _pop3(block: Table, username: str, ca_file: Path | None) -> Pop3 | None:
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
        server=_server_in(table, POP3_PORTS, username, ca_file),
        keep=keep,
        keep_days=days,
        poll_s=60 * table.number("poll_minutes", DEFAULT_POLL_MINUTES, 1, 1440),
    )
    table.finish()
    return pop3


def _server_in(
    table: Table, ports: dict[Security, int], username: str, ca_file: Path | None
) -> Server:
    try:
        host = server_host(table.line("host"))
    except UserError:
        advice = "must be a host name such as mail.example.org, or an IP address"
        raise table.error("host", advice) from None
    security = table.choice("security", Security, Security.TLS)
    port = table.number("port", ports[security], 1, 65535)
    return Server(host, port, security, table.line("username", username), ca_file)


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


__all__ = [
    "ADDR_SPEC",
    "IMAP_PORTS",
    "NO_ACCOUNT",
    "POP3_PORTS",
    "SMTP_PORTS",
    "Config",
    "ConfigError",
    "load_config",
]
