"""The one way to a password: the account's source, asked once and kept in memory."""

import asyncio
import threading
from collections.abc import Awaitable, Callable
from concurrent.futures import Future
from enum import StrEnum
from typing import Final

from tuimail.errors import SecretUnavailable
from tuimail.model.account import Account, PasswordSource, Server
from tuimail.model.ids import AccountName
from tuimail.model.secret import Secret

from . import keyring as system_keyring
from .command import password_of_command

KEYRING_TIMEOUT_S: Final = 120.0
"""Long enough to type the passphrase that a locked keyring asks for."""

Ask = Callable[[AccountName, str], Awaitable[Secret]]
"""Asks the person: (account, prompt) -> secret. Raises SecretUnavailable when nobody answers."""


class Purpose(StrEnum):
    """Which server the password is for; most accounts use one for all of theirs."""

    IMAP = "imap"
    POP3 = "pop3"
    SMTP = "smtp"


class Passwords:
    """Gets passwords and keeps them for as long as the process lives; never written anywhere."""

    def __init__(self, ask: Ask | None) -> None:
        """`ask` is None where there is nobody to ask, as in a script."""
        self._ask = ask
        self._known: dict[tuple[AccountName, str], Secret] = {}

    async def password_of(self, account: Account, purpose: Purpose) -> Secret:
        """Return the password of an account's server.

        Raises:
            SecretUnavailable: there is no way to get it; the hint says which there are.
        """
        known = self.known(account, purpose)
        if known is None:
            username = username_for(account, purpose)
            known = await self._fetch(account, username)
            self._known[account.name, username] = known
        return known

    def known(self, account: Account, purpose: Purpose) -> Secret | None:
        """Return the password of an account's server if it is kept in memory."""
        return self._known.get((account.name, username_for(account, purpose)))

    def forget(self, account: AccountName) -> None:
        """Forget what is kept in memory, after a server refused it or the configuration changed."""
        for key in [key for key in self._known if key[0] == account]:
            del self._known[key]

    async def _fetch(self, account: Account, username: str) -> Secret:
        match account.password_source:
            case PasswordSource.COMMAND:
                return await password_of_command(account.password_command)
            case PasswordSource.KEYRING:
                stored = await _stored(account.name, username)
                if stored is not None:
                    return stored
            case PasswordSource.ASK:
                pass
        if self._ask is None:
            raise SecretUnavailable(
                f"The password of {account.name} is not stored. "
                f"Give it once with: tuimail account login {account.name}"
            )
        return await self._ask(account.name, f"Password of {username}")


async def _stored(account: AccountName, username: str) -> Secret | None:
    """Ask the keyring in a thread of its own, which nothing waits for when the program ends.

    A locked keyring answers when the person has unlocked it, and some never do.

    Raises:
        SecretUnavailable: there is no keyring that can be used, or it does not answer.
    """
    answer: Future[Secret | None] = Future()
    answer.set_running_or_notify_cancel()  # who has given up waiting does not cancel it

    def ask() -> None:
        try:
            found = system_keyring.read_password(account, username)
        except SecretUnavailable as error:
            answer.set_exception(error)
        else:
            answer.set_result(found)

    threading.Thread(target=ask, name="keyring", daemon=True).start()
    try:
        async with asyncio.timeout(KEYRING_TIMEOUT_S):
            return await asyncio.wrap_future(answer)
    except TimeoutError as error:
        raise SecretUnavailable(
            f"The keyring did not answer within {KEYRING_TIMEOUT_S:.0f} seconds. Unlock it, or: "
            f"{system_keyring.ALTERNATIVES}"
        ) from error


def server_for(account: Account, purpose: Purpose) -> Server | None:
    """Return an account's server of a kind, if it has one."""
    match purpose:
        case Purpose.IMAP:
            return account.imap
        case Purpose.POP3:
            return account.pop3.server if account.pop3 is not None else None
        case Purpose.SMTP:
            return account.smtp


def username_for(account: Account, purpose: Purpose) -> str:
    """Return the name that signs in to an account's server."""
    server = server_for(account, purpose)
    return server.username if server else account.address.addr_spec


def remember_password(account: Account, secret: Secret) -> None:
    """Keep a password in the system's keyring for all its servers.

    Raises:
        SecretUnavailable: there is no keyring that can be used.
    """
    for username in _usernames(account):
        system_keyring.store_password(account.name, username, secret)


def forget_password(account: Account) -> None:
    """Delete a password from the system's keyring."""
    for username in _usernames(account):
        system_keyring.delete_password(account.name, username)


def _usernames(account: Account) -> set[str]:
    retrieval = Purpose.POP3 if account.pop3 is not None else Purpose.IMAP
    return {username_for(account, purpose) for purpose in (retrieval, Purpose.SMTP)}
