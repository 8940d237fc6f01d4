"""Mail that is put off: in one place whatever happens, back on time, sooner on a reply."""

from dataclasses import replace

import pytest

from tests.store.makers import BEGIN, WORK, arrival, box_id, view
from tuimail.errors import UserError
from tuimail.model.address import Address
from tuimail.model.later import NOT_LATER
from tuimail.model.mailbox import ListedMailbox, Role
from tuimail.model.message import MessageRow
from tuimail.model.operation import Operation, OperationKind, OperationState
from tuimail.services import reading, snooze, undo, waking
from tuimail.services.mail import Mail
from tuimail.services.undo import Walled
from tuimail.store import renames
from tuimail.store.mailboxes import mailbox_named, put_mailboxes, wanted_mailboxes
from tuimail.store.messages import put_messages
from tuimail.store.operations import finish_many, pending, start
from tuimail.store.snoozes import snoozes

NOW = BEGIN + 10_000
DAY = 86_400
SEEN = "\\Seen"
OTHERS = ("Lists", "Snoozed")


def receive(mail: Mail, *uids: int, box: str = "INBOX", **changes: object) -> None:
    put_messages(
        mail.store, box_id(mail.store, box), [arrival(uid, SEEN, **changes) for uid in uids]
    )


def shown(mail: Mail, name: str) -> list[MessageRow]:
    row = mailbox_named(mail.store, WORK, name)
    if row is None:
        return []
    ids = reading.view_ids(mail, view(row.id))
    return reading.rows(mail, view(row.id), ids)


def places(mail: Mail) -> dict[str, list[str]]:
    """Return where each mail is shown."""
    found: dict[str, list[str]] = {}
    for box in reading.mailboxes(mail, WORK):
        for row in shown(mail, box.name.raw):
            found.setdefault(row.subject.raw, []).append(box.name.raw)
    return found


def put_off(mail: Mail, until: int = NOW + DAY, name: str = "INBOX") -> None:
    snooze.snooze(mail, [row.ref for row in shown(mail, name)], until, NOW)


def replied(number: int, to: int, author: str = "ada@far.example") -> dict[str, object]:
    return {"references": (f"m{to}@host.example",), "from_": (Address("", author),)}


def carried_out(mail: Mail) -> list[Operation]:
    """Have the server carry out what waits."""
    waiting = pending(mail.store, WORK)
    for one in waiting:
        start(mail.store, [one.id])
        finish_many(mail.store, [one.id], OperationState.DONE)
    return waiting


def test_a_mail_sleeps_in_a_mailbox_that_is_made_when_the_server_is_reached(mail):
    receive(mail, 1)
    put_off(mail)
    assert places(mail) == {"Subject 1": ["Snoozed"]}
    assert wanted_mailboxes(mail.store, WORK) == ["Snoozed"]
    [row] = shown(mail, "Snoozed")
    assert row.later.wakes == NOW + DAY
    [move] = pending(mail.store, WORK)
    assert (move.kind, move.mailbox, move.destination) == (
        OperationKind.MOVE, "INBOX", "Snoozed",
    )  # fmt: skip


def test_what_sleeps_is_no_unread_mail_and_undo_makes_it_one_again(mail):
    put_messages(mail.store, box_id(mail.store, "INBOX"), [arrival(1)])
    put_off(mail)
    [row] = shown(mail, "Snoozed")
    assert not row.is_unread
    assert mailbox_named(mail.store, WORK, "Snoozed").unread == 0
    undo.undo(mail)
    assert shown(mail, "INBOX")[0].is_unread
    undo.redo(mail)
    snooze.unsnooze(mail, [row.ref for row in shown(mail, "Snoozed")])
    assert shown(mail, "INBOX")[0].is_unread


def test_where_all_mailboxes_lie_below_the_inbox_so_does_the_one_for_sleep(mail):
    names = [("INBOX", Role.INBOX), ("INBOX.Sent", Role.SENT), ("INBOX.Archive", Role.ARCHIVE)]
    listed = [ListedMailbox(name, ".", role, is_selectable=True) for name, role in names]
    put_mailboxes(mail.store, WORK, listed)
    receive(mail, 1)
    put_off(mail)
    assert places(mail) == {"Subject 1": ["INBOX.Snoozed"]}


def test_it_comes_back_unread_with_a_mark_until_it_is_read(mail):
    receive(mail, 1)
    put_off(mail)
    assert waking.wake_due(mail, NOW + DAY - 1) == set()
    assert waking.wake_due(mail, NOW + DAY) == {WORK}
    assert places(mail) == {"Subject 1": ["INBOX"]}
    [row] = shown(mail, "INBOX")
    assert row.is_unread
    assert row.later.is_woken
    assert waking.wake_due(mail, NOW + DAY) == set()
    from tuimail.services import triage

    triage.toggle_seen(mail, [row.ref])
    waking.wake_due(mail, NOW + DAY)
    assert shown(mail, "INBOX")[0].later == NOT_LATER


def test_after_a_week_without_the_program_all_that_was_missed_comes_back_at_once(mail):
    receive(mail, 1, 2)
    put_off(mail)
    carried_out(mail)
    assert waking.wake_due(mail, NOW + 8 * DAY) == {WORK}
    assert places(mail) == {"Subject 1": ["INBOX"], "Subject 2": ["INBOX"]}


def test_it_goes_back_to_where_it_was_or_to_the_inbox_where_that_is_gone(mail):
    boxes = reading.mailboxes(mail, WORK)
    lists = ListedMailbox("Lists", "/", None, is_selectable=True)
    put_mailboxes(mail.store, WORK, [*(row.listed for row in boxes), lists])
    receive(mail, 1, box="Lists")
    receive(mail, 2, box="Archive")
    put_off(mail, name="Lists")
    put_off(mail, name="Archive")
    carried_out(mail)
    receive(mail, 1, box="Snoozed")
    put_mailboxes(mail.store, WORK, [row.listed for row in boxes])
    waking.wake_due(mail, NOW + DAY)
    assert places(mail) == {"Subject 1": ["INBOX"], "Subject 2": ["Archive"]}


def test_a_reply_wakes_it_and_ones_own_mail_or_junk_does_not(mail):
    receive(mail, 1)
    put_off(mail)
    receive(mail, 2, box="Sent", **replied(2, 1, "me@work.example"))
    receive(mail, 3, box="Junk", **replied(3, 1))
    receive(mail, 4, **replied(4, 1, "ME@work.example"))
    assert waking.heed(mail, {WORK}) == set()
    receive(mail, 5, **replied(5, 1))
    assert waking.heed(mail, {WORK}) == {WORK}
    assert places(mail)["Subject 1"] == ["INBOX"]
    assert waking.heed(mail, {WORK}) == set()


def test_an_old_mail_of_the_conversation_that_is_fetched_late_is_no_reply(mail):
    receive(mail, 1)
    put_off(mail)
    old = replied(2, 1) | {"date": NOW - 30 * DAY}
    put_messages(mail.store, box_id(mail.store, "INBOX"), [arrival(2, **old)])
    assert waking.heed(mail, {WORK}) == set()


def test_of_a_mail_that_lies_in_two_mailboxes_the_one_in_the_inbox_sleeps(mail):
    receive(mail, 1, box="Archive")
    receive(mail, 1)
    both = [shown(mail, name)[0].ref for name in ("Archive", "INBOX")]
    assert snooze.snooze(mail, both, NOW + DAY, NOW).count == 1
    assert places(mail) == {"Subject 1": ["Archive", "Snoozed"]}
    both[1] = shown(mail, "Snoozed")[0].ref
    snooze.snooze(mail, both, NOW + 2 * DAY, NOW)
    assert places(mail) == {"Subject 1": ["Archive", "Snoozed"]}
    undo.undo(mail)
    undo.undo(mail)
    assert sorted(places(mail)["Subject 1"]) == ["Archive", "INBOX"]
    assert snoozes(mail.store) == []
    snooze.snooze(mail, [shown(mail, name)[0].ref for name in ("Archive", "INBOX")], NOW, NOW)
    waking.wake_due(mail, NOW + DAY)
    assert sorted(places(mail)["Subject 1"]) == ["Archive", "INBOX"]


def test_it_wakes_after_its_mailboxes_got_other_names(mail):
    boxes = [row.listed for row in reading.mailboxes(mail, WORK)]
    put_mailboxes(mail.store, WORK, [*boxes, *(ListedMailbox(n, "/", None, True) for n in OTHERS)])
    receive(mail, 1, box="Lists")
    put_off(mail, name="Lists")
    carried_out(mail)
    receive(mail, 1, box="Snoozed")
    for old, new in (("Snoozed", "Later"), ("Lists", "Talk")):
        renames.note_rename(mail.store, WORK, renames.Renaming(old, new, "/"))
        names = {row.name.raw for row in reading.mailboxes(mail, WORK)} - {old} | {new}
        renames.settle_rename(mail.store, WORK, dict.fromkeys(names, True))
    assert places(mail) == {"Subject 1": ["Later"]}
    waking.wake_due(mail, NOW + DAY)
    assert places(mail) == {"Subject 1": ["Talk"]}
    [row] = shown(mail, "Talk")
    assert (row.is_unread, row.later.is_woken) == (True, True)


def test_put_off_again_it_sleeps_until_the_other_time(mail):
    receive(mail, 1)
    put_off(mail)
    put_off(mail, NOW + 3 * DAY, name="Snoozed")
    waking.wake_due(mail, NOW + DAY)
    assert places(mail) == {"Subject 1": ["Snoozed"]}
    waking.wake_due(mail, NOW + 3 * DAY)
    assert places(mail) == {"Subject 1": ["INBOX"]}


def test_woken_by_hand_it_is_back_and_undo_puts_it_to_sleep_again(mail):
    receive(mail, 1)
    put_off(mail)
    snooze.unsnooze(mail, [row.ref for row in shown(mail, "Snoozed")])
    assert places(mail) == {"Subject 1": ["INBOX"]}
    assert snoozes(mail.store) == []
    undo.undo(mail)
    assert places(mail) == {"Subject 1": ["Snoozed"]}
    assert [one.until for one in snoozes(mail.store)] == [NOW + DAY]
    undo.undo(mail)
    assert places(mail) == {"Subject 1": ["INBOX"]}
    assert snoozes(mail.store) == []
    undo.redo(mail)
    assert places(mail) == {"Subject 1": ["Snoozed"]}
    receive(mail, 2)
    with pytest.raises(UserError, match="not snoozed"):
        snooze.unsnooze(mail, [row.ref for row in shown(mail, "INBOX")])


@pytest.mark.parametrize("is_done", [False, True])
def test_undo_of_putting_off_brings_it_back_before_and_after_the_server_has_moved_it(mail, is_done):
    receive(mail, 1)
    put_off(mail)
    if is_done:
        carried_out(mail)
    undo.undo(mail)
    assert places(mail) == {"Subject 1": ["INBOX"]}
    assert snoozes(mail.store) == []
    assert waking.wake_due(mail, NOW + DAY) == set()


def test_what_woke_meanwhile_cannot_be_taken_back(mail):
    receive(mail, 1)
    put_off(mail)
    waking.wake_due(mail, NOW + DAY)
    with pytest.raises(Walled):
        undo.undo(mail)
    assert places(mail) == {"Subject 1": ["INBOX"]}


def test_what_somebody_put_elsewhere_while_it_slept_stays_there(mail):
    receive(mail, 1)
    put_off(mail)
    from tuimail.services import triage

    triage.move(mail, [row.ref for row in shown(mail, "Snoozed")], "Archive")
    waking.wake_due(mail, NOW + DAY)
    assert places(mail) == {"Subject 1": ["Archive"]}
    assert snoozes(mail.store) == []


def test_what_the_server_could_not_put_to_bed_wakes_where_it_lies(mail):
    receive(mail, 1)
    put_off(mail)
    [move] = pending(mail.store, WORK)
    start(mail.store, [move.id])
    finish_many(mail.store, [move.id], OperationState.REFUSED, "NO such mailbox")
    assert places(mail) == {"Subject 1": ["INBOX"]}
    waking.wake_due(mail, NOW + DAY)
    [row] = shown(mail, "INBOX")
    assert (row.is_unread, row.later.is_woken) == (True, True)


def test_a_mailbox_that_is_still_to_be_made_outlasts_a_listing_of_the_server(mail):
    receive(mail, 1)
    boxes = [row.listed for row in reading.mailboxes(mail, WORK)]
    put_off(mail)
    put_mailboxes(mail.store, WORK, boxes)
    assert places(mail) == {"Subject 1": ["Snoozed"]}


def test_what_is_snoozed_is_found_and_nothing_else(mail):
    receive(mail, 1, 2)
    refs = [row.ref for row in shown(mail, "INBOX")]
    found = reading.search_view(mail, "is:snoozed")
    assert list(reading.view_ids(mail, found)) == []
    snooze.snooze(mail, refs[:1], NOW + DAY, NOW)
    assert [
        row.subject.raw for row in reading.rows(mail, found, reading.view_ids(mail, found))
    ] == ["Subject 2"]


def test_a_mail_of_another_account_with_the_same_content_sleeps_by_itself(mail):
    receive(mail, 1)
    put_messages(
        mail.store, box_id(mail.store, "INBOX", mail.config.accounts[1].name), [arrival(1, SEEN)]
    )
    put_off(mail)
    assert len(snoozes(mail.store)) == 1
    assert replace(snoozes(mail.store)[0]).account == WORK
