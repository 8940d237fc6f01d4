"""ENABLE: extensions that change what a server says are switched on after sign-in (RFC 5161)."""

from typing import Final

from .faults import Refused
from .grammar import Enabled, Untagged
from .session import Command, Session

WANTED: Final = ("CONDSTORE", "QRESYNC", "UTF8=ACCEPT")
"""In the order asked for."""


async def enable(session: Session) -> None:
    """Switch on what is wanted and offered, before any mailbox is opened.

    Only what ENABLED names counts as on: iCloud says OK without it, and then does as before. A
    refusal leaves all off.

    Raises:
        NetworkError, ProtocolError: as `Session.say`.
    """
    wanted = [name for name in WANTED if session.offers(name)]
    if not wanted or not session.offers("ENABLE"):
        return

    def take(response: Untagged) -> bool:
        if not isinstance(response, Enabled):
            return False
        session.enabled |= response.names.intersection(wanted)
        return True

    words = tuple(name.encode("ascii") for name in wanted)
    command = Command("ENABLE", words, "to switch on extensions", session.timeouts.command_s)
    try:
        await session.say(command, take)
    except Refused:
        session.enabled = frozenset()
    session.is_utf8 = "UTF8=ACCEPT" in session.enabled
