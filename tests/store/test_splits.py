"""Splits: each mail of the inboxes in exactly one, counted without looking at any."""

from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from tuimail.errors import NotFound, QueryError, UserError
from tuimail.model.address import Address
from tuimail.model.flags import Flag
from tuimail.model.ids import AccountName, MailboxId
from tuimail.model.operation import OperationKind
from tuimail.model.places import Places
from tuimail.model.query import And, Not
from tuimail.model.safe import ours
from tuimail.model.split import REST, Slice, Split
from tuimail.model.uid_set import UidSet
from tuimail.model.view import Grouping, View
from tuimail.store.database import Database, Store
from tuimail.store.journal import record_batch
from tuimail.store.lists import count, rows_of, unread_count, view_ids
from tuimail.store.mailboxes import mailbox_rows
from tuimail.store.messages import Arrival, put_messages, remove_uids, set_flags
from tuimail.store.query_language import parse
from tuimail.store.split_members import A_STEP, counts, is_due, parse_split, step
from tuimail.store.splits import add_split, change_split, put_splits, splits, turn
from tuimail.store.targets import targets

from .makers import HOME, WORK, arrival, box_id, operation, store_with_mailboxes

QUERIES = {
    "Team": "from:@example.org -has:list",
    "Lists": "has:list",
    "Machines": "is:automatic",
    "Plans": "subject:plan OR to:carol",
}
NOW = datetime(2026, 11, 23, tzinfo=UTC)


def put(store: Store, queries: dict[str, str]) -> list[Split]:
    turn(store, on=True)
    for name, query in queries.items():
        add_split(store, name, query)
    settle(store)
    return splits(store)


def settle(store: Store) -> None:
    while step(store):
        pass
    assert not is_due(store)


def inboxes(store: Store) -> tuple[MailboxId, ...]:
    return tuple(row.id for row in mailbox_rows(store) if row.name.raw == "INBOX")


def slices(store: Store) -> list[Slice]:
    known = [one.id for one in splits(store)]
    return [*map(Slice, known), Slice(REST, tuple(known))]


def shown(store: Store, part: Slice | None, **more: object) -> View:
    return View(ours("x"), inboxes(store), slice=part, **more)  # type: ignore[arg-type]


def by_search(store: Store) -> list[set[int]]:
    """Return the mails of each split and of the rest, as full searches find them."""
    places = Places(mailbox_rows(store))
    nodes = [parse(one.query, NOW, places).node for one in splits(store)]
    found = []
    for n, node in enumerate(nodes):
        query = And((node, *map(Not, nodes[:n])))
        found.append(set(view_ids(store, shown(store, None, query=query))))
    rest = And(tuple(map(Not, nodes)))
    return [*found, set(view_ids(store, shown(store, None, query=rest)))]


def check(store: Store) -> None:
    """Each mail is in exactly one split, that which searches say, and is counted there."""
    every = view_ids(store, shown(store, None))
    parts = [set(view_ids(store, shown(store, part))) for part in slices(store)]
    assert sorted(i for part in parts for i in part) == sorted(every)
    assert parts == by_search(store)
    assert_counted(store)
    counted = counts(store, inboxes(store))
    for part, ids in zip(slices(store), parts, strict=True):
        assert count(store, shown(store, part)) == len(ids)
        found = view_ids(store, shown(store, part, query=parse("is:unread", NOW, Places(())).node))
        assert unread_count(store, shown(store, part), found) == len(found)
        if part.id in counted:
            assert counted[part.id].unread == len(found)
            # a mail that lies in two inboxes is counted in each, as mailboxes count it
            assert counted[part.id].total >= len(ids)


def assert_counted(store: Store) -> None:
    """The counters are those of a recount."""
    wrong = store.rows(
        Database.CACHE,
        "select * from split_count c where total <> (select count(*) from placement p where"
        " p.mailbox = c.mailbox and p.split = c.split) or unread <> (select count(*) from placement"
        " p where p.mailbox = c.mailbox and p.split = c.split and p.flags & 1 = 0)",
    )
    assert wrong == []


def mail_of(uid: int, sender: str, subject: str, *, is_list: bool, is_bulk: bool) -> Arrival:
    return arrival(
        uid,
        from_=(Address("Somebody", sender),),
        subject=subject,
        list_id="<talk.example.net>" if is_list else "",
        is_automatic=is_bulk,
    )


MAILS = st.builds(
    mail_of,
    st.integers(1, 60),
    st.sampled_from(["a@example.org", "b@else.example", "no-reply@shop.example"]),
    st.sampled_from(["the plan", "lunch", "Käse und Wein", "会議の資料"]),
    is_list=st.booleans(),
    is_bulk=st.booleans(),
)
DEEDS = st.lists(
    st.one_of(
        st.tuples(st.just("come"), st.sampled_from([WORK, HOME]), st.lists(MAILS, max_size=9)),
        st.tuples(st.just("flag"), st.integers(0, 99), st.sampled_from(["\\Seen", "\\Flagged"])),
        st.tuples(st.just("gone"), st.sampled_from([WORK, HOME]), st.integers(1, 60)),
        st.tuples(st.just("move"), st.integers(0, 99), st.sampled_from(["Archive", "INBOX"])),
        st.tuples(st.just("change"), st.integers(0, 3), st.sampled_from(list(QUERIES.values()))),
        st.tuples(st.just("turn"), st.integers(0, 3), st.just("")),
    ),
    max_size=12,
)


def do(store: Store, deed: tuple[str, object, object]) -> None:
    match deed:
        case "come", str(account), list(mails):
            of_uid = {one.uid: one for one in mails}
            put_messages(store, box_id(store, "INBOX", AccountName(account)), list(of_uid.values()))
        case "gone", str(account), int(uid):
            remove_uids(store, box_id(store, "INBOX", AccountName(account)), UidSet.of([uid]))
        case "flag", int(n), str(flag):
            for box in inboxes(store):
                set_flags(store, box, [(n % 60 + 1, frozenset({flag}))])
        case "move", int(n), str(name):
            move(store, n, name)
        case "change", int(n), str(query):
            known = splits(store)
            one = known[n % len(known)]
            change_split(store, one.id, name=one.name.raw, query=query)
        case "turn", int(n), _:
            known = splits(store)
            put_splits(store, [*known[n % len(known) :], *known[: n % len(known)]])


def move(store: Store, n: int, name: str) -> None:
    every = View(ours("x"), ())
    ids = view_ids(store, every)
    if not ids:
        return
    row = rows_of(store, every, [ids[n % len(ids)]])[0]
    target = targets(store, [row.ref])[0]
    if target.mailbox != name:
        moved = operation(
            OperationKind.MOVE,
            target.mailbox,
            target.uid,
            target.key,
            account=target.account,
            uid_validity=target.uid_validity,
            destination=name,
        )
        record_batch(store, [moved], ours("moved"))


@settings(deadline=None, max_examples=20, phases=(Phase.explicit, Phase.generate))
@given(deeds=DEEDS)
def test_each_mail_is_in_exactly_one_split_whatever_happens(deeds) -> None:
    with TemporaryDirectory() as folder:
        store = store_with_mailboxes(Path(folder), WORK, HOME)
        put(store, QUERIES | {"Stars": "is:flagged"})
        for deed in deeds:
            do(store, deed)
            settle(store)
            check(store)
        store.close()


def test_what_comes_is_in_its_split_at_once(store: Store) -> None:
    team, lists, *_ = put(store, QUERIES)
    inbox = box_id(store, "INBOX")
    put_messages(store, inbox, [arrival(1), arrival(2, list_id="<a.b>"), arrival(3, "\\Seen")])
    assert not is_due(store)
    assert {one: (c.total, c.unread) for one, c in counts(store, (inbox,)).items()} == {
        team.id: (2, 1),
        lists.id: (1, 1),
    }


def test_words_in_any_script_are_found_as_a_search_finds_them(store: Store) -> None:
    put(store, {"One": "subject:käse", "Two": "subject:会議", "Three": "weine*"})
    subjects = ["Kase", "KÄSE und Wein", "会議の資料", "Weinek", "weiter"]
    arrivals = [arrival(n, subject=one) for n, one in enumerate(subjects, 1)]
    put_messages(store, box_id(store, "INBOX"), arrivals)
    check(store)
    assert [len(part) for part in by_search(store)] == [2, 1, 1, 1]


def test_splits_that_are_off_leave_everything_alone(store: Store) -> None:
    put(store, QUERIES)
    turn(store, on=False)
    put_messages(store, box_id(store, "INBOX"), [arrival(1)])
    assert counts(store, inboxes(store)) == {}
    assert not is_due(store)
    turn(store, on=True)
    assert is_due(store)
    settle(store)
    check(store)


def test_a_long_inbox_is_looked_at_in_steps_newest_first(store: Store) -> None:
    inbox = box_id(store, "INBOX")
    put_messages(store, inbox, [arrival(n) for n in range(1, 2 * A_STEP + 11)])
    turn(store, on=True)
    team = add_split(store, "Team", "from:@example.org")
    assert step(store)
    found = view_ids(store, shown(store, Slice(team.id)))
    assert found == view_ids(store, shown(store, None))[:A_STEP]
    settle(store)
    assert counts(store, (inbox,))[team.id].total == 2 * A_STEP + 10
    check(store)


def test_a_mark_that_a_split_asks_for_moves_a_mail_at_once(store: Store) -> None:
    stars = put(store, {"Stars": "is:flagged"})[0]
    inbox = box_id(store, "INBOX")
    put_messages(store, inbox, [arrival(1), arrival(2)])
    set_flags(store, inbox, [(1, frozenset({Flag.FLAGGED}))])
    assert counts(store, (inbox,))[stars.id].total == 1
    set_flags(store, inbox, [(1, frozenset())])
    assert counts(store, (inbox,))[stars.id].total == 0
    check(store)


@pytest.mark.parametrize("grouping", Grouping)
def test_threads_of_a_split_hold_its_own_mails(store: Store, grouping: Grouping) -> None:
    lists = put(store, {"Lists": "has:list"})[0]
    thread = {"references": ("m1@host.example",)}
    arrivals = [arrival(1), arrival(2, list_id="<a.b>", **thread), arrival(3, **thread)]
    put_messages(store, box_id(store, "INBOX"), arrivals)
    assert len(view_ids(store, shown(store, Slice(lists.id), grouping=grouping))) == 1
    rest = shown(store, Slice(REST, (lists.id,)), grouping=grouping)
    assert len(view_ids(store, rest)) == (1 if grouping is Grouping.THREADS else 2)


@pytest.mark.parametrize(
    ("query", "at"),
    [
        ("", 0),
        ("from:anna is:unread", 10),
        ("body:cheese", 0),
        ("cheese newer:2w", 7),
        ("-has:link", 1),
        ("a (b", 2),
    ],
)
def test_a_split_that_cannot_be_held_says_where_it_fails(query: str, at: int) -> None:
    with pytest.raises(QueryError) as caught:
        parse_split(query, Places(()))
    assert caught.value.column == at


@pytest.mark.parametrize("query", ["before:2026-01-01", "account:work", "larger:1M", "tag:todo"])
def test_what_a_header_and_its_place_tell_can_be_asked(query: str) -> None:
    parse_split(query, Places(()))


def test_names_are_cleaned_and_never_the_same(store: Store) -> None:
    one = add_split(store, " People \n", "from:a")
    assert one.name.raw == "People"
    with pytest.raises(UserError, match="already"):
        add_split(store, "people", "from:b")
    with pytest.raises(UserError, match="needs a name"):
        change_split(store, one.id, name=" ", query="from:a")
    put_splits(store, [])
    with pytest.raises(NotFound):
        change_split(store, one.id, name="x", query="from:a")
    put_splits(store, [one])
    assert splits(store) == [one]
