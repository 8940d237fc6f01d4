"""ID: our name and the server's (RFC 2971).

Some servers open no mailbox for a program that does not say its name (NetEase), and some are known
by theirs.
"""

from tuimail import __version__

from .about import Identity
from .faults import Refused
from .grammar import Untagged
from .session import Command, Session


async def introduce(session: Session) -> None:
    """Say our name and version where the server takes them, and keep what it says of itself.

    A refusal is of no importance.

    Raises:
        NetworkError, ProtocolError: as `Session.say`.
    """
    if not session.offers("ID"):
        return

    def take(response: Untagged) -> bool:
        if not isinstance(response, Identity):
            return False
        session.identity = response.fields
        return True

    words = (f'("name" "tuimail" "version" "{__version__}")'.encode("ascii"),)
    command = Command("ID", words, "our name", session.timeouts.command_s)
    try:
        await session.say(command, take)
    except Refused:
        return
