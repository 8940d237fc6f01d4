"""COMPRESS=DEFLATE: a line to another machine is compressed after sign-in (RFC 4978)."""

import ipaddress

from .faults import Refused
from .session import Command, Session


async def compress_far_lines(session: Session) -> None:
    """Compress, unless the server is on this machine: there it only costs time.

    Raises:
        NetworkError, ProtocolError: as `Session.say`.
    """
    try:
        is_near = ipaddress.ip_address(session.receiver.peer_address).is_loopback
    except ValueError:  # a socket in the file system
        is_near = True
    if not is_near:
        await compress(session)


async def compress(session: Session) -> bool:
    """Compress from now on where the server offers it; return whether it does.

    Raises:
        NetworkError, ProtocolError: as `Session.say`.
    """
    if not session.offers("COMPRESS=DEFLATE"):
        return False
    command = Command("COMPRESS", (b"DEFLATE",), "to compress", session.timeouts.command_s)
    try:
        await session.say(command)
    except Refused:
        return False
    return True
