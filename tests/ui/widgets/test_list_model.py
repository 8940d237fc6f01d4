from array import array

from hypothesis import given
from hypothesis import strategies as st

from tuimail.ui.widgets.list_model import ListModel


def ids(*numbers):
    return array("q", numbers)


def model(count=100, height=10):
    return ListModel(array("q", range(count, 0, -1)), height)


def test_new_mail_on_top_does_not_move_the_cursor_off_its_mail():
    listed = model()
    listed.move_to(5)
    kept, top = listed.cursor_id, listed.cursor - listed.top
    listed.move_to(50)
    listed.move_to(45)
    kept, screen_row = listed.cursor_id, listed.cursor - listed.top
    listed.reload(array("q", range(103, 0, -1)))
    assert listed.cursor_id == kept
    assert listed.cursor - listed.top == screen_row
    assert top == 5


def test_at_the_top_new_mail_comes_into_sight():
    listed = model()
    listed.reload(array("q", range(102, 0, -1)))
    assert listed.cursor_id == 100
    assert listed.top == 0


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
