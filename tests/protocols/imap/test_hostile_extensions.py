"""Servers that mean harm by their extensions: no crash, no hang, no memory."""

from __future__ import annotations

import asyncio
import resource
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest

from tests.protocols.scripted import Peer
from tuimail.errors import NetworkError, ProtocolError, TuimailError
from tuimail.model.uid_set import ALL_UIDS, UidSet
from tuimail.protocols.imap import (
    flags,
    gmail,
    listing,
    mailboxes,
    messages,
    quota,
    watch,
)
from tuimail.protocols.imap import searching as s
from tuimail.protocols.imap.mailboxes import Known
from tuimail.protocols.imap.namespaces import namespaces
from tuimail.protocols.imap.session import Session
from tuimail.protocols.imap.settle import settle

from .dialogue import plain_session, uids

OFFERED = (
    b"IMAP4rev1 ID ENABLE CONDSTORE QRESYNC UTF8=ACCEPT LIST-EXTENDED LIST-STATUS SPECIAL-USE "
    b"NAMESPACE QUOTA OBJECTID X-GM-EXT-1 ESEARCH NOTIFY IDLE"
)
MAX_GROWTH_KB = 100 * 1024
SPARSE = b",".join(b"%d" % n for n in range(1, 1_200_000, 2))


async def consume(batches: AsyncIterator[object]) -> None:
    async for _ in batches:
        pass


def ignored(_gone: UidSet) -> None:
    pass


async def labels_told(session: Session) -> None:
    async for rows in flags.fetch_flags(session, ALL_UIDS):
        for row in rows:
            gmail.labels_of_row(session, row)


ACTIONS: dict[str, Callable[[Session], Awaitable[object]]] = {
    "settle": settle,
    "list": lambda one: listing.list_mailboxes(one, with_counts=True),
    "namespaces": namespaces,
    "quotas": lambda one: quota.quotas(one, "INBOX"),
    "select": lambda one: mailboxes.select(one, "INBOX", known=Known(7, 90, uids(1, 50))),
    "flags": lambda one: consume(flags.fetch_flags(one, ALL_UIDS, 90, ignored)),
    "headers": lambda one: consume(messages.fetch_headers(one, ALL_UIDS)),
    "labels": labels_told,
    "search": lambda one: s.search(one, s.EVERY_MESSAGE),
    "notify": watch.watch_all,
    "news": lambda one: watch.wait_for_news(one, 0.01),
}
HOSTILE = {
    "vanished everything": b"* VANISHED (EARLIER) 1:*\r\n* VANISHED 1:4294967295\r\n" * 2_000,
    "vanished every second": b"* VANISHED (EARLIER) " + SPARSE + b"\r\n",
    "vanished again and again": (b"* VANISHED (EARLIER) " + SPARSE[:65_000] + b"1\r\n") * 60,
    "vanished rubbish": b"* VANISHED (EARLIER (((( 1:2\r\n",
    "vanished of nobody": b"* VANISHED (EARLIER)\r\n",
    "vanished backwards": b"* VANISHED (EARLIER) 4294967295:1,9:1,*:*\r\n",
    "modseq minus one": b"* 1 FETCH (UID 1 FLAGS () MODSEQ (-1))\r\n* OK [HIGHESTMODSEQ -1] x\r\n",
    "modseq beyond": b"* 1 FETCH (UID 1 FLAGS () MODSEQ (9223372036854775808))\r\n",
    "modseq of words": b"* 1 FETCH (UID 1 FLAGS () MODSEQ NIL)\r\n",
    "changed without end": b"".join(
        b"* 1 FETCH (UID %d FLAGS () MODSEQ (99))\r\n" % n for n in range(1, 120_000)
    ),
    "status without a mailbox": b"* STATUS (MESSAGES 1)\r\n",
    "status without an end": b"* STATUS INBOX (MESSAGES 1\r\n",
    "status of rubbish": b"* STATUS INBOX ()) (MAILBOXID (((()))) 5 5 5 MESSAGES)\r\n",
    "status of a megabyte": b"* STATUS INBOX (" + b"MESSAGES 1 " * 100_000 + b")\r\n",
    "names in wrong letters": b'* LIST () "/" "\xff\xfe"\r\n* STATUS "\xc3\x28" (MESSAGES 1)\r\n',
    "names of blanks": b'* LIST () "/" " "\r\n* LIST (\\) "/" x\r\n',
    "enabled without end": b"* ENABLED" + b" QRESYNC" * 80_000 + b"\r\n",
    "enabled unasked": b"* ENABLED X-EVIL UTF8=ACCEPT\r\n",
    "identity without end": b"* ID (" + b'"a" "b" ' * 10_000 + b")\r\n",
    "identity nested": b"* ID " + b"(" * 100_000 + b"\r\n",
    "identity of escapes": b'* ID ("name" "\x1b]0;x\x07")\r\n',
    "name spaces without end": b"* NAMESPACE (" + b'("x" "/")' * 20_000 + b") NIL NIL\r\n",
    "name spaces nested": b"* NAMESPACE " + b"(" * 100_000 + b"\r\n",
    "name spaces of numbers": b"* NAMESPACE (1 2 3) NIL NIL\r\n",
    "quotas without end": b'* QUOTA "" (STORAGE 1 2)\r\n' * 5_000,
    "quota of many": b'* QUOTA "" (' + b"STORAGE 1 2 " * 10_000 + b")\r\n",
    "quota beyond": b'* QUOTA "" (STORAGE 9999999999999999999 1)\r\n',
    "found everything": b'* ESEARCH (TAG "x") UID ALL 1:*\r\n',
    "found with a comma": b'* ESEARCH (TAG "x") UID ALL 1,\r\n',
    "found every second": b"* ESEARCH UID ALL " + SPARSE + b"\r\n",
    "ids of rubbish": b"* 1 FETCH (UID 1 BODY[] NIL EMAILID ((((a)))) THREADID (1 2 3) X-GM-MSGID -5)\r\n",
    "an id of a megabyte": b"* 1 FETCH (UID 1 BODY[] NIL EMAILID (" + b"M" * 1_000_000 + b"))\r\n",
    "labels without end": b"* 1 FETCH (UID 1 FLAGS () X-GM-LABELS (" + b"a " * 30_000 + b"))\r\n",
    "labels nested": b"* 1 FETCH (UID 1 FLAGS () X-GM-LABELS " + b"(" * 100_000 + b"\r\n",
    "labels of rubbish": b"* 1 FETCH (UID 1 FLAGS () X-GM-LABELS (NIL (a) 5 {0}\r\n &AAA- &))\r\n",
    "labels of a megabyte": b'* 1 FETCH (UID 1 FLAGS () X-GM-LABELS ("'
    + b"a" * 900_000
    + b'"))\r\n',
    "labels without measure": b"".join(
        b"* 1 FETCH (UID %d FLAGS () X-GM-LABELS (%b))\r\n" % (n, b"%d " % n * 40_000)
        for n in range(100, 130)
    ),
    "notify gives up": b"* OK [NOTIFICATIONOVERFLOW] enough\r\n",
    "closed": b"* OK [CLOSED] x\r\n" * 5_000,
    "mailbox ids": b"* OK [MAILBOXID ((((] x\r\n* OK [MAILBOXID (" + b"F" * 9_000 + b")] x\r\n",
}


CONCERNED = {
    "vanished": ("select", "flags", "news"),
    "modseq": ("select", "flags"),
    "changed": ("select", "flags"),
    "status": ("list", "news"),
    "names": ("list", "news"),
    "enabled": ("settle", "news"),
    "identity": ("settle", "news"),
    "name spaces": ("namespaces", "list"),
    "quota": ("quotas", "news"),
    "found": ("search", "news"),
    "ids": ("headers", "flags"),
    "an id": ("headers", "flags"),
    "labels": ("labels", "flags"),
    "notify": ("notify", "news"),
    "closed": ("select", "news"),
    "mailbox": ("select", "list"),
}
"""Which actions a case is tried on, by how its name begins."""
TRIED = [
    (case, action)
    for case in HOSTILE
    for head, actions in CONCERNED.items()
    if case.startswith(head)
    for action in actions
]


def test_every_case_and_every_action_is_tried() -> None:
    assert {case for case, _ in TRIED} == set(HOSTILE)
    assert {action for _, action in TRIED} == set(ACTIONS)


@pytest.mark.parametrize(("case", "action"), TRIED)
async def test_a_hostile_extension_does_no_harm(case: str, action: str) -> None:
    async def script(peer: Peer) -> None:
        while command := await peer.command():
            if command == b"IDLE":
                await peer.say(b"+ idling")
            await peer.send(HOSTILE[case])
            if command == b"IDLE":
                await peer.line()
            await peer.say(b"%T OK done")

    before_kb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    problem = None
    async with plain_session(script, OFFERED, is_selected=action != "settle") as (session, _):
        session.exists = 50
        session.unasked.hears_elsewhere = True
        if action != "settle":
            session.enabled, session.has_modseqs = frozenset({"QRESYNC"}), True
        async with asyncio.timeout(60):
            try:
                await ACTIONS[action](session)
            except TuimailError as error:
                problem = error
    assert problem is None or isinstance(problem, NetworkError | ProtocolError)
    assert problem is None or problem.hint.isprintable()
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before_kb < MAX_GROWTH_KB
