"""A compressed line: the same conversation, bounded step by step."""

from __future__ import annotations

import asyncio
import resource
import zlib
from collections.abc import Awaitable, Callable

import pytest

from tests.protocols.scripted import Peer
from tuimail.errors import ProtocolError, Scope
from tuimail.model.flags import NO_FLAGS
from tuimail.model.uid_set import ALL_UIDS
from tuimail.protocols.imap import appending, watch
from tuimail.protocols.imap.compress import compress
from tuimail.protocols.imap.deflate import PIECE_BYTES, Deflate
from tuimail.protocols.imap.settle import settle

from .dialogue import CAPABILITIES, all_flags, plain_session

OFFERED = CAPABILITIES + b" COMPRESS=DEFLATE"


class Compressed:
    """The server's end after its OK to COMPRESS."""

    def __init__(self, peer: Peer) -> None:
        self.peer = peer
        self.deflater = zlib.compressobj(9, zlib.DEFLATED, -15)
        self.inflater = zlib.decompressobj(-15)
        self.received = b""

    def packed(self, wire: bytes) -> bytes:
        return self.deflater.compress(wire) + self.deflater.flush(zlib.Z_SYNC_FLUSH)

    async def send(self, wire: bytes) -> None:
        await self.peer.send(self.packed(wire))

    async def line(self) -> bytes:
        while b"\r\n" not in self.received:
            block = await asyncio.wait_for(self.peer.reader.read(65_536), 60)
            if not block:
                raise EOFError
            self.received += self.inflater.decompress(block)
        line, _, self.received = self.received.partition(b"\r\n")
        return line

    async def answer(self, expected: bytes, *lines: bytes) -> None:
        tag, _, command = (await self.line()).partition(b" ")
        assert command.startswith(expected)
        await self.send(b"".join(one + b"\r\n" for one in lines) + tag + b" OK done\r\n")


def compressing(
    after: Callable[[Compressed], Awaitable[None]], first: bytes = b""
) -> Callable[[Peer], Awaitable[None]]:
    """Return a script that agrees to compress; `first` comes in one segment with its OK."""

    async def script(peer: Peer) -> None:
        assert await peer.command() == b"COMPRESS DEFLATE"
        line = Compressed(peer)
        await peer.send(peer.tag + b" OK from now on\r\n" + (line.packed(first) if first else b""))
        await after(line)

    return script


async def test_a_conversation_goes_on_compressed() -> None:
    count = 5_000
    rows = tuple(b"* %d FETCH (UID %d FLAGS (\\Seen))" % (n, n) for n in range(1, count + 1))

    async def after(line: Compressed) -> None:
        await line.answer(b"UID FETCH 1:* (UID FLAGS)", *rows)
        await line.answer(b"NOOP", b"* 8 EXISTS")
        await line.peer.drained()

    script = compressing(after, first=b"* 7 EXISTS\r\n")
    async with plain_session(script, OFFERED) as (session, server):
        session.exists = count
        assert await compress(session)
        assert session.receiver.is_compressed
        assert len(await all_flags(session, ALL_UIDS)) == count
        assert session.unasked.take().is_here
        await watch.ask_for_news(session)
        assert session.unasked.take().is_here
        assert server.sent_bytes < len(b"".join(rows)) / 4
    assert b"NOOP" not in server.received


async def test_a_compressed_line_may_come_byte_by_byte() -> None:
    async def after(line: Compressed) -> None:
        tag, _, _ = (await line.line()).partition(b" ")
        for byte in line.packed(b"* 7 EXISTS\r\n" + tag + b" OK done\r\n"):
            await line.peer.send(bytes((byte,)))
        await line.peer.drained()

    async with plain_session(compressing(after), OFFERED) as (session, _):
        await compress(session)
        await watch.ask_for_news(session)
        assert session.unasked.has_news


async def test_a_large_mail_goes_out_compressed() -> None:
    raw = b"From: a@b\r\n\r\n" + b"The same again. \r\n" * 60_000
    got: list[bytes] = []

    async def after(line: Compressed) -> None:
        head = await line.line()
        tag, _, _ = head.partition(b" ")
        assert head.endswith(b"{%d}" % len(raw))
        await line.send(b"+ go on\r\n")
        while len(line.received) < len(raw) + 2:
            line.received += line.inflater.decompress(await line.peer.reader.read(65_536))
        got.append(line.received)
        line.received = b""
        await line.send(tag + b" OK [APPENDUID 1 9] done\r\n")
        await line.peer.drained()

    async with plain_session(compressing(after), OFFERED) as (session, server):
        await compress(session)
        assert (await appending.append_message(session, "Sent", raw, NO_FLAGS, 0))[1] == 9
    assert got == [raw + b"\r\n"]
    assert len(server.received) < 1_000


@pytest.mark.parametrize("answer", [b"NO [COMPRESSIONACTIVE] TLS does", b"BAD what"])
async def test_a_refusal_leaves_the_line_as_it_is(answer: bytes) -> None:
    async def script(peer: Peer) -> None:
        await peer.command()
        await peer.say(b"%T " + answer)
        await peer.answer(b"NOOP")
        await peer.drained()

    async with plain_session(script, OFFERED) as (session, _):
        assert not await compress(session)
        assert not session.receiver.is_compressed
        await watch.ask_for_news(session)


async def test_a_line_on_this_machine_is_not_compressed() -> None:
    async with plain_session(Peer.drained, OFFERED, is_selected=False) as (session, server):
        assert session.receiver.peer_address == "127.0.0.1"
        await settle(session)
    assert b"COMPRESS" not in server.received


async def failed(wire: Callable[[Compressed], bytes]) -> ProtocolError:
    async def after(line: Compressed) -> None:
        await line.line()
        await line.peer.send(wire(line))
        await line.peer.drained()

    async with plain_session(compressing(after), OFFERED) as (session, _):
        await compress(session)
        with pytest.raises(ProtocolError) as found:
            await watch.ask_for_news(session)
    return found.value


async def test_a_bomb_meets_the_limit_of_a_line() -> None:
    bomb = zlib.compressobj(9, zlib.DEFLATED, -15)
    wire = b"".join(bomb.compress(b"* OK " + bytes(1 << 20)) for _ in range(300)) + bomb.flush()
    assert len(wire) < 1 << 20
    before_kb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    failure = await failed(lambda _: wire)
    assert "a line without end" in failure.hint
    assert failure.scope is Scope.CONNECTION
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before_kb < 60 << 10


@pytest.mark.parametrize("rubbish", [b"* OK not compressed\r\n", b"\xff" * 100])
async def test_what_is_not_compressed_ends_the_connection(rubbish: bytes) -> None:
    assert (await failed(lambda _: rubbish)).scope is Scope.CONNECTION


async def test_an_end_of_the_stream_ends_the_connection() -> None:
    failure = await failed(lambda line: line.packed(b"* OK x\r\n") + line.deflater.flush())
    assert "an end of compression" in failure.hint


def test_what_comes_out_of_one_step_is_bounded() -> None:
    deflate = Deflate()
    text = bytes(range(256)) * 4_000
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    deflate.feed(packer.compress(text) + packer.flush(zlib.Z_SYNC_FLUSH))
    pieces = []
    while not deflate.is_empty:
        pieces.append(deflate.next_piece())
    assert b"".join(pieces) == text
    assert max(len(piece) for piece in pieces) == PIECE_BYTES
