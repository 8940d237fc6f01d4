"""The row of tabs: exactly as wide as the list, the tab shown always in sight."""

import pytest

from tuimail.model.cells import width_of
from tuimail.model.safe import safe_line
from tuimail.services.splits import Tab
from tuimail.ui.render.tabs import tab_at, tab_line

TABS = tuple(
    Tab(safe_line(name), None, unread)
    for name, unread in (
        ("All", 1_234),
        ("People", 3),
        ("会議の資料とその他", 0),
        ("Lists", 57),
        ("Other", 0),
    )
)


def text(shown: int, width: int) -> str:
    return "".join(piece for piece, _ in tab_line(TABS, shown, width))


def test_the_tab_shown_is_told_by_more_than_its_colour() -> None:
    assert text(1, 80).rstrip() == " All 1,234 [People 3] 会議の資料とその他  Lists 57  Other"


@pytest.mark.parametrize("width", [1, 7, 20, 31, 60, 250])
@pytest.mark.parametrize("shown", range(len(TABS)))
def test_a_row_is_as_wide_as_the_list(shown: int, width: int) -> None:
    assert sum(width_of(piece) for piece, _ in tab_line(TABS, shown, width)) == width


@pytest.mark.parametrize("shown", range(len(TABS)))
def test_the_tab_shown_is_in_sight_where_there_is_little_room(shown: int) -> None:
    assert f"[{TABS[shown].name}" in text(shown, 24)


def test_a_click_finds_the_tab_it_is_on() -> None:
    for x, index in ((0, 0), (10, 0), (11, 1), (20, 1), (79, None)):
        assert tab_at(TABS, 1, 80, x) == index
    assert tab_at(TABS, 4, 24, 12) == 4


def test_without_tabs_the_row_is_empty() -> None:
    assert "".join(piece for piece, _ in tab_line((), 0, 5)).strip() == ""
