"""Search on the server: criteria that stay one key each, and answers of either form."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.protocols.scripted import Peer
from tuimail.errors import ProtocolError, Scope
from tuimail.model.uid_set import UidSet
from tuimail.protocols.imap import searching as s
from tuimail.protocols.imap import session as session_module
from tuimail.protocols.imap.arguments import pieces_of
from tuimail.protocols.imap.faults import Refused

from .dialogue import CAPABILITIES, plain_session, uids

ESEARCH = CAPABILITIES + b" ESEARCH"
ROPE = s.contains(s.Field.SUBJECT, "rope")
SEEN = s.has_flag("\\Seen")


def wire(criterion: s.Criterion) -> bytes:
    return b"+".join(pieces_of(criterion.words, 1 << 20)).removesuffix(b"\r\n")


@pytest.mark.parametrize(
    ("criterion", "words"),
    [
        (s.EVERY_MESSAGE, b"ALL"),
        (ROPE, b'SUBJECT "rope"'),
        (s.contains(s.Field.TEXT, 'a" OR ALL'), b'TEXT "a\\" OR ALL"'),
        (s.contains(s.Field.BODY, "a\r\nX LOGOUT"), b"BODY {11+}\r\na\r\nX LOGOUT"),
        (s.contains(s.Field.FROM, "Ä"), b"FROM {2+}\r\n\xc3\x84"),
        (s.header("X-Odd\r\n", ""), b'HEADER {7+}\r\nX-Odd\r\n ""'),
        (s.day(s.Day.SINCE, date(2026, 2, 1)), b"SINCE 1-Feb-2026"),
        (s.day(s.Day.SENT_BEFORE, date(999, 12, 31)), b"SENTBEFORE 31-Dec-0999"),
        (s.larger(1000), b"LARGER 1000"),
        (s.smaller(5), b"SMALLER 5"),
        (SEEN, b"SEEN"),
        (s.has_flag("$Junk"), b"KEYWORD $Junk"),
        (s.among(UidSet(((1, 4), (9, 9)))), b"UID 1:4,9"),
        (s.gmail_raw("in:chats"), b'X-GM-RAW "in:chats"'),
        (s.negated(SEEN), b"NOT SEEN"),
        (s.either(ROPE, s.negated(SEEN)), b'OR SUBJECT "rope" NOT SEEN'),
        (s.every([ROPE]), b'SUBJECT "rope"'),
        (s.every([]), b"(ALL)"),
        (s.negated(s.every([SEEN, ROPE])), b'NOT (SEEN SUBJECT "rope")'),
        (
            s.every([SEEN, s.either(s.every([SEEN, SEEN]), s.contains(s.Field.TO, "ä"))]),
            b"(SEEN OR (SEEN SEEN) TO {2+}\r\n\xc3\xa4)",
        ),
    ],
)
def test_a_criterion_is_written(criterion: s.Criterion, words: bytes) -> None:
    assert wire(criterion) == words


@pytest.mark.parametrize("flag", ["a b", "x)", "\r\nX LOGOUT", "", "ü", "\\*"])
def test_a_keyword_that_cannot_be_one_is_refused_here(flag: str) -> None:
    with pytest.raises(ProtocolError):
        s.has_flag(flag)


@settings(max_examples=200, deadline=None)
@given(st.text(st.characters(exclude_characters="\0", exclude_categories=("Cs",)), max_size=20))
def test_no_text_becomes_a_key_of_its_own(text: str) -> None:
    written = wire(s.contains(s.Field.BODY, text))
    head, _, rest = written.partition(b" ")
    assert head == b"BODY"
    if rest.startswith(b"{"):
        size, _, content = rest.partition(b"}\r\n")
        assert content == text.encode()
        assert int(size[1:-1]) == len(content)
    else:
        assert rest[1:-1].replace(b'\\"', b"").replace(b"\\\\", b"").count(b'"') == 0
        assert rest.isascii()
        assert rest.decode().isprintable()


async def test_every_message_is_asked_for() -> None:
    async def script(peer: Peer) -> None:
        assert await peer.command() == b"UID SEARCH ALL"
        await peer.say(b"* SEARCH 9 2", b"* SEARCH 7 2", b"%T OK done")
        await peer.drained()

    async with plain_session(script) as (session, _):
        assert list(await s.search(session, s.EVERY_MESSAGE)) == [2, 7, 9]


@pytest.mark.parametrize(
    ("answer", "found"),
    [
        (b'* ESEARCH (TAG "%T") UID ALL 2,10:11', [2, 10, 11]),
        (b'* ESEARCH (TAG "%T") UID COUNT 0', []),
        (b'* ESEARCH (TAG "%T") UID', []),
        (b'* ESEARCH (TAG "%T") UID MIN 2 ALL 2 MODSEQ 9', [2]),
        (b"* SEARCH 4", [4]),
    ],
)
async def test_a_set_comes_back_where_the_server_can(answer: bytes, found: list[int]) -> None:
    async def script(peer: Peer) -> None:
        command = await peer.answer(b"UID SEARCH", answer)
        assert command == b"UID SEARCH RETURN (ALL) CHARSET UTF-8 TEXT {2+}"
        await peer.exactly(4)
        await peer.drained()

    async with plain_session(script, ESEARCH) as (session, _):
        assert list(await s.search(session, s.contains(s.Field.TEXT, "ß"))) == found


async def test_numbers_instead_of_uids_end_the_connection() -> None:
    async def script(peer: Peer) -> None:
        await peer.answer(b"UID SEARCH", b'* ESEARCH (TAG "%T") ALL 2,10:11')
        await peer.drained()

    async with plain_session(script, ESEARCH) as (session, _):
        with pytest.raises(ProtocolError, match="UIDs were asked for") as found:
            await s.search(session, s.EVERY_MESSAGE)
    assert found.value.scope is Scope.CONNECTION


@pytest.mark.parametrize(
    "lines",
    [(b"* SEARCH 1 2 3", b"* SEARCH 4 5 6"), (b'* ESEARCH (TAG "x") UID ALL 1:*',)],
)
async def test_a_search_that_finds_without_end_ends_the_connection(
    monkeypatch: pytest.MonkeyPatch, lines: tuple[bytes, ...]
) -> None:
    async def script(peer: Peer) -> None:
        await peer.command()
        await peer.say(*lines, b"%T OK done")

    monkeypatch.setattr(session_module, "ARRIVED_MEANWHILE", 5)
    async with plain_session(script) as (session, _):
        with pytest.raises(ProtocolError, match="more messages than there are"):
            await s.search(session, s.EVERY_MESSAGE)
        assert session.receiver.failure is not None


async def test_what_the_server_cannot_search_is_a_refusal() -> None:
    async def script(peer: Peer) -> None:
        await peer.command()
        await peer.say(b"%T NO [BADCHARSET (US-ASCII)] no")
        await peer.answer(b"UID SEARCH UID 3")
        await peer.drained()

    async with plain_session(script) as (session, _):
        with pytest.raises(Refused) as found:
            await s.search(session, ROPE)
        assert found.value.code == "BADCHARSET"
        assert not await s.search(session, s.among(uids(3)))
