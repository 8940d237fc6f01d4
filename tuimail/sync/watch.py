"""Watches INBOX on a connection of its own, so that news arrive while others are fetched."""

import asyncio
import logging
from typing import Final

from tuimail.errors import NetworkError, ProtocolError, SecretUnavailable

from .agenda import Agenda
from .backoff import Backoff
from .remote import AnyChange, Remote
from .roles import INBOX
from .surroundings import Surroundings

RENEW_S: Final = 28 * 60.0
"""RFC 2177: a server may end an IDLE after 30 minutes."""

log = logging.getLogger(__name__)


async def watch_inbox(surroundings: Surroundings, worker: Remote, agenda: Agenda) -> None:
    """Put INBOX on the agenda whenever the server says that something changed there.

    Returns at once where the server has no IDLE. A watch that fails, as where a server allows one
    connection only, is tried again later; until then INBOX is looked into now and then.
    """
    if "IDLE" not in worker.capabilities:
        return
    backoff = Backoff(surroundings.random)
    while True:
        try:
            await _watch(surroundings, agenda, backoff)
        except (NetworkError, ProtocolError, SecretUnavailable) as error:
            log.info("watch ended: %s", type(error).__name__)
        finally:
            agenda.is_watched = False
        agenda.wish_refresh([INBOX])  # shows the worker, too, if the whole line is dead
        await asyncio.sleep(backoff.next_s())


async def _watch(surroundings: Surroundings, agenda: Agenda, backoff: Backoff) -> None:
    def hear(_: AnyChange) -> None:
        agenda.wish_refresh([INBOX])

    remote = await surroundings.connect()
    try:
        await remote.open(INBOX, read_only=True)
        backoff.reset()
        agenda.is_watched = True
        agenda.wish_refresh([INBOX])  # what came before the watch began
        while True:
            await remote.watch(hear, RENEW_S)
    finally:
        await remote.close()
