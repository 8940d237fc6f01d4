"""What IMAP tests say again and again."""

from __future__ import annotations

import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from tests.protocols.scripted import Peer, Script, ScriptedServer, serving
from tuimail.model.account import Security, Server
from tuimail.model.secret import Secret
from tuimail.model.uid_set import UidSet
from tuimail.protocols.dial import dial
from tuimail.protocols.imap import connection
from tuimail.protocols.imap.fetch import FetchRow
from tuimail.protocols.imap.flags import fetch_flags
from tuimail.protocols.imap.receive import AUTH, SELECTED
from tuimail.protocols.imap.session import Session, Timeouts

CAPABILITIES = (
    b"IMAP4rev1 SASL-IR LITERAL+ IDLE UIDPLUS MOVE CONDSTORE SPECIAL-USE LIST-EXTENDED AUTH=PLAIN"
)
USERNAME = "alice@example.org"
PASSWORD = 'canary "pass\\word'
FAST = Timeouts(
    connect_s=3, greeting_s=2, sign_in_s=2, command_s=2, work_s=2, quiet_s=1, goodbye_s=0.2
)


def server_at(
    port: int,
    ca_file: Path | None = None,
    security: Security = Security.TLS,
    host: str = "localhost",
) -> Server:
    """Return the settings of an account's server."""
    return Server(host, port, security, USERNAME, ca_file)


def uids(first: int, last: int = 0) -> UidSet:
    """Return the set of one UID, or of those from the first to the last."""
    return UidSet.of(range(first, (last or first) + 1))


async def all_flags(session: Session, wanted: UidSet, changed_since: int = 0) -> list[FetchRow]:
    """Return every row that `fetch_flags` yields."""
    return [row async for batch in fetch_flags(session, wanted, changed_since) for row in batch]


def secret() -> Secret:
    """Return the password whose bytes must never be seen outside TLS."""
    return Secret(PASSWORD)


def signed_in(after: Script, capabilities: bytes = CAPABILITIES) -> Script:
    """Return a script that greets, takes the password and goes on with `after`."""

    async def script(peer: Peer) -> None:
        await peer.say(b"* OK [CAPABILITY " + capabilities + b"] ready")
        await peer.command()
        await peer.say(b"%T OK [CAPABILITY " + capabilities + b"] welcome")
        await after(peer)

    return script


@asynccontextmanager
async def plain_session(
    script: Script,
    capabilities: bytes = CAPABILITIES,
    timeouts: Timeouts = FAST,
    *,
    is_selected: bool = True,
) -> AsyncIterator[tuple[Session, ScriptedServer]]:
    """Give a session as after sign-in, without TLS: for what comes after it."""

    async def greeted(peer: Peer) -> None:
        await peer.say(b"* OK ready")
        await script(peer)

    async with serving(greeted) as server:
        account = server_at(server.port, host="127.0.0.1")
        session = Session(account, timeouts)
        await dial(lambda: session.receiver, account, None, timeouts.connect_s)
        await connection._greeting(session)
        session.trust()
        session.capabilities = frozenset(capabilities.decode().upper().split())
        session.receiver.mark(SELECTED if is_selected else AUTH)
        try:
            yield session, server
        finally:
            await session.close()


def tls_script(context: ssl.SSLContext, after: Callable[[Peer], object]) -> Script:
    """Return a script that offers STARTTLS properly and goes on with `after`."""

    async def script(peer: Peer) -> None:
        await peer.say(b"* OK ready")
        command = await peer.command()
        assert command == b"STARTTLS"
        await peer.say(b"%T OK go ahead")
        await peer.start_tls(context)
        await after(peer)  # type: ignore[misc]

    return script
