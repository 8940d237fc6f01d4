"""Answers without references join by subject, equal to brute force in any order of arrival."""

import os
import random
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tuimail.store.base_subject import base_subject
from tuimail.store.database import Database, Store
from tuimail.store.messages import Arrival, put_messages
from tuimail.store.subjects import MAX_JOINED, WINDOW_S

from .makers import BEGIN, arrival, box_id, store_with_mailboxes
from .test_threads import stored_threads

ROUNDS = 300 if os.environ.get("PROOF_FULL") else 12
DAY = 86_400


def written(uid: int, day: float, subject: str, **changes: object) -> Arrival:
    one = arrival(uid, subject=subject, date=BEGIN + int(day * DAY), **changes)
    return one._replace(internal_date=BEGIN + int(day * DAY))


def brute_force(arrivals: list[Arrival]) -> set[frozenset[int]]:
    """Join everything that names each other, and each answer with the beginning before it."""
    parent: dict[object, object] = {}

    def root(one: object) -> object:
        while parent.setdefault(one, one) != one:
            one = parent[one]
        return one

    beginnings, answers = [], []
    for one in arrivals:
        envelope = one.envelope
        for name in (*envelope.references, *envelope.in_reply_to, envelope.message_id):
            parent[root(name)] = root(one.uid)
        if envelope.references or envelope.in_reply_to:
            continue
        said = base_subject(b"", envelope.subject)
        if said is not None:
            hashed, is_answer = said
            (answers if is_answer else beginnings).append((hashed, envelope.date, one.uid))
    for hashed, date, uid in answers:
        before = [b for b in beginnings if b[0] == hashed and date - WINDOW_S <= b[1] < date]
        if before:
            parent[root(uid)] = root(max(before, key=lambda b: b[1])[2])
    groups: dict[object, set[int]] = {}
    for one in arrivals:
        groups.setdefault(root(one.uid), set()).add(one.uid)
    return {frozenset(group) for group in groups.values()}


def conversations(chance: random.Random) -> list[Arrival]:
    """Few subjects and many mails about them, some of which name others."""
    found = []
    days = chance.sample(range(2_000), 60)
    for uid, day in enumerate(sorted(days), 1):
        subject = chance.choice(["Lunch", "lunch ", "Tower", "", "Oil  price"])
        if chance.random() < 0.5:
            subject = chance.choice(["Re: ", "RE:", "Re[2]: ", "AW: Re: "]) + subject
        changes = {}
        if chance.random() < 0.35 and uid > 2:
            named = tuple(f"m{chance.randrange(1, uid)}@host.example" for _ in range(2))
            changes = {"references": named[: chance.randrange(1, 3)]}
        found.append(written(uid, day / 10, subject, **changes))
    return found


@pytest.mark.proof
def test_threads_equal_brute_force_in_any_order_of_arrival(tmp_path: Path) -> None:
    for number in range(ROUNDS):
        chance = random.Random(number)
        arrivals = conversations(chance)
        expected = brute_force(arrivals)
        chance.shuffle(arrivals)
        store = store_with_mailboxes(tmp_path / f"{number}")
        while arrivals:
            size = chance.randrange(1, 20)
            put_messages(store, box_id(store, "INBOX"), arrivals[:size])
            del arrivals[:size]
        assert stored_threads(store) == expected, number
        assert_ids_lead_to_threads(store)
        store.close()
    print(f"{ROUNDS} of {ROUNDS} corpora: threads as by brute force")


def assert_ids_lead_to_threads(store: Store) -> None:
    """Every hash and every old id leads to the thread its mail is in."""
    wrong = store.rows(
        Database.CACHE,
        "select count(*) from refhash r join message m on m.id = r.message"
        " left join alias a on a.old = r.thread where coalesce(a.new, r.thread) <> m.thread",
    )
    assert wrong == [(0,)]
    dangling = store.rows(
        Database.CACHE,
        "select count(*) from alias where new not in (select thread from message)"
        " or old in (select thread from message)",
    )
    assert dangling == [(0,)]


def threads_of(store: Store, *arrivals: Arrival) -> set[frozenset[int]]:
    for one in arrivals:
        put_messages(store, box_id(store, "INBOX"), [one])
    return stored_threads(store)


def test_an_answer_without_references_joins_what_it_answers(store: Store) -> None:
    mails = (written(1, 1, "Lunch"), written(2, 2, "Re: lunch"), written(3, 3, "Re: Lunchbox"))
    assert threads_of(store, *mails) == {frozenset({1, 2}), frozenset({3})}


def test_two_beginnings_are_never_one(store: Store) -> None:
    mails = (written(1, 1, "Lunch"), written(3, 5, "Re: Lunch"), written(2, 3, "Lunch"))
    assert threads_of(store, *mails) == {frozenset({1}), frozenset({2, 3})}


def test_an_answer_does_not_join_what_is_old_newer_or_names_others(store: Store) -> None:
    mails = (
        written(1, 1, "Lunch"),
        written(2, 40, "Re: Lunch"),
        written(3, 41, "Lunch"),
        written(4, 42, "Re: Lunch", references=("x@host.example",)),
        written(5, 43, "Re:"),
        written(6, 44, "Re: "),
    )
    assert len(threads_of(store, *mails)) == 6


def test_what_answers_an_answer_goes_with_it(store: Store) -> None:
    mails = (
        written(1, 1, "Lunch"),
        written(4, 6, "Re: Lunch", references=("m3@host.example",)),
        written(3, 5, "Re: Lunch"),
        written(2, 3, "Lunch"),
    )
    assert threads_of(store, *mails) == {frozenset({1}), frozenset({2, 3, 4})}


def test_a_flood_of_answers_makes_no_thread_without_end(store: Store) -> None:
    inbox = box_id(store, "INBOX")
    put_messages(store, inbox, [written(1, 0, "Offer")])
    flood = [written(uid, uid / 200, "Re: Offer") for uid in range(2, 3_000)]
    for begin in range(0, len(flood), 500):
        put_messages(store, inbox, flood[begin : begin + 500])
    put_messages(store, inbox, [written(5_000, 0.05, "Offer")])
    assert max(len(group) for group in stored_threads(store)) <= MAX_JOINED


@given(st.text(max_size=400))
@settings(deadline=None)
def test_any_subject_has_a_base_or_none(subject: str) -> None:
    said = base_subject(b"work\0", subject)
    again = base_subject(b"work\0", f"Re: {subject}")
    assert (said is None) == (again is None)
    if said is not None and again is not None:
        assert again[1]
        assert said[0] == again[0] or len(subject) > 290


def test_accounts_have_bases_of_their_own() -> None:
    assert base_subject(b"work\0", "Lunch") != base_subject(b"home\0", "Lunch")
