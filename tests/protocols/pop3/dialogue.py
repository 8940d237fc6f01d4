"""What POP3 tests say again and again."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from tests.protocols.certificates import Trust
from tests.protocols.scripted import Peer, Script, ScriptedServer, serving
from tuimail.model.account import Security, Server
from tuimail.model.secret import Secret
from tuimail.protocols.pop3.connection import Connection, Timeouts
from tuimail.protocols.pop3.signin import connect

CAPABILITIES = (b"TOP", b"UIDL", b"RESP-CODES", b"PIPELINING", b"USER", b"SASL PLAIN")
USERNAME = "alice@example.org"
PASSWORD = 'canary "pass\\word'
FAST = Timeouts(connect_s=3, greeting_s=2, sign_in_s=2, command_s=2, quiet_s=1, goodbye_s=2)


def server_at(port: int, ca_file: Path | None = None, security: Security = Security.TLS) -> Server:
    """Return the settings of an account's server."""
    return Server("localhost", port, security, USERNAME, ca_file)


def secret() -> Secret:
    """Return the password whose bytes must never be seen outside TLS."""
    return Secret(PASSWORD)


async def signed_in(peer: Peer, capabilities: Sequence[bytes] = CAPABILITIES) -> None:
    """Greet, tell capabilities, take the password, tell capabilities."""
    await peer.say(b"+OK ready")
    await expect(peer, b"CAPA", b"+OK", *capabilities, b".")
    await expect(peer, b"AUTH PLAIN ", b"+OK welcome")
    await expect(peer, b"CAPA", b"+OK", *capabilities, b".")


async def expect(peer: Peer, command: bytes, *lines: bytes) -> None:
    """Read a command that begins so, and answer with these lines."""
    line = await peer.line()
    assert line.startswith(command), (line, command)
    await peer.say(*lines)


async def answering(peer: Peer, answers: Mapping[bytes, bytes]) -> None:
    """Answer each command with the bytes scripted for its first word, until the client goes."""
    while line := await peer.line():
        await peer.send(answers.get(line.split(b" ")[0], b"-ERR what?\r\n"))


@asynccontextmanager
async def connected(
    trust: Trust, after: Script, capabilities: Sequence[bytes] = CAPABILITIES
) -> AsyncIterator[tuple[Connection, ScriptedServer]]:
    """Give a signed-in connection to a server that goes on with `after`."""

    async def script(peer: Peer) -> None:
        await signed_in(peer, capabilities)
        await after(peer)

    async with serving(script, trust.context()) as server:
        connection = await connect(server_at(server.port, trust.ca_file), secret(), FAST)
        try:
            yield connection, server
        finally:
            await connection.close()
