"""Writes into config.toml, leaving the person's own lines and comments as they are."""

import os
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

import tomlkit
from tomlkit.exceptions import TOMLKitError
from tomlkit.items import Table

from tuimail.errors import ConfigError, StoreError, UserError
from tuimail.model.account import (
    DEFAULT_GIVE_UP_DAYS,
    Account,
    Auth,
    DeliveryReports,
    KeepOnServer,
    MatchedReports,
    PasswordSource,
    Pop3,
    Security,
    Server,
)
from tuimail.model.ids import AccountName
from tuimail.model.mailbox import Role
from tuimail.model.offline import DEFAULT, Offline

from .accounts import DEFAULT_POLL_MINUTES
from .document import parse_document, read_document
from .load import config_of
from .profile import Profile

_ANYBODY_WRITES: Final = 0o222


def add_account(profile: Profile, account: Account) -> None:
    """Write a new account block.

    Raises:
        UserError: an account of that name is there already.
        ConfigError, StoreError: the file cannot be read or written.
    """
    document = _read(profile.config_file)
    accounts = document.setdefault("account", tomlkit.table(is_super_table=True))
    if account.name in accounts:
        raise UserError(
            f"There is an account {account.name!r} already. "
            f"Choose another name, or remove it first: tuimail account remove {account.name}"
        )
    accounts[account.name] = _block(account)
    _write(profile.config_file, document)


def remove_account(profile: Profile, name: AccountName) -> None:
    """Take an account block out.

    Raises:
        UserError: there is none of that name.
    """
    document = _read(profile.config_file)
    accounts = document.get("account", {})
    if name not in accounts:
        raise UserError(f"There is no account {name!r} in {profile.config_file}.")
    del accounts[name]
    _write(profile.config_file, document)


def set_mailbox_role(profile: Profile, name: AccountName, role: Role, mailbox: str) -> None:
    """Record which mailbox the person chose for a role.

    Raises:
        UserError: there is no such account.
    """
    document = _read(profile.config_file)
    block = _block_of(document, profile, name)
    block.setdefault("mailboxes", tomlkit.table())[role.value] = mailbox
    _write(profile.config_file, document)


def set_offline(profile: Profile, name: AccountName, mailbox: str, offline: Offline | None) -> None:
    """Record how much of a mailbox is kept here, or of the whole account if `mailbox` is empty.

    None: nothing of its own is set any more.

    Raises:
        UserError: there is no such account.
        ConfigError, StoreError: the file cannot be read or written.
    """
    document = _read(profile.config_file)
    block = _block_of(document, profile, name)
    held = block.setdefault("offline_mailboxes", tomlkit.table()) if mailbox else block
    key = mailbox or "offline"
    if offline is None:
        held.pop(key, None)
    else:
        held[key] = offline.word
    _write(profile.config_file, document)


def set_choice(profile: Profile, key: str, name: str) -> None:
    """Record what the person chose for a setting of `[ui]`, `theme` or `keymap`.

    Raises:
        ConfigError, StoreError: the file cannot be read or written.
    """
    document = _read(profile.config_file)
    document.setdefault("ui", tomlkit.table())[key] = name
    _write(profile.config_file, document)


def rename_mailboxes(
    profile: Profile,
    name: AccountName,
    renamed: Callable[[str], str],
    words_for: Callable[[str], Sequence[str]],
) -> bool:
    """Have what is set for mailboxes of an account follow their new names; tell whether any was.

    `renamed` gives the name a mailbox has now, `words_for` the words that mean now what one meant.

    Raises:
        UserError: there is no such account.
        ConfigError, StoreError: the file cannot be read or written.
    """
    document = _read(profile.config_file)
    block = _block_of(document, profile, name)
    roles, kept = block.get("mailboxes", {}), block.get("offline_mailboxes", {})
    held = {role: str(box) for role, box in roles.items() if renamed(str(box)) != box}
    moved = [str(box) for box in kept if renamed(str(box)) != box]
    told = document.get("notify", {}).get("mailboxes", [])
    told_now = [one for word in told for one in words_for(str(word))]
    is_told = told_now != [str(word) for word in told]
    for role, box in held.items():
        roles[role] = renamed(box)
    for box in moved:
        kept[renamed(box)] = kept.pop(box)
    if is_told:
        told.clear()
        told.extend(told_now)
    is_changed = bool(held or moved or is_told)
    if is_changed:
        _write(profile.config_file, document)
    return is_changed


def _block_of(document: tomlkit.TOMLDocument, profile: Profile, name: AccountName) -> Table:
    block = document.get("account", {}).get(name)
    if block is None:
        raise UserError(f"There is no account {name!r} in {profile.config_file}.")
    return block  # type: ignore[no-any-return]  # a Table, or tomlkit's stand-in for a divided one


def _read(file: Path) -> tomlkit.TOMLDocument:
    read_document(file)  # refuses what is no configuration, with the line
    try:
        return tomlkit.parse(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return tomlkit.document()
    except (OSError, TOMLKitError) as error:
        raise ConfigError(
            file, getattr(error, "line", None), "", f"cannot be changed: {error}"
        ) from error


def _write(file: Path, document: tomlkit.TOMLDocument) -> None:
    """Replace the file in one step, so that a crash leaves the old or the new one, never half.

    What could not be read again is not written.
    """
    try:
        raw = tomlkit.dumps(document).encode()
    except UnicodeEncodeError as error:
        raise ConfigError(file, None, "", f"cannot hold {error.object[error.start]!a}") from error
    config_of(parse_document(file, raw))
    target = file.resolve()  # a config.toml that is a link into a dotfiles folder stays one
    if target.exists() and not target.stat().st_mode & _ANYBODY_WRITES:
        raise StoreError(f"{file} could not be written: it is read-only.")
    try:
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=target.parent, prefix=".config-", suffix=".toml")
        temporary = Path(name)
        try:
            with os.fdopen(handle, "wb") as stream:
                stream.write(raw)
                stream.flush()
                os.fsync(stream.fileno())
            temporary.replace(target)
        finally:
            temporary.unlink(missing_ok=True)
    except OSError as error:
        reason = error.strerror or "unknown reason"
        raise StoreError(f"{file} could not be written: {reason}.") from error


def _block(account: Account) -> Table:
    block = tomlkit.table()
    block["email"] = account.address.addr_spec
    if account.address.name:
        block["display_name"] = account.address.name
    retrieval = account.retrieval
    username = retrieval.username if retrieval else account.address.addr_spec
    if username != account.address.addr_spec:
        block["username"] = username
    ca_file = next((s.ca_file for s in (retrieval, account.smtp) if s and s.ca_file), None)
    if ca_file:
        block["ca_file"] = str(ca_file)
    _add_choices(block, account)
    for kind, server in (("imap", account.imap), ("smtp", account.smtp)):
        if server:
            block[kind] = _server(server, username)
    if account.pop3:
        block["pop3"] = _pop3(account.pop3, username)
    block["password"] = _password(account)
    if account.mailboxes:
        block["mailboxes"] = tomlkit.table()
        for role, mailbox in account.mailboxes:
            block["mailboxes"][role.value] = mailbox
    return block


def _add_choices(block: Table, account: Account) -> None:
    """Write what is not the default."""
    auth = next((s.auth for s in (account.retrieval, account.smtp) if s), Auth.PASSWORD)
    if auth is not Auth.PASSWORD:
        block["auth"] = auth.value
    if account.offline != DEFAULT:
        block["offline"] = account.offline.word
    _add_sending(block, account)


def _add_sending(block: Table, account: Account) -> None:
    """Write how mail is sent and followed."""
    if account.sendmail:
        block["sendmail"] = list(account.sendmail)
    if account.give_up_days != DEFAULT_GIVE_UP_DAYS:
        block["give_up_days"] = account.give_up_days
    if account.delivery_reports is not DeliveryReports.FAILURES:
        block["delivery_reports"] = account.delivery_reports.value
    if account.transcript:
        block["transcript"] = True
    if account.trusted_servers:
        block["trusted_servers"] = list(account.trusted_servers)
    if account.reports is not MatchedReports.ARCHIVE:
        block["reports"] = account.reports.value
    if account.reminder_days:
        block["reminder_days"] = account.reminder_days


def _pop3(pop3: Pop3, username: str) -> Table:
    table = _server(pop3.server, username)
    table["keep"] = pop3.keep.value
    if pop3.keep is KeepOnServer.DAYS:
        table["keep_days"] = pop3.keep_days
    if pop3.poll_s != 60 * DEFAULT_POLL_MINUTES:
        table["poll_minutes"] = pop3.poll_s // 60
    return table


def _server(server: Server, username: str) -> Table:
    table = tomlkit.table()
    table["host"] = server.host
    table["port"] = server.port
    table["security"] = server.security.value
    if server.username != ("" if server.security is Security.CLEAR else username):
        table["username"] = server.username
    return table


def _password(account: Account) -> Table:
    table = tomlkit.table()
    table["source"] = account.password_source.value
    if account.password_source is PasswordSource.COMMAND:
        table["command"] = list(account.password_command)
    return table
