"""The line cut at every byte of a conversation: always an error of ours, at once, never a wrong answer."""

import asyncio

import pytest

from tests.protocols.certificates import Trust
from tests.protocols.scripted import Peer, serving
from tuimail.errors import NetworkError, ProtocolError
from tuimail.model.account import Server
from tuimail.model.flags import NO_FLAGS
from tuimail.model.uid_set import ALL_UIDS
from tuimail.protocols.imap.connection import connect
from tuimail.sync.imap_remote import ImapRemote

from .dialogue import FAST, plain_session, secret, server_at, signed_in, uids

BODY = b"Subject: body\r\n\r\n" + b"text) * OK {3}\r\n" * 20
HEADER = b"Subject: a (b\r\n\r\n"


async def serve(peer: Peer) -> None:
    """Answer a whole small sync."""
    await peer.answer(b"LIST", b'* LIST () "/" INBOX', b'* LIST (\\Sent) "/" {4}\r\nSe\r\n')
    await peer.answer(
        b"SELECT",
        b"* FLAGS (\\Seen)",
        b"* 2 EXISTS",
        b"* OK [UIDVALIDITY 9] ok",
        b"* OK [UIDNEXT 8] ok",
        b"* OK [HIGHESTMODSEQ 5] ok",
    )
    await peer.answer(
        b"UID FETCH 1:* (UID FLAGS MODSEQ)",
        b"* 1 FETCH (UID 3 FLAGS (\\Seen) MODSEQ (4))",
        b"* 2 FETCH (UID 7 FLAGS () MODSEQ (5))",
    )
    row = b"* %d FETCH (UID %d FLAGS () RFC822.SIZE 5 MODSEQ (5) BODY[HEADER.FIELDS (DATE)] {%d}\r\n%b)"
    await peer.answer(
        b"UID FETCH", *(row % (n, uid, len(HEADER), HEADER) for n, uid in ((1, 3), (2, 7)))
    )
    await peer.answer(b"UID FETCH", b"* 2 FETCH (UID 7 BODY[]<0> {%d}\r\n%b)" % (len(BODY), BODY))
    await peer.answer(b"UID STORE", b"* 2 FETCH (UID 7 FLAGS (\\Seen) MODSEQ (6))")
    await peer.answer(b"UID MOVE", b"* OK [COPYUID 4 7 70] moved", b"* 2 EXPUNGE")
    await peer.answer(b"UID SEARCH", b"* SEARCH 3")
    await peer.command()
    await peer.say(b"+ idling")
    await peer.say(b"* 3 EXISTS")
    await peer.line()
    await peer.say(b"%T OK done")
    await peer.drained()


async def converse(remote: ImapRemote, done: list[object]) -> None:
    """Do a small sync; each finished step is noted with its answer."""
    done.append([(box.name, box.role) for box in await remote.mailboxes()])
    done.append(await remote.open("INBOX"))
    done.append([row async for batch in remote.flags(ALL_UIDS) for row in batch])
    done.append([row.raw async for batch in remote.headers(ALL_UIDS) for row in batch])
    done.append(await remote.body(7))
    done.append(await remote.change_flags(uids(7), frozenset({"\\Seen"}), NO_FLAGS))
    done.append(await remote.move(uids(7), "Trash"))
    done.append(list(await remote.find_message_id("a@b")))
    done.append(await remote.watch(2))


async def talk(cut_after: int) -> tuple[list[object], Exception | None, int, bytes]:
    """Have the conversation with the line cut; return what was done, the error, what was said."""
    done: list[object] = []
    failure: Exception | None = None
    async with plain_session(serve) as (session, server):
        server.cut_after = server.sent_bytes + cut_after
        begin = server.sent_bytes
        try:
            async with asyncio.timeout(60):
                await converse(ImapRemote(session), done)
        except (NetworkError, ProtocolError) as error:
            failure = error
        return done, failure, server.sent_bytes - begin, bytes(server.received)


@pytest.mark.proof
async def test_a_line_cut_at_any_byte_gives_whole_answers_or_an_error() -> None:
    whole, failure, total, said = await talk(1 << 30)
    assert failure is None
    # Messages are named by UID alone: a stale number once deleted the wrong mails (mutt, 2021).
    for verb in (b"FETCH", b"STORE", b"MOVE", b"SEARCH"):
        assert said.count(b" " + verb + b" ") == said.count(b" UID " + verb + b" ") > 0
    assert len(whole) == 9
    for cut in range(total):
        done, failure, _, _ = await talk(cut)
        assert done == whole[: len(done)], cut
        assert isinstance(failure, NetworkError), (cut, failure)
    print(f"line cut at {total} of {total} bytes: 0 wrong answers, 0 hangs")


@pytest.mark.proof
async def test_a_line_cut_at_any_byte_of_sign_in_is_never_taken_for_a_refusal(trust: Trust) -> None:
    context = trust.context()
    cut, is_through = 0, False
    while not is_through:
        async with serving(signed_in(Peer.drained), context, cut_after=cut) as server:
            async with asyncio.timeout(60):
                is_through = await signs_in(server_at(server.port, trust.ca_file))
        cut += 0 if is_through else 1
    assert cut > 200
    print(f"line cut at {cut} of {cut} bytes of sign-in: 0 refusals, 0 hangs")


async def signs_in(server: Server) -> bool:
    """Sign in; False where the line was cut, and nothing else may happen."""
    try:
        session = await connect(server, secret(), FAST)
    except NetworkError:
        return False
    await session.close()
    return True
