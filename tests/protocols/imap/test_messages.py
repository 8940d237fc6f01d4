"""Commands on messages: exact bytes, exact UIDs, and never a plain EXPUNGE."""

import asyncio
import re

import pytest

from tests.engine.patience import turns, until
from tests.protocols.scripted import Peer
from tuimail.errors import NetworkError, NotFound, ProtocolError, Scope, TuimailError
from tuimail.model.flags import NO_FLAGS
from tuimail.model.uid_set import ALL_UIDS, UidSet
from tuimail.protocols.imap import appending, flags, listing, mailboxes, messages
from tuimail.protocols.imap import session as session_module
from tuimail.protocols.imap.faults import MailboxMissing, Refused
from tuimail.protocols.imap.identity import introduce

from .dialogue import CAPABILITIES, all_flags, plain_session, uids

FIELDS = b"BODY[HEADER.FIELDS (DATE)]"
CHUNK = messages.FIRST_CHUNK_BYTES


def without(*names: bytes) -> bytes:
    return b" ".join(word for word in CAPABILITIES.split() if word not in names)


def chunk_server(raw: bytes, stated_size: int | None = None) -> object:
    size = len(raw) if stated_size is None else stated_size

    async def script(peer: Peer) -> None:
        while command := await peer.command():
            found = re.fullmatch(
                rb"UID FETCH 7 \(UID (?:RFC822.SIZE )?BODY.PEEK\[\]<(\d+)\.(\d+)>\)", command
            )
            if not found:
                return
            start, count = int(found[1]), int(found[2])
            piece = raw[start : start + count]
            await peer.send(
                b"* 3 FETCH (UID 7 RFC822.SIZE %d BODY[]<%d> {%d}\r\n%b)\r\n%b OK done\r\n"
                % (size, start, len(piece), piece, peer.tag)
            )

    return script


@pytest.mark.parametrize("size", [1, CHUNK - 1, CHUNK, CHUNK + 1, CHUNK + (1 << 20), 3_000_000])
async def test_a_body_comes_whole_in_chunks(size: int) -> None:
    raw = bytes(range(256)) * (size // 256 + 1)
    seen: list[tuple[int, int]] = []
    async with plain_session(chunk_server(raw[:size])) as (session, server):  # type: ignore[arg-type]
        body = await messages.fetch_body(session, 7, lambda *at: seen.append(at))
    assert body == raw[:size]
    assert seen[-1] == (size, size)
    assert b"BODY[]" not in server.received


async def test_a_large_body_can_be_given_up_between_its_chunks() -> None:
    def give_up(done: int, total: int) -> None:
        raise ZeroDivisionError

    raw = b"x" * (CHUNK + 50)
    async with plain_session(chunk_server(raw)) as (session, _):  # type: ignore[arg-type]
        with pytest.raises(ZeroDivisionError):
            await messages.fetch_body(session, 7, give_up)
        assert await messages.fetch_body(session, 7) == raw


@pytest.mark.parametrize("stated", [0, 10, CHUNK * 9])
async def test_a_stated_size_may_lie(stated: int) -> None:
    raw = b"x" * (CHUNK + 50)
    async with plain_session(chunk_server(raw, stated)) as (session, _):  # type: ignore[arg-type]
        assert await messages.fetch_body(session, 7) == raw


async def test_a_message_too_large_is_not_fetched() -> None:
    async with plain_session(chunk_server(b"x" * CHUNK, 1 << 40)) as (session, server):  # type: ignore[arg-type]
        with pytest.raises(ProtocolError, match="256 MB") as found:
            await messages.fetch_body(session, 7)
    assert found.value.scope is Scope.COMMAND
    assert server.received.count(b"FETCH") == 1


@pytest.mark.parametrize(
    ("rows", "error", "words"),
    [
        ([], NotFound, "no longer"),
        ([b"* 3 FETCH (UID 8 BODY[]<0> {2}\r\nxx)"], NotFound, "no longer"),
        ([b"* 3 FETCH (BODY[]<0> {2}\r\nxx)"], NotFound, "no longer"),
        ([b"* 3 FETCH (UID 7 FLAGS (\\Seen))"], NotFound, "no longer"),
        ([b"* 3 FETCH (UID 7 BODY[]<0> NIL)"], ProtocolError, "no content"),
        ([b'* 3 FETCH (UID 7 BODY[]<0> "")'], ProtocolError, "no content"),
    ],
)
async def test_a_body_that_is_not_there_is_said_so(
    rows: list[bytes], error: type[TuimailError], words: str
) -> None:
    async def script(peer: Peer) -> None:
        await peer.answer(b"UID FETCH 7 ", *rows)

    async with plain_session(script) as (session, _):
        with pytest.raises(error, match=words) as found:
            await messages.fetch_body(session, 7)
        assert session.receiver.failure is None
    assert getattr(found.value, "scope", Scope.COMMAND) is Scope.COMMAND


@pytest.mark.parametrize(
    "row",
    [
        b"* 3 FETCH (UID 7 BODY[]<9> {2}\r\nxx)",
        b"* 3 FETCH (UID 7 BODY[TEXT] {2}\r\nxx)",
        b"* 3 FETCH (UID 7 BODY[]<0> {%d}\r\n%b)" % (CHUNK + 1, b"x" * (CHUNK + 1)),
        b"* 3 FETCH (UID 7 BODY[]<0> {%d}\r\n" % (CHUNK * 2),
    ],
)
async def test_cve_2021_44143_another_piece_than_asked_for_ends_the_connection(row: bytes) -> None:
    async def script(peer: Peer) -> None:
        await peer.answer(b"UID FETCH 7 ", row)
        await peer.drained()

    async with plain_session(script) as (session, _):
        with pytest.raises(ProtocolError) as found:
            await messages.fetch_body(session, 7)
    assert found.value.scope is Scope.CONNECTION


@pytest.mark.parametrize("section", [b"BODY[]<0>", b"BODY[]<999>", b"BODY[]", b"BODY[TEXT]<1000>"])
async def test_a_piece_that_begins_elsewhere_is_never_put_behind_the_others(section: bytes) -> None:
    async def script(peer: Peer) -> None:
        await peer.answer(b"UID FETCH 7 ", b"* 3 FETCH (UID 7 %b {2}\r\nxx)" % section)
        await peer.drained()

    async with plain_session(script) as (session, _):
        with pytest.raises(ProtocolError, match="another part of a message than was asked for"):
            await messages.fetch_chunk(session, 7, 1_000, 500)


async def test_a_server_without_partial_fetch_gives_the_whole() -> None:
    async def script(peer: Peer) -> None:
        await peer.answer(b"UID FETCH 7 ", b"* 3 FETCH (UID 7 BODY[] {5}\r\nwhole)")

    async with plain_session(script) as (session, _):
        assert await messages.fetch_body(session, 7) == b"whole"


def header_row(uid: int) -> bytes:
    raw = b"Subject: %d\r\n\r\n" % uid
    return b"* %d FETCH (UID %d FLAGS () RFC822.SIZE 5 %b {%d}\r\n%b)\r\n" % (
        uid,
        uid,
        FIELDS,
        len(raw),
        raw,
    )


async def test_headers_come_in_batches_before_the_command_ends() -> None:
    go_on = asyncio.Event()

    async def script(peer: Peer) -> None:
        await peer.command()
        await peer.send(b"".join(header_row(uid) for uid in range(1, 601)))
        await go_on.wait()
        await peer.send(b"".join(header_row(uid) for uid in range(601, 1_201)))
        await peer.say(b"%T OK done")

    sizes = []
    async with plain_session(script) as (session, _):
        async for batch in messages.fetch_headers(session, ALL_UIDS):
            sizes.append(len(batch))
            go_on.set()
    assert sizes == [250, 250, 250, 250, 200]


async def test_a_slow_reader_stops_the_line_not_the_memory() -> None:
    count, big = 3_000, b"x" * 40_000

    async def script(peer: Peer) -> None:
        await peer.command()
        for uid in range(1, count + 1):
            await peer.send(
                b"* %d FETCH (UID %d %b {%d}\r\n%b)\r\n" % (uid, uid, FIELDS, len(big), big)
            )
        await peer.say(b"%T OK done")

    seen = 0
    async with plain_session(script) as (session, _):
        async for batch in messages.fetch_headers(session, ALL_UIDS):
            if not seen:
                await until(lambda: session.receiver._is_held)
                held = session.receiver.moved_bytes
                await turns()
                assert session.receiver.moved_bytes == held < 24 << 20
            seen += len(batch)
    assert seen == count


async def test_rows_of_messages_not_asked_for_are_dropped() -> None:
    async def script(peer: Peer) -> None:
        await peer.command()
        await peer.send(header_row(5) + header_row(99) + header_row(6) + header_row(6))
        await peer.say(b"* 9 FETCH (UID 9 FLAGS (\\Seen))", b"%T OK done")

    async with plain_session(script) as (session, _):
        found = [
            row.uid async for batch in messages.fetch_headers(session, uids(5, 6)) for row in batch
        ]
        assert found == [5, 6, 6]
        assert session.unasked.has_news


async def test_what_came_before_the_cut_is_kept() -> None:
    async def script(peer: Peer) -> None:
        await peer.command()
        await peer.send(b"".join(header_row(uid) for uid in range(1, 701)))

    async with plain_session(script) as (session, _):
        batches = messages.fetch_headers(session, ALL_UIDS)
        assert [len(await anext(batches)) for _ in range(3)] == [250, 250, 200]
        with pytest.raises(NetworkError):
            await anext(batches)


async def test_leaving_the_headers_early_closes_the_connection() -> None:
    async def script(peer: Peer) -> None:
        await peer.command()
        await peer.send(b"".join(header_row(uid) for uid in range(1, 701)))
        await peer.drained()

    async with plain_session(script) as (session, _):
        batches = messages.fetch_headers(session, ALL_UIDS)
        await anext(batches)
        await batches.aclose()
        with pytest.raises(NetworkError, match="given up"):
            await all_flags(session, ALL_UIDS)


# Moving


async def test_move_reads_copyuid_and_hides_its_own_expunges() -> None:
    async def script(peer: Peer) -> None:
        await peer.answer(
            b'UID MOVE 3:4 "Archive"',
            b"* OK [COPYUID 9 3:4 70:71] moved",
            b"* 1 EXPUNGE",
            b"* 1 EXPUNGE",
        )

    async with plain_session(script) as (session, _):
        moved = await messages.move_messages(session, uids(3, 4), "Archive")
        assert not session.unasked.has_news
    assert moved == messages.Copied(9, ((3, 70), (4, 71)))


async def test_an_expunge_more_than_moved_is_news() -> None:
    async def script(peer: Peer) -> None:
        await peer.answer(b"UID MOVE", b"* 1 EXPUNGE", b"* 1 EXPUNGE")

    async with plain_session(script) as (session, _):
        assert await messages.move_messages(session, uids(3), "Archive") == messages.Copied()
        assert session.unasked.has_news


async def test_without_move_only_what_was_copied_is_removed() -> None:
    async def script(peer: Peer) -> None:
        command = await peer.command()
        assert command == b'UID COPY 3:5 "Archive"'
        await peer.say(b"%T OK [COPYUID 9 3,5 70:71] copied")
        await peer.answer(b"UID STORE 3,5 +FLAGS.SILENT (\\Deleted)")
        await peer.answer(b"UID EXPUNGE 3,5")

    async with plain_session(script, without(b"MOVE")) as (session, _):
        moved = await messages.move_messages(session, uids(3, 5), "Archive")
    assert moved.pairs == ((3, 70), (5, 71))


async def test_without_uidplus_nothing_is_ever_expunged() -> None:
    async def script(peer: Peer) -> None:
        await peer.answer(b"UID COPY")
        await peer.answer(b"UID STORE 3 +FLAGS.SILENT (\\Deleted)")
        await peer.drained()

    async with plain_session(script, without(b"MOVE", b"UIDPLUS")) as (session, server):
        await messages.move_messages(session, uids(3), "Archive")
        with pytest.raises(ProtocolError, match="UIDPLUS"):
            await messages.expunge_messages(session, uids(3))
    assert b"EXPUNGE" not in server.received


async def test_what_the_server_refuses_to_remove_is_left_without_a_mark() -> None:
    async def script(peer: Peer) -> None:
        await peer.answer(b"UID STORE 3 +FLAGS.SILENT (\\Deleted)")
        await peer.command()
        await peer.say(b"%T NO not allowed")
        await peer.answer(b"UID STORE 3 -FLAGS.SILENT (\\Deleted)")

    async with plain_session(script) as (session, _):
        with pytest.raises(Refused):
            await messages.expunge_messages(session, uids(3))


async def test_a_refused_copy_removes_nothing() -> None:
    async def script(peer: Peer) -> None:
        await peer.command()
        await peer.say(b"%T NO [TRYCREATE] no such mailbox")
        await peer.drained()

    async with plain_session(script, without(b"MOVE")) as (session, server):
        with pytest.raises(MailboxMissing) as found:
            await messages.move_messages(session, uids(3), "Archive")
        assert session.receiver.failure is None
    assert found.value.reply == "no such mailbox"
    assert b"STORE" not in server.received


async def test_long_sets_are_cut_into_commands_a_server_takes() -> None:
    gaps = UidSet.of(range(100_000, 110_000, 2))
    lines = []

    async def script(peer: Peer) -> None:
        while (command := await peer.command()) and b"STORE" in command:
            lines.append(len(command))
            await peer.say(b"%T OK done")

    async with plain_session(script) as (session, _):
        await flags.change_flags(session, gaps, frozenset({"\\Seen"}), NO_FLAGS)
    assert len(lines) > 5
    assert max(lines) < 8_000


# Appending


@pytest.mark.parametrize("size", [10, 5_000, 200_000])
@pytest.mark.parametrize("extension", [b"LITERAL+", b"LITERAL-", b""])
async def test_append_sends_exact_bytes(size: int, extension: bytes) -> None:
    raw = (b"line\r\n" * size)[:size]

    async def script(peer: Peer) -> None:
        command = await peer.command()
        unasked = command.endswith(b"+}")
        assert unasked == (
            (extension == b"LITERAL+" and size < 64_000)
            or (extension == b"LITERAL-" and size <= 4_096)
        )
        if not unasked:
            await peer.say(b"+ go on")
        assert await peer.exactly(size) == raw
        assert await peer.line() == b""
        await peer.say(b"%T OK [APPENDUID 9 77] kept")

    capabilities = without(b"LITERAL+") + b" " + extension
    async with plain_session(script, capabilities) as (session, server):
        flags = frozenset({"\\Seen"})
        assert await appending.append_message(session, "Sent", raw, flags, 0) == (9, 77)
    assert b'APPEND "Sent" (\\Seen) " 1-Jan-1970 00:00:00 +0000" {' in server.received


@pytest.mark.parametrize(
    "code", [b"APPENDUID 9 1:5", b"APPENDUID 0 0", b"APPENDUID", b"X", b"APPENDUID 1 -5"]
)
async def test_appenduid_that_makes_no_sense_is_unknown(code: bytes) -> None:
    async def script(peer: Peer) -> None:
        await peer.command()
        await peer.exactly(3)
        await peer.line()
        await peer.say(b"%T OK [" + code + b"] kept")

    async with plain_session(script) as (session, _):
        assert await appending.append_message(session, "Sent", b"abc", NO_FLAGS, 0) == (0, 0)


async def test_an_append_refused_before_its_bytes_leaves_the_line_usable() -> None:
    async def script(peer: Peer) -> None:
        await peer.command()
        await peer.say(b"%T NO [OVERQUOTA] full")
        await peer.answer(b"NOOP")

    async with plain_session(script) as (session, server):
        with pytest.raises(Refused) as found:
            await appending.append_message(session, "Sent", b"x" * 100_000, NO_FLAGS, 0)
        assert found.value.code == "OVERQUOTA"
        assert "no room left for it in your account. Empty Trash" in found.value.hint
        assert found.value.hint.endswith("The server says: full")
        await session.say(messages.Command("NOOP", (), "NOOP", 1))
    assert b"xxx" not in server.received


async def test_a_message_over_the_servers_limit_is_not_sent() -> None:
    async with plain_session(Peer.drained, b"IMAP4rev1 APPENDLIMIT=10") as (session, server):
        with pytest.raises(ProtocolError, match="at most 10"):
            await appending.append_message(session, "Sent", b"x" * 11, NO_FLAGS, 0)
        with pytest.raises(ProtocolError, match="NUL"):
            await appending.append_message(session, "Sent", b"\0", NO_FLAGS, 0)
    assert b"APPEND" not in server.received


# Mailboxes


async def test_select_reads_every_code_and_forgets_the_old_mailbox() -> None:
    async def script(peer: Peer) -> None:
        command = await peer.command()
        assert command == b'SELECT "Sent" (CONDSTORE)'
        await peer.say(
            b"* 99 EXISTS",
            b"* OK [CLOSED] bye",
            b"* 5 EXISTS",
            b"* 1 RECENT",
            b"* FLAGS (\\Seen x)",
            b"* OK [PERMANENTFLAGS (\\Seen \\*)] limited",
            b"* OK [UIDVALIDITY 7] ok",
            b"* OK [UIDNEXT 44] ok",
            b"* OK [HIGHESTMODSEQ 9223372036854775807] ok",
            b"%T OK [READ-ONLY] done",
        )

    async with plain_session(script) as (session, _):
        selected = await mailboxes.select(session, "Sent")
        assert session.has_modseqs
    assert selected == mailboxes.Selected(
        5, 7, 44, 2**63 - 1, frozenset({"\\Seen", "x"}), frozenset({"\\Seen", "\\*"}), True
    )


@pytest.mark.parametrize(
    "code", [b"HIGHESTMODSEQ -1", b"HIGHESTMODSEQ 9223372036854775808", b"NOMODSEQ"]
)
async def test_a_modseq_that_makes_no_sense_means_none(code: bytes) -> None:
    async def script(peer: Peer) -> None:
        await peer.answer(b"SELECT", b"* OK [" + code + b"] x", b"* OK [UIDVALIDITY 0] x")
        await peer.answer(b"UID FETCH 1:* (UID FLAGS)")

    async with plain_session(script) as (session, _):
        selected = await mailboxes.select(session, "INBOX")
        assert (selected.highest_modseq, selected.uid_validity) == (0, 0)
        await all_flags(session, ALL_UIDS, 55)


async def test_a_failed_select_leaves_no_mailbox_open() -> None:
    async def script(peer: Peer) -> None:
        await peer.command()
        await peer.say(b"%T NO [NONEXISTENT] gone")
        await peer.drained()

    async with plain_session(script) as (session, _):
        with pytest.raises(MailboxMissing):
            await mailboxes.select(session, "Gone")
        with pytest.raises(ProtocolError, match="no mailbox is open"):
            await all_flags(session, ALL_UIDS)


async def test_list_is_asked_plainly_where_the_extended_form_is_refused() -> None:
    async def script(peer: Peer) -> None:
        assert await peer.command() == b'LIST "" "*" RETURN (SUBSCRIBED SPECIAL-USE)'
        await peer.say(b"%T BAD what")
        await peer.answer(
            b'LIST "" "*"', b'* LIST () "/" A', b'* LIST () "/" A', b'* LIST () "/" a'
        )
        await peer.answer(b'LSUB "" "*"', b'* LSUB () "/" a')

    async with plain_session(script) as (session, _):
        found = await listing.list_mailboxes(session)
    assert [(one.name, one.is_subscribed) for one in found] == [("A", False), ("a", True)]


async def test_cve_2020_16094_a_name_space_without_end_is_cut() -> None:
    async def script(peer: Peer) -> None:
        await peer.command()
        name = b""
        for number in range(150_000):
            name = b"%d" % number
            await peer.send(b'* LIST () "/" "loop/' + name + b'"\r\n')

    async with plain_session(script) as (session, _):
        with pytest.raises(ProtocolError, match="without end"):
            await listing.list_mailboxes(session)


async def test_status_of_another_mailbox_does_not_count() -> None:
    async def script(peer: Peer) -> None:
        await peer.answer(b"STATUS", b"* STATUS Other (MESSAGES 5)")

    async with plain_session(script) as (session, _):
        with pytest.raises(ProtocolError, match="did not say"):
            await mailboxes.mailbox_counts(session, "INBOX")


async def test_create_is_done_where_the_mailbox_is_there() -> None:
    async def script(peer: Peer) -> None:
        assert await peer.command() == b'CREATE "Archive"'
        await peer.say(b"%T NO [ALREADYEXISTS] there")
        assert await peer.command() == b'SUBSCRIBE "Archive"'
        await peer.say(b"%T NO never")

    async with plain_session(script) as (session, _):
        await mailboxes.create_mailbox(session, "Archive")


async def test_the_name_is_told_only_to_who_asks() -> None:
    async def script(peer: Peer) -> None:
        assert await peer.command() == b'ID ("name" "tuimail" "version" "0.1.0")'
        await peer.say(b"* ID NIL", b"%T BAD what")
        await peer.drained()

    async with plain_session(script, CAPABILITIES + b" ID") as (session, _):
        await introduce(session)
    async with plain_session(Peer.drained) as (session, server):
        await introduce(session)
    assert b"ID (" not in server.received


async def test_flags_without_end_end_the_connection(monkeypatch) -> None:
    async def script(peer: Peer) -> None:
        await peer.command()
        await peer.say(*(b"* 1 FETCH (UID %d FLAGS ())" % uid for uid in range(1, 8)), b"%T OK")

    monkeypatch.setattr(session_module, "ARRIVED_MEANWHILE", 5)
    async with plain_session(script) as (session, _):
        with pytest.raises(ProtocolError, match="more messages than there are"):
            await all_flags(session, ALL_UIDS)


async def test_of_a_body_given_again_and_again_one_is_kept() -> None:
    async def script(peer: Peer) -> None:
        await peer.command()
        rows = (b"* 1 FETCH (UID 7 BODY[]<0> {1}\r\n%d)" % n for n in range(9))
        await peer.say(*rows, b"%T OK")

    async with plain_session(script) as (session, _):
        assert await messages.fetch_body(session, 7) == b"8"
