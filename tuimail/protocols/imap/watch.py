"""Waiting for news of the open mailbox: IDLE, or asking now and then (RFC 2177)."""

import asyncio
from typing import Final

from .session import Command, Session, judged

POLL_S: Final = 60.0
"""How often a server without IDLE is asked."""
GATHER_S: Final = 0.05
"""News come in groups: EXISTS and RECENT, or EXPUNGE after EXPUNGE."""


async def wait_for_news(session: Session, timeout_s: float) -> bool:
    """Return whether something changed: at once if it is known already, or when the time is over.

    The server is renewed by the caller's timeout: at most 28 minutes, some networks need less.

    Raises:
        NetworkError: the line went; waiters learn it at once.
        Refused, ProtocolError: as `Session.say`.
    """
    if not session.unasked.has_news and session.receiver.failure is None:
        if session.offers("IDLE"):
            await _idle(session, timeout_s)
        else:
            await _poll(session, timeout_s)
    if session.receiver.failure is not None:
        raise session.receiver.failure
    return session.unasked.take()


async def ask_for_news(session: Session) -> None:
    """Say NOOP: what the server has to tell comes with it.

    Raises:
        Refused, NetworkError, ProtocolError: as `Session.say`.
    """
    await session.say(Command("NOOP", (), "NOOP", session.timeouts.command_s))


async def _idle(session: Session, timeout_s: float) -> None:
    command = Command("IDLE", (), "to watch the mailbox", session.timeouts.command_s)
    async with session.exchange(command, None) as spoken:
        await session.until(spoken, command, lambda: spoken.go_aheads > 0 or spoken.is_done)
        if not spoken.is_done:
            spoken.news = session.unasked.arrived  # a server that ends IDLE wakes us as news do
            await _news(session, timeout_s)
        has_ended_itself = spoken.is_done
        if not has_ended_itself:
            await session.receiver.write(b"DONE\r\n")
            await session.until(spoken, command, lambda: spoken.is_done)
    judged(spoken.outcome(), command)
    if has_ended_itself and not session.unasked.has_news:
        # A server that leaves IDLE by itself is asked now and then instead of without pause.
        session.unasked.arrived.clear()
        await _poll(session, timeout_s)


async def _poll(session: Session, timeout_s: float) -> None:
    left_s = timeout_s
    while left_s > 0 and not session.unasked.has_news and session.receiver.failure is None:
        await _news(session, min(POLL_S, left_s))
        left_s -= POLL_S
        if session.receiver.failure is None:
            await ask_for_news(session)


async def _news(session: Session, timeout_s: float) -> None:
    try:
        async with asyncio.timeout(timeout_s):
            await session.unasked.arrived.wait()
    except TimeoutError:
        return
    if session.receiver.failure is None:
        await asyncio.sleep(GATHER_S)
