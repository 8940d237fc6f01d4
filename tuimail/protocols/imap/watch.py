"""Waiting for news: IDLE, or asking now and then (RFC 2177); of every mailbox by NOTIFY (RFC 5465).

With NOTIFY on, the server says STATUS of a mailbox that changed, whichever is open, and LIST of one
that came, went or was renamed. IDLE is used all the same: then a server may speak at any time.
"""

import asyncio
from typing import Final

from .faults import Refused
from .session import Command, Session, judged
from .unasked import News

POLL_S: Final = 60.0
"""How often a server without IDLE is asked."""
GATHER_S: Final = 0.05
"""News come in groups: EXISTS and RECENT, or EXPUNGE after EXPUNGE."""

_EVENTS: Final = (
    b"MessageNew MessageExpunge FlagChange MailboxName",
    b"MessageNew MessageExpunge FlagChange",
    b"MessageNew MessageExpunge",
)
"""From the best on; a server that says BADEVENT to one is asked for the next."""


async def watch_all(session: Session) -> bool:
    """Have the server tell of every mailbox of the person; return whether it will.

    What changed before is not told: look at all mailboxes after this, on any connection.

    Raises:
        NetworkError, ProtocolError: as `Session.say`.
    """
    if not session.offers("NOTIFY"):
        return False
    for events in _EVENTS:
        selected = b"(SELECTED (MessageNew MessageExpunge FlagChange))"
        words = (b"SET", selected, b"(PERSONAL (" + events + b"))")
        command = Command("NOTIFY", words, "to watch every mailbox", session.timeouts.work_s)
        try:
            await session.say(command)
        except Refused as refusal:
            if refusal.code != "BADEVENT":
                return False
        else:
            session.unasked.hears_elsewhere = True
            return True
    return False


async def wait_for_news(session: Session, timeout_s: float) -> News:
    """Return what changed: at once if it is known already, or when the time is over.

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
