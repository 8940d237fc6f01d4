"""What those who read mail in the background have others do."""

import asyncio
from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass

from tuimail.errors import NotFound, ProtocolError, Scope, SignInRefused
from tuimail.events import Event
from tuimail.model.ids import AccountName, MessageKey
from tuimail.store.bodies import body_of
from tuimail.store.database import Store

Fetch = Callable[[AccountName, MessageKey], Awaitable[None]]
"""Brings a body into the store; raises what `AccountSync.body` does."""
Look = Callable[[AccountName, Collection[str]], None]
"""Has an account look into mailboxes, soon."""


@dataclass(frozen=True, slots=True)
class Hands:
    """Ways to the accounts, and to whoever shows them."""

    publish: Callable[[Event], None]
    fetch: Fetch
    push: Callable[[AccountName], None]
    """Has an account carry out what was recorded, soon."""
    look: Look


async def body_here(store: Store, hands: Hands, name: AccountName, key: MessageKey) -> bytes | None:
    """Return the bytes of a mail, fetched where they are not here.

    None where they are not to be had any more: such a mail must not hold up all that follow.

    Raises:
        TuimailError: they can be had another time.
    """
    raw = await asyncio.to_thread(body_of, store, key)
    if raw is not None:
        return raw
    try:
        await hands.fetch(name, key)
    except NotFound:
        return None
    except ProtocolError as error:
        if isinstance(error, SignInRefused) or error.scope is not Scope.COMMAND:
            raise
        return None
    return await asyncio.to_thread(body_of, store, key)
