"""Send what is due: claim, submit, record, wait for the next; one task per account."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from random import Random
from time import time

from tuimail.events import Event
from tuimail.model.account import Account
from tuimail.protocols.smtp.submission import Password
from tuimail.store.database import Store


@dataclass(frozen=True, slots=True)
class Outbox:
    """What the sender of one account works with; all of it injected."""

    store: Store
    account: Account
    secret: Callable[[], Awaitable[Password]]
    """Gives the SMTP password; raises SecretUnavailable."""
    on_event: Callable[[Event], None]
    wake: asyncio.Event
    """Set when something was queued, retried, or the network came back."""
    clock: Callable[[], float] = time
    random: Random = field(default_factory=Random)


async def run_account_outbox(outbox: Outbox) -> None:
    """Send this account's mail until cancelled.

    Waits for `wake` or the next due time. Expected failures are recorded with the mail and never
    leave this function; a cancelled send is never delivered.
    """
    raise NotImplementedError
