"""Dialling: what is in the way is said, whatever protocol is to be spoken."""

import asyncio
import errno
import socket
import ssl

import pytest

from tests.protocols.scripted import Peer, serving
from tuimail.errors import NetworkError, TlsError
from tuimail.model.account import Security, Server
from tuimail.protocols.dial import dial
from tuimail.protocols.tls import client_context

EVERY_ADDRESS = OSError(
    f"Multiple exceptions: [Errno {errno.ECONNREFUSED}] Connect call failed ('::1', 993, 0, 0), "
    f"[Errno {errno.ECONNREFUSED}] Connect call failed ('127.0.0.1', 993)"
)


def server(port: int = 993) -> Server:
    return Server("localhost", port, Security.TLS, "alice")


@pytest.mark.parametrize(
    ("error", "kind", "said"),
    [
        (socket.gaierror(-2, "unknown"), NetworkError, "localhost is not known"),
        (UnicodeError("label too long"), NetworkError, "localhost is not known"),
        (TimeoutError(), NetworkError, "localhost:993 did not answer within 7 seconds"),
        (EVERY_ADDRESS, NetworkError, "Nothing answers on localhost:993: check the port"),
        (ConnectionRefusedError(errno.ECONNREFUSED, "no"), NetworkError, "Nothing answers on"),
        (OSError(errno.EHOSTUNREACH, "no way"), NetworkError, "localhost:993 cannot be reached"),
        (ConnectionResetError(), NetworkError, "did not finish the TLS handshake"),
        (ssl.SSLError(1, "wrong"), TlsError, "The TLS handshake with localhost failed"),
    ],
)
async def test_what_is_in_the_way_is_said(monkeypatch, error, kind, said) -> None:
    async def fail(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr(asyncio.get_running_loop(), "create_connection", fail)
    with pytest.raises(kind, match=said) as found:
        await dial(asyncio.Protocol, server(), client_context(None), 7)
    assert type(found.value) is kind


async def test_a_peer_that_vanishes_is_noticed() -> None:
    made = []

    class Line(asyncio.Protocol):
        def connection_made(self, transport: asyncio.BaseTransport) -> None:
            made.append(transport)

    async with serving(Peer.drained) as listening:
        await dial(Line, server(listening.port), None, 5)
        line = made[0].get_extra_info("socket")
        assert line.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE)
        made[0].close()


async def test_an_address_of_ipv6_is_said_in_brackets() -> None:
    nowhere = Server("::1", 9, Security.TLS, "alice")
    with pytest.raises(NetworkError, match=r"\[::1\]:9"):
        await dial(asyncio.Protocol, nowhere, client_context(None), 7)
