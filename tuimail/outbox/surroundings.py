"""What the sender of one account works with; all of it injected."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from random import Random
from time import time

from tuimail.events import Event
from tuimail.model.account import Account
from tuimail.protocols.sasl import Revealing
from tuimail.protocols.smtp.connection import DEFAULT_TIMEOUTS, Timeouts
from tuimail.store.database import Store

from .line import SignInNews


def _keep_nothing() -> None:
    """Forget no password, where there is none to forget."""


def _know_nothing() -> None:
    """Know no password or server, where there is none to know."""


async def _have_no_other(_refused: Revealing) -> None:
    """Try nothing else, where a password was refused."""


@dataclass(frozen=True, slots=True)
class Outbox:
    """Who and what is there."""

    store: Store
    account: Callable[[], Account]
    """The account as it is set up now; its name never changes."""
    secret: Callable[[], Awaitable[Revealing]]
    """Gives the SMTP password; raises SecretUnavailable."""
    on_event: Callable[[Event], None]
    wake: asyncio.Event
    """Set when something was queued, retried, or the network came back."""
    rested: asyncio.Event = field(default_factory=asyncio.Event)
    """Set while everything was looked at and the sender waits."""
    known_secret: Callable[[], Revealing | None] = _know_nothing
    """Gives the SMTP password if it is in memory."""
    forget_secret: Callable[[], None] = _keep_nothing
    """Called when the server refused the password, so that the next attempt asks again."""
    another_secret: Callable[[Revealing], Awaitable[Revealing | None]] = _have_no_other
    """Gives an access token in place of one that was refused, which may have expired; None where
    there is no other to try. Raises SecretUnavailable."""
    news: SignInNews = field(default_factory=SignInNews)
    is_gmail: Callable[[], bool | None] = _know_nothing
    """Whether the server of retrieval is Gmail's; None while that is not known."""
    clock: Callable[[], float] = time
    random: Random = field(default_factory=Random)
    timeouts: Timeouts = DEFAULT_TIMEOUTS
