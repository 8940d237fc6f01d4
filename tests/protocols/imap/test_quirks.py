"""Each server of the table in a dialogue of its own, as recorded ones read."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace

import pytest

from tests.protocols.scripted import Peer
from tuimail.model.mailbox import Role
from tuimail.model.uid_set import UidSet
from tuimail.protocols.imap import listing, mailboxes, messages, watch
from tuimail.protocols.imap.mailboxes import Known
from tuimail.protocols.imap.namespaces import namespaces, placed
from tuimail.protocols.imap.quirks import TABLE, Signs, quirks_of
from tuimail.protocols.imap.roles import roles_of
from tuimail.protocols.imap.session import Session
from tuimail.protocols.imap.settle import settle

from .dialogue import all_flags, plain_session, uids

OUR_ID = 'C: ID ("name" "tuimail" "version" "0.1.0")'
KNOWN = Known(7, 90, uids(1, 9))


@dataclass(frozen=True)
class Dialogue:
    """What a server is, what is said after sign-in, and what is done meanwhile."""

    capabilities: str
    lines: str
    """`C:` is what must come, without tag; `S:` what is said, with %T for the tag."""
    act: Callable[[Session], Awaitable[None]]
    host: str = "mail.example.org"
    greeting: str = "ready"


async def play(peer: Peer, lines: str) -> None:
    """Play a dialogue to its end."""
    for line in lines.strip().splitlines():
        who, _, words = line.strip().partition(": ")
        wire = words.encode("latin-1").decode("unicode_escape").encode("latin-1")
        if who == "S":
            await peer.say(wire)
        elif wire.startswith(b"DONE"):
            assert await peer.line() == wire
        else:
            assert await peer.command() == wire
    await peer.drained()


async def gmail(session: Session) -> None:
    await settle(session)
    assert session.enabled == {"CONDSTORE"}
    (_, everything, trash) = await listing.list_mailboxes(session)
    assert roles_of([everything, trash]) == {
        "[Gmail]/Alle Nachrichten": Role.ALL,
        "[Gmail]/Papierkorb": Role.TRASH,
    }
    await mailboxes.select(session, "INBOX", known=KNOWN)
    copied = await messages.move_messages(session, uids(5), trash.name)
    assert copied.pairs == ((5, 77),)


async def exchange_2003(session: Session) -> None:
    await settle(session)
    assert (await namespaces(session)).personal == ()
    (box,) = await listing.list_mailboxes(session)
    assert box.name == "odd\uf701 name"


async def exchange_online(session: Session) -> None:
    await settle(session)
    selected = await mailboxes.select(session, "INBOX", known=KNOWN)
    assert (selected.is_resynced, session.has_modseqs) == (False, False)
    assert [row.uid for row in await all_flags(session, uids(1, 9), 90)] == [3]
    assert await messages.fetch_body(session, 3) == b"four"


async def icloud(session: Session) -> None:
    await settle(session)
    assert session.enabled == frozenset()
    assert not session.offers("QRESYNC")
    selected = await mailboxes.select(session, "INBOX", known=KNOWN)
    assert (selected.is_resynced, session.has_modseqs) == (False, True)


async def yahoo(session: Session) -> None:
    await settle(session)
    await mailboxes.select(session, "Inbox", known=KNOWN)
    assert not session.has_modseqs
    assert await all_flags(session, uids(1, 9), 90) == []
    assert "HIGHESTMODSEQ" not in await mailboxes.mailbox_counts(session, "Inbox")


async def proton(session: Session) -> None:
    await settle(session)
    (inbox, sent) = await listing.list_mailboxes(session, with_counts=True)
    assert (inbox.name, sent.is_subscribed) == ("INBOX", True)
    assert roles_of([inbox, sent])["Sent"] is Role.SENT


async def dovecot(session: Session) -> None:
    await settle(session)
    assert await watch.watch_all(session)
    assert (await watch.wait_for_news(session, 5)).elsewhere == {"Böte"}


async def zoho(session: Session) -> None:
    await settle(session)
    await mailboxes.select(session, "INBOX")
    assert not session.has_modseqs
    assert "HIGHESTMODSEQ" not in await mailboxes.mailbox_counts(session, "INBOX")
    (row,) = await all_flags(session, uids(1, 9))
    assert row.modseq == 0


async def courier(session: Session) -> None:
    await settle(session)
    (inbox, trash, team) = await listing.list_mailboxes(session)
    assert team.name == "#shared.team"
    assert roles_of([inbox, trash, team]) == {"INBOX": Role.INBOX, "INBOX.Trash": Role.TRASH}
    found = await namespaces(session)
    names = [placed(found, name) for name in ("Plans", "INBOX", "INBOX.Plans", "#shared.x")]
    assert names == ["INBOX.Plans", "INBOX", "INBOX.Plans", "#shared.x"]
    assert not await watch.wait_for_news(session, 0)


async def tencent(session: Session) -> None:
    await settle(session)
    selected = await mailboxes.select(session, "INBOX", known=KNOWN)
    assert (selected.uid_validity, selected.uid_next, selected.is_resynced) == (0, 4, False)
    assert selected.permanent_flags is None


async def netease(session: Session) -> None:
    await settle(session)
    await mailboxes.select(session, "INBOX")
    assert session.identity == {"name": "163"}


async def domino(session: Session) -> None:
    await settle(session)
    selected = await mailboxes.select(session, "INBOX")
    assert selected.flags == {"\\Seen", "\\Deleted"}
    (row,) = await all_flags(session, UidSet.of([4]))
    assert row.flags == {"\\Seen"}


DIALOGUES = {
    "Gmail": Dialogue(
        "IMAP4rev1 UNSELECT IDLE NAMESPACE QUOTA ID XLIST CHILDREN X-GM-EXT-1 UIDPLUS ENABLE MOVE "
        "CONDSTORE ESEARCH LIST-EXTENDED LITERAL- SPECIAL-USE",
        OUR_ID
        + r"""
        S: * ID ("name" "GImap" "vendor" "Google, Inc." "version" "gmail_imap_261012")
        S: %T OK Success
        C: ENABLE CONDSTORE
        S: * ENABLED CONDSTORE
        S: %T OK Success
        C: LIST "" "*" RETURN (SUBSCRIBED SPECIAL-USE)
        S: * LIST (\\HasChildren \\NonExistent \\Noselect) "/" "[Gmail]"
        S: * LIST (\\All \\HasNoChildren \\Subscribed) "/" "[Gmail]/Alle Nachrichten"
        S: * LIST (\\HasNoChildren \\Subscribed \\Trash) "/" "[Gmail]/Papierkorb"
        S: %T OK Success
        C: SELECT "INBOX" (CONDSTORE)
        S: * 9 EXISTS
        S: * OK [UIDVALIDITY 7] UIDs valid.
        S: * OK [HIGHESTMODSEQ 95]
        S: %T OK [READ-WRITE] INBOX selected. (Success)
        C: UID MOVE 5 "[Gmail]/Papierkorb"
        S: * OK [COPYUID 11 5 77] (Success)
        S: * 5 EXPUNGE
        S: * 8 EXISTS
        S: %T OK (Success)
        """,
        gmail,
        "imap.gmail.com",
        "Gimap ready for requests from 192.0.2.1",
    ),
    "Exchange": Dialogue(
        "IMAP4 IMAP4rev1 IDLE LITERAL+ NAMESPACE",
        r"""
        C: LIST "" "*"
        S: * LIST () "/" odd\x01 name
        S: %T OK LIST completed.
        C: LSUB "" "*"
        S: %T OK LSUB completed.
        """,
        exchange_2003,
        greeting="Microsoft Exchange Server 2003 IMAP4rev1 server version 6.5.7638.1 ready.",
    ),
    "Exchange Online": Dialogue(
        "IMAP4 IMAP4rev1 AUTH=PLAIN SASL-IR UIDPLUS MOVE ID UNSELECT CHILDREN IDLE NAMESPACE LITERAL+",
        OUR_ID
        + r"""
        S: * ID ("name" "Microsoft.Exchange.Imap4.Imap4Server" "version" "15.20")
        S: %T OK ID completed
        C: SELECT "INBOX"
        S: * 9 EXISTS
        S: * OK [UIDVALIDITY 7] UIDVALIDITY value
        S: %T OK [READ-WRITE] SELECT completed.
        C: UID FETCH 1:9 (UID FLAGS)
        S: * 3 FETCH (UID 3 FLAGS (\\Seen))
        S: %T OK FETCH completed.
        C: UID FETCH 3 (UID RFC822.SIZE BODY.PEEK[]<0.262144>)
        S: * 3 FETCH (UID 3 RFC822.SIZE 4711 BODY[]<0> {4}
        S: four FLAGS (\\Seen))
        S: %T OK FETCH completed.
        """,
        exchange_online,
        "outlook.office365.com",
        "The Microsoft Exchange IMAP4 service is ready. [TABPADU=]",
    ),
    "iCloud": Dialogue(
        "IMAP4rev1 ID",
        r"""
        C: CAPABILITY
        S: * CAPABILITY XAPPLEPUSHSERVICE IMAP4 IMAP4rev1 SASL-IR CONDSTORE ENABLE QRESYNC UIDPLUS
        S: %T OK !!
        C: ENABLE CONDSTORE
        S: %T OK ENABLE completed
        C: SELECT "INBOX" (CONDSTORE)
        S: * 9 EXISTS
        S: * OK [UIDVALIDITY 7] UIDs valid
        S: * OK [HIGHESTMODSEQ 95] Highest
        S: %T OK [READ-WRITE] SELECT completed
        """,
        icloud,
        "p42-imap.mail.me.com",
        "iSCREAM ready to rumble",
    ),
    "Yahoo and AOL": Dialogue(
        "IMAP4rev1 ID MOVE NAMESPACE XYMHIGHESTMODSEQ UIDPLUS LITERAL+ CONDSTORE CHILDREN",
        OUR_ID
        + r"""
        S: * ID ("vendor" "Yahoo! Inc." "support-url" "http://help.yahoo.com/" "version" "1.2")
        S: %T OK ID completed
        C: SELECT "INBOX"
        S: * 9 EXISTS
        S: * OK [UIDVALIDITY 7] UIDs valid
        S: * OK [HIGHESTMODSEQ 0] Highest
        S: %T OK [READ-WRITE] SELECT completed; now in selected state
        C: UID FETCH 1:9 (UID FLAGS)
        S: %T OK UID FETCH completed
        C: STATUS "INBOX" (MESSAGES UIDNEXT UIDVALIDITY)
        S: * STATUS "Inbox" (MESSAGES 9 UIDNEXT 10 UIDVALIDITY 7)
        S: %T OK STATUS completed
        """,
        yahoo,
        greeting="IMAP4rev1 imapgate ready",
    ),
    "Proton Mail Bridge": Dialogue(
        "IMAP4rev1 ID IDLE UNSELECT UIDPLUS MOVE SPECIAL-USE LIST-EXTENDED",
        OUR_ID
        + r"""
        S: * ID ("name" "gluon" "version" "0.17.0" "vendor" "Proton")
        S: %T OK ID
        C: LIST "" "*"
        S: * LIST (\\Noinferiors) "/" "INBOX"
        S: * LIST (\\Noinferiors \\Sent) "/" "Sent"
        S: %T OK LIST
        C: LSUB "" "*"
        S: * LSUB (\\Noinferiors) "/" "INBOX"
        S: * LSUB (\\Noinferiors) "/" "Sent"
        S: %T OK LSUB
        """,
        proton,
        "127.0.0.1",
        "Proton Mail Bridge 03.12.00 - gluon session ID 2",
    ),
    "Dovecot": Dialogue(
        "IMAP4rev1 ID ENABLE IDLE CONDSTORE QRESYNC NOTIFY",
        OUR_ID
        + r"""
        S: * ID ("name" "Dovecot")
        S: %T OK ID completed.
        C: ENABLE CONDSTORE QRESYNC
        S: * ENABLED CONDSTORE QRESYNC
        S: %T OK Enabled.
        C: NOTIFY SET (SELECTED (MessageNew MessageExpunge FlagChange)) (PERSONAL (MessageNew MessageExpunge FlagChange MailboxName))
        S: %T OK NOTIFY completed.
        C: IDLE
        S: + idling
        S: * LIST () "/" "B\xc3\xb6te"
        C: DONE
        S: %T OK Idle completed.
        """,
        dovecot,
        greeting="Dovecot ready.",
    ),
    "Zoho": Dialogue(
        "IMAP4rev1 UNSELECT CHILDREN XLIST NAMESPACE IDLE MOVE ID CONDSTORE UIDPLUS",
        OUR_ID
        + r"""
        S: * ID ("name" "Zoho IMAP Server" "version" "1.0")
        S: %T OK ID completed.
        C: SELECT "INBOX" (CONDSTORE)
        S: * 9 EXISTS
        S: * OK [UIDVALIDITY 7] UIDs valid
        S: * OK [HIGHESTMODSEQ -1] Highest
        S: %T OK [READ-WRITE] Completed
        C: STATUS "INBOX" (MESSAGES UIDNEXT UIDVALIDITY HIGHESTMODSEQ)
        S: * STATUS "INBOX" (MESSAGES 9 UIDNEXT 10 UIDVALIDITY 7 HIGHESTMODSEQ -1)
        S: %T OK STATUS completed
        C: UID FETCH 1:9 (UID FLAGS)
        S: * 3 FETCH (UID 3 FLAGS () MODSEQ (-1))
        S: %T OK FETCH completed
        """,
        zoho,
        "imap.zoho.eu",
    ),
    "Courier and Cyrus": Dialogue(
        "IMAP4rev1 UIDPLUS CHILDREN NAMESPACE THREAD=ORDEREDSUBJECT SORT QUOTA",
        r"""
        C: LIST "" "*"
        S: * LIST (\\Unmarked \\HasChildren) "." "INBOX"
        S: * LIST (\\HasNoChildren) "." "INBOX.Trash"
        S: %T OK LIST completed
        C: NAMESPACE
        S: * NAMESPACE (("INBOX." ".")) NIL (("#shared." ".")("#news." "."))
        S: %T OK NAMESPACE completed.
        C: LIST "" "#shared.*"
        S: * LIST (\\HasNoChildren) "." "#shared.team"
        S: %T OK LIST completed
        C: LSUB "" "*"
        S: %T OK LSUB completed
        """,
        courier,
        greeting="Courier-IMAP ready. Copyright 1998-2018 Double Precision, Inc.",
    ),
    "Tencent QQ": Dialogue(
        "IMAP4 IMAP4rev1 ID UIDPLUS NAMESPACE CHILDREN ENABLE CONDSTORE QRESYNC",
        OUR_ID
        + r"""
        S: * ID NIL
        S: %T OK ID completed
        C: ENABLE CONDSTORE QRESYNC
        S: * ENABLED CONDSTORE QRESYNC
        S: %T OK
        C: SELECT "INBOX" (QRESYNC (7 90 1:9))
        S: * 3 EXISTS
        S: * OK [UIDNEXT 4] next
        S: * OK [HIGHESTMODSEQ 99] x
        S: * VANISHED (EARLIER) 1:9
        S: %T OK [READ-WRITE] SELECT complete
        """,
        tencent,
        "imap.qq.com",
        "[CAPABILITY IMAP4 IMAP4rev1 ID AUTH=PLAIN AUTH=LOGIN] QQMail XMIMAP4Server ready",
    ),
    "NetEase": Dialogue(
        "IMAP4rev1 XLIST SPECIAL-USE ID LITERAL+ STARTTLS UIDPLUS",
        OUR_ID
        + r"""
        S: * ID ("name" "163")
        S: %T OK ID completed
        C: SELECT "INBOX"
        S: * 3 EXISTS
        S: %T OK [READ-WRITE] SELECT completed
        """,
        netease,
        "imap.163.com",
        "Coremail System IMap Server Ready(163com)",
    ),
    "Domino": Dialogue(
        "IMAP4rev1 AUTH=PLAIN LITERAL+ NAMESPACE QUOTA UIDPLUS",
        r"""
        C: SELECT "INBOX"
        S: * 3 EXISTS
        S: * FLAGS (\\Seen \\Deleted )
        S: %T OK [READ-WRITE] SELECT completed
        C: UID FETCH 4 (UID FLAGS)
        S: * 1 FETCH (UID 4 FLAGS (\\Seen ) )
        S: %T OK FETCH completed
        """,
        domino,
        greeting="Domino IMAP4 Server Release 9.0.1 ready",
    ),
}


def test_each_row_has_a_dialogue() -> None:
    assert [quirk.server for quirk in TABLE] == list(DIALOGUES)


@pytest.mark.parametrize("name", DIALOGUES)
async def test_a_server_is_known_and_talked_to_as_it_needs(name: str) -> None:
    dialogue = DIALOGUES[name]

    async def script(peer: Peer) -> None:
        await play(peer, dialogue.lines)

    wire = dialogue.capabilities.encode()
    async with plain_session(script, wire, is_selected=False) as (session, _):
        session.server = replace(session.server, host=dialogue.host)
        session.greeting = dialogue.greeting
        await dialogue.act(session)
        signs = Signs(dialogue.host, dialogue.greeting, session.capabilities, session.identity)
        assert name in [quirk.server for quirk in quirks_of(signs)]


@pytest.mark.parametrize(
    "host", ["imap.example.org", "notimap.qq.com", "imap.qq.com.evil.example", "qq.com", ""]
)
def test_another_server_has_no_quirks(host: str) -> None:
    signs = Signs(host, "IMAP4rev1 ready", frozenset({"IMAP4REV1", "QRESYNC"}), {"name": "x"})
    assert not list(quirks_of(signs))


@pytest.mark.parametrize(
    ("line", "identity"),
    [
        (b"* ID NIL", {}),
        (b"* ID ()", {}),
        (b'* ID ("NAME" "x" "version" NIL)', {"name": "x", "version": ""}),
        (b'* ID ("name")', {}),
        (b"* ID (" + b'"a" "b" ' * 400 + b")", {"a": "b"}),
        (b'* ID ("name" "' + b"x" * 60_000 + b'")', {"name": "x" * 1_024}),
    ],
)
async def test_what_a_server_says_of_itself_is_kept_within_bounds(
    line: bytes, identity: dict[str, str]
) -> None:
    async def script(peer: Peer) -> None:
        await peer.answer(b"ID", line)
        await peer.drained()

    async with plain_session(script, b"IMAP4rev1 ID", is_selected=False) as (session, _):
        await settle(session)
        assert session.identity == identity
