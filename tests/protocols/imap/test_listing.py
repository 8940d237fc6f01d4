"""One round trip for all mailboxes, and what is done where it is not possible."""

import pytest

from tests.protocols.scripted import Peer
from tuimail.errors import ProtocolError
from tuimail.protocols.imap.grammar import Listed
from tuimail.protocols.imap.listing import list_mailboxes

from .dialogue import CAPABILITIES, plain_session

EVERYTHING = (
    b'LIST "" "*" RETURN (SUBSCRIBED SPECIAL-USE '
    b"STATUS (MESSAGES UIDNEXT UIDVALIDITY UNSEEN HIGHESTMODSEQ))"
)


async def test_one_round_trip_tells_names_roles_subscriptions_and_counts() -> None:
    async def script(peer: Peer) -> None:
        command = await peer.answer(
            b"LIST",
            b'* LIST (\\Subscribed \\HasNoChildren) "/" INBOX',
            b'* STATUS "inbox" (MESSAGES 5 UIDNEXT 9 UIDVALIDITY 3 UNSEEN 1 HIGHESTMODSEQ 44)',
            b'* LIST (\\Sent) "/" "Entw&APw-rfe"',
            b'* STATUS "Entw&APw-rfe" (MESSAGES 0 UIDNEXT 1 UIDVALIDITY 4 HIGHESTMODSEQ -1)',
            b'* LIST (\\NonExistent \\Subscribed) "/" Gone',
            b"* STATUS Nobody (MESSAGES 7)",
        )
        assert command == EVERYTHING
        await peer.drained()

    async with plain_session(script, CAPABILITIES + b" LIST-STATUS") as (session, _):
        inbox, drafts, gone = await list_mailboxes(session, with_counts=True)
        assert not session.unasked.has_news
    assert (inbox.name, inbox.is_subscribed) == ("INBOX", True)
    assert inbox.counts == {
        "MESSAGES": 5,
        "UIDNEXT": 9,
        "UIDVALIDITY": 3,
        "UNSEEN": 1,
        "HIGHESTMODSEQ": 44,
    }
    assert (drafts.name, drafts.is_subscribed) == ("Entwürfe", False)
    assert drafts.counts == {"MESSAGES": 0, "UIDNEXT": 1, "UIDVALIDITY": 4}
    assert (gone.name, gone.counts) == ("Gone", None)


@pytest.mark.parametrize(
    ("capabilities", "command"),
    [
        (b"IMAP4rev1 LIST-EXTENDED", b'LIST "" "*" RETURN (SUBSCRIBED)'),
        (
            b"IMAP4rev1 LIST-EXTENDED LIST-STATUS",
            b'LIST "" "*" RETURN (SUBSCRIBED STATUS (MESSAGES UIDNEXT UIDVALIDITY UNSEEN))',
        ),
        (
            b"IMAP4rev1 LIST-EXTENDED SPECIAL-USE CONDSTORE",
            b'LIST "" "*" RETURN (SUBSCRIBED SPECIAL-USE)',
        ),
    ],
)
async def test_no_more_is_asked_for_than_is_offered(capabilities: bytes, command: bytes) -> None:
    async def script(peer: Peer) -> None:
        assert await peer.answer(b"LIST", b'* LIST () "/" INBOX') == command
        await peer.drained()

    async with plain_session(script, capabilities) as (session, _):
        (inbox,) = await list_mailboxes(session, with_counts=True)
    assert (inbox.is_subscribed, inbox.counts) == (False, None)


async def listed_plainly(*subscribed: bytes) -> list[Listed]:
    async def script(peer: Peer) -> None:
        await peer.answer(b'LIST "" "*"', b'* LIST (\\Trash) "." INBOX.Trash', b'* LIST () "." a')
        assert await peer.command() == b'LSUB "" "*"'
        await peer.say(*subscribed)
        await peer.drained()

    async with plain_session(script, b"IMAP4rev1 LIST-STATUS SPECIAL-USE") as (session, _):
        return await list_mailboxes(session, with_counts=True)


async def test_lsub_tells_subscriptions_where_list_cannot() -> None:
    trash, other = await listed_plainly(b'* LSUB () "." a', b'* LSUB () "." gone', b"%T OK")
    assert (trash.attributes, trash.is_subscribed) == ({"\\trash"}, False)
    assert (other.name, other.is_subscribed, other.counts) == ("a", True, None)


async def test_where_lsub_is_refused_nobody_knows_what_is_subscribed() -> None:
    found = await listed_plainly(b'* LSUB () "." a', b"%T NO not here")
    assert [one.is_subscribed for one in found] == [None, None]


async def test_counts_without_end_end_the_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tuimail.protocols.imap.listing.MAX_MAILBOXES", 5)

    async def script(peer: Peer) -> None:
        await peer.command()
        await peer.say(*(b"* STATUS m%d (MESSAGES 1)" % n for n in range(9)))
        await peer.drained()

    async with plain_session(script) as (session, _):
        with pytest.raises(ProtocolError, match="mailboxes without end"):
            await list_mailboxes(session)
