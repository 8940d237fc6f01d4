"""Servers that mean harm: no crash, no hang, no memory, and nothing acted on."""

import asyncio
import resource
from contextlib import suppress

import pytest

from tests.protocols.certificates import Trust
from tests.protocols.scripted import Peer, serving
from tuimail.errors import NetworkError, NotFound, ProtocolError, TuimailError
from tuimail.model.flags import NO_FLAGS
from tuimail.model.uid_set import ALL_UIDS
from tuimail.sync.imap_remote import connect_imap
from tuimail.sync.remote import Remote

from .dialogue import FAST, secret, server_at, signed_in, uids

MAX_GROWTH_KB = 100 * 1024
FIELDS = b"BODY[HEADER.FIELDS (DATE)]"


async def use(remote: Remote) -> None:
    """Do a bit of everything a sync does."""
    await remote.mailboxes()
    await remote.open("INBOX")
    async for _ in remote.flags(ALL_UIDS):
        pass
    async for _ in remote.headers(ALL_UIDS):
        pass
    with suppress(NotFound):  # many of these servers answer without the mail
        await remote.body(7)
    await remote.find_message_id("a@b")
    await remote.move(uids(7), "Trash")
    await remote.append("Sent", b"x", NO_FLAGS, 0)
    await remote.watch(0.2)


async def failure_of(remote: Remote) -> TuimailError | None:
    """Use the connection; return the expected failure it ended with."""
    try:
        await use(remote)
    except TuimailError as error:
        return error
    return None


def flooding(line: bytes, times: int = 100_000) -> bytes:
    return (line + b"\r\n") * times


HOSTILE = {
    "literal of 2 GiB": b'* LIST () "/" {2147483648}\r\n',
    "literal of 2^63": b"* 1 FETCH (UID 1 BODY[] {9223372036854775808}\r\n",
    "negative literal": b"* 1 FETCH (UID 1 BODY[] {-1}\r\n",
    "line without end": b"* OK " + b"x" * 20_000_000,
    "nothing but NUL": b"\0" * 1_000_000 + b"\r\n",
    "8-bit garbage": bytes(range(128, 256)) * 1_000 + b"\r\n",
    "exists 4e9": b"* 4000000000 EXISTS\r\n",
    "exists beyond": b"* 4294967296 EXISTS\r\n",
    "uid zero": b"* 1 FETCH (UID 0 FLAGS ())\r\n",
    "uid beyond": b"* 1 FETCH (UID 4294967296 FLAGS ())\r\n",
    "the same uid": b"".join(b"* %d FETCH (UID 7 FLAGS ())\r\n" % n for n in range(1, 5_000)),
    "uids backwards": b"".join(b"* 1 FETCH (UID %d FLAGS ())\r\n" % n for n in range(5_000, 0, -1)),
    "expunge of nobody": b"* 4294967295 EXPUNGE\r\n* 0 EXPUNGE\r\n",
    "vanished all": b"* VANISHED 1:4294967295\r\n",
    "trailing comma": b"* VANISHED 1,2,\r\n",
    "bye": b"* BYE go away\r\n",
    "unknown tag": b"B9999 OK yes\r\n",
    "go ahead": b"+ go on\r\n",
    "tag of nobody": b"* OK\r\n* OK\r\nX OK\r\n",
    "modseq beyond": b"* OK [HIGHESTMODSEQ 99999999999999999999] x\r\n",
    "deep structure": b"* 1 FETCH (BODYSTRUCTURE " + b"(" * 200_000 + b"\r\n",
    "deep extension": b'* LIST () "/" "a" ' + b"(" * 200_000 + b"\r\n",
    "capabilities without end": b"* CAPABILITY" + b" X" * 3_000_000 + b"\r\n",
    "name of a megabyte": b'* LIST () "/" "' + b"x" * 1_000_000 + b'"\r\n',
    "many literals": b'* LIST () "/"' + b" {1}\r\nx" * 30_000 + b"\r\n",
    "search of words": b"* SEARCH one two three\r\n",
    "status without mailbox": b"* STATUS (MESSAGES 1)\r\n",
    "exists without end": flooding(b"* 1 EXISTS"),
    "ok without end": flooding(b"* OK"),
    "flags without end": flooding(b"* FLAGS (\\Seen)"),
    "empty lines without end": flooding(b""),
    "half a line": b"* 1 FETCH (UID",
    "half a literal": b"* 1 FETCH (UID 7 BODY[] {5000}\r\nabc",
    "silence": b"",
    "http": b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
    "preauth late": b"* PREAUTH hello\r\n",
    "alerts without end": flooding(b"* OK [ALERT] \x1b]0;pwned\x07", 50_000),
    "fetch of others": b"* 1 FETCH (UID 7 " + FIELDS + b" {3}\r\nabc)\r\n" * 10,
    "dates": b'* 1 FETCH (UID 7 INTERNALDATE "99-Foo-99999 99:99:99 +9999" FLAGS ())\r\n',
    "dates of year 0": b'* 1 FETCH (UID 7 INTERNALDATE "01-Jan-0000 00:00:00 +0000" FLAGS ())\r\n',
    "sizes": b"* 1 FETCH (UID 7 RFC822.SIZE 99999999999999999999 FLAGS ())\r\n",
    "a tag too long": b"A" * 100_000 + b" OK\r\n",
}
ANSWER_FIRST = [0, 4]
"""How many commands are answered politely before."""


@pytest.mark.parametrize("wire", HOSTILE.values(), ids=HOSTILE.keys())
async def test_a_hostile_server_does_no_harm(trust: Trust, wire: bytes) -> None:
    before_kb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for polite in ANSWER_FIRST:

        async def script(peer: Peer, polite: int = polite) -> None:
            for number in range(1_000):
                if not await peer.command():
                    return
                if number >= polite:
                    await peer.send(wire)
                if number < polite or wire.endswith(b"\n"):
                    await peer.say(b"%T OK done")

        async with serving(signed_in(script), trust.context()) as server:
            async with asyncio.timeout(60):
                remote = await connect_imap(server_at(server.port, trust.ca_file), secret(), FAST)
                failure = await failure_of(remote)
                await remote.close()
        assert isinstance(failure, NetworkError | ProtocolError | None)
        assert failure is None or failure.hint.isprintable()
    after_kb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert after_kb - before_kb < MAX_GROWTH_KB


async def test_cve_2018_14354_14355_14357_names_of_mailboxes_stay_values(trust: Trust) -> None:
    names = [
        b"../../x",
        b"/etc/passwd",
        b"~root",
        b"`id`",
        b"$(id)",
        b"-rf",
        b"INBOX/../x",
        b"a\x07b",
        b"&AAA-",
        b"&AAoADQ-x",
        b"\xff\xfe",
        b"con",
        b"..",
        b".",
        b"x" * 4_000,
    ]

    async def script(peer: Peer) -> None:
        await peer.command()
        for name in names:
            await peer.send(b'* LIST () "/" {%d}\r\n' % len(name) + name + b"\r\n")
        await peer.say(b"%T OK done")
        for name in [name for name in names for _ in range(3)]:
            command = await peer.command()
            assert b"\n" not in command
            if command.endswith(b"+}"):
                assert await peer.exactly(len(name)) == name
                await peer.line()
            await peer.say(b"%T NO no")
        await peer.drained()

    async with serving(signed_in(script), trust.context()) as server:
        remote = await connect_imap(server_at(server.port, trust.ca_file), secret(), FAST)
        found = [box.name for box in await remote.mailboxes()]
        assert len(set(found)) == len(names)
        for name in found:
            with pytest.raises(ProtocolError):
                await remote.create(name)
            with pytest.raises(ProtocolError):
                await remote.delete(name)
            with pytest.raises(ProtocolError):
                await remote.subscribe(name, is_wanted=False)
        await remote.close()
