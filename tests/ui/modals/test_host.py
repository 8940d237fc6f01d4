"""Overlays on a Textual screen: one at a time, keys in, focus back."""

import asyncio

import pytest
from textual.app import App, ComposeResult
from textual.screen import Screen
from textual.widgets import Input

from tuimail.model.safe import Safe
from tuimail.ui.modals import AskText, Choice, Choose, Confirm, Overlays
from tuimail.ui.themes import load_theme


class Base(Screen[None]):
    CSS = "Base { layers: base above; }"
    AUTO_FOCUS = "Input"

    def __init__(self) -> None:
        super().__init__()
        self.overlays = Overlays(load_theme("dark"))

    def compose(self) -> ComposeResult:
        yield Input(id="below")
        yield self.overlays


class Host(App[None]):
    def get_default_screen(self) -> Base:
        return Base()

    @property
    def overlays(self) -> Overlays:
        assert isinstance(self.screen, Base)
        return self.screen.overlays

    def drawn(self) -> list[str]:
        height = self.overlays.size.height
        return [self.overlays.render_line(y).text.rstrip() for y in range(height)]


async def test_a_question_is_answered_and_the_focus_goes_back() -> None:
    async with Host().run_test(size=(60, 20)) as pilot:
        app = pilot.app
        assert isinstance(app, Host)
        assert not app.overlays.display
        async with asyncio.TaskGroup() as tasks:
            asking = tasks.create_task(app.overlays.ask(Confirm(Safe("Really?"))))
            await pilot.pause()
            assert app.overlays.is_open
            assert app.overlays.region.bottom == 20
            assert app.drawn() == [" Really?", " y yes   n no"]
            await pilot.press("x", "y")
        assert asking.result() is True
        await pilot.pause()
        assert not app.overlays.display
        assert app.focused is app.screen.query_one("#below")
        assert app.screen.query_one("#below", Input).value == "", "no key went past the question"


async def test_a_second_question_waits_for_its_turn() -> None:
    async with Host().run_test(size=(60, 20)) as pilot:
        app = pilot.app
        assert isinstance(app, Host)
        async with asyncio.TaskGroup() as tasks:
            first = tasks.create_task(app.overlays.ask(AskText(Safe("Name"))))
            second = tasks.create_task(
                app.overlays.ask(Choose(Safe("Which"), [Choice(7, Safe("seven"))]))
            )
            await pilot.pause()
            await pilot.press("h", "i", "enter")
            await pilot.pause()
            assert app.drawn()[1].strip() == "seven"
            await pilot.press("enter")
        assert (first.result(), second.result()) == ("hi", 7)


async def test_an_input_that_went_while_it_was_asked_gets_no_focus_back() -> None:
    async with Host().run_test(size=(60, 20)) as pilot:
        app = pilot.app
        assert isinstance(app, Host)
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(app.overlays.ask(Confirm(Safe("Really?"))))
            await pilot.pause()
            await app.screen.query_one("#below").remove()
            await pilot.press("y")
        await pilot.pause()
        assert app.focused is None


async def test_a_cancelled_question_leaves_the_screen_as_it_was() -> None:
    async with Host().run_test(size=(60, 20)) as pilot:
        app = pilot.app
        assert isinstance(app, Host)
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.05):
                await app.overlays.ask(Confirm(Safe("Really?")))
        await pilot.pause()
        assert not app.overlays.is_open
        assert not app.overlays.display


async def test_a_paste_and_a_resize_reach_the_modal() -> None:
    async with Host().run_test(size=(60, 20)) as pilot:
        app = pilot.app
        assert isinstance(app, Host)
        from textual.events import Paste

        async with asyncio.TaskGroup() as tasks:
            asking = tasks.create_task(app.overlays.ask(AskText(Safe("Save into"))))
            await pilot.pause()
            app.overlays.post_message(Paste("/tmp/a\nb"))
            await pilot.resize_terminal(40, 10)
            await pilot.pause()
            assert app.overlays.region.width == 40
            await pilot.press("enter")
        assert asking.result() == "/tmp/a b"


async def test_which_key_stands_above_the_bottom_lines_and_takes_no_keys() -> None:
    async with Host().run_test(size=(60, 20)) as pilot:
        app = pilot.app
        assert isinstance(app, Host)
        app.overlays.show_which_key(Safe("g"), [(Safe("i"), Safe("Go to inbox"))])
        await pilot.pause()
        assert app.overlays.region.bottom == 18
        assert app.drawn()[1] == " i Go to inbox"
        assert app.focused is app.screen.query_one("#below")
        app.overlays.hide_which_key()
        await pilot.pause()
        assert not app.overlays.display


async def test_which_key_gives_way_to_a_question() -> None:
    async with Host().run_test(size=(60, 20)) as pilot:
        app = pilot.app
        assert isinstance(app, Host)
        app.overlays.show_which_key(Safe("g"), [(Safe("i"), Safe("Go to inbox"))])
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(app.overlays.ask(Confirm(Safe("Really?"))))
            await pilot.pause()
            app.overlays.show_which_key(Safe("g"), [(Safe("i"), Safe("Go to inbox"))])
            assert app.drawn()[0] == " Really?"
            await pilot.press("n")
