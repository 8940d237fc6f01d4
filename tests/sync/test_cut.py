"""The line cut anywhere in a conversation with a live server: begun again, nothing lost or doubled.

The conversation is held once whole to learn its bytes; then again and again, each time cut at
another one, and gone on with over a new connection.
"""

import asyncio
import os
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from random import Random

import pytest

from tests.protocols.imap.dialogue import server_at
from tests.sync.fake_remote import mail, message_id_of
from tests.sync.walk import NAME, Walk, walk_in
from tuimail.demo.faults import FaultScript
from tuimail.demo.imap.commands import COMMANDS
from tuimail.demo.imap.session import Service, Session, State
from tuimail.demo.imap.stream import MAX_LINE_BYTES, LineStream
from tuimail.demo.mailstore import KeptSource, MailStore
from tuimail.errors import NetworkError
from tuimail.model.flags import Flags
from tuimail.model.ids import MessageKey, OperationId
from tuimail.model.operation import Operation, OperationKind
from tuimail.protocols.dial import dial
from tuimail.protocols.imap import connection
from tuimail.protocols.imap.receive import AUTH
from tuimail.protocols.imap.session import Session as ClientSession
from tuimail.protocols.imap.settle import settle
from tuimail.store.blobs import put_blob
from tuimail.store.database import Database
from tuimail.store.operations import record
from tuimail.sync.imap_remote import ImapRemote

CUTS = 2_000 if os.environ.get("PROOF_FULL") else 4
LINE_ENDS = None if os.environ.get("PROOF_FULL") else 4
COMMANDS_AT_LEAST = 200
ENDED_AT_MOST = 10
MESSAGES = 30
TAGGED = re.compile(rb"(?m)^[^*+ ][^ ]* (?:OK|NO|BAD) ")
DATE = 1_700_000_000


class TapStream(LineStream):
    """Keeps what was said."""

    said = b""

    def write(self, text: bytes) -> None:
        self.said += text
        super().write(text)


class LiveServer:
    """The embedded host's IMAP on one person's mail, signed in already, in clear."""

    def __init__(self, cut_after: int | None) -> None:
        self.cut_after = cut_after
        self.streams: list[TapStream] = []
        self.mail = MailStore(7)
        for number in range(MESSAGES):
            box = self.mail.find("INBOX" if number % 3 else "Archive")
            box.add(KeptSource(mail(number)), {"\\Seen"} if number % 2 else (), DATE + number)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        stream = TapStream(reader, writer)
        if self.cut_after is not None and not self.streams:
            stream.cut_after(self.cut_after)
        self.streams.append(stream)
        service = Service(lambda _, __: None, None, FaultScript(), set(), lambda: DATE)
        session = Session(service, stream, COMMANDS, State.AUTHENTICATED, self.mail)
        await session.run()

    async def connect(self) -> ImapRemote:
        account = server_at(self.port, host="127.0.0.1")
        session = ClientSession(account)
        await dial(lambda: session.receiver, account, None, 3)
        try:
            await connection._greeting(session)
            session.trust()
            session.receiver.mark(AUTH)
            await session.learn_capabilities(3)
            await settle(session)
        except BaseException:
            session.abort(NetworkError("gone"))
            raise
        return ImapRemote(session)

    def held(self) -> list[tuple[str, str, list[str]]]:
        """Where every message lies, and with which flags."""
        return sorted(
            (message_id_of(message.raw), box.name, sorted(message.flags))
            for box in self.mail
            for message in box.messages.values()
        )

    def everything(self) -> dict[str, dict[int, Flags]]:
        return {
            box.name: {uid: frozenset(m.flags) for uid, m in box.messages.items()}
            for box in self.mail
        }


@asynccontextmanager
async def live_server(cut_after: int | None) -> AsyncIterator[LiveServer]:
    server = LiveServer(cut_after)
    listener = await asyncio.start_server(server.serve, "127.0.0.1", 0, limit=MAX_LINE_BYTES)
    server.port = listener.sockets[0].getsockname()[1]
    try:
        yield server
    finally:
        listener.close()


def uid_of(walk: Walk, number: int, mailbox: str) -> int:
    found = walk.store.rows(
        Database.CACHE,
        "select p.ref from placement p join message m on m.id = p.message"
        " where p.smailbox = ? and m.msgid = ?",
        (walk.id_of(mailbox), f"m{number}@example.org"),
    )
    return int(found[-1][0])


def append(walk: Walk, number: int) -> None:
    raw = mail(number)
    operation = Operation(
        id=OperationId(0),
        batch=0,
        account=NAME,
        kind=OperationKind.APPEND,
        mailbox="Sent",
        uid_validity=0,
        uid=0,
        key=MessageKey(0),
        blob=put_blob(walk.store, raw),
        message_id=message_id_of(raw),
        created=DATE,
    )
    record(walk.store, [operation])


def ask(walk: Walk, step: int) -> None:
    """The person's next change: every kind, each time of another message of INBOX."""
    number = [n for n in range(MESSAGES) if n % 3][step % (MESSAGES * 2 // 3)]
    match step % 8:
        case 0 | 1 | 2 | 3:
            flags = frozenset({("\\Flagged", "$Todo", "\\Answered", "$Done")[step % 4]})
            walk.ask(OperationKind.FLAGS, uid_of(walk, number, "INBOX"), add=flags)
        case 4:
            walk.ask(OperationKind.COPY, uid_of(walk, number, "INBOX"), destination="Archive")
        case 5:
            append(walk, 1_000 + step)
        case 6:
            uid = uid_of(walk, number, "INBOX")
            walk.ask(OperationKind.FLAGS, uid, remove=frozenset({"\\Seen"}))
        case 7:
            there = uid_of(walk, step // 8 * 3, "Archive")
            walk.ask(OperationKind.MOVE, there, "Archive", "Trash")


STEPS = 64


async def converse(walk: Walk, at: int) -> tuple[int, NetworkError | None]:
    """Go on asking on one connection; return where it came to, and why it ended."""
    try:
        remote = await walk.server.connect()
    except NetworkError as error:
        return at, error
    walk.in_step.clear()
    work = asyncio.ensure_future(walk.worker.work(remote))
    try:
        while not work.done():
            await _until_in_step(walk, work)
            if at == STEPS or work.done():
                break
            ask(walk, at)
            at += 1
            walk.agenda.wish_push()
        if work.done():
            work.result()
    except NetworkError as error:
        walk.agenda.cut(error)
        return at, error
    finally:
        work.cancel()
        await asyncio.wait([work])
        await remote.close()
    return at, None


async def _until_in_step(walk: Walk, work: asyncio.Future[None]) -> None:
    """Wait until nothing is left to do, or the line is cut."""
    while True:
        done = asyncio.ensure_future(walk.in_step.wait())
        await asyncio.wait([work, done], timeout=60, return_when="FIRST_COMPLETED")
        done.cancel()
        assert work.done() or walk.in_step.is_set(), "it hangs"
        walk.in_step.clear()
        if work.done() or not walk.pending():
            return


async def play(folder: Path, cut_after: int | None) -> tuple[LiveServer, int]:
    """Hold the whole conversation, cut or not; return the server and how often it was cut."""
    cuts = at = 0
    async with live_server(cut_after) as server:
        with walk_in(folder, server) as walk:
            walk.agenda.wish_push()
            while True:
                at, error = await converse(walk, at)
                if error is None:
                    break
                cuts += 1
                assert cuts < 5, error
            assert walk.here() == server.everything()
            assert walk.pending() == []
    return server, cuts


def goodbye_in(said: bytes) -> int:
    """Return where a server's last words begin: the client has left, and misses none of them."""
    at = said.rfind(b"* BYE")
    return at if at >= 0 else len(said)


@pytest.mark.proof
async def test_a_conversation_cut_anywhere_is_resumed_with_nothing_lost_or_doubled(tmp_path):
    whole, _ = await play(tmp_path / "whole", None)
    said = whole.streams[0].said
    commands = len(TAGGED.findall(said))
    assert commands >= COMMANDS_AT_LEAST
    random = Random(5)
    ends = [found.end() for found in re.finditer(b"\r\n", said)]
    ends = ends if LINE_ENDS is None else random.sample(ends, LINE_ENDS)
    places = sorted({*ends, *random.sample(range(len(said)), CUTS)})
    resumed = ended = 0
    for place in places:
        server, cuts = await play(tmp_path / str(place), place)
        assert server.held() == whole.held(), place
        resumed += cuts > 0
        ended += not cuts and place >= goodbye_in(server.streams[0].said)
    print(
        f"{commands} commands, cut at {len(ends)} line ends and {CUTS} bytes: resumed {resumed}"
        f" of {len(places)}, over before {ended}, lost 0, doubled 0"
    )
    assert resumed + ended == len(places)
    assert ended <= ENDED_AT_MOST
