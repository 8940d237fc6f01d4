"""Connecting accounts: check what was typed, try to sign in, keep, take out."""

import re
from collections.abc import AsyncIterator
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path

from tuimail.config.accounts import (
    ACCOUNT_NAME,
    ADDR_SPEC,
    CLEAR_ELSEWHERE,
    IMAP_PORTS,
    POP3_PORTS,
    SMTP_PORTS,
    Ports,
)
from tuimail.config.load import load_config
from tuimail.config.profile import Profile, expanded, readable
from tuimail.config.providers import KNOWN_PROVIDERS
from tuimail.config.write import add_account, remove_account, set_mailbox_role
from tuimail.credentials.keyring import keyring_problem
from tuimail.credentials.provider import (
    Ask,
    Passwords,
    forget_password,
    remember_password,
)
from tuimail.errors import StoreError, TuimailError, UserError
from tuimail.model.account import Account, Auth, PasswordSource, Pop3, Security, Server
from tuimail.model.address import Address
from tuimail.model.domain import is_loopback, server_host
from tuimail.model.ids import AccountName
from tuimail.model.mailbox import Role
from tuimail.model.safe import Safe, safe_line
from tuimail.model.secret import Secret
from tuimail.store import mailboxes
from tuimail.store.database import open_store
from tuimail.store.local_mail import count_local
from tuimail.store.outgoing import ON_THE_WAY, count_outgoing

from . import reading
from .engine_hint import hint
from .engine_wire import SignInWish
from .mail import Mail
from .server_checks import checks_of, fullness_of, reached, sendmail_of

_PORT = re.compile(r"[0-9]{1,5}")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a person typed about a new account; empty means not said."""

    name: str
    """A name for the block, or the address."""
    email: str = ""
    display_name: str = ""
    imap: str = ""
    """HOST, HOST:PORT or [IPv6]:PORT."""
    imap_security: Security = Security.TLS
    pop3: str = ""
    """In place of `imap`."""
    pop3_security: Security = Security.TLS
    smtp: str = ""
    smtp_security: Security = Security.TLS
    sendmail: tuple[str, ...] = ()
    """In place of `smtp`: a program of this machine that takes mail, with its arguments."""
    username: str = ""
    smtp_username: str = ""
    auth: Auth = Auth.PASSWORD
    password_command: tuple[str, ...] = ()
    asks_password: bool = False
    """Keep the password nowhere; ask at each start of the background process."""
    ca_file: Path | None = None


@dataclass(frozen=True, slots=True)
class AccountRow:
    """An account as it is listed."""

    name: AccountName
    email: str
    state: str
    """`ready`, or `not synced yet`."""
    messages: int
    last_sync: int | None
    """Seconds UTC; None if it never was in step."""


def account_rows(mail: Mail) -> list[AccountRow]:
    """Return the configured accounts."""
    found = []
    for account in mail.config.accounts:
        boxes = reading.mailboxes(mail, account.name)
        state = "ready" if boxes else "not synced yet"
        total = sum(box.total for box in boxes)
        at = mailboxes.last_synced(mail.store, account.name)
        found.append(AccountRow(account.name, account.address.addr_spec, state, total, at))
    return found


def make_account(wanted: Wanted) -> Account:
    """Return the account a person described.

    Raises:
        UserError: something is missing or malformed; says which option mends it.
    """
    email = wanted.email or (wanted.name if "@" in wanted.name else "")
    if not ADDR_SPEC.fullmatch(email):
        raise UserError("Say the address: tuimail account add NAME --email you@example.org ...")
    if not ACCOUNT_NAME.fullmatch(wanted.name):
        raise UserError("An account's name is letters, digits and . _ @ + -, at most 64.")
    for what in (wanted.display_name, wanted.username, wanted.smtp_username):
        if not what.isprintable():
            raise UserError(f"{safe_line(what)!r}: a name is one line of text.")
    if wanted.imap and wanted.pop3:
        raise UserError("Mail comes by --imap or by --pop3, not by both.")
    if wanted.smtp and wanted.sendmail:
        raise UserError("Mail goes out by --smtp or by --sendmail, not by both.")
    if wanted.auth is Auth.OAUTH2 and not wanted.password_command:
        raise UserError(
            "--auth oauth2 needs --password-command: a program that prints an access token."
        )
    retrieval, smtp = _servers(wanted, email)
    source = PasswordSource.COMMAND if wanted.password_command else PasswordSource.KEYRING
    return Account(
        name=AccountName(wanted.name),
        address=Address(wanted.display_name, email),
        identities=(),
        signature="",
        imap=None if wanted.pop3 else retrieval,
        smtp=smtp,
        sendmail=wanted.sendmail,
        password_source=PasswordSource.ASK if wanted.asks_password else source,
        password_command=wanted.password_command,
        mailboxes=(),
        pop3=Pop3(retrieval) if wanted.pop3 else None,
    )


def _servers(wanted: Wanted, email: str) -> tuple[Server, Server | None]:
    """Return the server of retrieval and that of submission."""
    username = wanted.username or email
    known = KNOWN_PROVIDERS.get(email.rpartition("@")[2].lower())
    if not (wanted.imap or wanted.pop3) and known is None:
        raise UserError(
            f"The servers of {email} are not known here. Say them: "
            "--imap HOST --smtp HOST (your provider's help pages name them)."
        )
    imap_host, smtp_host, smtp_security = known or ("", "", wanted.smtp_security)
    if wanted.pop3:
        retrieval = _server(wanted.pop3, wanted.pop3_security, POP3_PORTS, username, wanted)
    else:
        host = wanted.imap or imap_host
        retrieval = _server(host, wanted.imap_security, IMAP_PORTS, username, wanted)
    smtp_security = wanted.smtp_security if wanted.smtp else smtp_security
    says_other = wanted.imap or wanted.pop3 or wanted.sendmail
    smtp_text = wanted.smtp or ("" if says_other else smtp_host)
    smtp_user = wanted.smtp_username or ("" if smtp_security is Security.CLEAR else username)
    smtp = _server(smtp_text, smtp_security, SMTP_PORTS, smtp_user, wanted) if smtp_text else None
    return retrieval, smtp


def _server(text: str, security: Security, ports: Ports, username: str, wanted: Wanted) -> Server:
    host, port = _host_and_port(text)
    if security is Security.CLEAR and not is_loopback(host):
        raise UserError(f"--smtp-security {CLEAR_ELSEWHERE}.")
    port = port or ports[security] or 0
    if not port:
        raise UserError(f"Say the port, as in --smtp {host}:1025 --smtp-security clear.")
    ca_file = readable(expanded(wanted.ca_file).absolute()) if wanted.ca_file else None
    return Server(host, port, security, username, ca_file, wanted.auth)


def _host_and_port(text: str) -> tuple[str, int]:
    """Return host and port, 0 where none is written; an address of IPv6 has a port in brackets."""
    host, colon, port = text.rpartition(":")
    if not colon or (text.count(":") > 1 and not host.endswith("]")):
        host, port = text, ""
    elif not _PORT.fullmatch(port) or not 0 < int(port) < 65_536:
        host = ""
    try:
        return server_host(host), int(port or 0)
    except UserError:
        shown = safe_line(text, 60)
        hint = f"“{shown}” is no server: write HOST, HOST:PORT or, for IPv6, [ADDRESS]:PORT."
        raise UserError(hint) from None


def require_keyring(account: Account) -> None:
    """Make sure the password can be kept, before it is asked for.

    Raises:
        UserError: it cannot; names the alternatives.
    """
    problem = keyring_problem() if account.password_source is PasswordSource.KEYRING else ""
    if problem:
        raise UserError(problem)


def require_kept_password(account: Account) -> None:
    """Make sure the account's password is one that is kept, before a new one is asked for.

    Raises:
        UserError: it comes from elsewhere, or there is no keyring to keep it.
    """
    if account.password_source is not PasswordSource.KEYRING:
        source = "a command" if account.password_command else "asking at each start"
        raise UserError(
            f"The password of {account.name} comes from {source}; there is nothing to keep."
        )
    require_keyring(account)


async def try_account(
    account: Account, secret: Secret | None, ask: Ask | None = None
) -> AsyncIterator[Safe]:
    """Sign in to both servers; yield a line for each that works, and how full the account is.

    Raises:
        NetworkError, TlsError, SignInRefused, ProtocolError, SecretUnavailable, UserError: what is
            in the way.
    """
    passwords = Passwords(ask)
    for check in checks_of(account):
        if check.server is None:
            continue
        known = secret or await passwords.password_of(account, check.purpose)
        facts = await check.sign_in(check.server, known)
        server = f"{check.purpose.upper()} {safe_line(check.server.host)}"
        yield Safe(f"{server}: {reached(check.server, facts)}")
        if fullness := fullness_of(facts):
            yield Safe(f"mail server: {fullness.words()}")
    if program := sendmail_of(account):
        is_there, words = program
        if not is_there:
            raise UserError(words)
        yield Safe(f"sendmail: {words}")


def keep_account(profile: Profile, account: Account, secret: Secret | None) -> None:
    """Write the account down and its password into the keyring, or neither.

    Raises:
        UserError, ConfigError, StoreError: the block cannot be written.
        SecretUnavailable: the keyring does not take the password.
    """
    add_account(profile, account)
    if secret is None or account.password_source is not PasswordSource.KEYRING:
        return
    try:
        remember_password(account, secret)
    except TuimailError:
        remove_account(profile, account.name)
        raise


async def change_password(profile: Profile, account: Account, secret: Secret) -> None:
    """Keep a new password in the keyring; a background process that runs tries it at once.

    Raises:
        UserError: this account's password comes from elsewhere.
        SecretUnavailable: there is no keyring that can be used.
    """
    require_kept_password(account)
    remember_password(account, secret)
    await hint(profile, SignInWish(account.name))


@dataclass(frozen=True, slots=True)
class Dropped:
    """An account that was taken out."""

    name: AccountName
    kept: int
    """Mails that are here alone, and stay."""
    waiting: int
    """Mails in the outbox that were to go, and do not any more."""


def drop_account(profile: Profile, name: str) -> Dropped:
    """Take an account, its password and what is cached of its mail out.

    What exists nowhere else stays: mail in local mailboxes, outgoing mail, drafts, their history.
    Where the cache cannot be written now, the background process forgets the mail later.
    """
    account = load_config(profile).account(name)
    remove_account(profile, account.name)
    if account.password_source is PasswordSource.KEYRING:
        forget_password(account)
    profile.prepare()
    kept = waiting = 0
    with suppress(StoreError), closing(open_store(profile.data_dir)) as store:
        kept = count_local(store, account.name)
        waiting = count_outgoing(store, ON_THE_WAY, account.name)
        for _ in mailboxes.drop_account(store, account.name):
            pass
    return Dropped(account.name, kept, waiting)


def choose_role(mail: Mail, account: AccountName, role: Role, mailbox: str) -> None:
    """Record which mailbox is for a role, once and for all."""
    set_mailbox_role(mail.profile, account, role, mailbox)
