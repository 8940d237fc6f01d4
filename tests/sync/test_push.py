"""What people asked for reaches the server once, in order, or is undone and said."""

import re

import pytest

from tests.sync.fake_remote import FakeMailbox, FakeRemote, mail
from tests.sync.walk import NAME, walk_in
from tuimail.errors import ProtocolError
from tuimail.events import OperationsChanged, Progress
from tuimail.mime.headers import parse_envelope
from tuimail.model.flags import Flag
from tuimail.model.ids import MessageKey, OperationId, message_key
from tuimail.model.mailbox import Role
from tuimail.model.operation import Operation, OperationKind
from tuimail.model.uid_set import UidSet
from tuimail.store.blobs import put_blob
from tuimail.store.operations import Location, record, start
from tuimail.sync.copies import MAX_CANDIDATES, Copy, has_copy

SEEN = frozenset({Flag.SEEN})


@pytest.fixture
async def walk(tmp_path):
    with walk_in(tmp_path) as one:
        one.server.mailboxes["Trash"] = FakeMailbox(role=Role.TRASH)
        one.server.mailboxes["Work"] = FakeMailbox()
        for number in range(1, 11):
            one.server.mailboxes["INBOX"].put(mail(number))
        await one.sync()
        one.server.calls.clear()
        yield one


async def test_flags_of_many_messages_are_one_command(walk):
    for uid in (1, 2, 3, 7):
        walk.ask(OperationKind.FLAGS, uid, add=SEEN)
    await walk.sync()
    assert walk.server.calls.count("change_flags INBOX") == 1
    flags = walk.server.everything()["INBOX"]
    assert [uid for uid in flags if flags[uid] == SEEN] == [1, 2, 3, 7]
    assert walk.here() == walk.server.everything()
    assert walk.pending() == []


async def test_a_moved_message_is_in_one_place_all_the_time(walk):
    key = walk.key(4)
    walk.ask(OperationKind.MOVE, 4, destination="Trash")
    assert (walk.is_shown(key, "INBOX"), walk.is_shown(key, "Trash")) == (False, True)
    await walk.sync()
    assert walk.server.copies()["m4@example.org"] == ["Trash"]
    assert (walk.is_shown(key, "INBOX"), walk.is_shown(key, "Trash")) == (False, True)
    assert walk.here() == walk.server.everything()
    assert walk.shown("Trash") == 1


async def test_a_message_moved_and_flagged_before_the_server_knew_gets_both(walk):
    key = walk.key(4)
    walk.ask(OperationKind.MOVE, 4, destination="Work")
    walk.ask(OperationKind.FLAGS, 0, mailbox="Work", add=SEEN, key=key)
    walk.ask(OperationKind.MOVE, 0, mailbox="Work", destination="Trash", key=key)
    await walk.sync()
    assert walk.server.copies()["m4@example.org"] == ["Trash"]
    assert walk.here() == walk.server.everything()
    assert list(walk.here()["Trash"].values()) == [SEEN]


async def test_without_copyuid_the_next_pull_tells_where_a_moved_message_is(walk):
    walk.server.capabilities -= {"UIDPLUS"}
    key = walk.key(4)
    walk.ask(OperationKind.MOVE, 4, destination="Work")
    walk.ask(OperationKind.FLAGS, 0, mailbox="Work", add=SEEN, key=key)
    await walk.sync()
    assert list(walk.server.everything()["Work"].values()) == [SEEN]
    assert walk.here() == walk.server.everything()
    assert walk.pending() == []


async def test_a_read_only_mailbox_refuses_in_a_sentence_and_shows_the_old_state(walk):
    walk.server.mailboxes["INBOX"].is_read_only = True
    walk.ask(OperationKind.FLAGS, 1, add=SEEN)
    assert walk.store is not None
    await walk.sync()
    assert walk.pending() == []
    assert "change_flags INBOX" not in walk.server.calls
    assert "INBOX is read-only on the server, so nothing in it can be changed." in walk.hints()
    assert walk.here() == walk.server.everything()


async def test_flags_that_are_not_permanent_are_refused_in_a_sentence(walk):
    walk.server.mailboxes["INBOX"].permanent_flags = frozenset({"\\Seen"})
    walk.ask(OperationKind.FLAGS, 1, add=frozenset({"$Todo"}))
    walk.ask(OperationKind.FLAGS, 2, add=SEEN)
    await walk.sync()
    assert "The server cannot keep $Todo on messages in INBOX." in walk.hints()
    assert walk.server.everything()["INBOX"][2] == SEEN


async def test_a_no_from_the_server_undoes_the_change_here(walk):
    key = walk.key(4)
    walk.server.refuse = lambda call, mailbox: "over quota" if call == "move" else ""
    walk.ask(OperationKind.MOVE, 4, destination="Trash")
    await walk.sync()
    assert walk.pending() == []
    assert (walk.is_shown(key, "INBOX"), walk.is_shown(key, "Trash")) == (True, False)
    told = [e for e in walk.events if isinstance(e, OperationsChanged)]
    assert "over quota" in told[-1].hint


async def test_a_cut_keeps_what_was_asked_for(walk):
    walk.ask(OperationKind.FLAGS, 1, add=SEEN)
    walk.server.cut_after = 0
    walk.agenda.wish_push()
    assert await walk.connection() is not None
    assert len(walk.pending()) == 1
    await walk.sync()
    assert walk.server.everything()["INBOX"][1] == SEEN


@pytest.mark.parametrize("is_before", [True, False])
@pytest.mark.parametrize("calls", range(8))
@pytest.mark.parametrize("has_move", [True, False])
async def test_a_cut_while_moving_or_copying_neither_loses_nor_doubles(
    walk, calls, is_before, has_move
):
    if not has_move:
        walk.server.capabilities -= {"MOVE"}
    walk.ask(OperationKind.MOVE, 4, destination="Trash")
    walk.ask(OperationKind.COPY, 5, destination="Work")
    walk.server.cut_after, walk.server.is_cut_before_effect = calls, is_before
    await walk.sync()
    copies = walk.server.copies()
    assert copies["m4@example.org"] == ["Trash"]
    assert copies["m5@example.org"] == ["INBOX", "Work"]
    assert walk.here() == walk.server.everything()
    assert walk.pending() == []


@pytest.mark.parametrize("is_before", [True, False])
@pytest.mark.parametrize("calls", range(12))
@pytest.mark.parametrize("left_out", [set(), {"UIDPLUS"}, {"UIDPLUS", "MOVE"}])
async def test_a_cut_takes_no_older_copy_for_the_one_that_was_asked_for(
    walk, calls, is_before, left_out
):
    walk.server.capabilities -= left_out
    walk.server.mailboxes["Work"].put(mail(4))
    walk.ask(OperationKind.COPY, 5, destination="Work")
    await walk.sync()
    walk.ask(OperationKind.COPY, 5, destination="Work")
    walk.ask(OperationKind.MOVE, 4, destination="Work")
    walk.server.cut_after, walk.server.is_cut_before_effect = calls, is_before
    await walk.sync()
    assert walk.server.copies()["m5@example.org"] == ["INBOX", "Work", "Work"]
    left = [
        uid
        for uid, flags in walk.server.everything()["INBOX"].items()
        if uid == 4 and Flag.DELETED not in flags
    ]
    assert not left
    assert len([m for m in walk.server.copies()["m4@example.org"] if m == "Work"]) == 2
    assert walk.pending() == []


async def test_a_mailbox_numbered_anew_after_a_cut_does_not_hide_the_copy_that_was_made(walk):
    walk.server.mailboxes["Work"].uid_next = 500
    walk.ask(OperationKind.COPY, 5, destination="Work")
    start(walk.store, [one.id for one in walk.pending()], Location(1, 500))  # and then a crash
    walk.begin()
    there = walk.server.mailboxes["Work"] = FakeMailbox(uid_validity=2)
    there.put(mail(5))
    await walk.sync()
    assert walk.server.copies()["m5@example.org"] == ["INBOX", "Work"]


async def crash_in_a_copy(walk, email_id: str) -> None:
    """Copy the first mail to Work, and crash before it is known whether that was done."""
    walk.server.mailboxes["INBOX"].messages[1].email_id = email_id
    walk.ask(OperationKind.COPY, 1, destination="Work")
    work = walk.server.mailboxes["Work"]
    start(walk.store, [one.id for one in walk.pending()], Location(1, work.uid_next))
    walk.begin()


async def test_a_copy_is_known_by_its_id_where_nothing_else_is_left_of_it(walk):
    await crash_in_a_copy(walk, "M1")
    work = walk.server.mailboxes["Work"]
    work.put(mail(1).replace(b"From: Alice", b"From: A."), email_id="M1")
    for number in range(100, 170):
        work.put(mail(number))
    await walk.sync()
    assert len(work.messages) == 71
    assert walk.pending() == []


async def test_at_gmail_another_mail_of_the_same_content_is_not_the_copy(walk):
    walk.server.capabilities |= {"X-GM-EXT-1"}
    await crash_in_a_copy(walk, "M1")
    work = walk.server.mailboxes["Work"]
    work.put(mail(1), email_id="M2")
    await walk.sync()
    assert [one.email_id for one in work.messages.values()] == ["M2", "M1"]


async def test_elsewhere_a_copy_may_have_got_another_id(walk):
    await crash_in_a_copy(walk, "M1")
    work = walk.server.mailboxes["Work"]
    work.put(mail(1), email_id="M2")
    await walk.sync()
    assert [one.email_id for one in work.messages.values()] == ["M2"]


async def test_a_server_that_finds_an_id_everywhere_has_few_messages_looked_at(walk):
    every = range(1, 5_000)
    asked = []

    class Everywhere(FakeRemote):
        async def find_email_id(self, email_id):
            return every

        async def headers(self, uids):
            asked.append(uids)
            yield []

    remote = Everywhere(walk.server)
    await remote.open("Work")
    original = Copy("", (b"", b"", b"", b""), 1, "M1")
    assert not await has_copy(remote, original, 1)
    assert asked == [UidSet.of(every[-MAX_CANDIDATES:])]


@pytest.mark.parametrize("calls", range(8))
async def test_a_cut_neither_loses_nor_doubles_a_mail_without_a_message_id(walk, calls):
    walk.server.capabilities -= {"MOVE"}
    nameless = [
        walk.server.mailboxes["INBOX"].put(re.sub(rb"Message-ID: <.*>", b"Message-ID: <>", mail(n)))
        for n in (901, 902)
    ]
    walk.agenda.wish_refresh(["INBOX"])
    await walk.sync()
    walk.ask(OperationKind.MOVE, nameless[0], destination="Trash")
    walk.ask(OperationKind.COPY, nameless[1], destination="Work")
    walk.server.cut_after, walk.server.is_cut_before_effect = calls, False
    await walk.sync()
    assert walk.server.copies()[""] == ["INBOX", "Trash", "Work"]
    assert walk.pending() == []


async def test_a_crash_after_a_copy_does_not_copy_again(walk):
    walk.ask(OperationKind.COPY, 5, destination="Work")
    walk.server.cut_after, walk.server.is_cut_before_effect = 1, False
    walk.agenda.wish_push()
    assert await walk.connection() is not None
    walk.begin()
    await walk.sync()
    assert walk.server.copies()["m5@example.org"] == ["INBOX", "Work"]


async def test_a_copy_is_made_although_another_mail_has_the_same_message_id(walk):
    walk.server.mailboxes["Work"].put(mail(5, subject="not the same at all"))
    walk.ask(OperationKind.COPY, 5, destination="Work")
    walk.server.cut_after = 0
    await walk.sync()
    assert walk.server.copies()["m5@example.org"] == ["INBOX", "Work", "Work"]


def append(walk, number: int, raw: bytes = b"") -> None:
    raw = raw or mail(number)
    operation = Operation(
        id=OperationId(0),
        batch=0,
        account=NAME,
        kind=OperationKind.APPEND,
        mailbox="Work",
        uid_validity=0,
        uid=0,
        key=MessageKey(0),
        add=SEEN,
        blob=put_blob(walk.store, raw),
        message_id=f"m{number}@example.org",
        created=1_700_000_000,
    )
    record(walk.store, [operation])


@pytest.mark.parametrize("is_before", [True, False])
@pytest.mark.parametrize("calls", range(5))
async def test_an_appended_mail_is_there_exactly_once(walk, calls, is_before):
    append(walk, 77)
    walk.server.cut_after, walk.server.is_cut_before_effect = calls, is_before
    await walk.sync()
    assert walk.server.copies()["m77@example.org"] == ["Work"]
    assert walk.here() == walk.server.everything()
    assert list(walk.here()["Work"].values()) == [SEEN]


async def test_a_mail_sent_on_is_filed_beside_the_one_it_was_made_from(walk):
    walk.server.mailboxes["Work"].put(mail(77))
    for to in ("bob", "carola"):
        append(walk, 77, b"Resent-To: " + to.encode() + b"@example.net\r\n" + mail(77))
        await walk.sync()
    assert len(walk.server.mailboxes["Work"].messages) == 3


async def test_a_mail_the_server_filed_by_itself_is_not_appended(walk):
    walk.server.mailboxes["Work"].put(mail(77))
    append(walk, 77)
    await walk.sync()
    assert walk.server.copies()["m77@example.org"] == ["Work"]


async def test_an_append_to_a_missing_mailbox_is_refused_and_said(walk):
    append(walk, 77)
    del walk.server.mailboxes["Work"]
    await walk.sync()
    assert walk.pending() == []
    assert "There is no such mailbox." in walk.hints()


async def test_a_server_that_finds_what_was_not_asked_for_does_not_cost_the_copy(walk, monkeypatch):
    async def everything(remote, message_id):
        return list(remote._box().messages)

    monkeypatch.setattr(FakeRemote, "find_message_id", everything)
    for number in range(20, 90):
        walk.server.mailboxes["Work"].put(mail(number))
    append(walk, 7_000)
    await walk.sync()
    assert walk.server.copies()["m7000@example.org"] == ["Work"]
    walk.begin()
    append(walk, 7_000)
    await walk.sync()
    assert walk.server.copies()["m7000@example.org"] == ["Work"]


async def test_a_doubted_move_ends_where_the_server_can_name_no_message(walk, monkeypatch):
    async def refused(remote, uids):
        raise ProtocolError("This server cannot remove single messages.")

    monkeypatch.setattr(FakeRemote, "expunge", refused)
    walk.server.capabilities -= {"MOVE", "UIDPLUS"}
    walk.ask(OperationKind.MOVE, 4, destination="Trash")
    start(walk.store, [one.id for one in walk.pending()])
    walk.server.mailboxes["Trash"].put(mail(4))  # as far as it came before the crash
    walk.begin()
    await walk.sync()
    assert walk.server.copies()["m4@example.org"] == ["INBOX", "Trash"]
    assert walk.server.everything()["INBOX"][4] == {Flag.DELETED}
    assert walk.hints() == []


async def test_a_mailbox_that_keeps_no_flags_refuses_them(walk):
    walk.server.mailboxes["INBOX"].permanent_flags = frozenset()
    walk.ask(OperationKind.FLAGS, 1, add=SEEN)
    await walk.sync()
    assert "change_flags INBOX" not in walk.server.calls
    assert walk.hints()[-1].startswith("The server cannot keep ")


async def test_expunge_removes_the_named_message_alone(walk):
    walk.server.mailboxes["INBOX"].flag(6, frozenset({Flag.DELETED}))
    walk.ask(OperationKind.EXPUNGE, 5)
    await walk.sync()
    assert 5 not in walk.server.everything()["INBOX"]
    assert 6 in walk.server.everything()["INBOX"]
    assert walk.here() == walk.server.everything()


async def test_after_another_uidvalidity_operations_find_their_message_again(walk):
    old = walk.server.mailboxes["INBOX"]
    walk.ask(OperationKind.FLAGS, 3, add=SEEN)
    walk.ask(OperationKind.MOVE, 4, destination="Trash")
    walk.ask(OperationKind.FLAGS, 5, add=SEEN)
    fresh = FakeMailbox(uid_validity=9, role=Role.INBOX, uid_next=3)  # UID 3 is another mail now
    for uid, message in old.messages.items():
        if uid != 5:
            fresh.put(message.raw)
    walk.server.mailboxes["INBOX"] = fresh
    await walk.sync()
    seen = [m.raw for m in fresh.messages.values() if Flag.SEEN in m.flags]
    assert seen == [mail(3)]
    assert walk.server.copies()["m4@example.org"] == ["Trash"]
    assert walk.pending() == []
    assert "The message is no longer in INBOX." in walk.hints()
    assert walk.here() == walk.server.everything()


async def test_a_message_deleted_on_the_server_meanwhile_stays_deleted(walk):
    walk.server.mailboxes["INBOX"].remove(3)
    walk.ask(OperationKind.FLAGS, 3, add=SEEN)
    walk.ask(OperationKind.MOVE, 3, destination="Trash")
    await walk.sync()
    assert "m3@example.org" not in walk.server.copies()
    assert walk.here() == walk.server.everything()
    assert walk.pending() == []


@pytest.mark.parametrize("kind", [OperationKind.FLAGS, OperationKind.MOVE, OperationKind.EXPUNGE])
async def test_a_message_moved_away_and_back_meanwhile_is_found_under_its_new_uid(walk, kind):
    box = walk.server.mailboxes["INBOX"]
    change = {"add": SEEN} if kind is OperationKind.FLAGS else {}
    walk.ask(kind, 1, destination="Work" if kind is OperationKind.MOVE else "", **change)
    walk.ask(OperationKind.FLAGS, 1, add=frozenset({"$Todo"}))
    raw = box.messages[1].raw
    box.remove(1)
    uid = box.put(raw)
    await walk.sync()
    await walk.sync()
    assert walk.pending() == []
    assert walk.here() == walk.server.everything()
    is_changed = {
        OperationKind.FLAGS: box.messages.get(uid) and box.messages[uid].flags == {*SEEN, "$Todo"},
        OperationKind.MOVE: walk.server.copies().get("m1@example.org") == ["Work"],
        OperationKind.EXPUNGE: "m1@example.org" not in walk.server.copies(),
    }
    assert is_changed[kind]


async def test_a_mailbox_that_was_just_pulled_is_not_asked_again_what_it_holds(walk):
    await walk.sync()
    walk.server.flags_told = 0
    walk.ask(OperationKind.FLAGS, 1, add=SEEN)
    await walk.sync()  # a new connection: it asks
    assert walk.server.flags_told == 1


def imported(walk, number: int, raw: bytes) -> None:
    """Ask for a mail from a file."""
    envelope = parse_envelope(raw)
    operation = Operation(
        id=OperationId(0),
        batch=0,
        account=NAME,
        kind=OperationKind.APPEND,
        mailbox="Work",
        uid_validity=0,
        uid=0,
        key=message_key(NAME, *envelope.identity, b"%d" % len(raw)),
        blob=put_blob(walk.store, raw),
        message_id=envelope.message_id,
        internal_date=1_600_000_000 + number,
    )
    record(walk.store, [operation])


async def test_many_mails_from_files_go_a_few_at_a_time_and_keep_their_dates(walk):
    for number in range(45):
        imported(walk, number, mail(100 + number))
    await walk.sync()
    assert walk.pending() == []
    box = walk.server.mailboxes["Work"]
    assert [message.date for message in box.messages.values()] == [
        1_600_000_000 + number for number in range(45)
    ]
    calls = walk.server.calls
    appended = [n for n, call in enumerate(calls) if call == "append Work"]
    assert any(call.startswith("headers Work") for call in calls[appended[19] : appended[20]])


async def test_a_mail_from_a_file_is_known_by_its_content_and_not_by_its_message_id(walk):
    raw = mail(100)
    walk.server.mailboxes["Work"].put(raw)
    imported(walk, 0, raw)
    imported(walk, 1, raw.replace(b"Hello.", b"Hello, all of you."))
    await walk.sync()
    sizes = [len(message.raw) for message in walk.server.mailboxes["Work"].messages.values()]
    assert sizes == [len(raw), len(raw) + len(b", all of you")]


async def test_mails_for_one_mailbox_go_by_one_command_where_the_server_can(walk, monkeypatch):
    walk.server.capabilities |= {"MULTIAPPEND"}
    for number in range(45):
        imported(walk, number, mail(100 + number))
    append(walk, 77)
    append(walk, 78)
    await walk.sync()
    assert walk.pending() == []
    assert walk.server.calls.count("append_several Work") == 4  # 20, 20 and 5; the two
    assert walk.server.calls.count("find_message_ids Work") == 4
    assert "append Work" not in walk.server.calls
    assert "find_message_id Work" not in walk.server.calls
    box = walk.server.mailboxes["Work"].messages.values()
    dates = [one.date for one in box if one.flags != SEEN]
    assert dates == [1_600_000_000 + number for number in range(45)]
    assert [one.date for one in box if one.flags == SEEN] == [1_700_000_000] * 2
    assert walk.here() == walk.server.everything()


@pytest.mark.parametrize("is_before", [True, False])
@pytest.mark.parametrize("calls", range(12))
async def test_mails_that_go_together_are_there_exactly_once_after_a_cut(walk, calls, is_before):
    walk.server.capabilities |= {"MULTIAPPEND"}
    walk.server.mailboxes["Work"].put(mail(101))
    for number in (100, 101, 102):
        imported(walk, number, mail(number))
    for number in (77, 78):
        append(walk, number)
    walk.server.cut_after, walk.server.is_cut_before_effect = calls, is_before
    await walk.sync()
    for number in (77, 78, 100, 101, 102):
        assert walk.server.copies()[f"m{number}@example.org"] == ["Work"]
    assert walk.pending() == []
    assert walk.here() == walk.server.everything()


async def test_of_mails_that_go_together_one_without_message_id_is_filed_once(walk):
    walk.server.capabilities |= {"MULTIAPPEND"}
    nameless = re.sub(rb"Message-ID: [^\r]*\r\n", b"", mail(100))
    named = [b"X-Was: Message-ID: <%d>\r\n" % number + nameless for number in (1, 2)]
    imported(walk, 100, named[0])
    imported(walk, 101, mail(101))
    await walk.sync()
    imported(walk, 100, named[0])
    imported(walk, 102, mail(102))
    await walk.sync()
    assert len(walk.server.mailboxes["Work"].messages) == 3


async def test_of_mails_refused_together_the_others_are_filed(walk):
    walk.server.capabilities |= {"MULTIAPPEND"}
    for number in (100, 101, 102):
        imported(walk, number, mail(number))
    singles = []

    def refuse(call, mailbox):
        if call == "append":
            singles.append(call)
        is_refused = call == "append_several" or (call == "append" and len(singles) == 2)
        return "too large" if is_refused else ""

    walk.server.refuse = refuse
    await walk.sync()
    assert walk.pending() == []
    filed = [message.date for message in walk.server.mailboxes["Work"].messages.values()]
    assert filed == [1_600_000_100, 1_600_000_102]
    assert any("too large" in hint for hint in walk.hints())


async def test_what_goes_together_is_bounded_and_what_is_lost_here_keeps_no_other_away(
    walk, monkeypatch
):
    monkeypatch.setattr("tuimail.sync.push.MAX_TOGETHER_BYTES", len(mail(100)) * 2)
    walk.server.capabilities |= {"MULTIAPPEND"}
    for number in range(100, 106):
        imported(walk, number, mail(number))
    imported(walk, 106, mail(106) + b"x" * 1_000)
    lost = walk.pending()[1].blob
    next(walk.store.folder.rglob(f"*{lost[4:]}*")).unlink()
    await walk.sync()
    assert walk.pending() == []
    assert len(walk.server.mailboxes["Work"].messages) == 6
    assert walk.server.calls.count("append_several Work") == 2
    assert walk.server.calls.count("append Work") == 2


async def test_a_mail_that_lies_in_two_files_is_filed_once(walk):
    walk.server.capabilities |= {"MULTIAPPEND"}
    for _ in range(2):
        for number in (100, 101):
            imported(walk, number, mail(number))
    await walk.sync()
    assert len(walk.server.mailboxes["Work"].messages) == 2


async def test_many_messages_are_removed_in_steps_that_are_told(walk, monkeypatch):
    monkeypatch.setattr("tuimail.sync.push.MAX_AT_ONCE", 4)
    for uid in range(1, 10):
        walk.ask(OperationKind.EXPUNGE, uid)
    walk.server.mailboxes["INBOX"].flag(10, frozenset({Flag.DELETED}))
    await walk.sync()
    told = [event for event in walk.events if isinstance(event, Progress)]
    assert [(event.words, event.mailbox) for event in told] == [
        ("changes 4/9", "INBOX"),
        ("changes 8/9", "INBOX"),
        ("changes 9/9", "INBOX"),
    ]
    assert list(walk.server.mailboxes["INBOX"].messages) == [10]
