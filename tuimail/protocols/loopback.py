"""Lines in clear, which exist to this machine alone."""

import asyncio
import socket
from dataclasses import replace

from tuimail.errors import NetworkError, TlsError
from tuimail.model.account import Server
from tuimail.model.domain import is_loopback

from .dial import DIAL_S


async def on_this_machine(server: Server) -> Server:
    """Return a server with its host as a number, once it is sure to be this machine's.

    Whoever connects goes to that number: a name that is looked up again may lead elsewhere then.

    Raises:
        TlsError: the host, or one of the addresses it has, is another machine's.
        NetworkError: the host is not known.
    """
    loop = asyncio.get_running_loop()
    try:
        async with asyncio.timeout(DIAL_S):
            found = await loop.getaddrinfo(server.host, server.port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise NetworkError(f"{server.host} is not known: check the host name.") from error
    addresses = [str(address[0]) for *_, address in found]
    if not addresses or not all(map(is_loopback, addresses)):
        raise TlsError(
            f"{server.host} is not this machine, and security = clear is for this machine alone. "
            "Nothing was sent. Write tls or starttls."
        )
    return replace(server, host=addresses[0])
