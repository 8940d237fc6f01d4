"""From nothing to a signed-in line: dial, make it safe, sign in once (RFC 1939 section 4).

Nothing secret is sent, and nothing the server says counts, before the certificate is verified.
"""

from dataclasses import dataclass
from typing import Final

from tuimail.errors import ProtocolError, Scope, SecretUnavailable, TlsError
from tuimail.model.account import Auth, Security, Server
from tuimail.protocols.sasl import Dialogue, Revealing, mechanism_for
from tuimail.protocols.tls import client_context

from .connection import DEFAULT_TIMEOUTS, Connection, Reply, Timeouts
from .faults import sign_in_refused

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
        SecretUnavailable: name or password hold what cannot be sent.
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
        NetworkError, TlsError, SignInRefused, ProtocolError, SecretUnavailable: what is in the
            way.
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
    server = connection.server
    offered = set(connection.capabilities.get("SASL", ()))
    has_user = connection.offers("USER") or not connection.offers("SASL")
    takes_user = has_user and server.auth is not Auth.OAUTH2
    mechanism = mechanism_for(server, secret, offered - {"LOGIN"} if takes_user else offered)
    if mechanism is not None:
        reply = await _auth(connection, Dialogue(mechanism), secret)
    elif takes_user:
        reply = await _user_and_pass(connection, secret)
    else:
        raise _no_way(server)
    if not reply.is_ok:
        raise sign_in_refused(server, mechanism, reply.text)
    if mechanism is not None:
        mechanism.check()


def _no_way(server: Server) -> ProtocolError:
    if server.auth is Auth.OAUTH2:
        words = f'{server.host} takes no access token here: write auth = "password".'
    else:
        words = (
            f"{server.host} takes no password here: it may want another port, or a token (oauth2)."
        )
    return ProtocolError(words, Scope.ACCOUNT)


async def _auth(connection: Connection, dialogue: Dialogue, secret: Revealing) -> Reply:
    connection.wire.hide(secret.reveal(), *dialogue.hidden)
    what, timeout_s = f"AUTH {dialogue.mechanism.name}", connection.timeouts.sign_in_s
    command = what.encode("ascii")
    at_once = dialogue.first(MAX_COMMAND_BYTES - len(command) - 3)
    line = command if at_once is None else command + b" " + at_once
    reply = await connection.command(line, shown_as=what, timeout_s=timeout_s)
    while reply.is_continued:
        answer = await dialogue.answer(reply.text)
        reply = await connection.command(answer, shown_as=what, timeout_s=timeout_s)
    return reply


async def _user_and_pass(connection: Connection, secret: Revealing) -> Reply:
    username, password = connection.server.username, secret.reveal()
    if any(char in text for text in (username, password) for char in "\r\n\0"):
        raise SecretUnavailable("The user name or the password holds a line end: enter it again.")
    connection.wire.hide(password)
    reply = await connection.command(b"USER " + username.encode(), shown_as="USER")
    if not reply.is_ok:
        return reply
    line = b"PASS " + password.encode()
    return await connection.command(line, shown_as="PASS", timeout_s=connection.timeouts.sign_in_s)
