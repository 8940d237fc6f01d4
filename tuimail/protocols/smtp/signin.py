"""From nothing to a signed-in line: connect, TLS, EHLO, AUTH once."""

from typing import Final

from tuimail.errors import NetworkError, ProtocolError, Scope, SignInRefused, TlsError
from tuimail.model.account import Security, Server
from tuimail.protocols.sasl import Revealing, login_responses, plain_initial_response
from tuimail.protocols.tls import client_context

from .connection import Connection, Timeouts
from .replies import Reply

_APP_PASSWORD: Final = ("5.7.9", "5.7.139")
"""Gmail and Microsoft: the account's own password is not taken from programs."""


async def sign_in(server: Server, secret: Revealing, timeouts: Timeouts) -> Connection:
    """Return a line in TLS, signed in.

    Raises:
        NetworkError, TlsError, SignInRefused, ProtocolError: nothing secret has gone over a line
            that is not safe.
    """
    connection = await _safe_line(server, timeouts)
    try:
        await connection.ehlo()
        if server.username:
            await _authenticate(connection, server, secret)
    except BaseException:
        connection.abort()
        raise
    return connection


async def _safe_line(server: Server, timeouts: Timeouts) -> Connection:
    context = client_context(server.ca_file)
    if server.security is Security.TLS:
        return await Connection.open(server, context, timeouts)
    connection = await Connection.open(server, None, timeouts)
    try:
        await connection.ehlo()
        await connection.start_tls(context)
    except BaseException:
        connection.abort()
        raise
    return connection


async def _authenticate(connection: Connection, server: Server, secret: Revealing) -> None:
    """Try one mechanism once: a wrong password is one attempt towards a lock-out, not three."""
    if not connection.is_safe:
        raise TlsError(f"The line to {server.host} is not safe. Nothing secret was sent.")
    if "plain" in connection.auth_methods:
        message = plain_initial_response(server.username, secret)
        connection.hide(secret.reveal(), message)
        reply = await connection.secret_command("AUTH PLAIN", b"AUTH", b"PLAIN", message)
    elif "login" in connection.auth_methods:
        reply = await _login(connection, server.username, secret)
    else:
        raise _no_mechanism(connection, server)
    if reply.code != 235:
        raise _refused(server, reply)


async def _login(connection: Connection, username: str, secret: Revealing) -> Reply:
    name, password = login_responses(username, secret)
    connection.hide(secret.reveal(), password)
    for answer in (None, name):
        words = (answer,) if answer else (b"AUTH", b"LOGIN")
        reply = await connection.secret_command("AUTH LOGIN", *words)
        if reply.code != 334:
            return reply
    return await connection.secret_command("AUTH LOGIN", password)


def _no_mechanism(connection: Connection, server: Server) -> ProtocolError:
    if not connection.auth_methods:
        return ProtocolError(
            f"{server.host} takes no sign-in on port {server.port}; "
            "submission is usually on port 465 or 587.",
            Scope.ACCOUNT,
        )
    return ProtocolError(
        f"{server.host} offers no way to sign in with a password.",
        Scope.ACCOUNT,
        " ".join(sorted(connection.auth_methods)),
    )


def _refused(server: Server, reply: Reply) -> ProtocolError | NetworkError:
    if reply.is_temporary:
        return NetworkError(f"{server.host} takes no sign-in just now; it is tried again later.")
    if reply.code < 500:
        return ProtocolError(
            f"{server.host} does not sign in as a mail server does.", Scope.CONNECTION, reply.line
        )
    if reply.enhanced_code in _APP_PASSWORD or reply.code == 534:
        return SignInRefused(
            f"{server.host} wants an app password for {server.username}, "
            "not the account's own; make one in the account's security settings.",
            reply.line,
        )
    return SignInRefused(
        f"{server.host} refused the name or password of {server.username}; "
        "check both with: tuimail account login",
        reply.line,
    )
