"""Mailboxes renamed, deleted and subscribed to: nothing is fetched twice, no operation is lost."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.hostile.mails import hostile_mailbox_names
from tests.sync.fake_remote import FakeMailbox, mail
from tests.sync.walk import NAME, Walk, walk_in
from tuimail.errors import ProtocolError, UserError
from tuimail.mime.render import searchable_text
from tuimail.model.flags import Flag
from tuimail.model.mailbox import MailboxChange, MailboxVerb
from tuimail.model.operation import OperationKind
from tuimail.store import renames
from tuimail.store.bodies import body_of, put_body
from tuimail.store.database import Database
from tuimail.store.mailboxes import mailbox_named, mailbox_rows
from tuimail.store.renames import Renaming, note_rename, settle_rename, unsettled_rename

SEEN = frozenset({Flag.SEEN.value})


@pytest.fixture
def walk(tmp_path: Path) -> Iterator[Walk]:
    with walk_in(tmp_path) as one:
        for name, validity, count in (("Plans", 7, 3), ("Plans/Pier", 8, 1), ("Plansch", 9, 1)):
            one.server.mailboxes[name] = FakeMailbox(uid_validity=validity)
            for number in range(count):
                one.server.mailboxes[name].put(mail(10 * validity + number))
        yield one


def names(walk: Walk) -> list[str]:
    return [row.name.raw for row in mailbox_rows(walk.store, NAME)]


def renamed(old: str, new: str) -> MailboxChange:
    return MailboxChange(MailboxVerb.RENAME, old, new)


async def changed(walk: Walk, change: MailboxChange) -> None:
    """Have the worker make a change; raises what it raised."""
    end = walk.agenda.wish_change(change)
    await walk.sync()
    await end


async def test_renaming_keeps_messages_bodies_and_what_waits(walk: Walk) -> None:
    await walk.sync()
    key = walk.key(1, "Plans/Pier")
    raw = walk.server.mailboxes["Plans/Pier"].messages[1].raw
    put_body(walk.store, key, raw, searchable_text(raw))
    box = walk.id_of("Plans/Pier")
    await changed(walk, renamed("Plans", "Schemes"))
    assert names(walk) == ["INBOX", "Plansch", "Schemes", "Schemes/Pier"]
    assert walk.id_of("Schemes/Pier") == box
    assert body_of(walk.store, key) == raw
    assert [walk.shown(name) for name in ("Schemes", "Schemes/Pier")] == [3, 1]
    fetched = [call for call in walk.server.calls if call.startswith("headers Schemes")]
    assert fetched == []


async def test_renaming_a_name_that_only_holds_others_keeps_them_and_what_waits(walk: Walk) -> None:
    walk.server.mailboxes["Plans"].is_selectable = False
    await walk.sync()
    box = walk.id_of("Plans/Pier")
    note_rename(walk.store, NAME, Renaming("Plans", "Schemes", "/"))  # and then the line was cut
    for name in ("Plans", "Plans/Pier"):
        walk.server.mailboxes["Schemes" + name[5:]] = walk.server.mailboxes.pop(name)
    walk.ask(OperationKind.FLAGS, 1, "Plans/Pier", add=SEEN)
    await walk.sync()
    assert names(walk) == ["INBOX", "Plansch", "Schemes", "Schemes/Pier"]
    assert walk.id_of("Schemes/Pier") == box
    assert walk.server.mailboxes["Schemes/Pier"].messages[1].flags >= SEEN
    assert (walk.pending(), walk.hints()) == ([], [])


async def test_a_name_that_only_holds_others_and_was_not_renamed_keeps_its_own(walk: Walk) -> None:
    walk.server.mailboxes["Plans"].is_selectable = False
    walk.server.mailboxes["Schemes"] = FakeMailbox(is_selectable=False)
    await walk.sync()
    box = walk.id_of("Plans/Pier")
    note_rename(walk.store, NAME, Renaming("Plans", "Schemes", "/"))
    await walk.sync()
    assert walk.id_of("Plans/Pier") == box


async def test_what_is_asked_while_a_mailbox_is_renamed_reaches_it(walk: Walk) -> None:
    await walk.sync()

    def ask_late(call: str, mailbox: str) -> str:
        if call == "rename":
            walk.server.refuse = lambda call, mailbox: ""
            walk.ask(OperationKind.FLAGS, 2, "Plans", add=SEEN)
            walk.ask(OperationKind.MOVE, 1, "Plansch", "Plans/Pier")
        return ""

    walk.server.refuse = ask_late
    await changed(walk, renamed("Plans", "Schemes"))
    await walk.sync()
    assert walk.pending() == []
    assert walk.server.mailboxes["Schemes"].messages[2].flags == SEEN
    assert len(walk.server.mailboxes["Schemes/Pier"].messages) == 2


@pytest.mark.parametrize("is_cut_before", [True, False])
async def test_a_line_cut_at_the_rename_costs_nothing(walk: Walk, is_cut_before: bool) -> None:
    await walk.sync()
    box = walk.id_of("Plans")
    walk.server.is_cut_before_effect = is_cut_before

    def cut(call: str, mailbox: str) -> str:
        if call == "open" and mailbox == "INBOX" and unsettled_rename(walk.store, NAME):
            walk.server.cut_after = 0  # the next call is RENAME
            walk.server.refuse = lambda call, mailbox: ""
        return ""

    walk.server.refuse = cut
    end = walk.agenda.wish_change(renamed("Plans", "Schemes"))
    walk.server.calls.clear()
    await walk.connection()
    with pytest.raises(Exception, match="cut"):
        await end
    assert "rename Plans" in walk.server.calls
    walk.ask(OperationKind.FLAGS, 2, "Plans", add=SEEN)
    walk.begin()  # and the program is started again
    await walk.sync()
    now = "Plans" if is_cut_before else "Schemes"
    assert walk.id_of(now) == box
    assert walk.server.mailboxes[now].messages[2].flags == SEEN
    assert unsettled_rename(walk.store, NAME) is None
    assert not [call for call in walk.server.calls if call == f"headers {now}"]


async def test_a_server_that_renumbers_at_a_rename_mixes_no_messages_up(walk: Walk) -> None:
    await walk.sync()
    wanted = walk.key(2, "Plans")

    def renumber(call: str, mailbox: str) -> str:
        if call == "rename":
            walk.server.refuse = lambda call, mailbox: ""
            walk.ask(OperationKind.FLAGS, 2, "Plans", add=SEEN)
            box = walk.server.mailboxes["Plans"]
            box.uid_validity, box.uid_next = 99, 50
            raws = [message.raw for message in box.messages.values()]
            box.messages.clear()
            for raw in reversed(raws):
                box.put(raw)
        return ""

    walk.server.refuse = renumber
    await changed(walk, renamed("Plans", "Schemes"))
    await walk.sync()
    assert walk.pending() == []
    seen = [uid for uid, m in walk.server.mailboxes["Schemes"].messages.items() if m.flags >= SEEN]
    assert [walk.key(uid, "Schemes") for uid in seen] == [wanted]
    assert walk.shown("Schemes") == 3


async def test_a_refused_rename_is_told_and_changes_nothing(walk: Walk) -> None:
    await walk.sync()
    with pytest.raises(ProtocolError, match="already"):
        await changed(walk, renamed("Plans", "Plansch"))
    assert unsettled_rename(walk.store, NAME) is None
    assert names(walk) == ["INBOX", "Plans", "Plans/Pier", "Plansch"]


async def test_an_intent_that_came_to_nothing_is_forgotten(walk: Walk) -> None:
    await walk.sync()
    note_rename(walk.store, NAME, Renaming("Plans", "Elsewhere", "/"))
    walk.begin()
    await walk.sync()
    assert unsettled_rename(walk.store, NAME) is None
    assert "Plans" in names(walk)


async def test_a_program_that_dies_between_the_two_files_goes_on_where_it_was(
    walk: Walk, monkeypatch: pytest.MonkeyPatch
) -> None:
    await walk.sync()
    walk.ask(OperationKind.MOVE, 1, "Plansch", "Plans/Pier")
    note_rename(walk.store, NAME, Renaming("Plans", "Schemes", "/"))
    listed = dict.fromkeys(("INBOX", "Plansch", "Schemes", "Schemes/Pier"), True)
    with monkeypatch.context() as dying:
        dying.setattr(renames, "_follow_in_local", no_more)
        with pytest.raises(KeyboardInterrupt):
            settle_rename(walk.store, NAME, listed)
    assert settle_rename(walk.store, NAME, listed) == ["Schemes", "Schemes/Pier"]
    assert [op.destination for op in walk.pending()] == ["Schemes/Pier"]
    assert (walk.shown("Schemes/Pier"), walk.shown("Plansch")) == (2, 0)


def no_more(*_: object) -> None:
    raise KeyboardInterrupt


async def test_a_subscription_follows_a_rename(walk: Walk) -> None:
    walk.server.mailboxes["Plans/Pier"].is_subscribed = False
    await walk.sync()
    await changed(walk, renamed("Plans", "Schemes"))
    assert walk.server.mailboxes["Schemes"].is_subscribed
    assert "subscribe Schemes/Pier" not in walk.server.calls


@pytest.mark.parametrize("verb", [MailboxVerb.RENAME, MailboxVerb.DELETE])
async def test_the_inbox_stays(walk: Walk, verb: MailboxVerb) -> None:
    await walk.sync()
    with pytest.raises(UserError, match="inbox"):
        await changed(walk, MailboxChange(verb, "inbox", "Elsewhere"))
    assert "INBOX" in walk.server.mailboxes


async def test_a_mailbox_goes_with_those_below_it_the_lowest_first(walk: Walk) -> None:
    await walk.sync()
    await changed(walk, MailboxChange(MailboxVerb.DELETE, "Plans", at_most=4))
    gone = [call for call in walk.server.calls if call.startswith("delete")]
    assert gone == ["delete Plans/Pier", "delete Plans"]
    assert names(walk) == ["INBOX", "Plansch"]
    left = "select count(*) from placement where smailbox not in (select id from mailbox)"
    assert walk.store.rows(Database.CACHE, left) == [(0,)]


async def test_more_mails_than_were_agreed_on_keep_a_mailbox(walk: Walk) -> None:
    await walk.sync()
    walk.server.mailboxes["Plans"].put(mail(1))
    with pytest.raises(UserError, match="5 mails by now"):
        await changed(walk, MailboxChange(MailboxVerb.DELETE, "Plans", at_most=4))
    assert set(walk.server.mailboxes) == {"INBOX", "Plans", "Plans/Pier", "Plansch"}


async def test_a_mailbox_for_which_changes_wait_is_not_deleted(walk: Walk) -> None:
    await walk.sync()

    def ask_late(call: str, mailbox: str) -> str:
        if call == "mailboxes":
            walk.server.refuse = lambda call, mailbox: ""
            walk.ask(OperationKind.MOVE, 1, "Plansch", "Plans/Pier")
        return ""

    walk.server.refuse = ask_late
    with pytest.raises(UserError, match="still waits"):
        await changed(walk, MailboxChange(MailboxVerb.DELETE, "Plans", at_most=4))
    assert "Plans/Pier" in walk.server.mailboxes
    await walk.sync()
    assert len(walk.server.mailboxes["Plans/Pier"].messages) == 2


async def test_what_is_gone_already_is_said(walk: Walk) -> None:
    await walk.sync()
    del walk.server.mailboxes["Plansch"]
    with pytest.raises(UserError, match="no mailbox Plansch"):
        await changed(walk, MailboxChange(MailboxVerb.DELETE, "Plansch", at_most=1))


async def test_a_subscription_ends_and_begins(walk: Walk) -> None:
    await walk.sync()
    await changed(walk, MailboxChange(MailboxVerb.UNSUBSCRIBE, "Plans"))
    row = mailbox_named(walk.store, NAME, "Plans")
    assert row is not None
    assert not row.is_subscribed
    await changed(walk, MailboxChange(MailboxVerb.SUBSCRIBE, "Plans"))
    row = mailbox_named(walk.store, NAME, "Plans")
    assert row is not None
    assert row.is_subscribed


async def test_hostile_names_are_renamed_there_and_back_and_deleted(walk: Walk) -> None:
    await walk.sync()
    for name in hostile_mailbox_names():
        if name.upper() == "INBOX" or name in walk.server.mailboxes:
            continue
        walk.server.mailboxes[name] = FakeMailbox(uid_validity=3)
        walk.server.mailboxes[name].put(mail(77))
        walk.agenda.wish_pass()
        await walk.sync()
        is_kept_here = mailbox_named(walk.store, NAME, name) is not None
        box = walk.id_of(name) if is_kept_here else None
        await changed(walk, renamed(name, "plain"))
        assert box in (None, walk.id_of("plain"))
        await changed(walk, renamed("plain", name))
        if is_kept_here:
            assert walk.id_of(name) == box
        await changed(walk, MailboxChange(MailboxVerb.DELETE, name, at_most=1))
        assert name not in walk.server.mailboxes
        assert mailbox_named(walk.store, NAME, name) is None
