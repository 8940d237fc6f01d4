"""Text inputs as Textual draws them, also for the last time."""

import pytest
from textual.app import App
from textual.geometry import Region

from tuimail.ui.widgets.typing import Body, Field


@pytest.mark.parametrize("made", [Field, Body])
async def test_an_input_that_was_just_removed_is_drawn_as_nothing(made):
    app: App[None] = App()
    async with app.run_test() as pilot:
        typed_in = made()
        await app.screen.mount(typed_in)
        typed_in.focus()
        await pilot.pause()
        app.screen.set_focus(None)
        await typed_in.remove()
        drawn = typed_in.render_lines(Region(0, 0, 10, 2))
        assert [strip.text for strip in drawn] == [" " * 10] * 2
        app.export_screenshot()  # draws all that was laid out last
