"""The program's screen as a whole."""

from tests.ui.screens import app_over, sees
from tuimail.model.safe import Safe
from tuimail.ui.widgets import panes


async def test_what_the_bottom_lines_say_lays_nothing_out(mail, monkeypatch):
    app = app_over(mail)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        laid_out: list[object] = []
        arrange = panes._PaneLayout.arrange

        def counted(self, *args, **kwargs):
            laid_out.append(args)
            return arrange(self, *args, **kwargs)

        monkeypatch.setattr(panes._PaneLayout, "arrange", counted)
        app.desk.say(Safe("Three mails came."))
        app.desk.refresh_status()
        app.desk.refresh_hints()
        await sees(pilot, "Three mails came.")
        assert laid_out == []
        await pilot.resize_terminal(80, 24)
        await pilot.pause()
        assert laid_out != [], "it would have been counted"
