"""POP3 servers that mean harm: a sentence, nothing believed, no hang, bounded memory."""

import asyncio
import re
import resource

import pytest

from tests.protocols.certificates import Trust, make_trust
from tests.protocols.pop3.dialogue import FAST, PASSWORD, answering, server_at, signed_in
from tests.protocols.scripted import Peer, serving
from tests.sync.pop3_home import OLD
from tuimail.errors import TuimailError
from tuimail.model.account import KeepOnServer, Pop3
from tuimail.model.mailbox import INBOX, Role
from tuimail.model.secret import Secret
from tuimail.protocols.pop3.signin import connect
from tuimail.store.database import Store, open_store
from tuimail.store.local_mail import create_local, local_mailbox
from tuimail.store.pop3_mail import fetched_mails
from tuimail.sync.pop3_pass import NAMELESS, NAMESAKES, Looked, Maildrop

MAX_GROWTH_KB = 100 * 1024
LONGEST_S = 60.0
GOOD = {
    b"STAT": b"+OK 2 200\r\n",
    b"UIDL": b"+OK\r\n1 a\r\n2 b\r\n.\r\n",
    b"LIST": b"+OK\r\n1 100\r\n2 100\r\n.\r\n",
    b"RETR": b"+OK\r\nSubject: x\r\n\r\nx\r\n.\r\n",
    b"DELE": b"+OK\r\n",
    b"QUIT": b"+OK\r\n",
}
FLOOD = b"y" * 1_000 + b"\r\n"

HOSTILE = {
    "endless answer to STAT": {b"STAT": b"+OK " + b"1" * 30_000_000},
    "4e9 mails": {b"STAT": b"+OK 4000000000 1\r\n"},
    "half a million mails and no names": {b"STAT": b"+OK 500000 1\r\n", b"UIDL": b"+OK\r\n.\r\n"},
    "fewer names than mails": {b"UIDL": b"+OK\r\n1 a\r\n.\r\n"},
    "no names": {b"UIDL": b"+OK\r\n1\r\n2 \r\n.\r\n"},
    "endless names": {b"UIDL": b"+OK\r\n" + b"1 a\r\n" * 6_000_000},
    "endless name": {b"UIDL": b"+OK\r\n1 " + b"u" * 30_000_000},
    "sizes that are none": {b"LIST": b"+OK\r\n1 x\r\n2 -5\r\n.\r\n"},
    "sizes beyond": {b"LIST": b"+OK\r\n1 " + b"9" * 40 + b"\r\n.\r\n"},
    "endless sizes": {b"LIST": b"+OK\r\n" + b"1 5\r\n" * 6_000_000},
    "endless mail": {b"RETR": b"+OK\r\n" + FLOOD * 30_000},
    "endless line in a mail": {b"RETR": b"+OK\r\n" + b"z" * 30_000_000},
    "half a mail": {b"RETR": b"+OK\r\nSubject: half\r\n"},
    "a mail nobody asked for": {b"RETR": GOOD[b"RETR"] * 3},
    "rubbish for a mail": {b"RETR": bytes(range(256)) * 100 + b"\r\n"},
    "nothing for a mail": {b"RETR": b"\r\n"},
    "rubbish for DELE": {b"DELE": b"\x00\xff\r\n"},
    "words after DELE": {b"DELE": b"+OK\r\n+OK\r\n+OK\r\n"},
    "silence at QUIT": {b"QUIT": b""},
    "silence at UIDL": {b"UIDL": b""},
    "a first line for ever": {b"LIST": b"+OK " + FLOOD * 100},
}


@pytest.fixture(scope="session")
def trust(tmp_path_factory: pytest.TempPathFactory) -> Trust:
    return make_trust(tmp_path_factory.mktemp("authority"))


async def look(store: Store, trust: Trust, port: int) -> Looked:
    server = server_at(port, trust.ca_file)
    connection = await connect(server, Secret(PASSWORD), FAST)
    pop3 = Pop3(server, KeepOnServer.DELETE)
    try:
        async with asyncio.timeout(LONGEST_S):
            maildrop = Maildrop(store, OLD, pop3, lambda: 1_700_000_000, lambda *_: None)
            return await maildrop.look(connection)
    finally:
        await connection.close()


@pytest.mark.parametrize("answers", HOSTILE.values(), ids=HOSTILE.keys())
async def test_a_hostile_server_ends_in_a_sentence(tmp_path, trust: Trust, answers) -> None:
    store = open_store(tmp_path)
    create_local(store, OLD, INBOX, Role.INBOX)

    async def script(peer: Peer) -> None:
        await signed_in(peer)
        await answering(peer, GOOD | answers)

    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    async with serving(script, trust.context()) as server:
        with pytest.raises(TuimailError) as found:
            await look(store, trust, server.port)
    growth = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert growth < MAX_GROWTH_KB
    assert found.value.hint.endswith((".", "\N{HORIZONTAL ELLIPSIS}"))
    assert "\x1b" not in found.value.hint
    here = local_mailbox(store, OLD, INBOX).exists
    assert here == len(fetched_mails(store, OLD)) <= 2
    deleted = server.received.count(b"DELE ")
    assert deleted <= here
    store.close()


NAMED_BADLY = {
    "twice": (b"1 a\r\n2 a\r\n", 2, NAMESAKES),
    "empty": (b"1 \r\n2 b\r\n", 1, NAMELESS),
    "too long": (b"1 " + b"u" * 71 + b"\r\n2 b\r\n", 1, NAMELESS),
    "with escapes": (b"1 \x1b]52;c;x\x07\r\n2 b\r\n", 1, NAMELESS),
}


@pytest.mark.parametrize(("names", "new", "hint"), NAMED_BADLY.values(), ids=NAMED_BADLY.keys())
async def test_a_badly_named_mail_costs_no_other(
    tmp_path, trust: Trust, names: bytes, new: int, hint: str
) -> None:
    store = open_store(tmp_path)
    create_local(store, OLD, INBOX, Role.INBOX)

    async def script(peer: Peer) -> None:
        await signed_in(peer)
        await answering(peer, GOOD | {b"UIDL": b"+OK\r\n" + names + b".\r\n"})

    async with serving(script, trust.context()) as server:
        looked = await look(store, trust, server.port)
    assert (looked.new, looked.hints) == (new, [hint])
    deleted = re.findall(rb"DELE ([0-9]+)", server.received)
    assert deleted == ([b"2"] if hint == NAMELESS else [])
    async with serving(script, trust.context()) as server:
        assert (await look(store, trust, server.port)).new == 0
    store.close()


async def test_a_server_that_means_well_is_looked_into(tmp_path, trust: Trust) -> None:
    store = open_store(tmp_path)
    create_local(store, OLD, INBOX, Role.INBOX)

    async def script(peer: Peer) -> None:
        await signed_in(peer)
        await answering(peer, GOOD)

    async with serving(script, trust.context()) as server:
        await look(store, trust, server.port)
    assert local_mailbox(store, OLD, INBOX).exists == 2
    assert server.received.count(b"DELE ") == 2
    store.close()
