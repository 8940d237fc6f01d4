"""From nothing to a signed-in line: dial, make it safe, sign in once (RFC 1939 section 4).

Nothing secret is sent, and nothing the server says counts, before the certificate is verified.
"""

from dataclasses import dataclass
from typing import Final

from tuimail.errors import ProtocolError, Scope, TlsError, UserError
from tuimail.model.account import Security, Server
from tuimail.protocols.sasl import Revealing, plain_initial_response
from tuimail.protocols.tls import client_context

from .connection import DEFAULT_TIMEOUTS, Connection, Reply, Timeouts
from .faults import sign_in_refused, unreadable

MAX_CAPABILITIES_BYTES: Final = 32 * 1024
MAX_COMMAND_BYTES: Final = 255
"""RFC 2449 section 4: a longer initial response is sent on a line of its own."""


@dataclass(frozen=True, slots=True)
class ServerFacts:
    """What a signed-in connection has shown of its server."""

    tls: str
    """Version and cipher, for example `TLSv1.3 TLS_AES_256_GCM_SHA384`."""
    extensions: tuple[str, ...]
    """Capabilities in upper case, sorted."""


async def connect(
    server: Server, secret: Revealing, timeouts: Timeouts = DEFAULT_TIMEOUTS
) -> Connection:
    """Return a signed-in connection; the maildrop is locked until it ends.

    Raises:
        NetworkError: the server cannot be reached, or hung up.
        TlsError: the line cannot be made safe; nothing secret was sent.
        SignInRefused: the server refused the name or password.
        ProtocolError: the server answered what cannot be used, or takes no sign-in now.
        UserError: name or password hold what cannot be sent.
    """
    connection = await _safe_line(server, timeouts)
    try:
        await _learn_capabilities(connection)
        await _sign_in(connection, secret)
        await _learn_capabilities(connection)  # RFC 2449 section 5: they may be others now
    except BaseException:
        connection.abort()
        raise
    return connection


async def check_sign_in(
    server: Server, secret: Revealing, timeouts: Timeouts = DEFAULT_TIMEOUTS
) -> ServerFacts:
    """Connect, make the line safe, sign in and say goodbye: for testing an account.

    Raises:
        NetworkError, TlsError, SignInRefused, ProtocolError, UserError: what is in the way.
    """
    connection = await connect(server, secret, timeouts)
    facts = ServerFacts(connection.tls, tuple(sorted(connection.capabilities)))
    try:
        await connection.quit()
    finally:
        await connection.close()
    return facts


async def _safe_line(server: Server, timeouts: Timeouts) -> Connection:
    context = client_context(server.ca_file)
    if server.security is Security.TLS:
        return await Connection.open(server, context, timeouts)
    connection = await Connection.open(server, None, timeouts)
    try:
        await connection.start_tls(context)
    except TlsError:
        connection.abort()
        raise
    except ProtocolError as error:
        connection.abort()
        raise TlsError(
            f"The line to {server.host} cannot be made safe: it does not answer STLS properly. "
            "Use port 995 with security = tls. No password was sent."
        ) from error
    except BaseException:
        connection.abort()
        raise
    return connection


async def _learn_capabilities(connection: Connection) -> None:
    """Ask what the server offers; what was known before is forgotten. -ERR: nothing is known."""
    connection.capabilities = {}
    if not (await connection.command(b"CAPA")).is_ok:
        return
    listed = bytearray()
    async for piece in connection.block(MAX_CAPABILITIES_BYTES, "CAPA"):
        listed += piece
    for line in listed.decode("ascii", "replace").upper().split("\r\n"):
        keyword, *arguments = line.split() or [""]
        if keyword:
            connection.capabilities[keyword] = tuple(arguments)


async def _sign_in(connection: Connection, secret: Revealing) -> None:
    """Try one mechanism once: a wrong password is one attempt towards a lock-out, not two."""
    if not connection.tls:
        raise TlsError(f"The line to {connection.server.host} is not safe. Nothing was sent.")
    if connection.offers("SASL", "PLAIN"):
        reply = await _auth_plain(connection, secret)
    elif connection.offers("USER") or not connection.offers("SASL"):
        reply = await _user_and_pass(connection, secret)
    else:
        raise ProtocolError(
            f"{connection.server.host} takes no password here: it may want another port, or a way "
            "to sign in that is not supported yet.",
            Scope.ACCOUNT,
        )
    if not reply.is_ok:
        raise sign_in_refused(connection.server.host, reply.text)


async def _auth_plain(connection: Connection, secret: Revealing) -> Reply:
    response = plain_initial_response(connection.server.username, secret)
    connection.wire.hide(secret.reveal(), response)
    timeout_s = connection.timeouts.sign_in_s
    at_once = b"AUTH PLAIN " + response
    if len(at_once) + 2 <= MAX_COMMAND_BYTES:
        reply = await connection.command(at_once, shown_as="AUTH PLAIN", timeout_s=timeout_s)
    else:
        asked = await connection.command(b"AUTH PLAIN")
        if not asked.is_continued:
            return asked
        reply = await connection.command(response, shown_as="AUTH PLAIN", timeout_s=timeout_s)
    if reply.is_continued:
        raise unreadable(connection.server.host, "it asks on after the password")
    return reply


async def _user_and_pass(connection: Connection, secret: Revealing) -> Reply:
    username, password = connection.server.username, secret.reveal()
    if any(char in text for text in (username, password) for char in "\r\n\0"):
        raise UserError("The user name or the password holds a line end: enter it again.")
    connection.wire.hide(password)
    reply = await connection.command(b"USER " + username.encode(), shown_as="USER")
    if not reply.is_ok:
        return reply
    line = b"PASS " + password.encode()
    return await connection.command(line, shown_as="PASS", timeout_s=connection.timeouts.sign_in_s)
