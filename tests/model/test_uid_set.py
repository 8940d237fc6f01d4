"""UID sets."""

from hypothesis import given
from hypothesis import strategies as st

from tuimail.model.uid_set import ALL_UIDS, MAX_PIECE_RANGES, MAX_UID, UidSet

uids = st.lists(st.integers(1, MAX_UID) | st.integers(1, 300), max_size=400)


@given(uids)
def test_a_set_holds_exactly_its_uids(numbers):
    made = UidSet.of(numbers)
    assert list(made) == sorted(set(numbers))
    assert made.count == len(set(numbers))
    assert bool(made) == bool(numbers)
    for uid in numbers:
        assert uid in made
        assert (uid + 1 in made) == (uid + 1 in numbers)


@given(uids, uids, st.integers(0, 500))
def test_sets_are_taken_from_each_other_as_their_uids_are(some, others, count):
    first, second = UidSet.of(some), UidSet.of(others)
    assert first - second == UidSet.of(set(some) - set(others))
    assert first & second == UidSet.of(set(some) & set(others))
    assert list(first.tail(count)) == sorted(set(some))[max(0, len(set(some)) - count) :]


def test_neighbours_become_a_range():
    assert UidSet.of([9, 3, 4, 5, 4]).ranges == ((3, 5), (9, 9))
    assert UidSet.of([]) == UidSet()


def test_a_set_that_goes_on_for_ever_holds_what_is_not_there_yet():
    assert MAX_UID in UidSet.since(7)
    assert 6 not in UidSet.since(7)
    assert 0 not in ALL_UIDS
    assert MAX_UID + 1 not in ALL_UIDS


@given(uids)
def test_pieces_together_are_the_set(numbers):
    made = UidSet.of(numbers)
    pieces = list(made.pieces())
    assert tuple(one for piece in pieces for one in piece.ranges) == made.ranges
    assert all(0 < len(piece.ranges) <= MAX_PIECE_RANGES for piece in pieces)


def test_many_gaps_are_cut_into_several_pieces():
    made = UidSet.of(range(1, 2_000, 2))
    assert [len(piece.ranges) for piece in made.pieces()] == [250, 250, 250, 250]
