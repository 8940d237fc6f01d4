"""A large mail comes in pieces, whatever the server says of its size, and goes on after a cut."""

import asyncio
import os
from collections.abc import Callable
from random import Random

import pytest

from tests.demo.fixtures import RunningHost
from tests.servers.real import HOST, RealServers
from tests.sync.fake_remote import mail
from tests.sync.test_account import no_waiting, running
from tests.sync.test_bodies import home_of
from tests.sync.walk import NAME
from tuimail.demo.faults import Fault, FaultKind
from tuimail.errors import NotFound, ProtocolError
from tuimail.model.account import Security, Server
from tuimail.model.flags import NO_FLAGS, Flag
from tuimail.model.ids import MailboxId, MessageKey
from tuimail.model.offline import EVERYTHING
from tuimail.model.secret import Secret
from tuimail.model.uid_set import ALL_UIDS
from tuimail.store.bodies import bodies_here, body_of
from tuimail.store.database import open_store
from tuimail.store.messages import Place
from tuimail.sync.imap_remote import connect_imap
from tuimail.sync.pieces import (
    MAX_MESSAGE_BYTES,
    MOST_BYTES,
    MOST_WANTED_BYTES,
    SMALL_BYTES,
    fetch_in_pieces,
    piece_bytes,
)
from tuimail.sync.remote import RemotePiece

__all__ = ["no_waiting"]
IS_FULL = bool(os.environ.get("PROOF_FULL"))


class Pieces:
    """A server that has one mail and states some size of it."""

    def __init__(self, raw: bytes, stated: int, most: int = 1 << 30) -> None:
        self.raw, self.stated, self.most = raw, stated, most
        self.asked: list[tuple[int, int]] = []

    async def piece(self, uid: int, start: int, size: int) -> RemotePiece:
        self.asked.append((start, size))
        content = self.raw[start : start + min(size, self.most)]
        return RemotePiece(content, 0 if start else self.stated)


def place(size: int) -> Place:
    return Place(NAME, MailboxId(1), "INBOX", 7, 42, MessageKey(1), size)


@pytest.fixture
def store(tmp_path):
    one = open_store(tmp_path)
    yield one
    one.close()


async def fetched(store, server, stated, on_piece: Callable[[int, int], None] = lambda *_: None):
    where = place(stated)
    return await fetch_in_pieces(store, server, where, is_wished=False, on_piece=on_piece)


@pytest.mark.parametrize("size", [1, SMALL_BYTES - 1, SMALL_BYTES, 10 * SMALL_BYTES, 700_001])
@pytest.mark.parametrize("off", [-5_000, 0, 5_000, 10_000_000])
async def test_a_mail_is_whole_whatever_size_is_stated(store, size, off):
    server = Pieces(os.urandom(size), max(0, size + off))
    assert await fetched(store, server, server.stated) == server.raw
    assert len(server.asked) <= size // SMALL_BYTES + 2


async def test_a_server_that_gives_less_than_it_is_asked_for_gives_all(store):
    server = Pieces(os.urandom(300_000), 300_000, most=10_000)
    assert await fetched(store, server, 300_000) == server.raw


async def test_a_mail_without_content_is_said_to_be(store):
    with pytest.raises(ProtocolError, match="no content"):
        await fetched(store, Pieces(b"", 300_000), 300_000)


async def test_a_mail_too_large_is_not_even_begun(store):
    server = Pieces(b"", MAX_MESSAGE_BYTES + 1)
    with pytest.raises(ProtocolError, match="256 MB"):
        await fetched(store, server, MAX_MESSAGE_BYTES + 1)
    assert server.asked == []


async def test_what_was_whole_before_a_crash_is_only_asked_whether_there_is_more(store):
    server = Pieces(os.urandom(4 * SMALL_BYTES), 4 * SMALL_BYTES)
    assert await fetched(store, server, server.stated) == server.raw
    server.asked.clear()
    assert await fetched(store, server, server.stated) == server.raw
    assert server.asked == [(4 * SMALL_BYTES, SMALL_BYTES)]


def test_a_steady_line_gets_larger_pieces_and_who_waits_the_largest():
    assert piece_bytes(0, is_wished=False) == SMALL_BYTES
    assert piece_bytes(1_500_000, is_wished=False) == SMALL_BYTES
    assert piece_bytes(100_000_000, is_wished=False) == MOST_BYTES
    assert piece_bytes(0, is_wished=True) < piece_bytes(1, is_wished=True) == MOST_WANTED_BYTES
    for came in range(0, 50_000_000, 100_001):
        assert piece_bytes(came, is_wished=False) <= max(SMALL_BYTES, came / 32)


class Watched:
    """A connection whose line is cut in the middle of a piece wherever `cuts` say so."""

    def __init__(self, remote, server) -> None:
        self._remote, self._server = remote, server

    def __getattr__(self, name):
        return getattr(self._remote, name)

    async def piece(self, uid, start, size):
        server = self._server
        server.asked_bytes += size
        if server.cuts and start + size > server.cuts[0]:
            within = max(1, server.cuts.pop(0) - start)
            server.host.imap_fault(Fault(FaultKind.CUT, "UID FETCH", after_bytes=within))
            server.was_cut += 1
        piece = await self._remote.piece(uid, start, size)
        server.asked_bytes -= size - len(piece.content)
        return piece


class CuttingServer:
    """Alice's account on the embedded host."""

    def __init__(self, host: RunningHost, cuts: list[int]) -> None:
        self.host, self.cuts = host, sorted(cuts)
        self.asked_bytes = self.was_cut = 0

    async def connect(self):
        alice = self.host.person("alice")
        port = self.host.ports.imap_tls
        server = Server(self.host.address, port, Security.TLS, alice.email, self.host.ca_file)
        return Watched(await connect_imap(server, Secret(alice.password)), self)


@pytest.mark.proof
async def test_a_mail_that_is_cut_again_and_again_is_hardly_fetched_twice(
    tmp_path, mail_host, no_waiting
):
    size, cuts = (30_000_000, 20) if IS_FULL else (7_500_000, 5)
    random = Random(20)
    raw = mail(1, body=random.randbytes(size // 2).hex())
    mail_host.deliver(raw)
    server = CuttingServer(mail_host, [random.randrange(size) for _ in range(cuts)])
    home = home_of(tmp_path, EVERYTHING, server=server)
    async with running(home), asyncio.timeout(300):
        while not (home.uids() and bodies_here(home.store, [home.key(1)])):
            await home.sync.sync()
    assert body_of(home.store, home.key(1)) == raw
    assert server.was_cut == cuts
    again = (server.asked_bytes - len(raw)) / len(raw)
    print(f"{len(raw):,} bytes, cut {cuts} times: {again:.1%} fetched again (at most 5 %)")
    assert 0 < again < 0.05
    assert not list((home.store.folder / "partial").iterdir())
    home.store.close()


async def test_a_real_server_gives_pieces_and_nothing_past_the_end(real_servers: RealServers):
    remote = await bobs(real_servers)
    raw = mail(1, body="x" * 300_000)
    uid = await remote.append("INBOX", raw, NO_FLAGS, 1_790_000_000)
    await remote.open("INBOX")
    first = await remote.piece(uid, 0, 100_000)
    assert (first.content, first.size_bytes, first.is_whole) == (raw[:100_000], len(raw), False)
    assert (await remote.piece(uid, 100_000, 1_000_000)).content == raw[100_000:]
    assert (await remote.piece(uid, len(raw), 1_000)).content == b""
    assert (await remote.piece(uid, len(raw) + 5_000, 1_000)).content == b""
    with pytest.raises(NotFound):
        await remote.piece(uid + 1, 0, 1_000)
    [row] = [row async for batch in remote.flags(ALL_UIDS) for row in batch]
    assert Flag.SEEN not in row.flags
    await remote.close()


async def test_everything_of_a_real_server_comes_byte_for_byte(tmp_path, real_servers: RealServers):
    remote = await bobs(real_servers)
    raws = {1: mail(1), 2: mail(2, body="y" * 2_000_000), 3: mail(3, body="z" * 262_144)}
    for raw in raws.values():
        await remote.append("INBOX", raw, NO_FLAGS, 1_790_000_000)
    await remote.close()
    home = home_of(tmp_path, EVERYTHING, server=Bobs(real_servers))
    async with running(home):
        assert (await home.sync.sync()).hint == ""
        for uid, raw in raws.items():
            assert body_of(home.store, home.key(uid)) == raw
    home.store.close()


class Bobs:
    """Bob's account on a real server."""

    def __init__(self, servers: RealServers) -> None:
        self.servers = servers

    async def connect(self):
        return await bobs(self.servers)


async def bobs(servers: RealServers):
    bob = servers.account("bob")
    server = Server(HOST, servers.imaps_port, Security.TLS, bob.username, servers.ca_file)
    return await connect_imap(server, Secret(bob.password))
