"""Mailboxes here beside a server's: mail goes between the two without a loss or a second copy."""

from collections import Counter

import pytest

from tests.sync.fake_remote import FakeMailbox, FakeServer, mail, message_id_of
from tests.sync.walk import NAME, Walk
from tuimail.errors import ProtocolError
from tuimail.model.flags import NO_FLAGS, Flag
from tuimail.model.mailbox import Role
from tuimail.model.operation import OperationKind
from tuimail.model.uid_set import UidSet
from tuimail.store.blobs import read_blob
from tuimail.store.bodies import body_of
from tuimail.store.database import Database, open_store
from tuimail.store.files import path_of
from tuimail.store.local_mail import (
    create_local,
    local_digests,
    local_mailboxes,
    local_mails,
)
from tuimail.sync.joined_remote import JoinedRemote
from tuimail.sync.local_remote import LocalRemote

OLD = "local/Archive 2025"
FLAGGED = frozenset({Flag.FLAGGED.value})


class JoinedServer(FakeServer):
    """A server whose account has mailboxes here, too."""

    def __init__(self, store) -> None:
        super().__init__()
        self.store = store

    async def connect(self) -> JoinedRemote:
        local = LocalRemote(self.store, NAME, lambda: 1_700_000_000.0)
        return JoinedRemote(await super().connect(), local)


@pytest.fixture
async def walk(tmp_path):
    store = open_store(tmp_path)
    walk = Walk(store, JoinedServer(store))
    walk.server.mailboxes["Trash"] = FakeMailbox(role=Role.TRASH)
    for number in range(1, 6):
        walk.server.mailboxes["INBOX"].put(mail(number))
    create_local(store, NAME, OLD)
    await walk.sync()
    walk.server.calls.clear()
    yield walk
    walk.store.close()


def copies(walk) -> dict[str, list[str]]:
    """Message-ID -> where it lies on either side, one name for each copy."""
    found = {name: list(places) for name, places in walk.server.copies().items()}
    for box in local_mailboxes(walk.store, NAME):
        for one in local_mails(walk.store, box.id):
            name = message_id_of(read_blob(walk.store, one.digest))
            found.setdefault(name, []).append(box.name)
    return found


async def test_both_sides_are_listed(walk) -> None:
    assert {"INBOX", "Trash", "local", OLD} <= set(walk.here())
    assert walk.shown("INBOX") == 5


async def test_mail_moved_here_keeps_its_flags_and_leaves_the_server(walk) -> None:
    key = walk.key(2)
    walk.ask(OperationKind.FLAGS, 2, add=FLAGGED)
    walk.ask(OperationKind.MOVE, 2, destination=OLD)
    assert walk.is_shown(key, OLD)
    await walk.sync()
    assert copies(walk)["m2@example.org"] == [OLD]
    assert walk.is_shown(key, OLD)
    assert not walk.is_shown(key, "INBOX")
    assert walk.here()[OLD] == {1: FLAGGED}
    assert body_of(walk.store, key) == mail(2)
    assert (walk.pending(), walk.hints()) == ([], [])


async def test_mail_moved_back_lies_on_the_server_once(walk) -> None:
    key = walk.key(2)
    walk.ask(OperationKind.MOVE, 2, destination=OLD)
    await walk.sync()
    walk.ask(OperationKind.FLAGS, 1, mailbox=OLD, add=FLAGGED, key=key)
    walk.ask(OperationKind.MOVE, 1, mailbox=OLD, destination="Trash", key=key)
    await walk.sync()
    assert copies(walk)["m2@example.org"] == ["Trash"]
    assert walk.here()[OLD] == {}
    assert walk.here() == walk.server.everything() | {"local": {}, OLD: {}}
    assert list(walk.here()["Trash"].values()) == [FLAGGED]


async def test_mail_goes_back_beside_an_original_that_is_marked_deleted(walk) -> None:
    key = walk.key(2)
    walk.ask(OperationKind.COPY, 2, destination=OLD)
    await walk.sync()
    walk.server.mailboxes["INBOX"].flag(2, add=frozenset({Flag.DELETED.value}))
    walk.ask(OperationKind.MOVE, 1, mailbox=OLD, destination="INBOX", key=key)
    await walk.sync()
    walk.server.mailboxes["INBOX"].remove(2)  # another program's EXPUNGE
    assert copies(walk)["m2@example.org"] == ["INBOX"]


async def test_mails_that_differ_in_their_text_alone_all_reach_the_server(walk) -> None:
    remote = await walk.server.connect()
    twins = [mail(7, body="on "), mail(7, body="off")]
    for twin in twins:
        await remote.append(OLD, twin, NO_FLAGS, 1_700_000_000)
    await remote.open(OLD)
    await remote.move(await remote.uids(), "Trash")
    there = walk.server.mailboxes["Trash"].messages.values()
    assert sorted(one.raw for one in there) == sorted(twins)


async def test_a_copy_here_leaves_the_one_there(walk) -> None:
    walk.ask(OperationKind.COPY, 2, destination=OLD)
    await walk.sync()
    assert sorted(copies(walk)["m2@example.org"]) == ["INBOX", OLD]


async def test_mail_is_moved_between_mailboxes_here_in_one_step(walk) -> None:
    create_local(walk.store, NAME, "local/B")
    walk.ask(OperationKind.MOVE, 2, destination=OLD)
    await walk.sync()
    key = walk.key(1, OLD)
    walk.ask(OperationKind.MOVE, 1, mailbox=OLD, destination="local/B", key=key)
    await walk.sync()
    assert copies(walk)["m2@example.org"] == ["local/B"]


@pytest.mark.parametrize("is_before", [True, False])
@pytest.mark.parametrize("capabilities", [{"UIDPLUS", "MOVE"}, {"UIDPLUS"}])
@pytest.mark.parametrize("direction", ["here", "there"])
async def test_a_cut_anywhere_leaves_one_copy(tmp_path, direction, capabilities, is_before) -> None:
    tried = 0
    for cut_after in range(40):
        store = open_store(tmp_path / str(cut_after))
        walk = Walk(store, JoinedServer(store))
        walk.server.capabilities = frozenset({"IMAP4REV1", *capabilities})
        for number in (1, 2):
            walk.server.mailboxes["INBOX"].put(mail(number))
        create_local(store, NAME, OLD)
        await walk.sync()
        walk.ask(OperationKind.MOVE, 2, destination=OLD)
        goal = OLD
        if direction == "there":
            await walk.sync()
            walk.ask(OperationKind.MOVE, 1, mailbox=OLD, destination="INBOX", key=walk.key(1, OLD))
            goal = "INBOX"
        walk.server.cut_after = cut_after
        walk.server.is_cut_before_effect = is_before
        await walk.sync()
        was_cut = walk.server.cut_after is None
        assert copies(walk) == {"m1@example.org": ["INBOX"], "m2@example.org": [goal]}, cut_after
        assert walk.pending() == []
        store.close()
        tried += was_cut
        if not was_cut:
            break
    assert tried > 5


async def test_local_mail_is_listed_again_when_the_cache_was_lost(walk, tmp_path) -> None:
    walk.ask(OperationKind.FLAGS, 2, add=FLAGGED)
    walk.ask(OperationKind.MOVE, 2, destination=OLD)
    await walk.sync()
    before = walk.here()
    walk.store.close()
    for database in (Database.CACHE, Database.SEARCH, Database.BODIES):
        path_of(tmp_path, database).unlink()
    walk.store = walk.server.store = open_store(tmp_path)
    walk.begin()
    await walk.sync()
    assert walk.here() == before


async def test_what_came_by_pop3_is_kept_in_sight_beside_the_server(walk) -> None:
    create_local(walk.store, NAME, "INBOX", Role.INBOX)
    create_local(walk.store, NAME, "Sent", Role.SENT)
    walk.agenda.wish_pass()
    await walk.sync()
    assert {"local/INBOX", "local/Sent"} <= set(walk.here())
    assert walk.shown("INBOX") == 5


async def test_a_mailbox_stays_on_its_side(walk) -> None:
    remote = await walk.server.connect()
    await remote.create("local/New")
    await remote.rename("local/New", "local/Newer")
    assert "local/Newer" in {box.name for box in local_mailboxes(walk.store, NAME)}
    assert "local/Newer" not in walk.server.mailboxes
    with pytest.raises(ProtocolError, match="stays where it is"):
        await remote.rename("local/Newer", "Newer")
    with pytest.raises(ProtocolError, match="have names as local/"):
        await remote.create("local")
    with pytest.raises(ProtocolError, match="have names as local/"):
        await remote.rename("local/Newer", "local")
    await remote.delete("local/Newer")
    assert [box.name for box in local_mailboxes(walk.store, NAME)] == [OLD]


async def test_a_mail_the_server_has_no_more_is_no_copy_here(walk) -> None:
    remote = await walk.server.connect()
    await remote.open("INBOX")
    with pytest.raises(ProtocolError, match="no longer on the server"):
        await remote.move(UidSet.of([77]), OLD)
    await remote.append(OLD, mail(9), NO_FLAGS, 0)
    assert Counter(len(places) for places in copies(walk).values()) == {1: 6}


async def test_a_local_mail_whose_file_is_gone_holds_up_no_other_change(walk) -> None:
    key = walk.key(2)
    walk.ask(OperationKind.MOVE, 2, destination=OLD)
    await walk.sync()
    for digest in local_digests(walk.store, [key]).values():
        (walk.store.folder / "blobs" / digest[:2] / digest).unlink()
    walk.ask(OperationKind.MOVE, 1, mailbox=OLD, destination="INBOX", key=key)
    walk.ask(OperationKind.FLAGS, 3, add=FLAGGED)
    await walk.sync()
    assert walk.pending() == []
    assert "not there any more" in walk.hints()[0]
    assert walk.server.mailboxes["INBOX"].messages[3].flags == FLAGGED
    [box] = local_mailboxes(walk.store, NAME)
    assert box.exists == 1


async def test_a_cut_doubles_no_mail_that_has_no_message_id(tmp_path) -> None:
    raw = b"From: a@example.org\r\nSubject: no id\r\n\r\nwords\r\n"
    for cut_after in range(12):
        store = open_store(tmp_path / str(cut_after))
        walk = Walk(store, JoinedServer(store))
        create_local(store, NAME, OLD)
        local = LocalRemote(store, NAME, lambda: 1_700_000_000.0)
        await local.append(OLD, raw, NO_FLAGS, 1)
        await walk.sync()
        walk.ask(OperationKind.MOVE, 1, mailbox=OLD, destination="INBOX", key=walk.key(1, OLD))
        walk.server.cut_after, walk.server.is_cut_before_effect = cut_after, False
        await walk.sync()
        assert len(walk.server.mailboxes["INBOX"].messages) == 1, cut_after
        store.close()
