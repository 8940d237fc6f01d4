"""Leaving a list by one click (RFC 8058): one POST over https, to a host of the internet alone.

Who wrote the link is a stranger, so that it must not reach into the person's own network: the name
is looked up once, every address it has must be public, and one of these very addresses is what is
connected to. The certificate is that of the name. Nothing is followed, and nothing is told but that
the person leaves: no cookies, no name of a program.
"""

import asyncio
import re
import socket
import ssl
from collections.abc import Awaitable, Callable, Sequence
from typing import Final, NamedTuple

from tuimail.errors import NetworkError, TlsError, UserError
from tuimail.model.public_address import is_public
from tuimail.model.safe import Safe, safe_line

from .tls import client_context, tls_error

TIMEOUT_S: Final = 10.0
"""Name, line, certificate and answer together."""
MAX_ANSWER_BYTES: Final = 64 * 1024
MAX_ADDRESSES: Final = 4
"""Tried one after the other."""
_HTTPS_PORT: Final = 443
BODY: Final = b"List-Unsubscribe=One-Click"
_MAX_INTERIM = 5
_URL = re.compile(r"https://(\[[0-9a-f:.]+\]|[a-z0-9._-]+)(?::(\d{1,5}))?([/?][!-~]*)?(?:#.*)?")
_STATUS = re.compile(rb"HTTP/1\.[01] (\d{3})(?: |\r|$)")

Lookup = Callable[[str, int], Awaitable[Sequence[str]]]
"""Returns every address of a host."""
Dial = Callable[
    [str, int, ssl.SSLContext, str], Awaitable[tuple[asyncio.StreamReader, asyncio.StreamWriter]]
]
"""Connects to an address and port; the certificate must be that of the name."""


class Answer(NamedTuple):
    """What the host said."""

    status: int
    elsewhere: Safe
    """Where it sends on to, which nobody follows; empty where it does not."""

    @property
    def is_done(self) -> bool:
        """Whether the host says that it was done (RFC 9110 section 15.3)."""
        return 200 <= self.status < 300


async def looked_up(host: str, port: int) -> Sequence[str]:
    """Return every address of a host. Raises OSError or UnicodeError where it has none."""
    loop = asyncio.get_running_loop()
    found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(address[0]) for *_, address in found))


async def dialled(
    address: str, port: int, context: ssl.SSLContext, name: str
) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """Connect to an address, in TLS for a name."""
    return await asyncio.open_connection(
        address, port, ssl=context, server_hostname=name, limit=MAX_ANSWER_BYTES
    )


async def post(
    url: str, lookup: Lookup = looked_up, dial: Dial = dialled, timeout_s: float = TIMEOUT_S
) -> Answer:
    """Ask the host of a link to take the person off its list; say what it answered.

    `url` is as `plain_url` returns it.

    Raises:
        UserError: it is no https link, or leads into a network of the person's own.
        NetworkError: the host cannot be reached, is not who it should be, or answers nonsense.
    """
    found = _URL.fullmatch(url)
    if found is None:
        raise UserError("This link cannot be used for leaving by one click.")
    host, port, target = found[1], int(found[2] or _HTTPS_PORT), found[3] or "/"
    name = host.strip("[]")
    authority = f"{host}:{port}" if found[2] else host
    try:
        async with asyncio.timeout(timeout_s):
            addresses = await _public(name, port, lookup)
            reader, writer = await _connected(addresses, port, name, dial)
            try:
                return await _asked(reader, writer, authority, target)
            finally:
                writer.close()
    except TimeoutError as error:
        raise NetworkError(f"{name} did not answer within {timeout_s:.0f} seconds.") from error


async def _public(name: str, port: int, lookup: Lookup) -> Sequence[str]:
    """Return the addresses of a host, all of them public: one that is not spoils the others."""
    try:
        addresses = await lookup(name, port)
    except (OSError, UnicodeError) as error:
        raise NetworkError(f"{name} is not known: nothing was sent.") from error
    if not addresses or not all(map(is_public, addresses)):
        raise UserError(
            f"{name} leads into your own network, not to the internet: nothing was sent."
        )
    return addresses[:MAX_ADDRESSES]


async def _connected(
    addresses: Sequence[str], port: int, name: str, dial: Dial
) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    context, failure = client_context(None), NetworkError(f"{name} cannot be reached.")
    for address in addresses:
        try:
            return await dial(address, port, context, name)
        except ssl.SSLError as error:
            raise TlsError(f"{tls_error(error, name).hint} Nothing was sent.") from error
        except OSError as error:
            failure = NetworkError(f"{name} cannot be reached: {error.strerror or 'no line'}.")
    raise failure


async def _asked(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, authority: str, target: str
) -> Answer:
    target = f"/{target}" if target.startswith("?") else target
    head = (
        f"POST {target.partition('#')[0]} HTTP/1.1\r\nHost: {authority}\r\n"
        "Content-Type: application/x-www-form-urlencoded\r\n"
        f"Content-Length: {len(BODY)}\r\nConnection: close\r\n\r\n"
    )
    try:
        writer.write(head.encode("ascii") + BODY)
        await writer.drain()
        for _ in range(_MAX_INTERIM):
            answer = _read(await reader.readuntil(b"\r\n\r\n"))
            if answer.status >= 200:
                return answer
    except (asyncio.IncompleteReadError, asyncio.LimitOverrunError, OSError) as error:
        raise NetworkError(f"{authority} took it and gave no answer that can be read.") from error
    raise NetworkError(f"{authority} took it and does not come to an answer.")


def _read(head: bytes) -> Answer:
    found = _STATUS.match(head)
    if found is None:
        return Answer(599, Safe(""))
    lines = head.split(b"\r\n")[1:]
    pairs = [line.partition(b":") for line in lines]
    place = next((v for name, _, v in pairs if name.strip().lower() == b"location"), b"")
    return Answer(int(found[1]), safe_line(place.decode("latin-1").strip(), 200))
