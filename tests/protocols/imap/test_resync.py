"""ENABLE and QRESYNC: what became of a mailbox is told when it is opened (RFC 5161, 7162)."""

import resource

import pytest

from tests.protocols.scripted import Peer
from tuimail.errors import ProtocolError, Scope
from tuimail.model.flags import NO_FLAGS, Flag
from tuimail.model.uid_set import ALL_UIDS, MAX_UID, UidSet
from tuimail.protocols.imap import flags, mailboxes, messages, watch
from tuimail.protocols.imap.enable import enable
from tuimail.protocols.imap.mailboxes import Known, Selected

from .dialogue import CAPABILITIES, plain_session, uids

QRESYNC = CAPABILITIES + b" ENABLE QRESYNC"
KNOWN = Known(7, 90, uids(1, 50))
OPEN = (b"* 40 EXISTS", b"* OK [UIDVALIDITY 7] x", b"* OK [HIGHESTMODSEQ 95] x")


async def reopened(*lines: bytes, known: Known | None = KNOWN) -> tuple[Selected, bytes]:
    """Select with what is known; return what was told and the command."""
    commands: list[bytes] = []

    async def script(peer: Peer) -> None:
        commands.append(await peer.answer(b"SELECT", *lines))
        await peer.drained()

    async with plain_session(script, QRESYNC) as (session, _):
        session.enabled = frozenset({"CONDSTORE", "QRESYNC"})
        selected = await mailboxes.select(session, "INBOX", known=known)
    return selected, commands[0]


# ENABLE


@pytest.mark.parametrize(
    ("answer", "enabled"),
    [
        ([b"* ENABLED CONDSTORE QRESYNC", b"%T OK"], {"CONDSTORE", "QRESYNC"}),
        ([b"* ENABLED condstore", b"%T OK"], {"CONDSTORE"}),
        ([b"* ENABLED", b"%T OK"], set()),
        ([b"%T OK ENABLE completed"], set()),  # iCloud
        ([b"* ENABLED QRESYNC", b"%T BAD no"], set()),
        ([b"* ENABLED QRESYNC UTF8=ACCEPT X-EVIL", b"%T OK"], {"QRESYNC"}),
    ],
)
async def test_only_what_enabled_names_is_on(answer: list[bytes], enabled: set[str]) -> None:
    async def script(peer: Peer) -> None:
        assert await peer.command() == b"ENABLE CONDSTORE QRESYNC"
        await peer.say(*answer)
        await peer.drained()

    async with plain_session(script, QRESYNC, is_selected=False) as (session, _):
        await enable(session)
        assert session.enabled == enabled


@pytest.mark.parametrize("offered", [CAPABILITIES, b"IMAP4rev1 ENABLE", b"IMAP4rev1 QRESYNC"])
async def test_nothing_is_enabled_where_it_is_not_offered(offered: bytes) -> None:
    async with plain_session(Peer.drained, offered, is_selected=False) as (session, server):
        await enable(session)
        assert not session.enabled
    assert b"ENABLE" not in server.received


# SELECT with QRESYNC


async def test_a_reopened_mailbox_tells_what_went_and_what_changed() -> None:
    selected, command = await reopened(
        b"* OK [CLOSED] the one before",
        *OPEN,
        b"* VANISHED (EARLIER) 41,43:116,5",
        b"* VANISHED (EARLIER) 42",
        b"* 9 FETCH (UID 12 FLAGS (\\Seen) MODSEQ (94))",
        b"* 9 FETCH (FLAGS (\\Seen x) UID 12 MODSEQ (95))",
    )
    assert command == b'SELECT "INBOX" (QRESYNC (7 90 1:50))'
    assert selected.is_resynced
    assert selected.vanished.ranges == ((5, 5), (41, 116))
    assert [(row.uid, row.flags, row.modseq) for row in selected.changed] == [
        (12, {"\\Seen", "x"}, 95)
    ]


async def test_nothing_happened_is_an_answer_too() -> None:
    selected, _ = await reopened(*OPEN)
    assert selected.is_resynced
    assert (selected.vanished, selected.changed) == (UidSet(), ())


@pytest.mark.parametrize(
    "lines",
    [
        (b"* OK [UIDVALIDITY 8] new", b"* OK [HIGHESTMODSEQ 95] x"),
        (b"* OK [UIDVALIDITY 7] x", b"* OK [NOMODSEQ] x"),
        (b"* OK [UIDVALIDITY 7] x", b"* OK [HIGHESTMODSEQ 89] restored from last week"),
        (b"* OK [UIDVALIDITY 7] x", b"* OK [HIGHESTMODSEQ -1] x"),
        (b"* OK [UIDVALIDITY 7] x", b"* OK [HIGHESTMODSEQ 9223372036854775808] x"),
        (b"* OK [HIGHESTMODSEQ 95] x",),
    ],
    ids=["other mailbox", "no modseqs", "set back", "minus one", "beyond", "no validity"],
)
async def test_what_does_not_go_on_from_what_is_known_is_no_resync(lines: tuple[bytes]) -> None:
    selected, _ = await reopened(*lines, b"* VANISHED (EARLIER) 1:50")
    assert not selected.is_resynced
    assert (selected.vanished, selected.changed) == (UidSet(), ())


async def test_what_was_said_before_closed_is_of_the_mailbox_before() -> None:
    selected, _ = await reopened(
        b"* VANISHED (EARLIER) 1:50",
        b"* 3 FETCH (UID 4 FLAGS () MODSEQ (92))",
        b"* OK [CLOSED] x",
        *OPEN,
    )
    assert selected.is_resynced
    assert (selected.vanished, selected.changed) == (UidSet(), ())


async def test_a_set_too_long_for_a_line_is_asked_for_as_one_range() -> None:
    sparse = UidSet.of(range(1, 100_000, 2))
    _, command = await reopened(*OPEN, known=Known(7, 90, sparse))
    assert command == b'SELECT "INBOX" (QRESYNC (7 90 1:99999))'


@pytest.mark.parametrize("known", [None, Known(7, 0, uids(1, 5))])
async def test_without_a_modseq_the_mailbox_is_opened_as_ever(known: Known | None) -> None:
    selected, command = await reopened(*OPEN, known=known)
    assert command == b'SELECT "INBOX" (CONDSTORE)'
    assert not selected.is_resynced


async def test_without_enabled_the_mailbox_is_opened_as_ever() -> None:
    async def script(peer: Peer) -> None:
        assert await peer.answer(b"SELECT", *OPEN) == b'SELECT "INBOX" (CONDSTORE)'
        await peer.drained()

    async with plain_session(script, QRESYNC) as (session, _):
        selected = await mailboxes.select(session, "INBOX", known=KNOWN)
    assert not selected.is_resynced


async def test_vanished_all_is_kept_as_a_range() -> None:
    selected, _ = await reopened(*OPEN, b"* VANISHED (EARLIER) 1:*")
    assert selected.vanished.ranges == ((1, MAX_UID),)


@pytest.mark.parametrize(
    "rubbish",
    [b"", b" ", b" (EARLIER)", b" (EARLIER) ", b" 1,2,", b" 0", b" 4294967296", b" a:b", b" -1"],
)
async def test_cve_2021_32055_a_vanished_that_is_no_set_ends_the_connection(rubbish: bytes) -> None:
    with pytest.raises(ProtocolError) as found:
        await reopened(*OPEN, b"* VANISHED" + rubbish)
    assert found.value.scope is Scope.CONNECTION


async def test_more_changes_than_can_be_kept_are_to_be_compared() -> None:
    line = b"* VANISHED (EARLIER) " + b",".join(b"%d" % n for n in range(1, 200_000, 2))
    before_kb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    selected, _ = await reopened(*OPEN, *[line] * 12)
    assert not selected.is_resynced
    assert not selected.vanished
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before_kb < 100 << 10


async def test_more_changed_rows_than_can_be_kept_are_to_be_compared(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(mailboxes, "MAX_CHANGED", 20)
    rows = (b"* %d FETCH (UID %d FLAGS () MODSEQ (91))" % (n, n) for n in range(1, 31))
    selected, _ = await reopened(*OPEN, *rows)
    assert not selected.is_resynced
    assert not selected.changed


# After ENABLE QRESYNC a server says VANISHED instead of EXPUNGE


async def test_news_of_what_vanished_while_waiting() -> None:
    async def script(peer: Peer) -> None:
        assert await peer.command() == b"IDLE"
        await peer.say(b"+ idling", b"* VANISHED 405,407")
        assert await peer.line() == b"DONE"
        await peer.say(b"%T OK done")
        await peer.drained()

    async with plain_session(script, QRESYNC) as (session, _):
        assert await watch.wait_for_news(session, 5)


@pytest.mark.parametrize(
    ("vanished", "has_news"),
    [(b"3:4", False), (b"3", False), (b"3:5", True), (b"9", True)],
)
async def test_a_move_takes_its_own_vanished_and_leaves_those_of_others(
    vanished: bytes, has_news: bool
) -> None:
    async def script(peer: Peer) -> None:
        await peer.answer(b"UID MOVE 3:4", b"* OK [COPYUID 9 3:4 1:2] x", b"* VANISHED " + vanished)
        await peer.drained()

    async with plain_session(script, QRESYNC) as (session, _):
        copied = await messages.move_messages(session, uids(3, 4), "Trash")
        assert session.unasked.has_news is has_news
    assert copied.pairs == ((3, 1), (4, 2))


async def test_a_vanished_while_copying_is_news() -> None:
    async def script(peer: Peer) -> None:
        await peer.answer(b"UID COPY 3", b"* VANISHED 3")
        await peer.drained()

    async with plain_session(script, QRESYNC) as (session, _):
        await messages.copy_messages(session, uids(3), "Trash")
        assert session.unasked.has_news


async def test_an_expunge_takes_its_own_vanished() -> None:
    async def script(peer: Peer) -> None:
        await peer.answer(b"UID STORE 3:4 +FLAGS.SILENT", b"* 3 FETCH (UID 3 MODSEQ (96))")
        await peer.command()
        await peer.say(b"* VANISHED 3:4", b"%T OK [HIGHESTMODSEQ 97] gone")
        await peer.drained()

    async with plain_session(script, QRESYNC) as (session, _):
        await messages.expunge_messages(session, uids(3, 4))
        assert not session.unasked.has_news


# FETCH with CHANGEDSINCE and VANISHED


async def test_flags_since_a_modseq_come_with_what_vanished() -> None:
    gone: list[UidSet] = []

    async def script(peer: Peer) -> None:
        await peer.answer(
            b"UID FETCH 1:* (UID FLAGS MODSEQ) (CHANGEDSINCE 90 VANISHED)",
            b"* VANISHED (EARLIER) 1:4",
            b"* 1 FETCH (UID 5 FLAGS (\\Seen) MODSEQ (95))",
            b"* VANISHED 6",
        )
        await peer.drained()

    async with plain_session(script, QRESYNC) as (session, _):
        session.has_modseqs = True
        session.enabled = frozenset({"QRESYNC"})
        rows = [r async for b in flags.fetch_flags(session, ALL_UIDS, 90, gone.append) for r in b]
        assert session.unasked.has_news
    assert [one.ranges for one in gone] == [((1, 4),)]
    assert [(row.uid, row.flags) for row in rows] == [(5, {Flag.SEEN})]


async def test_vanished_is_not_asked_for_where_it_is_not_on() -> None:
    async def script(peer: Peer) -> None:
        command = await peer.answer(b"UID FETCH 1:*")
        assert command == b"UID FETCH 1:* (UID FLAGS MODSEQ) (CHANGEDSINCE 90)"
        await peer.drained()

    async with plain_session(script, QRESYNC) as (session, _):
        session.has_modseqs = True
        assert not [b async for b in flags.fetch_flags(session, ALL_UIDS, 90, pytest.fail)]


async def test_half_a_million_flags_come_in_batches_and_little_memory() -> None:
    count = 500_000

    async def script(peer: Peer) -> None:
        await peer.command()
        for first in range(1, count, 10_000):
            row = b"* %d FETCH (UID %d FLAGS (\\Seen))\r\n"
            await peer.send(b"".join(row % (n, n) for n in range(first, first + 10_000)))
        await peer.say(b"%T OK done")
        await peer.drained()

    async with plain_session(script) as (session, _):
        session.exists = count
        before_kb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        last, largest = 0, 0
        async for batch in flags.fetch_flags(session, ALL_UIDS):
            largest = max(largest, len(batch))
            assert batch[0].uid == last + 1
            last = batch[-1].uid
    assert (last, largest) == (count, 500)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before_kb < 40 << 10


async def test_flags_are_still_changed_silently_where_modseqs_answer() -> None:
    async def script(peer: Peer) -> None:
        await peer.answer(b"UID STORE 3 +FLAGS.SILENT", b"* 3 FETCH (UID 3 MODSEQ (96))")
        await peer.drained()

    async with plain_session(script, QRESYNC) as (session, _):
        await flags.change_flags(session, uids(3), frozenset({Flag.SEEN}), NO_FLAGS)
        assert not session.unasked.has_news
