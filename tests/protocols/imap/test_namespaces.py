"""Name spaces: read as they come, none where the server does not tell."""

import pytest

from tests.protocols.scripted import Peer
from tuimail.errors import ProtocolError
from tuimail.protocols.imap.about import Namespace, Namespaces
from tuimail.protocols.imap.grammar import parse_untagged
from tuimail.protocols.imap.namespaces import namespaces, placed

from .dialogue import plain_session

OWN = Namespace("", "/")


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (b'* NAMESPACE (("" "/")) NIL NIL', Namespaces((OWN,))),
        (b"* NAMESPACE NIL NIL NIL", Namespaces()),
        (
            b'* NAMESPACE (("INBOX." ".")("#mh/" "/" "X-PARAM" ("A" "B"))) (("~" "/")) (("" NIL))',
            Namespaces(
                (Namespace("INBOX.", "."), Namespace("#mh/", "/")),
                (Namespace("~", "/"),),
                (Namespace("", ""),),
            ),
        ),
        (b'* NAMESPACE NIL (("&AOQ-/" "/")) NIL', Namespaces((), (Namespace("ä/", "/"),))),
        (b'* NAMESPACE (("' + b"x" * 9_000 + b'" "/")) NIL NIL', Namespaces()),
    ],
)
def test_name_spaces_are_read(line: bytes, expected: Namespaces) -> None:
    assert parse_untagged([line]) == expected


@pytest.mark.parametrize(
    "line",
    [
        b"* NAMESPACE",
        b"* NAMESPACE NIL",
        b"* NAMESPACE (NIL) NIL NIL",
        b'* NAMESPACE (("")) NIL NIL',
    ],
)
def test_what_is_no_name_space_is_said_so(line: bytes) -> None:
    with pytest.raises(ProtocolError):
        parse_untagged([line])


@pytest.mark.parametrize("answer", [b"%T NO not now", b"%T BAD what"])
async def test_a_refusal_means_no_name_spaces(answer: bytes) -> None:
    async def script(peer: Peer) -> None:
        await peer.command()
        await peer.say(b'* NAMESPACE (("" "/")) NIL NIL', answer)
        await peer.drained()

    async with plain_session(script, b"IMAP4rev1 NAMESPACE") as (session, _):
        found = await namespaces(session)
    assert found == Namespaces()
    assert placed(found, "Plans") == "Plans"
