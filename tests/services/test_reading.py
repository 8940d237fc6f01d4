"""What a person who reads is shown."""

from array import array
from dataclasses import replace

import pytest

from tests.services.conftest import account
from tests.store.makers import HOME, WORK, arrival, box_id, view
from tuimail.errors import NotFound
from tuimail.model.flags import Flag
from tuimail.model.mailbox import Role
from tuimail.model.part import Searchable
from tuimail.model.query import Order
from tuimail.model.view import Grouping
from tuimail.services import attachments, reading, triage
from tuimail.services.mail import Mail
from tuimail.store.bodies import put_body
from tuimail.store.index import catch_up
from tuimail.store.messages import put_messages

SEEN = frozenset({Flag.SEEN.value})


@pytest.fixture
def thread(mail) -> list[int]:
    """Three mails of one thread in the inbox, oldest first, and one beside them."""
    answers = {"in_reply_to": ("m1@host.example",), "references": ("m1@host.example",)}
    arrivals = [arrival(1), arrival(2, **answers), arrival(3, **answers), arrival(4)]
    return put_messages(mail.store, box_id(mail.store, "INBOX"), arrivals)


def unread(mail, grouping):
    within = view(box_id(mail.store, "INBOX"), grouping=grouping)
    return reading.search_view(mail, "is:unread", within)


def read(mail, *row_ids):
    rows = reading.rows(mail, view(box_id(mail.store, "INBOX")), row_ids)
    triage.add_flags(mail, [row.ref for row in rows], SEEN)


def test_a_search_keeps_what_was_found_and_does_not_match_any_more(mail, thread):
    search = unread(mail, Grouping.FLAT)
    before = reading.view_ids(mail, search)
    read(mail, thread[1])
    found = reading.view_ids(mail, search)
    assert thread[1] not in found
    assert reading.ids_kept(mail, search, found, before) == before


def test_a_search_drops_what_has_left_its_mailboxes(mail, thread):
    search = unread(mail, Grouping.FLAT)
    before = reading.view_ids(mail, search)
    rows = reading.rows(mail, search, thread[:1])
    triage.archive(mail, [row.ref for row in rows])
    found = reading.view_ids(mail, search)
    assert reading.ids_kept(mail, search, found, before) == array("q", reversed(thread[1:]))


def test_a_thread_stays_one_row_of_a_search_after_its_newest_mail_was_read(mail, thread):
    search = unread(mail, Grouping.THREADS)
    before = reading.view_ids(mail, search)
    read(mail, thread[2])
    found = reading.view_ids(mail, search)
    assert found == array("q", [thread[3], thread[1]])
    assert (
        reading.ids_kept(mail, search, found, before)
        == before
        == array("q", [thread[3], thread[2]])
    )


def numbers(mail: Mail, text: str) -> list[str]:
    view = reading.search_view(mail, text)
    return [row.subject.raw for row in reading.rows(mail, view, reading.view_ids(mail, view))]


def test_a_role_the_person_chose_is_searched_before_the_server_lists_its_mailboxes_again(mail):
    put_messages(mail.store, box_id(mail.store, "Sent"), [arrival(1, subject="to the server")])
    put_messages(mail.store, box_id(mail.store, "Archive"), [arrival(2, subject="chosen")])
    assert numbers(mail, "is:sent") == ["to the server"]
    chosen = replace(mail.config, accounts=(account(WORK, (Role.SENT, "Archive")), account(HOME)))
    mail = replace(mail, config=chosen)
    assert numbers(mail, "is:sent") == numbers(mail, "in:sent") == ["chosen"]


def test_the_words_of_a_search_name_mailboxes_everywhere(mail):
    assert [row.name.raw for row in reading.mailbox_by_name(mail, "spam", WORK)] == ["Junk"]
    assert [row.name.raw for row in reading.mailbox_by_name(mail, "bin")] == ["Trash", "Trash"]


def test_an_attachment_is_saved_beside_what_has_its_name(mail, tmp_path):
    raw = (
        b"Content-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n\r\ntext\r\n--x\r\n"
        b'Content-Type: text/plain; name="../../plan.txt"\r\n'
        b"Content-Disposition: attachment\r\n\r\nthe plan\r\n--x--\r\n"
    )
    put_messages(mail.store, box_id(mail.store, "INBOX"), [arrival(1)])
    (row,) = reading.rows(mail, view(), reading.view_ids(mail, view()))
    put_body(mail.store, row.key, raw, Searchable("", "", "", has_attachments=True))
    saved = [attachments.save_part(mail, row.key, "2", tmp_path / "in") for _ in range(2)]
    assert [path.read_text() for path in saved] == ["the plan", "the plan"]
    assert {path.parent for path in saved} == {tmp_path / "in"}
    with pytest.raises(NotFound, match="no part 9"):
        attachments.save_part(mail, row.key, "9", tmp_path)


def test_a_search_says_how_many_mails_have_come_and_are_not_indexed_yet(mail):
    arrivals = [arrival(1), arrival(2)]
    put_messages(mail.store, box_id(mail.store, "INBOX"), arrivals, is_indexed_later=True)
    (warning,) = reading.search(mail, "alice").warnings
    assert warning == "2 mails that have just come cannot be found by words yet."
    catch_up(mail.store)
    assert reading.search(mail, "alice").warnings == ()
    assert len(reading.view_ids(mail, reading.search_view(mail, "alice"))) == 2


def test_a_search_within_a_search_keeps_its_order_unless_it_says_one(mail) -> None:
    within = reading.search_view(mail, "pier sort:relevance")
    assert reading.search_view(mail, "is:unread", within).order is Order.RELEVANCE
    assert reading.search_view(mail, "is:unread sort:date", within).order is Order.DATE
    assert reading.search_view(mail, "is:unread").order is Order.DATE
