"""What works, what does not, and what to do about it: files, servers, mailboxes."""

import os
import shutil
import stat
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tuimail.config.load import NO_ACCOUNT
from tuimail.credentials.keyring import keyring_problem
from tuimail.credentials.provider import Passwords, Purpose
from tuimail.errors import ExitStatus, TuimailError
from tuimail.model.account import Account, PasswordSource
from tuimail.model.mailbox import ASKED_ROLES
from tuimail.model.safe import Safe, safe_line
from tuimail.store import upkeep
from tuimail.store.index import behind
from tuimail.store.keywords import full_accounts

from . import offline, reading
from .mail import Mail
from .server_checks import checks_of, fullness_of, reached, sendmail_of

LITTLE_BYTES: Final = 200 << 20
"""With less room on the disk, mail that is fetched or written may not fit."""
_OTHERS: Final = 0o077
_OTHERS_WRITE: Final = 0o022


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing the doctor looked at."""

    account: str
    what: Safe
    is_well: bool
    advice: Safe
    """What was seen, or what to do about it."""
    exit_status: ExitStatus = ExitStatus.DONE
    """What kind of thing is wrong, for the command line."""


def examine_files(mail: Mail) -> Iterator[Finding]:
    """Yield what is to be said of configuration and store; reading the store takes a while."""
    file = mail.profile.config_file
    yield Finding("", Safe("configuration"), *_of_configuration(file), ExitStatus.USAGE)
    flaws = upkeep.check(mail.store)
    for flaw in flaws:
        yield _of_store("local store", safe_line(flaw), is_well=False)
    if not flaws:
        words = f"{mail.store.folder}: {_megabytes(_size_of(mail.store.folder))}"
        yield _of_store("local store", safe_line(words), is_well=True)
    if behind(mail.store) is not None:
        words = "being made again; until then a search may find too little"
        yield _of_store("search index", Safe(words), is_well=True)
    for account in () if flaws else full_accounts(mail.store):
        words = "no room for more than 54; further ones stay on the server and are not shown here"
        yield Finding(account, Safe("labels and keywords"), True, Safe(words))
    yield _of_room(mail.store.folder)
    yield from _of_secrecy(mail)


async def examine(mail: Mail, name: str | None) -> AsyncIterator[Finding]:
    """Yield what works and what does not: sign-in, capabilities, mailboxes, keyring."""
    accounts = (mail.config.account(name),) if name else mail.config.accounts
    if not accounts:
        nothing = ExitStatus.NOTHING_FOUND
        yield Finding("", Safe("accounts"), False, Safe(NO_ACCOUNT), nothing)
    if any(map(_keeps_password, accounts)):
        problem = keyring_problem()
        advice = Safe(safe_line(problem) or "usable")
        yield Finding("", Safe("keyring"), not problem, advice)
    for account in accounts:
        async for finding in _examine_account(mail, account):
            yield finding


def _keeps_password(account: Account) -> bool:
    """Whether something signs in with a password that the keyring keeps."""
    servers = (account.retrieval, account.smtp)
    signs_in = any(server.username for server in servers if server is not None)
    return signs_in and account.password_source is PasswordSource.KEYRING


async def _examine_account(mail: Mail, account: Account) -> AsyncIterator[Finding]:
    passwords = Passwords(None)
    for check in checks_of(account):
        purpose = check.purpose
        what = Safe(f"{purpose.upper()} server")
        program = sendmail_of(account) if purpose is Purpose.SMTP else None
        if program is not None:
            yield Finding(account.name, Safe("sendmail"), *program)
            continue
        if check.server is None:
            words = Safe(f"none configured: add [account.NAME.{purpose}] to send or read mail")
            yield Finding(account.name, what, False, words)
            continue
        try:
            secret = await passwords.password_of(account, purpose)
            facts = await check.sign_in(check.server, secret)
        except TuimailError as error:
            yield Finding(account.name, what, False, safe_line(error.hint), error.exit_status)
            continue
        offers = safe_line(" ".join(sorted(facts.extensions)))
        words = Safe(f"{reached(check.server, facts)}; offers {offers}")
        yield Finding(account.name, what, True, words)
        if fullness := fullness_of(facts):
            room = Safe("mail server")
            yield Finding(account.name, room, fullness.is_well, fullness.words())
    if account.imap is not None:
        found = offline.kept(mail, account)
        settings = offline.settings_words(account)
        words = Safe(f"{found.here:,} of {found.wanted:,} mails ({settings})")
        yield Finding(account.name, Safe("kept here whole"), True, words)
    for role in ASKED_ROLES:
        box = reading.mailbox_for_role(mail, account.name, role)
        words = safe_line(box.name) if box else Safe("none yet; you are asked when it is needed")
        yield Finding(account.name, Safe(f"mailbox for {role.value}"), box is not None, words)


def _of_configuration(file: Path) -> tuple[bool, Safe]:
    """Return whether the file, which could be read, is nobody else's to change, and words."""
    if file.exists() and file.stat().st_mode & _OTHERS_WRITE:
        words = f"others can change it, and the commands it names: chmod go-w {file}"
        return False, safe_line(words)
    return True, safe_line(str(file))


def _of_room(folder: Path) -> Finding:
    free = shutil.disk_usage(folder).free
    words = f"{_megabytes(free)} free"
    if free < LITTLE_BYTES:
        words += f" for {folder}: free some space, or mail cannot be kept and sent"
    return _of_store("disk", safe_line(words), is_well=free >= LITTLE_BYTES)


def _of_secrecy(mail: Mail) -> Iterator[Finding]:
    """Yield each of the two folders that others can look into, or into a file of it."""
    for folder in (mail.profile.data_dir, mail.profile.state_dir):
        if any(found.st_mode & _OTHERS for found in _everything_in(folder)):
            words = f"others can read your mail: chmod -R go-rwx {folder}"
            yield _of_store("file modes", safe_line(words), is_well=False)


def _of_store(what: str, words: Safe, *, is_well: bool) -> Finding:
    return Finding("", Safe(what), is_well, words, ExitStatus.STORE)


def _size_of(folder: Path) -> int:
    return sum(found.st_size for found in _everything_in(folder))


def _everything_in(folder: Path) -> Iterator[os.stat_result]:
    """Yield what is known of a folder and all in it, links left out."""
    for path in (folder, *folder.rglob("*")):
        with suppress(FileNotFoundError):  # a log that was cut meanwhile
            found = path.lstat()
            if not stat.S_ISLNK(found.st_mode):
                yield found


def _megabytes(size_bytes: int) -> str:
    return f"{size_bytes / 1_000_000:,.1f} MB"
