"""How an account signs in: with what, and never twice with what was refused."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from tuimail.credentials.provider import Passwords, Purpose
from tuimail.errors import SecretUnavailable, SignInRefused
from tuimail.model.account import Account
from tuimail.model.secret import Secret
from tuimail.protocols.sasl import Revealing

_C = TypeVar("_C")


class WayIn:
    """The passwords and tokens of one account, and what its server of retrieval said to them."""

    def __init__(
        self, account: Callable[[], Account], passwords: Passwords, on_asked: Callable[[], None]
    ) -> None:
        """`account` gives the account as it is set up now; `on_asked`: a secret was got anew."""
        self._account = account
        self._passwords = passwords
        self._on_asked = on_asked
        self._asking = asyncio.Lock()
        self._refusal: tuple[Secret, SignInRefused] | None = None
        """The secret the server of retrieval refused last, and how."""
        self.is_by_hand = False
        """Whether somebody waits for the next sign-in, which is then tried with any password."""

    async def signed_in(
        self, purpose: Purpose, connect: Callable[[Account, Secret], Awaitable[_C]]
    ) -> _C:
        """Sign in, but with a password that was refused only where somebody waits for it."""
        is_by_hand, self.is_by_hand = self.is_by_hand, False
        is_known = self._passwords.known(self._account(), purpose) is not None
        secret = await self.secret(purpose)
        if not is_known:
            self._on_asked()
        if self._refusal is not None and secret == self._refusal[0] and not is_by_hand:
            self.forget()
            raise SignInRefused(self._refusal[1].hint, self._refusal[1].reply)
        try:
            connection = await connect(self._account(), secret)
        except SignInRefused as error:
            self._refusal = (secret, error)
            token = await self._another(purpose, secret)
            if token is None:
                raise
            connection = await self._once_more(connect, token)
        except SecretUnavailable:  # it is there and cannot be sent: another is needed
            self.forget()
            raise
        self._refusal = None
        return connection

    async def smtp_secret(self) -> Secret:
        """Return what signs in to the submission server. Raises SecretUnavailable."""
        return await self.secret(Purpose.SMTP)

    def known_smtp_secret(self) -> Secret | None:
        """Return what signs in to the submission server if it is in memory."""
        return self._passwords.known(self._account(), Purpose.SMTP)

    async def another_smtp_token(self, refused: Revealing) -> Secret | None:
        """Return a token in place of one that was refused. Raises SecretUnavailable."""
        return await self._another(Purpose.SMTP, refused)

    async def secret(self, purpose: Purpose) -> Secret:
        """Return what signs in to a server. Raises SecretUnavailable."""
        async with self._asking:  # both directions of an account need the same answer
            return await self._passwords.password_of(self._account(), purpose)

    def forget(self) -> None:
        """Forget what is in memory, so that the next attempt asks again."""
        self._passwords.forget(self._account().name)

    def begin_anew(self) -> None:
        """Forget what was refused, too: there is another password, or another server."""
        self.forget()
        self._refusal = None

    async def _another(self, purpose: Purpose, refused: Revealing) -> Secret | None:
        """Forget what was refused; return an access token to be tried in its place, once."""
        async with self._asking:
            return await self._passwords.another_token(self._account(), purpose, refused)

    async def _once_more(
        self, connect: Callable[[Account, Secret], Awaitable[_C]], token: Secret
    ) -> _C:
        try:
            return await connect(self._account(), token)
        except SignInRefused as error:
            self._refusal = (token, error)
            self.forget()
            raise
