"""From nothing to a signed-in session: dial, make the line safe, sign in once (RFC 9051 section 6).

Nothing secret is sent, and nothing the server says counts, before the certificate is verified.
"""

import asyncio
import ssl
from dataclasses import dataclass
from typing import Final

from tuimail.errors import NetworkError, ProtocolError, Scope, SignInRefused, TlsError
from tuimail.model.account import Auth, Security, Server
from tuimail.model.mailbox import INBOX
from tuimail.protocols.dial import dial
from tuimail.protocols.sasl import (
    Dialogue,
    Mechanism,
    Revealing,
    advice_on_refusal,
    mechanism_for,
    what_signs_in,
)
from tuimail.protocols.tls import client_context

from .arguments import string
from .codes import Kind, Status
from .faults import Refused, lost, said, silent
from .quota import quotas, storage_of
from .receive import AUTH, NONAUTH
from .session import DEFAULT_TIMEOUTS, Command, Session, Timeouts

MAX_LINE_BYTES: Final = 8_192
"""RFC 7162 section 4: servers take lines of that length; a longer token is sent when asked."""

_LATER: Final = frozenset({"UNAVAILABLE", "INUSE", "LIMIT", "SERVERBUG"})
"""RFC 5530: not the password's fault."""


@dataclass(frozen=True, slots=True)
class ServerFacts:
    """What a signed-in connection has shown of its server."""

    tls: str
    """Version and cipher, for example `TLSv1.3 TLS_AES_256_GCM_SHA384`."""
    extensions: tuple[str, ...]
    """Capabilities in upper case, sorted."""
    storage: tuple[int, int] | None = None
    """(used, allowed) bytes of the account; None where the server does not say."""


async def connect(
    server: Server, secret: Revealing, timeouts: Timeouts = DEFAULT_TIMEOUTS
) -> Session:
    """Return a signed-in session.

    Raises:
        NetworkError: the server cannot be reached, or hung up.
        TlsError: the line cannot be made safe; nothing secret was sent.
        SignInRefused: the server refused the name or password.
        ProtocolError: the server answered what cannot be used.
    """
    session = await open_session(server, timeouts)
    try:
        if session.receiver.state == NONAUTH:
            await _sign_in(session, secret)
    except BaseException:
        session.abort(NetworkError("Signing in was given up."))
        raise
    return session


async def check_sign_in(
    server: Server, secret: Revealing, timeouts: Timeouts = DEFAULT_TIMEOUTS
) -> ServerFacts:
    """Connect, make the line safe, sign in and say goodbye: for testing an account.

    Raises:
        NetworkError, TlsError, SignInRefused, ProtocolError: what is in the way.
    """
    session = await connect(server, secret, timeouts)
    tls, offered = session.receiver.tls, tuple(sorted(session.capabilities))
    try:
        storage = await _storage(session)
    finally:
        await session.close()
    return ServerFacts(f"{tls.version} {tls.cipher}", offered, storage)


async def _storage(session: Session) -> tuple[int, int] | None:
    try:
        return storage_of(await quotas(session, INBOX))
    except (NetworkError, ProtocolError):  # who has signed in can work without
        return None


async def open_session(server: Server, timeouts: Timeouts = DEFAULT_TIMEOUTS) -> Session:
    """Return a session over a verified line, with capabilities known, not signed in yet.

    Raises:
        NetworkError, TlsError, ProtocolError: as for `connect`.
    """
    context = client_context(server.ca_file)
    session = Session(server, timeouts)
    try:
        in_tls = context if server.security is Security.TLS else None
        await dial(lambda: session.receiver, server, in_tls, timeouts.connect_s)
        greeting = await _greeting(session)
        if in_tls is None:
            await _start_tls(session, greeting, context)
        session.trust()
        if server.security is Security.TLS:
            session.learn_from(greeting)
            session.greeting = greeting.text
        if greeting.kind is Kind.PREAUTH or not session.capabilities:
            await session.learn_capabilities(timeouts.greeting_s)
    except BaseException:
        session.abort(NetworkError("Connecting was given up."))
        raise
    return session


async def _greeting(session: Session) -> Status:
    timeout_s = session.timeouts.greeting_s
    try:
        async with asyncio.timeout(timeout_s):
            greeting = await session.receiver.greeting
    except TimeoutError:
        raise session.abort(silent(session.server.host, timeout_s, "the call")) from None
    if greeting.kind is Kind.BYE:
        raise session.abort(lost(session.server.host, greeting.text))
    session.receiver.mark(AUTH if greeting.kind is Kind.PREAUTH else NONAUTH)
    return greeting


async def _start_tls(session: Session, greeting: Status, context: ssl.SSLContext) -> None:
    host = session.server.host
    if greeting.kind is Kind.PREAUTH:
        # CVE-2020-14093 (mutt), CVE-2020-12398 (Thunderbird): signed in already, so no STARTTLS
        # is possible any more and everything would go in clear.
        raise _not_safe(host, "it says the line is signed in before it is safe")
    command = Command("STARTTLS", (), "STARTTLS", session.timeouts.greeting_s)
    try:
        await session.say(command)
    except Refused as refusal:
        raise _not_safe(host, "it refuses STARTTLS", refusal.reply) from refusal
    except ProtocolError as error:
        raise _not_safe(host, "it does not answer STARTTLS properly") from error
    await session.receiver.start_tls(context, session.timeouts.connect_s)


def _not_safe(host: str, why: str, reply: str = "") -> TlsError:
    return TlsError(
        f"The line to {host} cannot be made safe: {why}. Use port 993 with security = tls. "
        f"No password was sent.{said(reply)}"
    )


async def _sign_in(session: Session, secret: Revealing) -> None:
    """Try one way once: a wrong password is one attempt towards a lock-out, not two."""
    server = session.server
    has_login = server.auth is not Auth.OAUTH2 and not session.offers("LOGINDISABLED")
    offered = {name[5:] for name in session.capabilities if name[:5] == "AUTH="}
    mechanism = mechanism_for(server, secret, offered - {"LOGIN"} if has_login else offered)
    if mechanism is not None:
        dialogue = Dialogue(mechanism)
        session.wire.hide(secret.reveal(), *dialogue.hidden)
        command = _authenticate(session, dialogue)
    elif has_login:
        session.wire.hide(secret.reveal())
        command = _login(session, secret)
    else:
        raise _no_way(session)
    session.capabilities = frozenset()
    try:
        status = await session.say(command, session.take_capabilities)
    except Refused as refusal:
        raise _sign_in_refused(session, mechanism, refusal) from refusal
    if mechanism is not None:
        mechanism.check()
    session.receiver.mark(AUTH)
    session.learn_from(status)
    if not session.capabilities:
        await session.learn_capabilities(session.timeouts.sign_in_s)


def _authenticate(session: Session, dialogue: Dialogue) -> Command:
    at_once = dialogue.first(MAX_LINE_BYTES if session.offers("SASL-IR") else 0)
    name = dialogue.mechanism.name.encode("ascii")
    return Command(
        "AUTHENTICATE",
        (name,) if at_once is None else (name, at_once),
        what_signs_in(session.server),
        session.timeouts.sign_in_s,
        is_secret=True,
        answer=dialogue.answer,
    )


def _login(session: Session, secret: Revealing) -> Command:
    words = (string(session.server.username), string(secret.reveal()))
    return Command(
        "LOGIN", words, "the name or password", session.timeouts.sign_in_s, is_secret=True
    )


def _no_way(session: Session) -> ProtocolError:
    host = session.server.host
    if session.server.auth is Auth.OAUTH2:
        words = f'{host} takes no access token here: check the host, or write auth = "password".'
    else:
        words = f"{host} takes no password here: it may want another port, or a token (oauth2)."
    return ProtocolError(words, Scope.ACCOUNT)


def _sign_in_refused(
    session: Session, mechanism: Mechanism | None, refusal: Refused
) -> ProtocolError:
    host = session.server.host
    words = session.wire.masked(refusal.reply)
    alerts = " ".join(session.alerts)
    if refusal.code in _LATER:
        return ProtocolError(
            f"{host} cannot check passwords at the moment.{said(words)}", Scope.CONNECTION, words
        )
    if refusal.code == "EXPIRED" and session.server.auth is not Auth.OAUTH2:
        return SignInRefused(f"The password for {host} has expired: set a new one.", words)
    advice = (
        "check both; many providers want an app password instead of your own"
        if refusal.code in {"", "AUTHENTICATIONFAILED"}
        else "the account may be closed to this kind of program"
    )
    advice = advice_on_refusal(session.server, mechanism, advice)
    what = what_signs_in(session.server)
    hint = f"{host} refused {what}: {advice}.{said(words or alerts)}"
    return SignInRefused(hint, words or alerts)
