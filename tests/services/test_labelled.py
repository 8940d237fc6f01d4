"""Putting mail away where mailboxes are labels, against a host that has them as Gmail does."""

from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from tests.demo.fixtures import RunningHost
from tests.demo.gmail import GmailServer, letter
from tests.store.makers import assert_counters_right, view
from tests.sync.walk import ACCOUNT, Walk, walk_in
from tuimail.config.load import Config
from tuimail.config.profile import Profile
from tuimail.demo.faults import Fault, FaultKind
from tuimail.demo.gmail import ALL_MAIL, SPAM, TRASH
from tuimail.errors import NetworkError, UserError
from tuimail.model.flags import labels_of
from tuimail.model.ids import MessageRef
from tuimail.model.mailbox import Role
from tuimail.model.message import MessageRow
from tuimail.model.settings import Settings
from tuimail.services import reading, searching, triage, undo
from tuimail.services.copies import copy_to_move
from tuimail.services.doctor import examine_files
from tuimail.services.mail import Mail


class Desk:
    """Alice before her mail: the inbox has mails 1 to 3, of which 1 and 2 are labelled Work."""

    def __init__(self, walk: Walk, server: GmailServer, mail: Mail) -> None:
        self.walk, self.server, self.mail = walk, server, mail

    def shown(self, mailbox: str) -> list[MessageRow]:
        one = view(self.walk.id_of(mailbox))
        return list(reading.rows(self.mail, one, reading.view_ids(self.mail, one)))

    def subjects(self, mailbox: str) -> list[str]:
        return sorted(row.subject.raw for row in self.shown(mailbox))

    def row(self, number: int, mailbox: str) -> MessageRow:
        return next(r for r in self.shown(mailbox) if r.subject.raw == f"mail {number}")

    def labels(self, number: int, mailbox: str = "INBOX") -> list[str]:
        return labels_of(self.row(number, mailbox).flags)

    def told(self, number: int) -> list[str]:
        """Labels of a mail on the server, as INBOX tells them."""
        box = self.server.box("INBOX")
        for message in box.messages.values():
            if b"Subject: mail %d\r\n" % number in message.raw and message.letter is not None:
                return message.letter.labels_beside(message)
        raise AssertionError(number)

    def places(self, number: int) -> list[str]:
        return self.server.lies_in().get(b"mail %d" % number, [])

    def are_equal(self) -> bool:
        """Whether every mailbox here holds what the server's holds."""
        here = {name: set(uids) for name, uids in self.walk.here().items()}
        return here == {b.name: set(b.messages) for b in self.server.host.store("alice")}


@pytest.fixture
async def desk(tmp_path: Path, gmail_host: RunningHost) -> AsyncIterator[Desk]:
    async for one in _desk(tmp_path, gmail_host):
        yield one


async def _desk(folder: Path, host: RunningHost) -> AsyncIterator[Desk]:
    profile = Profile.at(folder)
    profile.prepare()
    server = GmailServer(host)
    for number in (1, 2, 3):
        host.deliver(letter(number))
    for number in (1, 2):
        server.label(number, "Work")
    with walk_in(profile.data_dir, server) as walk:
        mail = Mail(profile, Config(Settings(time_zone="UTC"), (ACCOUNT,)), walk.store)
        await walk.sync()
        yield Desk(walk, server, mail)


@pytest.mark.parametrize("mailbox", ["INBOX", "Work", ALL_MAIL])
async def test_what_is_removed_for_ever_is_gone_from_everywhere(desk: Desk, mailbox: str) -> None:
    triage.expunge_for_ever(desk.mail, [desk.row(1, mailbox).ref])
    assert "mail 1" not in desk.subjects(mailbox)
    assert desk.subjects(TRASH) == []
    await desk.walk.sync()
    assert desk.places(1) == []
    assert desk.places(2) == ["INBOX", "Work", ALL_MAIL]
    assert desk.are_equal()
    assert desk.walk.pending() == []


async def test_a_mail_named_by_two_labels_is_removed_once(desk: Desk) -> None:
    refs = [desk.row(1, box).ref for box in ("INBOX", "Work", ALL_MAIL)]
    assert triage.expunge_for_ever(desk.mail, refs).count == 1
    await desk.walk.sync()
    assert desk.places(1) == []
    assert desk.walk.hints() == []


async def test_two_mails_that_are_alike_in_one_mailbox_are_both_put_away(desk: Desk) -> None:
    desk.server.host.deliver(letter(3))
    desk.walk.agenda.wish_refresh(["INBOX"])
    await desk.walk.sync()
    assert desk.places(3) == ["INBOX", "INBOX", ALL_MAIL, ALL_MAIL]
    refs = [desk.row(3, box).ref for box in ("INBOX", ALL_MAIL)]
    assert triage.delete(desk.mail, refs).count == 2
    assert "mail 3" not in desk.subjects("INBOX")
    await desk.walk.sync()
    assert desk.places(3) == [TRASH, TRASH]
    assert desk.are_equal()


async def test_what_lies_in_trash_is_not_taken_for_what_is_removed_by_way_of_it(desk: Desk) -> None:
    triage.delete(desk.mail, [desk.row(1, "INBOX").ref])
    await desk.walk.sync()
    desk.server.host.deliver(letter(1))
    desk.walk.agenda.wish_refresh(["INBOX"])
    await desk.walk.sync()
    triage.expunge_for_ever(desk.mail, [desk.row(1, "INBOX").ref])
    await desk.walk.sync()
    assert list(desk.server.box(TRASH).messages) == [1]
    assert desk.places(1) == [TRASH]
    assert desk.are_equal()


async def test_what_the_server_refused_to_remove_for_ever_comes_back_by_undo(desk: Desk) -> None:
    triage.expunge_for_ever(desk.mail, [desk.row(3, "INBOX").ref])
    desk.server.host.imap_fault(Fault(FaultKind.REFUSE, "UID EXPUNGE", text="NO not now"))
    await desk.walk.sync()
    assert desk.places(3) == [TRASH]
    undo.undo(desk.mail)
    await desk.walk.sync()
    assert desk.places(3) == ["INBOX", ALL_MAIL]


@pytest.mark.parametrize("where", [TRASH, SPAM])
async def test_from_trash_or_spam_it_goes_at_once(desk: Desk, where: str) -> None:
    triage.move(desk.mail, [desk.row(1, "INBOX").ref], where)
    await desk.walk.sync()
    triage.expunge_for_ever(desk.mail, [desk.row(1, where).ref])
    assert [one.mailbox for one in desk.walk.pending()] == [where]
    await desk.walk.sync()
    assert desk.places(1) == []


async def test_removing_for_ever_is_taken_back_while_it_waits_and_not_after(desk: Desk) -> None:
    triage.expunge_for_ever(desk.mail, [desk.row(1, "INBOX").ref])
    undo.undo(desk.mail)
    await desk.walk.sync()
    assert desk.places(1) == ["INBOX", "Work", ALL_MAIL]
    triage.expunge_for_ever(desk.mail, [desk.row(1, "INBOX").ref])
    await desk.walk.sync()
    with pytest.raises(UserError, match="Cannot be undone"):
        undo.undo(desk.mail)
    assert desk.walk.pending() == []
    assert "mail 1" not in desk.subjects("INBOX")


@pytest.mark.parametrize("command", ["UID MOVE", "UID STORE", "UID EXPUNGE"])
@pytest.mark.parametrize("is_done", [False, True])
async def test_a_cut_while_removing_for_ever_leaves_nothing_behind(
    desk: Desk, command: str, is_done: bool
) -> None:
    triage.expunge_for_ever(desk.mail, [desk.row(1, "Work").ref])
    desk.server.host.imap_fault(Fault(FaultKind.CUT, command, carried_out=is_done))
    desk.walk.agenda.wish_push()
    assert isinstance(await desk.walk.connection(), NetworkError)
    await desk.walk.sync()
    assert desk.places(1) == []
    assert desk.places(2) == ["INBOX", "Work", ALL_MAIL]
    assert desk.walk.pending() == []


@pytest.mark.parametrize("mailbox", ["INBOX", "Work", ALL_MAIL])
async def test_archiving_takes_a_mail_out_of_the_inbox_and_leaves_its_labels(
    desk: Desk, mailbox: str
) -> None:
    triage.archive(desk.mail, [desk.row(1, mailbox).ref])
    assert desk.subjects("INBOX") == ["mail 2", "mail 3"]
    assert desk.subjects("Work") == ["mail 1", "mail 2"]
    await desk.walk.sync()
    assert desk.places(1) == ["Work", ALL_MAIL]
    assert desk.are_equal()
    undo.undo(desk.mail)
    assert desk.subjects("INBOX") == ["mail 1", "mail 2", "mail 3"]
    assert desk.subjects(ALL_MAIL) == ["mail 1", "mail 2", "mail 3"]
    await desk.walk.sync()
    assert desk.places(1) == ["INBOX", "Work", ALL_MAIL]
    assert desk.are_equal()


@pytest.mark.parametrize("mailbox", ["Work", ALL_MAIL])
async def test_a_mail_that_is_not_in_the_inbox_is_archived_already(
    desk: Desk, mailbox: str
) -> None:
    triage.archive(desk.mail, [desk.row(1, "INBOX").ref])
    await desk.walk.sync()
    done = triage.archive(desk.mail, [desk.row(1, mailbox).ref])
    assert (done.count, done.sentence) == (0, "Not in the inbox: it is archived already")
    await desk.walk.sync()
    assert desk.places(1) == ["Work", ALL_MAIL]


async def test_an_archive_of_ones_own_is_a_label_that_takes_the_place_of_the_inbox(
    desk: Desk,
) -> None:
    desk.server.label(2, "Archive")
    desk.walk.agenda.wish_counters()  # lists the mailboxes too
    await desk.walk.sync()
    triage.archive(desk.mail, [desk.row(1, "Work").ref])
    await desk.walk.sync()
    assert sorted(desk.places(1)) == ["Archive", "Work", ALL_MAIL]
    assert triage.archive(desk.mail, [desk.row(1, "Work").ref]).count == 0


async def test_archiving_from_trash_takes_a_mail_out_of_there(desk: Desk) -> None:
    triage.delete(desk.mail, [desk.row(3, "INBOX").ref])
    await desk.walk.sync()
    triage.archive(desk.mail, [desk.row(3, TRASH).ref])
    await desk.walk.sync()
    assert desk.places(3) == [ALL_MAIL]


@pytest.mark.parametrize("is_online", [True, False])
@pytest.mark.parametrize("destination", ["Work", "INBOX"])
async def test_a_mail_that_gets_a_label_from_all_mail_stays_in_sight_there(
    desk: Desk, destination: str, is_online: bool
) -> None:
    triage.archive(desk.mail, [desk.row(3, "INBOX").ref])
    await desk.walk.sync()
    triage.move(desk.mail, [desk.row(3, ALL_MAIL).ref], destination)
    if is_online:
        await desk.walk.sync()
        assert desk.places(3) == sorted([destination, ALL_MAIL], key=desk.places(3).index)
        assert desk.are_equal()
    assert "mail 3" in desk.subjects(ALL_MAIL)
    assert "mail 3" in desk.subjects(destination)


async def test_what_is_deleted_out_of_all_mail_leaves_it(desk: Desk) -> None:
    triage.delete(desk.mail, [desk.row(1, ALL_MAIL).ref, desk.row(1, "INBOX").ref])
    assert "mail 1" not in desk.subjects(ALL_MAIL)
    await desk.walk.sync()
    assert desk.places(1) == [TRASH]
    assert desk.are_equal()
    assert desk.walk.hints() == []


@pytest.mark.parametrize("mailbox", ["INBOX", "Work", ALL_MAIL])
@pytest.mark.parametrize("act", [triage.delete, triage.spam, triage.expunge_for_ever])
async def test_offline_too_a_mail_put_away_is_out_of_sight_everywhere(
    desk: Desk, mailbox: str, act: Callable[[Mail, list[MessageRef]], object]
) -> None:
    act(desk.mail, [desk.row(1, mailbox).ref])
    for name in ("INBOX", "Work", ALL_MAIL):
        assert "mail 1" not in desk.subjects(name)
        assert "mail 2" in desk.subjects(name)
    undo.undo(desk.mail)
    assert all("mail 1" in desk.subjects(name) for name in ("INBOX", "Work", ALL_MAIL))
    act(desk.mail, [desk.row(1, mailbox).ref])
    await desk.walk.sync()
    assert desk.are_equal()
    assert_counters_right(desk.mail.store)


async def test_a_refusal_brings_back_a_mail_that_was_put_away_from_everywhere(desk: Desk) -> None:
    desk.server.host.imap_fault(Fault(FaultKind.REFUSE, "UID MOVE", text="NO not now"))
    triage.delete(desk.mail, [desk.row(1, "Work").ref])
    await desk.walk.sync()
    assert all("mail 1" in desk.subjects(name) for name in ("INBOX", "Work", ALL_MAIL))
    assert desk.places(1) == ["INBOX", "Work", ALL_MAIL]


async def test_of_a_mail_with_two_labels_no_copy_has_to_be_named_to_delete_it(desk: Desk) -> None:
    public_id = desk.row(1, "INBOX").id
    assert copy_to_move(desk.mail, public_id, None, Role.TRASH).id == public_id
    with pytest.raises(UserError, match="say which copy"):
        copy_to_move(desk.mail, public_id, None, "[Gmail]/Drafts")


@pytest.fixture(params=["CONDSTORE", ""])
async def either_desk(
    request: pytest.FixtureRequest, tmp_path: Path, gmail_host: RunningHost
) -> AsyncIterator[Desk]:
    gmail_host.host.imap_withheld.add(request.param)
    async for desk in _desk(tmp_path, gmail_host):
        yield desk


async def test_labels_of_the_server_are_seen_beside_the_mail(either_desk: Desk) -> None:
    desk = either_desk
    assert desk.labels(1) == ["Work"]
    assert desk.labels(3) == []
    assert desk.labels(1, ALL_MAIL) == ["Work"]
    desk.server.label(3, "Über uns", "\\Important", "\\Starred")
    desk.walk.agenda.wish_refresh(["INBOX"])
    await desk.walk.sync()
    assert desk.labels(3) == ["Important", "Über uns"]
    assert reading.labels(desk.mail) == ["Important", "Work", "Über uns"]


async def test_labels_are_put_on_and_taken_off_offline_and_reach_the_server(
    either_desk: Desk,
) -> None:
    desk = either_desk
    refs = [desk.row(number, "INBOX").ref for number in (1, 3)]
    done = triage.add_flags(desk.mail, refs, frozenset({"two words", "important"}))
    triage.remove_flags(desk.mail, refs, frozenset({"WORK"}))
    assert done.sentence == "2 messages tagged important, tagged two words"
    assert desk.labels(1) == desk.labels(3) == ["important", "two words"]
    await desk.walk.sync()
    assert desk.told(1) == desk.told(3) == ["\\Important", "two words"]
    assert desk.labels(1) == desk.labels(3)
    undo.undo(desk.mail)
    undo.undo(desk.mail)
    assert (desk.labels(1), desk.labels(3)) == (["Work"], [])
    await desk.walk.sync()
    assert (desk.told(1), desk.told(3)) == (["Work"], [])
    assert desk.walk.hints() == []


async def test_what_programs_set_for_themselves_is_a_keyword_and_no_label(desk: Desk) -> None:
    ref = desk.row(3, "INBOX").ref
    triage.add_flags(desk.mail, [ref], frozenset({"$Forwarded", "NonJunk", "\\Flagged"}))
    await desk.walk.sync()
    assert desk.told(3) == ["\\Starred"]
    assert desk.row(3, "INBOX").flags == {"$Forwarded", "NonJunk", "\\Flagged"}


@pytest.mark.parametrize("word", ["", " ", "x" * 226, "a\nb", "a\u202eb"])
async def test_a_label_that_cannot_be_seen_or_is_too_long_is_refused(desk: Desk, word: str) -> None:
    with pytest.raises(UserError, match="cannot be a"):
        triage.add_flags(desk.mail, [desk.row(3, "INBOX").ref], frozenset({word}))
    assert desk.walk.pending() == []


async def test_news_of_flags_alone_leave_labels_as_they_are_known(desk: Desk) -> None:
    box = desk.server.box("INBOX")
    line = b"* 1 FETCH (UID 1 FLAGS (\\Seen))\r\n"
    desk.server.host.imap_fault(
        Fault(FaultKind.INJECT, "UID FETCH", raw=line), Fault(FaultKind.INJECT, "SELECT", raw=line)
    )
    desk.server.host.call(lambda: box.set_flags(box.messages[2], frozenset({"\\Seen"})))
    desk.walk.agenda.wish_refresh(["INBOX"])
    await desk.walk.sync()
    assert desk.labels(1) == desk.labels(2) == ["Work"]
    assert not desk.row(2, "INBOX").is_unread


async def test_labels_beyond_the_room_there_is_reach_the_server_and_it_is_said(desk: Desk) -> None:
    names = [f"label {number:02}" for number in range(70)]
    desk.server.label(3, *names)
    desk.walk.agenda.wish_refresh(["INBOX"])
    await desk.walk.sync()
    assert len({*desk.labels(3), *desk.labels(1)}) == 54
    done = triage.add_flags(desk.mail, [desk.row(1, "INBOX").ref], frozenset({"One more"}))
    assert done.sentence == (
        "1 message tagged One more; there is no room to show One more here, the server keeps it"
    )
    await desk.walk.sync()
    assert desk.told(1) == ["One more", "Work"]
    assert desk.told(3) == names
    [finding] = [one for one in examine_files(desk.mail) if one.what == "labels and keywords"]
    assert "no room for more than 54" in finding.advice


async def test_gmails_threads_are_threads_here(desk: Desk) -> None:
    desk.server.host.deliver(letter(4))
    box = desk.server.box(ALL_MAIL)
    first, fourth = box.messages[1].letter, box.messages[4].letter
    assert first is not None
    assert fourth is not None
    fourth.thread_id = first.thread_id  # by what only Gmail knows
    desk.walk.agenda.wish_refresh(["INBOX"])
    await desk.walk.sync()
    threads = {row.subject.raw: row.thread_id for row in desk.shown("INBOX")}
    assert threads["mail 4"] == threads["mail 1"]
    assert len(set(threads.values())) == 3


async def test_labels_are_found_by_their_names_and_completed(desk: Desk) -> None:
    triage.add_flags(desk.mail, [desk.row(3, "INBOX").ref], frozenset({"two words"}))
    assert searching.completions(desk.mail, "tag:tw") == ['tag:"two words" ']
    found = reading.search_view(desk.mail, 'tag:"two words"', view())
    rows = reading.rows(desk.mail, found, reading.view_ids(desk.mail, found))
    assert [row.subject.raw for row in rows] == ["mail 3"]
