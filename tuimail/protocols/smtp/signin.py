"""From nothing to a signed-in line: connect, TLS, EHLO, AUTH once."""

from typing import Final

from tuimail.errors import NetworkError, ProtocolError, Scope, SignInRefused, TlsError
from tuimail.model.account import Auth, Security, Server
from tuimail.protocols.loopback import on_this_machine
from tuimail.protocols.sasl import (
    Dialogue,
    Mechanism,
    Revealing,
    advice_on_refusal,
    mechanism_for,
    what_signs_in,
)
from tuimail.protocols.tls import client_context

from .connection import Connection, Timeouts
from .replies import Heard, Reply

MAX_INITIAL_BYTES: Final = 12_000
"""RFC 4954 section 4: a command of AUTH has at most 12,288; a longer token is sent when asked."""
_WANTS_OTHER: Final = "5.7.9"
"""Gmail: the account's own password is not taken from programs."""
_SWITCHED_OFF: Final = "5.7.139"
"""Microsoft: basic authentication is switched off."""


async def sign_in(
    server: Server, secret: Revealing, timeouts: Timeouts, heard: list[Heard] | None = None
) -> Connection:
    """Return a line in TLS, or in clear to this machine where that is asked for, signed in.

    What is heard is added to `heard`, also where it fails.

    Raises:
        NetworkError, TlsError, SignInRefused, ProtocolError: nothing secret has gone over a line
            that is not safe.
    """
    connection = await _safe_line(server, timeouts, heard)
    try:
        await connection.ehlo()
        if server.username:
            await _authenticate(connection, server, secret)
            # Stalwart offers DSN and FUTURERELEASE to those it knows alone; limits may differ, too.
            await connection.ehlo_again()
    except BaseException:
        connection.abort()
        raise
    return connection


async def _safe_line(server: Server, timeouts: Timeouts, heard: list[Heard] | None) -> Connection:
    if server.security is Security.CLEAR:
        return await Connection.open(await on_this_machine(server), None, timeouts, heard)
    context = client_context(server.ca_file)
    if server.security is Security.TLS:
        return await Connection.open(server, context, timeouts, heard)
    connection = await Connection.open(server, None, timeouts, heard)
    try:
        await connection.ehlo()
        await connection.start_tls(context)
    except BaseException:
        connection.abort()
        raise
    return connection


async def _authenticate(connection: Connection, server: Server, secret: Revealing) -> None:
    """Try one mechanism once: a wrong password is one attempt towards a lock-out, not three."""
    if not connection.is_safe and server.security is not Security.CLEAR:
        raise TlsError(f"The line to {server.host} is not safe. Nothing secret was sent.")
    offered = {name.upper() for name in connection.auth_methods}
    mechanism = mechanism_for(server, secret, offered)
    if mechanism is None:
        raise _no_mechanism(connection, server)
    dialogue = Dialogue(mechanism)
    connection.hide(secret.reveal(), *dialogue.hidden)
    what, name = f"AUTH {mechanism.name}", mechanism.name.encode("ascii")
    at_once = dialogue.first(MAX_INITIAL_BYTES)
    words = (b"AUTH", name) if at_once is None else (b"AUTH", name, at_once)
    reply = await connection.secret_command(what, *words)
    while reply.code == 334:
        answer = await dialogue.answer(reply.text)
        reply = await connection.secret_command(what, answer)
    if reply.code != 235:
        raise _refused(server, mechanism, reply)
    dialogue.check()


def _no_mechanism(connection: Connection, server: Server) -> ProtocolError:
    if not connection.auth_methods:
        return ProtocolError(
            f"{server.host} takes no sign-in on port {server.port}; "
            "submission is usually on port 465 or 587.",
            Scope.ACCOUNT,
        )
    secret = "an access token" if server.auth is Auth.OAUTH2 else "a password"
    return ProtocolError(
        f"{server.host} offers no way to sign in with {secret}.",
        Scope.ACCOUNT,
        " ".join(sorted(connection.auth_methods)),
    )


def _refused(server: Server, mechanism: Mechanism, reply: Reply) -> ProtocolError | NetworkError:
    if reply.is_temporary:
        return NetworkError(f"{server.host} takes no sign-in just now; it is tried again later.")
    if reply.code < 500:
        return ProtocolError(
            f"{server.host} does not sign in as a mail server does.", Scope.CONNECTION, reply.line
        )
    if reply.enhanced_code == _SWITCHED_OFF and server.auth is not Auth.OAUTH2:
        return SignInRefused(
            f"{server.host} takes no passwords from {server.username}: sign in with a token "
            '(auth = "oauth2").',
            reply.line,
        )
    wants_other = reply.enhanced_code == _WANTS_OTHER or reply.code == 534
    if wants_other and server.auth is not Auth.OAUTH2:
        return SignInRefused(
            f"{server.host} wants an app password for {server.username}, "
            "not the account's own; make one in the account's security settings.",
            reply.line,
        )
    advice = advice_on_refusal(server, mechanism, "check both with: tuimail account login")
    what = what_signs_in(server)
    hint = f"{server.host} refused {what} of {server.username}: {advice}."
    return SignInRefused(hint, reply.line)
