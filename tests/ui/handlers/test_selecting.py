"""Selecting by keys with a count."""

from tests.ui.screens import app_over, line
from tuimail.ui.render.panes import Part


async def test_a_count_beyond_the_end_of_the_list_selects_each_row_once(mail):
    app = app_over(mail)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("G", "k", "5", "x")
        assert "65/65" in line(app, Part.STATUS)
        assert "2 selected" in line(app, Part.STATUS)
        await pilot.press("k", "k", "3", "x")  # the first of them was not, the others were
        assert "1 selected" in line(app, Part.STATUS)
        assert app.desk.list.model.selected == {app.desk.list.model.ids[62]}
