"""The one way to a password: the account's source, asked once and kept in memory."""

import asyncio
import threading
from collections.abc import Awaitable, Callable
from concurrent.futures import Future
from dataclasses import dataclass
from enum import StrEnum
from time import monotonic
from typing import Final

from tuimail.errors import SecretUnavailable, TokenUnavailable
from tuimail.model.account import Account, Auth, PasswordSource, Server
from tuimail.model.ids import AccountName
from tuimail.model.secret import Secret

from . import keyring as system_keyring
from .command import password_of_command

KEYRING_TIMEOUT_S: Final = 120.0
"""Long enough to type the passphrase that a locked keyring asks for."""

TOKEN_KEPT_S: Final = 300.0
"""An access token lasts an hour or so, and the command that prints it keeps it for as long: it is
asked often, so that one that has expired is hardly ever tried."""

Ask = Callable[[AccountName, str], Awaitable[Secret]]
"""Asks the person: (account, prompt) -> secret. Raises SecretUnavailable when nobody answers."""


class Purpose(StrEnum):
    """Which server the password is for; most accounts use one for all of theirs."""

    IMAP = "imap"
    POP3 = "pop3"
    SMTP = "smtp"


@dataclass(frozen=True, slots=True)
class _Kept:
    secret: Secret
    until: float
    """By the clock; infinite for a password."""


class Passwords:
    """Gets passwords and keeps them for as long as the process lives; never written anywhere."""

    def __init__(self, ask: Ask | None, clock: Callable[[], float] = monotonic) -> None:
        """`ask` is None where there is nobody to ask, as in a script."""
        self._ask = ask
        self._clock = clock
        self._known: dict[tuple[AccountName, str], _Kept] = {}

    async def password_of(self, account: Account, purpose: Purpose) -> Secret:
        """Return the password of an account's server, or the access token; empty where none is.

        Raises:
            SecretUnavailable: there is no way to get it; the hint says which there are.
        """
        server = server_for(account, purpose)
        if server is not None and not server.username:
            return Secret("")  # nobody signs in there
        known = self.known(account, purpose)
        if known is None:
            username = username_for(account, purpose)
            is_token = _takes_token(account, purpose)
            known = await self._fetch(account, username, is_token=is_token)
            until = self._clock() + TOKEN_KEPT_S if is_token else float("inf")
            self._known[account.name, username] = _Kept(known, until)
        return known

    async def another_token(
        self, account: Account, purpose: Purpose, refused: object
    ) -> Secret | None:
        """Forget what a server refused; return an access token in its place, to be tried once.

        None where there is no other: a password does not expire, and is never tried again unasked.

        Raises:
            SecretUnavailable: there is no way to get one.
        """
        self.forget(account.name)
        if not _takes_token(account, purpose):
            return None
        token = await self.password_of(account, purpose)
        return token if token != refused else None

    def known(self, account: Account, purpose: Purpose) -> Secret | None:
        """Return the password of an account's server if it is kept in memory."""
        kept = self._known.get((account.name, username_for(account, purpose)))
        return kept.secret if kept is not None and self._clock() < kept.until else None

    def forget(self, account: AccountName) -> None:
        """Forget what is kept in memory, after a server refused it or the configuration changed."""
        for key in [key for key in self._known if key[0] == account]:
            del self._known[key]

    async def _fetch(self, account: Account, username: str, *, is_token: bool) -> Secret:
        match account.password_source:
            case PasswordSource.COMMAND if is_token:
                return await _token_of(account.password_command)
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


async def _token_of(command: tuple[str, ...]) -> Secret:
    try:
        return await password_of_command(command)
    except SecretUnavailable as error:
        raise TokenUnavailable(error.hint) from error


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


def _takes_token(account: Account, purpose: Purpose) -> bool:
    server = server_for(account, purpose)
    return server is not None and server.auth is Auth.OAUTH2


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
    return {username_for(account, purpose) for purpose in (retrieval, Purpose.SMTP)} - {""}
