"""What selecting a mailbox tells sync, where servers differ."""

import pytest

from tests.protocols.imap.dialogue import plain_session
from tests.protocols.scripted import Peer
from tuimail.sync.imap_remote import EVERY_FLAG, ImapRemote

FLAGS = frozenset({"\\Seen", "$Todo"})


@pytest.mark.parametrize(
    ("said", "permanent"),
    [
        ([], FLAGS | EVERY_FLAG),
        ([b"* OK [PERMANENTFLAGS ()] none"], frozenset()),
        ([b"* OK [PERMANENTFLAGS (\\Seen)] one"], frozenset({"\\Seen"})),
    ],
    ids=["unsaid", "none", "one"],
)
async def test_flags_can_be_kept_as_the_server_says_and_all_where_it_does_not(
    said: list[bytes], permanent: frozenset[str]
) -> None:
    async def script(peer: Peer) -> None:
        await peer.answer(b"SELECT", b"* FLAGS (\\Seen $Todo)", b"* 0 EXISTS", *said)
        await peer.drained()

    async with plain_session(script) as (session, _):
        state = await ImapRemote(session).open("INBOX")
    assert state.permanent_flags == permanent
