from array import array

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuimail.ui.widgets.list_model import ListModel


def ids(*numbers):
    return array("q", numbers)


def model(count=100, height=10):
    return ListModel(array("q", range(count, 0, -1)), height)


@pytest.mark.parametrize("row", [1, 5, 45])
def test_new_mail_on_top_moves_nothing_in_sight(row):
    listed = model()
    listed.move_to(row)
    before = listed.visible()
    listed.reload(array("q", range(103, 0, -1)))
    assert listed.cursor_id == 100 - row
    assert listed.visible() == before
    assert listed.new_above == 3


def test_at_the_top_new_mail_comes_into_sight_until_the_person_moves():
    listed = model()
    for newest in (102, 104):
        listed.reload(array("q", range(newest, 0, -1)))
        assert listed.cursor_id == 100
        assert listed.top == 0
        assert listed.new_above == 0
    listed.move_to(listed.cursor + 1)
    before = listed.visible()
    listed.reload(array("q", range(106, 0, -1)))
    assert listed.visible() == before
    assert listed.new_above == 2


def test_new_mail_that_was_seen_is_new_no_more():
    listed = model()
    listed.move_to(5)
    listed.reload(array("q", range(103, 0, -1)))
    listed.scroll(-2)
    assert listed.new_above == 1
    listed.scroll(2)
    assert listed.new_above == 1
    listed.move_to(0)
    assert listed.new_above == 0


def test_in_another_order_nothing_is_new_above():
    listed = ListModel(array("q", range(1, 101)), 10)
    listed.set_newest_first(is_newest_first=False)
    listed.move_to(50)
    listed.reload(array("q", [*range(200, 190, -1), *listed.ids]))
    assert listed.new_above == 0
    listed.set_newest_first(is_newest_first=True)
    listed.reload(array("q", sorted(listed.ids, reverse=True)))
    assert listed.top > 0
    assert listed.new_above == 0
    listed.reload(array("q", [300, *listed.ids]))
    assert listed.new_above == 1


def test_where_the_first_row_in_sight_is_gone_the_next_one_is_first():
    listed = model()
    listed.page(1)
    listed.move_to(12)
    listed.reload(array("q", [n for n in range(100, 0, -1) if n not in (92, 91)]))
    assert (listed.visible()[0], listed.cursor_id) == (90, 88)


def test_rows_that_come_between_push_the_cursor_out_of_sight_by_no_more_than_needed():
    listed = ListModel(array("q", range(1_000, 0, -10)), 10)
    listed.page(1)
    listed.move_to(17)
    kept = listed.cursor_id
    listed.reload(array("q", sorted([*listed.ids, 915, 914, 913], reverse=True)))
    assert listed.cursor_id == kept
    assert listed.cursor - listed.top == 9


def test_a_cursor_that_is_carried_far_away_is_in_the_middle():
    listed = model()
    listed.move_to(3)
    listed.reload(array("q", [*range(100, 97, -1), *range(96, 40, -1), 97, *range(40, 0, -1)]))
    assert listed.cursor_id == 97
    assert listed.cursor - listed.top == 5


def test_many_that_are_gone_above_move_nothing_in_sight():
    listed = model(5_000)
    listed.move_to(4_000)
    before = listed.visible()
    listed.reload(listed.ids[2_000:])
    assert listed.visible() == before


@given(st.data())
def test_whatever_comes_and_goes_the_list_stays_put(data):
    numbers = st.sets(st.integers(1, 400), min_size=30, max_size=120)
    there = data.draw(numbers)
    listed = ListModel(array("q", sorted(there, reverse=True)), 10)
    listed.move_to(data.draw(st.integers(1, len(there) - 1)))
    is_at_top = False  # where all above the cursor went, what comes comes into sight from then on
    for _ in range(3):
        is_at_top = is_at_top or listed.cursor == 0
        first, cursor_id, sight = listed.visible()[0], listed.cursor_id, set(listed.visible())
        came = data.draw(st.sets(st.integers(1, 600), max_size=20)) - there
        gone = data.draw(st.sets(st.sampled_from(sorted(there)), max_size=10)) - {cursor_id}
        there = (there | came) - gone
        listed.reload(array("q", sorted(there, reverse=True)))
        assert listed.cursor_id == cursor_id
        assert cursor_id in listed.visible()
        between = {row_id for row_id in came if first > row_id > min(sight)}
        is_end = listed.top == max(0, len(there) - listed.height)
        if first not in gone and not between and not is_end and not is_at_top:
            assert listed.visible()[0] == first


def test_when_the_mail_is_gone_the_next_one_is_under_the_cursor():
    listed = model()
    listed.move_to(5)
    listed.reload(array("q", [n for n in range(100, 0, -1) if n not in (95, 94)]))
    assert listed.cursor_id == 93


def test_hidden_mail_leaves_the_cursor_on_the_next_one():
    listed = model()
    listed.move_to(5)
    listed.remove([95])
    assert listed.cursor_id == 94
    listed.remove([100, 99, 94])
    assert listed.cursor_id == 93


def test_hiding_the_last_mail_moves_up():
    listed = ListModel(ids(3, 2, 1))
    listed.move_to(2)
    listed.remove([1])
    assert listed.cursor_id == 2
    listed.remove([2, 3])
    assert listed.cursor_id is None


def test_at_the_edge_the_window_jumps_by_half_its_height():
    listed = model()
    assert not listed.move_to(9)
    assert listed.move_to(10)
    assert listed.top == 5


def test_a_page_keeps_two_rows_for_orientation():
    listed = model()
    listed.page(1)
    assert (listed.top, listed.cursor) == (8, 8)


def test_selection_comes_before_the_count():
    listed = model()
    assert listed.chosen(3) == [100, 99, 98]
    listed.toggle_selected(7)
    assert listed.chosen(3) == [93]


def test_mail_that_is_gone_is_selected_no_more():
    listed = model()
    listed.toggle_selected(0)
    listed.toggle_selected(1)
    listed.reload(array("q", range(99, 0, -1)))
    assert listed.selected == {99}


@given(
    st.lists(st.integers(1, 60), unique=True),
    st.lists(
        st.one_of(
            st.tuples(st.just("move"), st.integers(-5, 80)),
            st.tuples(st.just("page"), st.integers(-3, 3)),
            st.tuples(st.just("half"), st.integers(-3, 3)),
            st.tuples(st.just("scroll"), st.integers(-30, 30)),
            st.tuples(st.just("resize"), st.integers(0, 30)),
            st.tuples(st.just("remove"), st.integers(1, 60)),
            st.tuples(st.just("reload"), st.integers(0, 60)),
        ),
        max_size=30,
    ),
)
def test_the_cursor_is_always_in_the_list_and_in_sight(numbers, steps):
    listed = ListModel(array("q", sorted(numbers, reverse=True)), 7)
    for what, value in steps:
        match what:
            case "move":
                listed.move_to(value)
            case "page":
                listed.page(value)
            case "half":
                listed.half_page(value)
            case "scroll":
                listed.scroll(value)
            case "resize":
                listed.resize(value)
            case "remove":
                listed.remove([value])
            case "reload":
                listed.reload(array("q", range(value, 0, -1)))
        if listed.ids:
            assert 0 <= listed.cursor < len(listed.ids)
            assert listed.top <= listed.cursor < listed.top + listed.height
            assert 0 <= listed.top <= max(0, len(listed.ids) - listed.height)
        else:
            assert listed.cursor_id is None


def test_a_range_is_selected_while_it_is_chosen_and_stays_on_its_mails():
    model = ListModel(array("q", range(10, 0, -1)), 5)
    model.move_to(2)
    model.begin_range()
    model.move_to(4)
    assert model.chosen(1) == [8, 7, 6]
    assert (model.count_chosen, model.has_choice) == (3, True)
    assert [model.is_selected(index) for index in range(6)] == [
        False,
        False,
        True,
        True,
        True,
        False,
    ]
    model.reload(array("q", range(12, 0, -1)))
    assert model.chosen(1) == [8, 7, 6]
    model.remove([7])
    assert model.chosen(1) == [8, 6]
    model.clear_selection()
    assert not model.has_choice


def test_all_is_selected_and_what_is_not_selected_is_turned_round():
    model = ListModel(array("q", [5, 4, 3, 2, 1]), 5)
    model.toggle_selected(1)
    model.begin_range()
    model.move_to(0)
    model.invert_selection()
    assert model.chosen(1) == [3, 2, 1]
    model.select_all()
    assert model.count_chosen == 5
    model.show(array("q", [9]))
    assert model.count_chosen == 0


def test_ones_own_answers_are_selected_one_by_one_alone():
    model = ListModel(array("q", range(6, 0, -1)), 5)
    model.own = {4, 2}
    model.select_all()
    assert model.chosen(1) == [6, 5, 3, 1]
    model.invert_selection()
    assert not model.has_choice
    model.begin_range()
    model.move_to(4)
    assert (model.chosen(1), model.count_chosen) == ([6, 5, 3], 3)
    assert [model.is_selected(index) for index in range(4)] == [True, True, False, True]
    model.end_range()
    model.toggle_selected(2)
    assert model.chosen(1) == [6, 5, 4, 3]


def test_a_range_whose_beginning_is_gone_reaches_to_the_last_row():
    listed = ListModel(ids(5, 4, 3, 2, 1), 10)
    listed.move_to(4)
    listed.begin_range()
    listed.move_to(0)
    listed.reload(ids(5, 4))
    assert listed.count_chosen == len(listed.chosen(1)) == 2
    listed.reload(ids())
    assert not listed.has_choice
