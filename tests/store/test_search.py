"""Searches find what they say, newest first, and survive what full-text engines trip over."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tuimail.errors import QueryError
from tuimail.model.address import Address
from tuimail.model.ids import MailboxId, MessageKey, OutgoingId, public_id
from tuimail.model.outgoing import OutgoingState
from tuimail.model.part import Searchable
from tuimail.model.places import Places
from tuimail.model.query import Order
from tuimail.model.safe import ours
from tuimail.model.view import Grouping, View
from tuimail.store.bodies import Whole, body_of, put_bodies, put_body
from tuimail.store.database import Database, Store
from tuimail.store.lists import listed, rows_of, view_ids
from tuimail.store.mailboxes import mailbox_rows
from tuimail.store.messages import key_of, put_messages
from tuimail.store.outgoing import NewOutgoing, put_outgoing
from tuimail.store.query_language import parse

from .makers import (
    BEGIN,
    HOME,
    WORK,
    arrival,
    box_id,
    envelope,
    set_state,
    store_with_mailboxes,
    view,
)

NOW = datetime.fromtimestamp(BEGIN + 86_400, UTC)
ANNA = Address("Anna Müller", "anna@müller.example")


def searching(
    store: Store, text: str, *mailboxes: MailboxId, grouping: Grouping = Grouping.FLAT
) -> View:
    parsed = parse(text, NOW, Places(mailbox_rows(store)))
    return View(ours(text), mailboxes, parsed.node, text, grouping, parsed.order or Order.DATE)


def found(store: Store, text: str, *mailboxes: MailboxId) -> list[int]:
    """Return the numbers of the messages a search finds, in order."""
    ids = view_ids(store, searching(store, text, *mailboxes))
    return [row_id // 64 - BEGIN for row_id in ids]


@pytest.fixture
def filled(tmp_path: Path):
    store = store_with_mailboxes(tmp_path / "data", WORK, HOME)
    inbox = box_id(store, "INBOX")
    put_messages(
        store,
        inbox,
        [
            arrival(1, subject="Invoice for the lighthouse"),
            arrival(2, "\\Seen", subject="Lunch", from_=(ANNA,)),
            arrival(
                3,
                "\\Seen",
                "\\Flagged",
                subject="Re: lunch",
                cc=(Address("Carl", "carl@x.example"),),
            ),
            arrival(4, "project", subject="会議の資料について", list_id="team.lists.example"),
            arrival(
                5, "\\Seen", "\\Answered", subject="🎉 party!!!", content_type="multipart/report"
            ),
            arrival(
                6, "\\Draft", subject="naïve café plans", to=(Address("Dora", "dora@y.example"),)
            ),
        ],
    )
    put_messages(store, box_id(store, "Trash"), [arrival(90, number=7, subject="old lunch menu")])
    put_messages(store, box_id(store, "Sent"), [arrival(50, "\\Seen", number=8, subject="Hello")])
    put_messages(store, box_id(store, "INBOX", HOME), [arrival(1, number=9, subject="home lunch")])
    yield store
    store.close()


def put_text(store: Store, number: int, text: str, names: str = "") -> None:
    row_id = next(i for i in view_ids(store, view()) if i // 64 - BEGIN == number)
    searchable = Searchable(text, names, text[:20], has_attachments=bool(names))
    put_body(store, key_of(store, row_id), b"raw", searchable)


def test_bodies_put_together_are_found_each_by_its_words_and_once(filled: Store) -> None:
    store = filled
    keys = {n: key_of(store, i) for i in view_ids(store, view()) for n in [i // 64 - BEGIN]}
    texts = {
        n: Searchable(f"pelican number{n}", "", f"pelican {n}", has_attachments=False)
        for n in (5, 1, 3)
    }
    wholes = [Whole(keys[n], b"raw %d" % n * 50, what) for n, what in texts.items()]
    put_bodies(store, wholes[:1])
    put_bodies(store, wholes)
    put_bodies(store, [*wholes, Whole(MessageKey(99), b"of no message here", texts[1])])
    assert [body_of(store, whole.key) for whole in wholes] == [whole.raw for whole in wholes]
    assert found(store, "pelican") == [5, 3, 1]
    assert found(store, "number3 subject:lunch") == [3]
    counted = store.rows(Database.SEARCH, "select count(*) from ft where ft match 'pelican'")
    assert counted == [(3,)]
    snippets = {row.snippet.raw for row in rows_of(store, view(), view_ids(store, view()))}
    assert {"pelican 1", "pelican 3", "pelican 5"} <= snippets


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("lunch", [9, 7, 3, 2]),
        ("LUNCH", [9, 7, 3, 2]),
        ("subject:lunch -in:trash", [9, 3, 2]),
        ("lunch in:inbox", [9, 3, 2]),
        ("lunch account:home", [9]),
        ("lunch OR invoice", [9, 7, 3, 2, 1]),
        ("lunch -menu", [9, 3, 2]),
        ("lunch -menu -home", [3, 2]),
        ("(lunch -menu) OR (invoice -lunch)", [9, 3, 2, 1]),
        ("lunch -(home OR menu OR is:flagged)", [2]),
        ("-lunch in:work/inbox", [6, 5, 4, 1]),
        ('"old lunch"', [7]),
        ('"lunch old"', []),
        ("from:anna", [2]),
        ("from:muller", [2]),
        ("from:anna@müller.example", [2]),
        ("to:bob cc:carl", [3]),
        ("cc:bob", []),
        ("to:dora", [6]),
        ("cafe", [6]),
        ("light*", [1]),
        ("li*", []),
        ("lighthous", []),
        ("会議", [4]),
        ("議の資", [4]),
        ("料", [4]),
        ("会資", []),
        ("🎉", [5]),
        ("party!!!", [5]),
        ("is:unread in:inbox", [9, 6, 4, 1]),
        ("is:read in:inbox", [5, 3, 2]),
        ("is:flagged", [3]),
        ("is:replied", [5]),
        ("is:draft", [6]),
        ("is:sent", [8]),
        ("is:bounced", []),
        ("tag:project", [4]),
        ("tag:nothing", []),
        ("tag:flagged", [3]),
        ("list:team", [4]),
        ("in:nowhere", []),
        ("lunch is:unread", [9, 7]),
        ("is:flagged OR invoice", [3, 1]),
        ("-(lunch OR is:unread)", [8, 5]),
        ("-is:unread -lunch", [8, 5]),
        ("larger:2k", []),
        ("smaller:2k is:flagged", [3]),
        ("newer:1d", [9, 8, 7, 6, 5, 4, 3, 2, 1]),
        ("lunch older:1h", [9, 7, 3, 2]),
        ("before:2023-11-01", []),
        ("lunch on:2023", [9, 7, 3, 2]),
        ("id:m5@host.example", [5]),
        ("id:<m5@host.example>", [5]),
        ("id:nothing@host.example", []),
    ],
)
def test_a_search_finds(filled: Store, text: str, expected: list[int]) -> None:
    assert found(filled, text) == expected
    assert len(listed(filled, searching(filled, text)).messages) == len(expected)


def test_a_search_within_a_mailbox(filled: Store) -> None:
    inbox = box_id(filled, "INBOX")
    assert found(filled, "lunch", inbox) == [3, 2]
    assert found(filled, "is:unread", inbox) == [6, 4, 1]
    ids = view_ids(filled, searching(filled, "lunch", inbox), limit=1)
    assert [row.subject.raw for row in rows_of(filled, searching(filled, "lunch", inbox), ids)] == [
        "Re: lunch"
    ]


def test_a_message_is_found_by_its_public_id(filled: Store) -> None:
    (row_id,) = view_ids(filled, searching(filled, "invoice"))
    assert list(view_ids(filled, searching(filled, f"id:{public_id(key_of(filled, row_id))}"))) == [
        row_id
    ]


def test_bodies_and_attachment_names_are_found(filled: Store) -> None:
    put_text(filled, 1, "the keeper of the tower; see https://example.org", "plan.pdf\nmeeting.ics")
    assert found(filled, "keeper") == found(filled, "body:keeper") == [1]
    assert found(filled, "subject:keeper") == []
    assert found(filled, "filename:plan.pdf") == found(filled, "filename:pdf") == [1]
    assert found(filled, "has:attachment") == found(filled, "has:link") == [1]
    assert found(filled, "has:invite") == [1]
    assert found(filled, "invoice") == [1]
    ids = view_ids(filled, searching(filled, "keeper"))
    (row,) = rows_of(filled, searching(filled, "keeper"), ids)
    assert (row.snippet.raw, row.has_attachments) == ("the keeper of the to", True)


def test_indexing_a_body_twice_counts_once(filled: Store) -> None:
    before = filled.rows(Database.SEARCH, "select count(*) from ft where ft match 'invoice'")
    put_text(filled, 1, "keeper")
    put_text(filled, 1, "keeper")
    assert (
        filled.rows(Database.SEARCH, "select count(*) from ft where ft match 'invoice'") == before
    )


def test_a_mail_that_came_back_is_bounced(filled: Store) -> None:
    people = ("you@y", "she@y")
    new = NewOutgoing(OutgoingId("o"), "m8@host.example", WORK, "s", "me@x", people, b"x", 1, 1)
    put_outgoing(filled, new)
    assert found(filled, "is:bounced") == []
    set_state(filled, OutgoingId("o"), OutgoingState.QUEUED)
    with filled.writing(Database.LOCAL) as writing:
        writing.run("update recipient set state = 'bounced' where address = 'you@y'")
    assert found(filled, "is:bounced") == [8]
    assert found(filled, "is:delayed") == []


def test_threads_of_a_search(filled: Store) -> None:
    threads = searching(filled, "lunch", grouping=Grouping.THREADS)
    rows = rows_of(filled, threads, view_ids(filled, threads))
    assert [row.thread_count for row in rows] == [1, 1, 2]  # “Re: lunch” answers “Lunch”


def test_by_relevance_a_short_subject_comes_before_a_word_in_a_long_text(filled: Store) -> None:
    put_text(filled, 4, "lunch " + "and much else " * 200)
    put_text(filled, 5, "lunch lunch lunch lunch lunch lunch lunch")
    assert found(filled, "lunch") == [9, 7, 5, 4, 3, 2]
    ranked = found(filled, "lunch sort:relevance")
    assert sorted(ranked) == [2, 3, 4, 5, 7, 9]
    assert ranked.index(2) < ranked.index(4)
    assert ranked[-1] == 4
    assert found(filled, "is:flagged sort:relevance") == [3]


def test_only_the_newest_hits_are_ranked_and_older_ones_follow_by_date(
    filled: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tuimail.store.search.RANKED", 2)
    put_text(filled, 9, "and much else " * 200)
    assert found(filled, "lunch sort:relevance") == [7, 9, 3, 2]
    ids = view_ids(filled, searching(filled, "lunch sort:relevance"), limit=3)
    assert [row_id // 64 - BEGIN for row_id in ids] == [7, 9, 3]
    few = view_ids(filled, searching(filled, "lunch sort:relevance"), limit=1)
    assert [row_id // 64 - BEGIN for row_id in few] == [7]


@pytest.mark.parametrize(
    "text",
    [
        "lunch is:flagged",
        "lunch tag:project",
        "lunch is:replied",
        "lunch in:trash",
        "lunch is:unread",
    ],
)
def test_a_search_finds_the_same_where_its_filter_fits_many(
    filled: Store, monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    by_filter = found(filled, text)
    monkeypatch.setattr("tuimail.store.search.FEW", 0)
    assert found(filled, text) == by_filter


@given(st.text(max_size=60))
@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=300
)
def test_no_text_breaks_the_engine(filled: Store, text: str) -> None:
    try:
        view_ids(filled, searching(filled, text))
    except QueryError:
        return


@pytest.mark.parametrize(
    "text",
    [
        "NEAR", "AND", "NOT x", "x AND", "a*b", "^x", "{subject}:x", "ft:x", "x + y", "'", "a'b", "%_",
        "\\", "NULL", "a\x00b", "-*", "***", "“smart”", "é" * 300, "ß", "İ", "-\"-\"", "x:y:z",
        "-(-(-(a)))", "in:%", "list:_", "tag:\\Seen", "id:" + "f" * 16, "cc:*",
    ],
)  # fmt: skip
def test_signs_with_a_meaning_elsewhere_are_harmless(filled: Store, text: str) -> None:
    found(filled, text)


def test_two_conditions_are_asked_of_the_same_place(filled: Store) -> None:
    """Read in Trash and unread in the inbox is not unread in Trash."""
    put_messages(
        filled,
        box_id(filled, "Trash"),
        [arrival(91, "\\Seen", number=1, subject="Invoice for the lighthouse")],
    )
    assert found(filled, "invoice in:trash is:unread") == []
    assert found(filled, "invoice in:inbox is:unread") == [1]


def test_the_corpus_has_the_dates_the_tests_say() -> None:
    assert datetime.fromtimestamp(BEGIN, UTC).year == 2023
    assert envelope(1).date == BEGIN + 1
