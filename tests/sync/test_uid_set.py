"""UID sets."""

from hypothesis import given
from hypothesis import strategies as st

from tuimail.sync.uid_set import MAX_SET_CHARS, newest_first, uid_set, uid_sets

uids = st.lists(st.integers(1, 2**32 - 1) | st.integers(1, 300), max_size=400)


def members(text: str) -> list[int]:
    found: list[int] = []
    for word in filter(None, text.split(",")):
        first, _, last = word.partition(":")
        found.extend(range(int(first), int(last or first) + 1))
    return found


@given(uids)
def test_a_set_names_exactly_its_uids(numbers):
    assert members(uid_set(numbers)) == sorted(set(numbers))


@given(uids)
def test_sets_are_short_and_together_name_every_uid_once(numbers):
    pieces = list(uid_sets(numbers))
    assert [uid for _, inside in pieces for uid in inside] == sorted(set(numbers))
    assert all(members(text) == list(inside) for text, inside in pieces)
    assert all(len(text) <= MAX_SET_CHARS for text, _ in pieces)


@given(st.lists(st.integers(1, 10_000), unique=True), st.integers(1, 50))
def test_batches_go_from_newest_to_oldest(numbers, size):
    numbers.sort()
    batches = list(newest_first(numbers, size))
    assert [uid for batch in reversed(batches) for uid in batch] == numbers
    assert all(0 < len(batch) <= size for batch in batches)


def test_neighbours_become_a_range():
    assert uid_set([9, 3, 4, 5, 4]) == "3:5,9"
    assert uid_set([]) == ""


def test_many_gaps_are_cut_into_several_sets():
    pieces = list(uid_sets(range(1, 2_000, 2)))
    assert len(pieces) > 3
    assert [uid for _, inside in pieces for uid in inside] == list(range(1, 2_000, 2))
