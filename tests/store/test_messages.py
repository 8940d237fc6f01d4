"""Putting messages in: rows, threads, counters, flags, what vanished."""

import random
import tracemalloc

import pytest

from tuimail.errors import NotFound
from tuimail.model.address import Address
from tuimail.model.flags import label_flag
from tuimail.model.ids import MailboxId
from tuimail.model.uid_set import UidSet
from tuimail.store.database import Database, Store, open_store
from tuimail.store.free_ids import FreeIds
from tuimail.store.keywords import keywords_of, masks_of
from tuimail.store.lists import rows_of, rows_of_ids, view_ids
from tuimail.store.mailboxes import mailbox_row
from tuimail.store.messages import (
    count_uids,
    find_key,
    key_of,
    known_flags,
    places_of_key,
    put_messages,
    remove_uids,
    set_flags,
)
from tuimail.store.row_ids import date_of

from .makers import BEGIN, arrival, assert_counters_right, box_id, view


def counted(store: Store, mailbox: MailboxId) -> tuple[int, int]:
    row = mailbox_row(store, mailbox)
    return row.total, row.unread


def test_messages_are_listed_newest_first(store: Store) -> None:
    inbox = box_id(store, "INBOX")
    put_messages(store, inbox, [arrival(1), arrival(3), arrival(2)])
    rows = rows_of(store, view(inbox), view_ids(store, view(inbox)))
    assert [row.subject.raw for row in rows] == ["Subject 3", "Subject 2", "Subject 1"]
    assert [row.date for row in rows] == [BEGIN + 3, BEGIN + 2, BEGIN + 1]
    assert counted(store, inbox) == (3, 3)


def test_a_row_holds_what_the_header_said(store: Store) -> None:
    inbox = box_id(store, "INBOX")
    many = tuple(Address(f"Person {n}", f"p{n}@example.org") for n in range(60))
    put_messages(
        store,
        inbox,
        [arrival(5, "\\Seen", "$Forwarded", "project", to=many, list_id="l.example")],
    )
    (row,) = rows_of(store, view(inbox), view_ids(store, view(inbox)))
    assert row.sender_name.raw == "Alice Berg"
    assert row.sender_address.raw == "alice@example.org"
    assert row.recipients.raw.startswith("Person 0, Person 1")
    assert len(row.recipients.raw) == 200
    assert row.flags == {"\\Seen", "$Forwarded", "project"}
    assert (row.account, row.mailbox_id, row.list_id.raw) == ("work", inbox, "l.example")
    assert (row.thread_count, row.thread_unread, row.is_unread) == (1, 0, False)


def test_putting_the_same_again_changes_nothing(store: Store) -> None:
    inbox = box_id(store, "INBOX")
    first = put_messages(store, inbox, [arrival(n) for n in range(1, 50)])
    assert put_messages(store, inbox, [arrival(n) for n in range(1, 50)]) == first
    assert counted(store, inbox) == (49, 49)
    hits = store.rows(Database.SEARCH, "select count(*) from ft where ft match 'alice'")
    assert hits == [(49,)]
    assert_counters_right(store)


def test_a_known_uid_is_brought_up_to_date(store: Store) -> None:
    inbox = box_id(store, "INBOX")
    put_messages(store, inbox, [arrival(1)])
    put_messages(store, inbox, [arrival(1, "\\Seen")])
    assert known_flags(store, inbox) == {1: frozenset({"\\Seen"})}
    assert counted(store, inbox) == (1, 0)


def test_a_uid_that_means_another_message_now_is_believed(store: Store) -> None:
    inbox = box_id(store, "INBOX")
    put_messages(store, inbox, [arrival(1)])
    put_messages(store, inbox, [arrival(1, number=2)])
    (row,) = rows_of(store, view(inbox), view_ids(store, view(inbox)))
    assert row.subject.raw == "Subject 2"
    assert_counters_right(store)


def test_one_uid_twice_in_a_batch_counts_once(store: Store) -> None:
    inbox = box_id(store, "INBOX")
    put_messages(store, inbox, [arrival(1), arrival(1)])
    assert count_uids(store, inbox) == 1
    assert_counters_right(store)


def test_the_same_mail_twice_in_a_mailbox_is_one_row(store: Store) -> None:
    inbox = box_id(store, "INBOX")
    put_messages(store, inbox, [arrival(1, number=9), arrival(2, number=9)])
    assert count_uids(store, inbox) == 2
    assert len(view_ids(store, view(inbox))) == 1


def test_one_message_in_two_mailboxes_is_one_message(store: Store) -> None:
    inbox, archive = box_id(store, "INBOX"), box_id(store, "Archive")
    (first,) = put_messages(store, inbox, [arrival(1)])
    (second,) = put_messages(store, archive, [arrival(40, number=1)])
    assert first == second
    assert {ref.mailbox_id for ref in find_key(store, key_of(store, first))} == {inbox, archive}
    assert list(view_ids(store, view())) == [first]
    assert {row.mailbox_id for row in rows_of_ids(store, [first])} == {inbox, archive}


def test_uids_out_of_range_are_passed_over(store: Store) -> None:
    inbox = box_id(store, "INBOX")
    uids = [0, -1, 1 << 32, 1 << 70, 4_294_967_295]
    assert len(put_messages(store, inbox, [arrival(u, number=3) for u in uids])) == 1
    assert set_flags(store, inbox, [(1 << 80, frozenset())]) == 0
    assert remove_uids(store, inbox, UidSet.of([-4, 1 << 80])) == 0


def test_flags_follow_the_server(store: Store) -> None:
    inbox = box_id(store, "INBOX")
    put_messages(store, inbox, [arrival(n) for n in range(1, 5)])
    changed = set_flags(
        store, inbox, [(1, frozenset({"\\SEEN"})), (2, frozenset()), (99, frozenset())]
    )
    assert changed == 1
    assert known_flags(store, inbox)[1] == {"\\Seen"}
    assert counted(store, inbox) == (4, 3)


def test_vanished_uids_leave_the_list(store: Store) -> None:
    inbox = box_id(store, "INBOX")
    put_messages(store, inbox, [arrival(n) for n in range(1, 5)])
    assert remove_uids(store, inbox, UidSet.of([1, 2, 77])) == 2
    assert counted(store, inbox) == (2, 2)
    assert_counters_right(store)


def test_more_keywords_than_bits_lose_the_last_only(store: Store) -> None:
    inbox = box_id(store, "INBOX")
    names = [f"keyword{n:02}" for n in range(80)]
    put_messages(store, inbox, [arrival(n + 1, name, "\\Seen") for n, name in enumerate(names)])
    shown = known_flags(store, inbox)
    assert shown[1] == {"keyword00", "\\Seen"}
    assert sum(len(flags) == 2 for flags in shown.values()) == 54
    assert all("\\Seen" in flags for flags in shown.values())


def test_keywords_that_differ_only_at_their_end_stay_two(store: Store) -> None:
    inbox = box_id(store, "INBOX")
    first, second = "k" * 150 + "1", "k" * 150 + "2"
    put_messages(store, inbox, [arrival(1, first), arrival(2, second), arrival(3, "k" * 5_000)])
    assert known_flags(store, inbox) == {1: {first}, 2: {second}, 3: set()}


def test_sets_of_flags_without_end_are_not_all_remembered(store: Store) -> None:
    inbox = box_id(store, "INBOX")
    names = [f"k{number}" for number in range(54)]
    put_messages(store, inbox, [arrival(1, *names)])
    keywords = keywords_of(store, 1)
    every = keywords.mask(frozenset(names))
    tracemalloc.start()
    try:
        for number in range(1, 6_000):
            mask = number * 0x9E3779B97F4A7C15 & every
            assert keywords.mask(keywords.flags(mask) or frozenset()) == mask
        assert tracemalloc.get_traced_memory()[0] < 6_000_000
    finally:
        tracemalloc.stop()


WORK_LABEL, HOME_LABEL = label_flag("At work"), label_flag("Home")


def test_labels_that_are_not_told_stay(store: Store) -> None:
    inbox = box_id(store, "INBOX")
    labelled = arrival(1, "kept")._replace(labels=frozenset({WORK_LABEL}))
    put_messages(store, inbox, [labelled, arrival(2)])
    assert set_flags(store, inbox, [(1, frozenset({"\\Seen"}))]) == 1
    assert known_flags(store, inbox)[1] == {"\\Seen", WORK_LABEL}
    put_messages(store, inbox, [arrival(1, "kept")])
    assert known_flags(store, inbox) == {1: {"kept", WORK_LABEL}, 2: set()}


def test_labels_that_are_told_are_all_there_are(store: Store) -> None:
    inbox = box_id(store, "INBOX")
    put_messages(store, inbox, [arrival(1)._replace(labels=frozenset({WORK_LABEL}))])
    set_flags(store, inbox, [(1, frozenset({"\\Seen"}), frozenset({HOME_LABEL}))])
    assert known_flags(store, inbox)[1] == {"\\Seen", HOME_LABEL}
    put_messages(store, inbox, [arrival(1)._replace(labels=frozenset())])
    assert known_flags(store, inbox)[1] == set()


def test_a_label_is_found_by_its_name_in_any_case_beside_a_keyword(store: Store) -> None:
    inbox = box_id(store, "INBOX")
    labels = [frozenset({label_flag("Über uns")}), frozenset({HOME_LABEL}), frozenset[str]()]
    arrivals = [arrival(n + 1)._replace(labels=one) for n, one in enumerate(labels)]
    put_messages(store, inbox, [*arrivals, arrival(4, "home")])
    found = {word: dict(masks_of(store, word)).get(1, 0) for word in ("über UNS", "HOME", "no")}
    flags = {word: keywords_of(store, 1).flags(mask) for word, mask in found.items()}
    assert flags == {
        "über UNS": {label_flag("Über uns")},
        "HOME": {HOME_LABEL, "home"},
        "no": frozenset(),
    }


def test_a_label_another_process_has_met_is_found(store: Store) -> None:
    other = open_store(store.folder)
    assert masks_of(other, "home") == []
    labelled = arrival(1)._replace(labels=frozenset({HOME_LABEL}))
    put_messages(store, box_id(store, "INBOX"), [labelled])
    assert masks_of(other, "home") == masks_of(store, "home") != []
    other.close()


def test_many_mails_of_one_second_all_get_a_row(store: Store) -> None:
    inbox = box_id(store, "INBOX")
    same = {"date": BEGIN}
    for start in range(0, 900, 300):
        batch = [arrival(n + 1, **same) for n in range(start, start + 300)]
        put_messages(store, inbox, batch)
    assert len(view_ids(store, view(inbox))) == 900
    again = put_messages(store, inbox, [arrival(n + 1, **same) for n in range(900)])
    assert len(set(again)) == 900


@pytest.mark.parametrize("stated", [-(10**12), 0, 10**12, None])
def test_hostile_dates_are_clamped(store: Store, stated: int | None) -> None:
    inbox = box_id(store, "INBOX")
    (row_id,) = put_messages(store, inbox, [arrival(1, date=stated)])
    assert 315_532_800 <= date_of(row_id) <= BEGIN + 1 + 86_400


def test_text_that_cannot_be_stored_is_mended(store: Store) -> None:
    inbox = box_id(store, "INBOX")
    strange = "a\ud800b\x00c"
    put_messages(
        store,
        inbox,
        [arrival(1, subject=strange, list_id=strange, from_=(Address(strange, strange),))],
    )
    (row,) = rows_of(store, view(inbox), view_ids(store, view(inbox)))
    assert row.subject.raw == "a?bc"


def test_a_mailbox_that_is_gone_is_not_found(store: Store) -> None:
    with pytest.raises(NotFound):
        put_messages(store, MailboxId(999), [arrival(1)])
    with pytest.raises(NotFound):
        mailbox_row(store, MailboxId(999))


def test_bodies_are_fetched_from_where_a_message_lies(store: Store) -> None:
    inbox, archive = box_id(store, "INBOX"), box_id(store, "Archive")
    (row_id,) = put_messages(store, archive, [arrival(4)])
    put_messages(store, inbox, [arrival(9, number=4)])
    found = places_of_key(store, key_of(store, row_id))
    assert [(p.mailbox, p.uid, p.uid_validity) for p in found] == [
        ("INBOX", 9, 7),
        ("Archive", 4, 7),
    ]


def test_counters_equal_a_recount_after_random_work(store: Store) -> None:
    inbox, chance = box_id(store, "INBOX"), random.Random(5)
    for _ in range(60):
        uids = [chance.randrange(1, 400) for _ in range(30)]
        match chance.randrange(3):
            case 0:
                flags = ["\\Seen"] if chance.random() < 0.5 else []
                put_messages(store, inbox, [arrival(u, *flags) for u in uids])
            case 1:
                both = [frozenset({"\\Seen"}), frozenset()]
                set_flags(store, inbox, [(u, chance.choice(both)) for u in uids])
            case _:
                remove_uids(store, inbox, UidSet.of(uids))
    assert_counters_right(store)


def test_mails_of_one_moment_get_rows_in_a_few_looks_however_many_there_are(store: Store) -> None:
    with store.writing(Database.CACHE) as writing:
        looks: list[int] = []
        rows_of = writing.rows

        class Looking:
            def rows(self, text: str, parameters: tuple[int, ...] = ()) -> list[tuple[int]]:
                looks.append(1)
                return rows_of(text, parameters)

        wanted = BEGIN << 6
        writing.run_many(
            "insert into message(id, key, thread) values(?, ?, ?)",
            [(wanted + n, n, n) for n in range(64 * 1_000)],
        )
        free = FreeIds(Looking(), [wanted])  # type: ignore[arg-type]
        given = [free.take(wanted) for _ in range(200)]
    assert given == list(range(wanted + 64_000, wanted + 64_200))
    assert len(looks) < 40
