"""ID: some servers open no mailbox for a program that does not say its name (RFC 2971, NetEase)."""

from tuimail import __version__

from .faults import Refused
from .session import Command, Session


async def introduce(session: Session) -> None:
    """Say our name and version where the server asks for it; a refusal is of no importance.

    Raises:
        NetworkError, ProtocolError: as `Session.say`.
    """
    if not session.offers("ID"):
        return
    words = (f'("name" "tuimail" "version" "{__version__}")'.encode("ascii"),)
    command = Command("ID", words, "our name", session.timeouts.command_s)
    try:
        await session.say(command)
    except Refused:
        return
