"""Watches on a connection of its own, so that news arrive while others are fetched.

Every mailbox where the server can tell of all (NOTIFY, RFC 5465), else INBOX.
"""

import asyncio
import logging
from typing import Final

from tuimail.errors import NetworkError, ProtocolError, SecretUnavailable, SignInRefused
from tuimail.model.mailbox import INBOX

from .agenda import Agenda
from .backoff import Backoff
from .remote import Remote
from .surroundings import Surroundings

RENEW_S: Final = 28 * 60.0
"""RFC 2177: a server may end an IDLE after 30 minutes."""
STEADY_S: Final = 60.0
"""A watch that held so long worked; one that ends sooner makes the next wait longer."""

log = logging.getLogger(__name__)


async def keep_watch(
    surroundings: Surroundings, worker: Remote, agenda: Agenda, inbox_seen: asyncio.Event
) -> None:
    """Put a mailbox on the agenda whenever the server says that something changed there.

    It begins when the worker has seen INBOX: for two that open it at once, a server that keeps
    flags in file names reads them all twice, one after the other.

    Returns where the server tells no news, and where it refuses a second sign-in: a password that
    was changed meanwhile must not be tried again and again. A watch that fails otherwise, as where
    a server allows one connection only, is tried again later. Until then INBOX is looked into now
    and then.
    """
    if not worker.can_watch:
        return
    await inbox_seen.wait()
    backoff = Backoff(surroundings.random)
    while True:
        began = surroundings.monotonic()
        try:
            await _watch(surroundings, agenda)
        except SignInRefused:
            log.warning("watch: the server refused a second sign-in")
            return
        except (NetworkError, ProtocolError, SecretUnavailable) as error:
            log.info("watch ended: %s", type(error).__name__)
        finally:
            agenda.is_watched = agenda.is_all_watched = False
        if surroundings.monotonic() - began >= STEADY_S:
            backoff.reset()
        agenda.wish_refresh([INBOX])  # shows the worker, too, if the whole line is dead
        await asyncio.sleep(backoff.next_s())


async def _watch(surroundings: Surroundings, agenda: Agenda) -> None:
    remote = await surroundings.connect()
    try:
        await remote.open(INBOX, read_only=True)
        agenda.is_all_watched = await remote.notify()
        agenda.is_watched = True
        agenda.wish_refresh([INBOX])  # what came before the watch began
        if agenda.is_all_watched:
            agenda.wish_counters()
        while True:
            agenda.has_news(await remote.watch(RENEW_S))
    finally:
        await remote.close()
