"""Dialling: a line to a server, in TLS where wanted, or a sentence that says what is in the way."""

import asyncio
import errno
import socket
import ssl
from collections.abc import Callable
from typing import Final, TypeVar

from tuimail.errors import NetworkError
from tuimail.model.account import Server

from .tls import tls_error

DIAL_S: Final = 30.0
"""Name, TCP and TLS together."""
KEEPALIVE_IDLE_S: Final = 120
KEEPALIVE_INTERVAL_S: Final = 30
KEEPALIVE_PROBES: Final = 4
"""A peer that vanished is noticed after four minutes, in IDLE too."""
HAPPY_EYEBALLS_S: Final = 0.25
"""RFC 8305: how long the first address has before the next is tried beside it."""

P = TypeVar("P", bound=asyncio.BaseProtocol)


async def dial(
    make: Callable[[], P], server: Server, context: ssl.SSLContext | None, timeout_s: float
) -> P:
    """Return what `make` made, connected; in TLS if a context is given.

    Raises:
        NetworkError: the server cannot be reached within `timeout_s`.
        TlsError: the line cannot be made safe.
    """
    try:
        async with asyncio.timeout(timeout_s):
            transport, protocol = await asyncio.get_running_loop().create_connection(
                make,
                server.host,
                server.port,
                ssl=context,
                server_hostname=server.host if context else None,
                ssl_handshake_timeout=timeout_s if context else None,
                happy_eyeballs_delay=HAPPY_EYEBALLS_S,
            )
    except (OSError, UnicodeError) as error:  # UnicodeError: no such name can exist
        raise _unreachable(error, server, timeout_s, is_tls=context is not None) from error
    line = transport.get_extra_info("socket")
    if line is not None:
        _keep_alive(line)
    return protocol


def _unreachable(
    error: OSError | UnicodeError, server: Server, timeout_s: float, *, is_tls: bool
) -> NetworkError:
    host = f"[{server.host}]" if ":" in server.host else server.host
    where = f"{host}:{server.port}"
    match error:
        case ssl.SSLError():
            return tls_error(error, server.host)
        case TimeoutError():
            return NetworkError(
                f"{where} did not answer within {timeout_s:.0f} seconds: "
                "check host, port and network."
            )
        case socket.gaierror() | UnicodeError():
            return NetworkError(f"{server.host} is not known: check the host name and the network.")
        case ConnectionResetError() | ConnectionAbortedError() if is_tls:
            return tls_error(error, server.host)
        case _ if f"[Errno {errno.ECONNREFUSED}]" in str(error):  # of several addresses, one error
            return NetworkError(f"Nothing answers on {where}: check the port.")
        case _:
            return NetworkError(f"{where} cannot be reached: check host, port and network.")


def _keep_alive(line: socket.socket) -> None:
    line.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for name, setting in (
        ("TCP_KEEPIDLE", KEEPALIVE_IDLE_S),
        ("TCP_KEEPINTVL", KEEPALIVE_INTERVAL_S),
        ("TCP_KEEPCNT", KEEPALIVE_PROBES),
    ):
        if hasattr(socket, name):
            line.setsockopt(socket.IPPROTO_TCP, getattr(socket, name), setting)
