"""Submission in clear to a port of this machine: only where that is written, and as it is written."""

from __future__ import annotations

from base64 import b64decode

import pytest

from tests.protocols.scripted import Peer, serving
from tuimail.errors import TlsError
from tuimail.model.account import Security, Server
from tuimail.model.secret import Secret
from tuimail.protocols.smtp.session import check_sign_in


async def greeted(peer: Peer, *offers: bytes) -> None:
    await peer.say(b"220 tunnel ESMTP")
    assert (await peer.line()).startswith(b"EHLO ")
    await peer.say(b"250-tunnel", *offers, b"250 8BITMIME")


async def test_nobody_signs_in_where_no_name_is_written() -> None:
    async def script(peer: Peer) -> None:
        await greeted(peer, b"250-AUTH PLAIN")
        await peer.drained()

    async with serving(script) as server:
        here = Server("localhost", server.port, Security.CLEAR, "")
        facts = await check_sign_in(here, Secret("never sent"))
    assert facts.tls == ""
    assert b"AUTH" not in server.received


async def test_a_name_that_is_written_signs_in() -> None:
    async def script(peer: Peer) -> None:
        await greeted(peer, b"250-AUTH PLAIN")
        words = (await peer.line()).split()
        assert b64decode(words[2]) == b"\0alice\0c4nary"
        await peer.say(b"235 in")
        assert (await peer.line()).startswith(b"EHLO ")
        await peer.say(b"250-tunnel", b"250 8BITMIME")
        await peer.drained()

    async with serving(script) as server:
        await check_sign_in(
            Server("127.0.0.1", server.port, Security.CLEAR, "alice"), Secret("c4nary")
        )


async def test_another_machine_is_never_called() -> None:
    with pytest.raises(TlsError, match="is not this machine"):
        await check_sign_in(Server("192.0.2.1", 25, Security.CLEAR, "alice"), Secret("c4nary"))


@pytest.mark.parametrize("security", [Security.TLS, Security.STARTTLS])
async def test_clear_is_never_what_is_left_when_a_line_cannot_be_made_safe(security) -> None:
    async def script(peer: Peer) -> None:
        await greeted(peer, b"250-AUTH PLAIN")
        await peer.drained()

    async with serving(script) as server:
        with pytest.raises(TlsError):
            await check_sign_in(
                Server("127.0.0.1", server.port, security, "alice"), Secret("c4nary")
            )
    assert b"AUTH" not in server.received
