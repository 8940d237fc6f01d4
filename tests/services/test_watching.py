"""Conversations that are muted go past the inbox; those that are done come back on a reply."""

from dataclasses import replace

import pytest

from tests.services.test_snooze import (
    DAY,
    NOW,
    carried_out,
    places,
    receive,
    replied,
    shown,
)  # fmt: skip
from tests.store.makers import WORK, arrival, box_id, view
from tuimail.errors import UserError
from tuimail.model.address import Address
from tuimail.model.mailbox import Role
from tuimail.services import reading, undo, waking, watching
from tuimail.store.mailboxes import put_mailboxes
from tuimail.store.messages import put_messages
from tuimail.store.newcomers import mark_of, unread_since

ME = Address("Me", "me@work.example")


def refs(mail, name: str = "INBOX"):
    return [row.ref for row in shown(mail, name)]


def arrive(mail, uid: int, **changes: object) -> None:
    put_messages(mail.store, box_id(mail.store, "INBOX"), [arrival(uid, **changes)])


def test_a_muted_conversation_leaves_the_inbox_and_what_comes_of_it_goes_past(mail):
    receive(mail, 1, 9)
    done = watching.mute(mail, refs(mail)[1:], NOW)
    assert done.sentence == "1 conversation muted"
    assert places(mail) == {"Subject 1": ["Archive"], "Subject 9": ["INBOX"]}
    arrive(mail, 2, **replied(2, 1))
    assert [row.later.is_muted for row in shown(mail, "INBOX")] == [False, True]
    assert waking.heed(mail, {WORK}) == {WORK}
    assert places(mail)["Subject 2"] == ["Archive"]
    assert not shown(mail, "Archive")[0].is_unread
    arrive(mail, 3, **replied(3, 2))
    waking.heed(mail, {WORK})
    assert places(mail)["Subject 3"] == ["Archive"]
    assert waking.heed(mail, {WORK}) == set()


def test_what_was_moved_back_by_hand_stays(mail):
    receive(mail, 1)
    watching.mute(mail, refs(mail), NOW)
    carried_out(mail)
    arrive(mail, 2, **replied(2, 1))
    waking.heed(mail, {WORK})
    from tuimail.services import triage

    triage.move(mail, refs(mail, "Archive"), "INBOX")
    assert waking.heed(mail, {WORK}) == set()
    assert places(mail)["Subject 2"] == ["INBOX"]


@pytest.mark.parametrize(
    ("to", "cc", "stays"),
    [((ME,), (), True), ((ME, Address("", "b@x.example")), (), False), ((ME,), (ME,), False)],
)
def test_what_is_addressed_to_the_person_alone_comes_in_if_so_set(mail, to, cc, stays):
    settings = replace(mail.config.settings, mute_keeps_direct=True)
    mail = replace(mail, config=replace(mail.config, settings=settings))
    receive(mail, 1)
    watching.mute(mail, refs(mail), NOW)
    arrive(mail, 2, **replied(2, 1), to=to, cc=cc)
    waking.heed(mail, {WORK})
    assert (places(mail)["Subject 2"] == ["INBOX"]) is stays


def test_muted_again_it_is_no_longer_and_undo_knows_both(mail):
    receive(mail, 1)
    watching.toggle_muted(mail, refs(mail))
    assert watching.mute(mail, refs(mail, "Archive"), NOW).count == 0
    watching.toggle_muted(mail, refs(mail, "Archive"))
    assert not shown(mail, "Archive")[0].later.is_muted
    undo.undo(mail)
    assert shown(mail, "Archive")[0].later.is_muted
    undo.undo(mail)
    assert places(mail) == {"Subject 1": ["INBOX"]}
    assert not shown(mail, "INBOX")[0].later.is_muted
    undo.redo(mail)
    assert shown(mail, "Archive")[0].later.is_muted
    receive(mail, 5)
    with pytest.raises(UserError, match="not muted"):
        watching.unmute(mail, refs(mail))


def test_undo_of_muting_works_though_the_conversation_has_grown(mail):
    receive(mail, 1)
    watching.mute(mail, refs(mail), NOW)
    arrive(mail, 2, **replied(2, 1))
    waking.heed(mail, {WORK})
    undo.undo(mail)
    assert places(mail)["Subject 1"] == ["INBOX"]
    arrive(mail, 3, **replied(3, 1))
    assert waking.heed(mail, {WORK}) == set()


def test_a_muted_conversation_is_no_news_and_is_found_by_its_name(mail):
    receive(mail, 1, 9)
    watching.mute(mail, refs(mail)[1:], NOW)
    inbox = box_id(mail.store, "INBOX")
    mark = mark_of(mail.store, inbox)
    arrive(mail, 10, **replied(10, 1))
    arrive(mail, 11)
    [news] = unread_since(mail.store, inbox, mark)
    [row] = reading.rows(mail, view(inbox), [news])
    assert row.subject.raw == "Subject 11"
    found = reading.search_view(mail, "is:muted")
    names = {row.subject.raw for row in reading.rows(mail, found, reading.view_ids(mail, found))}
    assert names == {"Subject 1", "Subject 10"}


def test_done_is_archived_until_somebody_replies_who_brings_all_of_it_back(mail):
    receive(mail, 1)
    receive(mail, 2, **replied(2, 1))
    done = watching.done(mail, refs(mail)[:1], NOW)
    assert done.sentence == "1 conversation done: a reply brings it back"
    assert places(mail) == {"Subject 1": ["Archive"], "Subject 2": ["Archive"]}
    receive(mail, 3, box="Sent", **replied(3, 1, "me@work.example"))
    assert waking.heed(mail, {WORK}) == set()
    arrive(mail, 4, **replied(4, 2))
    assert waking.heed(mail, {WORK}) == {WORK}
    assert {one for name in places(mail).values() for one in name} == {"INBOX", "Sent"}
    assert waking.heed(mail, {WORK}) == set()


def test_what_was_archived_before_it_was_done_is_not_brought_back(mail):
    receive(mail, 1, box="Archive")
    receive(mail, 2, **replied(2, 1))
    watching.done(mail, refs(mail), NOW)
    receive(mail, 3, **replied(3, 1))
    watching.done(mail, refs(mail), NOW)
    assert {one for name in places(mail).values() for one in name} == {"Archive"}
    arrive(mail, 4, **replied(4, 2))
    assert waking.heed(mail, {WORK}) == {WORK}
    assert places(mail).pop("Subject 1") == ["Archive"]
    assert [row.subject.raw for row in shown(mail, "INBOX")] == [f"Subject {n}" for n in (4, 3, 2)]


def test_where_all_mail_is_the_archive_ones_own_answers_are_not_brought_back(mail):
    boxes = [
        replace(row.listed, role=Role.ALL) if row.role is Role.ARCHIVE else row.listed
        for row in reading.mailboxes(mail, WORK)
    ]
    put_mailboxes(mail.store, WORK, boxes)
    receive(mail, 1)
    own = replied(2, 1, "me@work.example")
    receive(mail, 2, box="Archive", **own)
    receive(mail, 2, box="Sent", **own)
    watching.done(mail, refs(mail), NOW)
    arrive(mail, 3, **replied(3, 2))
    waking.heed(mail, {WORK})
    assert places(mail) == {
        "Subject 1": ["INBOX"],
        "Subject 2": ["Archive", "Sent"],
        "Subject 3": ["INBOX"],
    }


def test_undo_of_done_brings_it_back_and_forgets_it(mail):
    receive(mail, 1)
    watching.done(mail, refs(mail), NOW)
    undo.undo(mail)
    assert places(mail) == {"Subject 1": ["INBOX"]}
    arrive(mail, 2, **replied(2, 1))
    assert waking.heed(mail, {WORK}) == set()


def test_a_conversation_is_known_again_after_the_cache_was_made_anew(mail):
    receive(mail, 1)
    watching.mute(mail, refs(mail), NOW)
    boxes = [row.listed for row in reading.mailboxes(mail, WORK)]
    put_mailboxes(mail.store, WORK, [])
    put_mailboxes(mail.store, WORK, boxes)
    arrive(mail, 7, **replied(7, 1))
    waking.heed(mail, {WORK})
    assert places(mail)["Subject 7"] == ["Archive"]
    assert DAY
