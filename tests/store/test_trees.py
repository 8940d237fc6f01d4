"""Trees of threads: by References, whatever strangers write there."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuimail.mime.headers import parse_envelope
from tuimail.model.ids import ThreadId
from tuimail.model.safe import ours
from tuimail.model.view import Grouping, View
from tuimail.store import lists
from tuimail.store.database import Store
from tuimail.store.messages import Arrival, put_messages
from tuimail.store.trees import Member, members_of, parents, tree

from .makers import arrival, box_id, view

NUMBERS = st.integers(1, 12)
MEMBERS = st.lists(st.tuples(st.none() | NUMBERS, st.lists(NUMBERS, max_size=4)), max_size=12)


def names(*numbers: int) -> tuple[str, ...]:
    return tuple(f"m{number}@host.example" for number in numbers)


@given(MEMBERS)
def test_whatever_mails_name_each_stands_once_below_what_it_names(written) -> None:
    members = [Member(n, own, named) for n, (own, named) in enumerate(written, 1)]
    rows = tree(members)
    assert sorted(row_id for row_id, _ in rows) == [member.row_id for member in members]
    above = parents(members)
    path: list[int] = []
    for place, (row_id, depth) in enumerate(rows):
        assert depth <= (rows[place - 1][1] + 1 if place else 0)
        path[depth:] = [row_id]
        if row_id in above:
            assert path[depth - 1] == above[row_id]
    for row_id, parent in above.items():
        named = next(member.named for member in members if member.row_id == row_id)
        assert next(member.own for member in members if member.row_id == parent) in named


@given(MEMBERS)
def test_no_mail_hangs_below_itself(written) -> None:
    above = parents(Member(n, own, named) for n, (own, named) in enumerate(written, 1))
    for start in above:
        met, at = set(), start
        while at in above:
            assert at not in met
            met.add(at)
            at = above[at]


def test_answers_stand_below_what_they_answer_by_date() -> None:
    members = [Member(1, 1, []), Member(2, 2, [1]), Member(3, 3, [1]), Member(4, 4, [1, 2])]
    assert tree(members) == [(1, 0), (2, 1), (4, 2), (3, 1)]


def test_what_is_missing_between_is_passed_over() -> None:
    members = [Member(1, 1, []), Member(5, 5, [1, 3, 4]), Member(6, 6, [1, 3, 5, 9])]
    assert tree(members) == [(1, 0), (5, 1), (6, 2)]


def test_where_the_beginning_is_missing_the_oldest_stands_for_it() -> None:
    assert tree([Member(2, 2, [1]), Member(3, 3, [1]), Member(4, 4, [1, 3])]) == [
        (2, 0),
        (3, 1),
        (4, 2),
    ]


def test_a_circle_is_cut_at_its_oldest_mail() -> None:
    assert tree([Member(1, 1, [3]), Member(2, 2, [1]), Member(3, 3, [2])]) == [
        (1, 0),
        (2, 1),
        (3, 2),
    ]


def test_a_mail_that_names_itself_or_has_no_name_hurts_nobody() -> None:
    assert tree([Member(1, 1, [1]), Member(2, None, [1]), Member(3, 1, [1])]) == [
        (1, 0),
        (2, 1),
        (3, 1),
    ]


def test_a_chain_of_thousands_is_walked() -> None:
    members = [Member(n, n, [n - 1]) for n in range(1, 5_001)]
    assert tree(members)[-1] == (5_000, 4_999)
    assert tree([member._replace(named=[member.row_id % 5_000 + 1]) for member in members])


def put_thread(store: Store) -> list[int]:
    """Put a conversation into the inbox, with other mails before, between and after it."""
    inbox = box_id(store, "INBOX")
    arrivals = [
        arrival(1),
        arrival(2),
        arrival(3, references=names(2)),
        arrival(4),
        arrival(5, references=names(2)),
        arrival(6, in_reply_to=names(3)),
        arrival(7),
    ]
    return [int(row) for row in put_messages(store, inbox, arrivals)]


def unfolded(store: Store, **changes) -> View:
    inbox = box_id(store, "INBOX")
    flat = view(inbox)
    row = lists.rows_of(store, flat, lists.view_ids(store, flat)[1:2])[0]
    others = frozenset({ThreadId(row.thread_id)})
    return View(ours("x"), (inbox,), grouping=Grouping.THREADS, others=others, **changes)


def test_an_unfolded_thread_stands_as_a_tree_where_its_newest_mail_stood(store: Store) -> None:
    _, first, second, _, third, fourth, last = put_thread(store)
    shown = unfolded(store)
    ids = lists.view_ids(store, shown)
    assert list(ids[:5]) == [last, first, second, fourth, third]
    assert len(ids) == 7
    assert lists.depths(store, shown, ids) == {second: 1, fourth: 2, third: 1}


def test_the_beginning_of_a_list_with_an_unfolded_thread_is_read_alone(store: Store) -> None:
    put_thread(store)
    older = [arrival(100 + n, number=-n) for n in range(1, 500)]
    put_messages(store, box_id(store, "INBOX"), older)
    shown = unfolded(store)
    part, whole = lists.listed(store, shown, 3), lists.listed(store, shown)
    assert not part.is_whole
    assert len(part.messages) < 20
    assert part.ids == whole.ids[: len(part.ids)]


def answered(store: Store) -> int:
    """Put one's own answer to a mail of the conversation into Sent; return its row id."""
    sent = box_id(store, "Sent")
    mine = arrival(1, "\\Seen", number=8, references=names(2, 3))
    return int(put_messages(store, sent, [mine])[0])


def test_ones_own_answers_stand_inside_a_thread(store: Store) -> None:
    _, first, second, _, third, fourth, last = put_thread(store)
    mine = answered(store)
    shown = unfolded(store, sent=(box_id(store, "Sent"),))
    ids = lists.view_ids(store, shown)
    assert list(ids[:6]) == [last, first, second, fourth, mine, third]
    assert lists.depths(store, shown, ids)[mine] == 2
    row = next(row for row in lists.rows_of(store, shown, ids) if row.row_id == mine)
    assert row.mailbox_id == box_id(store, "Sent")
    without = unfolded(store)
    assert mine not in lists.view_ids(store, without)


def test_ones_own_answers_are_counted_and_never_as_unread(store: Store) -> None:
    put_thread(store)
    sent = box_id(store, "Sent")
    put_messages(store, sent, [arrival(1, number=8, references=names(2))])
    folded = View(ours("x"), (box_id(store, "INBOX"),), grouping=Grouping.THREADS, sent=(sent,))
    ids = lists.view_ids(store, folded)
    row = lists.rows_of(store, folded, ids[1:2])[0]
    assert (row.thread_count, row.thread_unread) == (5, 4)
    assert len(ids) == 4


def test_a_mail_to_oneself_lies_in_the_mailbox_that_is_shown(store: Store) -> None:
    inbox, sent = box_id(store, "INBOX"), box_id(store, "Sent")
    for box in (inbox, sent):
        put_messages(store, box, [arrival(1)])
    folded = View(ours("x"), (inbox,), grouping=Grouping.THREADS, sent=(sent,))
    row = lists.rows_of(store, folded, lists.view_ids(store, folded))[0]
    assert (row.mailbox_id, row.thread_count) == (inbox, 1)


def test_threads_with_something_unread_are_named_unless_they_are_very_long(store: Store) -> None:
    inbox = box_id(store, "INBOX")
    read = [arrival(n, "\\Seen", references=names(1)) for n in (2, 3)]
    put_messages(store, inbox, [arrival(1, "\\Seen"), *read])
    put_messages(store, inbox, [arrival(10, "\\Seen"), arrival(11, references=names(10))])
    put_messages(store, inbox, [arrival(20)])
    long = [arrival(n, references=names(30)) for n in range(31, 31 + lists.MAX_UNFOLDED)]
    put_messages(store, inbox, [arrival(30), *long])
    folded = view(inbox, grouping=Grouping.THREADS)
    found = lists.unread_threads(store, folded)
    rows = lists.rows_of(store, view(inbox), lists.view_ids(store, view(inbox)))
    assert found == {row.thread_id for row in rows if row.subject.raw == "Subject 11"}


@pytest.mark.parametrize("seed", range(4))
def test_random_threads_are_shown_whole_whatever_they_name(store: Store, seed: int) -> None:
    rng = random.Random(seed)
    inbox = box_id(store, "INBOX")
    arrivals = [
        arrival(n, references=names(*rng.sample(range(1, 61), rng.choice((0, 0, 1, 3)))))
        for n in range(1, 61)
    ]
    rng.shuffle(arrivals)
    put_messages(store, inbox, arrivals)
    flat = lists.view_ids(store, view(inbox))
    threads = frozenset(row.thread_id for row in lists.rows_of(store, view(inbox), flat))
    for others in (threads, frozenset(list(threads)[::2])):
        shown = View(ours("x"), (inbox,), grouping=Grouping.THREADS, others=others)
        ids = lists.view_ids(store, shown)
        rows = lists.rows_of(store, shown, ids)
        assert [row.row_id for row in rows] == list(ids)
        assert sum(row.thread_count for row in rows) == len(flat)
        depths = lists.depths(store, shown, ids)
        tops = [row.thread_id for row in rows if row.row_id not in depths]
        assert len(tops) == len(set(tops)) == len(threads)
        for rows_asked in (1, 3, 10):
            part = lists.listed(store, shown, rows_asked).ids
            assert part == ids[: len(part)]


def test_threads_of_nobody_have_no_mails(store: Store) -> None:
    assert members_of(store, [], ()) == {}


REAL = (
    # a mailing list: mutt, Gmail with folded References, Outlook with In-Reply-To alone, a phone that
    # names its own mail first, and an answer to a mail that is not here
    "Message-ID: <20261101083000.GA1@mutt.example>\r\nSubject: [tide] Lock at low water\r\n",
    (
        "Message-ID: <CAF=1@mail.gmail.example>\r\nSubject: Re: [tide] Lock at low water\r\n"
        "In-Reply-To: <20261101083000.GA1@mutt.example>\r\n"
        "References: <20261101083000.GA1@mutt.example>\r\n"
    ),
    (
        "Message-ID: <DB7PR1.outlook.example>\r\nSubject: RE: [tide] Lock at low water\r\n"
        "In-Reply-To: <CAF=1@mail.gmail.example>\r\n"
    ),
    (
        "Message-ID: <CAF=2@mail.gmail.example>\r\nSubject: Re: [tide] Lock at low water\r\n"
        "References: <20261101083000.GA1@mutt.example>\r\n <CAF=1@mail.gmail.example>\r\n"
        "\t<lost@nowhere.example>\r\nIn-Reply-To: <lost@nowhere.example>\r\n"
    ),
    (
        "Message-ID: <phone-1@phone.example>\r\nSubject: Re: [tide] Lock at low water\r\n"
        "References: <phone-1@phone.example> <20261101083000.GA1@mutt.example>\r\n"
    ),
)


def test_real_mails_of_several_programs_make_one_tree(store: Store) -> None:
    inbox = box_id(store, "INBOX")
    for n, raw in enumerate(REAL):
        date = f"Date: Sun, 1 Nov 2026 0{8 + n // 6}:{n * 9:02}:00 +0000\r\n"
        envelope = parse_envelope(f"From: a@b.example\r\n{date}{raw}\r\n".encode())
        put_messages(store, inbox, [Arrival(n + 1, frozenset(), 0, 500 + n, envelope)])
    flat = view(inbox)
    rows = lists.rows_of(store, flat, lists.view_ids(store, flat))
    assert len({row.thread_id for row in rows}) == 1
    shown = View(
        ours("x"), (inbox,), grouping=Grouping.THREADS, others=frozenset({rows[0].thread_id})
    )
    ids = lists.view_ids(store, shown)
    depths = lists.depths(store, shown, ids)
    names = [row.message_id.raw.partition("@")[0] for row in lists.rows_of(store, shown, ids)]
    assert list(zip(names, [depths.get(row_id, 0) for row_id in ids], strict=True)) == [
        ("20261101083000.GA1", 0),
        ("CAF=1", 1),
        ("DB7PR1.outlook.example", 2),
        ("CAF=2", 2),
        ("phone-1", 1),
    ]
