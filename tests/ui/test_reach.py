"""How many rows an action needs of a list whose rest is not here yet."""

import pytest

from tuimail.ui.action_table import ACTIONS
from tuimail.ui.actions import Call, Context
from tuimail.ui.reach import ALL, REACHES, rows_needed


def needed(action_id: str, count: int = 0, *, has_selection: bool = False) -> int:
    call = Call(ACTIONS[action_id], Context.LIST, max(1, count), has_count=count > 0)
    return rows_needed(call, cursor=10, height=20, has_selection=has_selection)


@pytest.mark.parametrize(
    ("action_id", "count", "rows"),
    [
        ("cursor.down", 0, 12),
        ("cursor.down", 40, 51),
        ("delete", 3, 14),
        ("page.down", 0, 50),
        ("page.down", 2, 70),
        ("cursor.top", 0, 1),
        ("cursor.top", 500, 500),
        ("cursor.bottom", 500, 500),
        ("cursor.bottom", 0, ALL),
        ("next.unread", 0, ALL),
        ("mark.all.read", 0, ALL),
        ("cursor.up", 40, 0),
        ("message.open", 0, 0),
    ],
)
def test_an_action_needs_the_rows_it_goes_to_and_one_more(action_id, count, rows):
    assert needed(action_id, count) == rows


def test_what_is_selected_may_be_any_row():
    assert needed("delete", has_selection=True) == ALL
    assert needed("select", has_selection=True) == 12


def test_every_action_named_is_one():
    assert REACHES.keys() <= ACTIONS.keys()
