"""Moving: pages and halves of whatever has the keys, by its own height."""

import time
from dataclasses import replace

import pytest

from tests.ui.screens import app_over, line, sees, shown, until
from tuimail.model.outgoing import SendOptions
from tuimail.model.safe import Safe
from tuimail.services import writing
from tuimail.ui.render.panes import Part


def send(mail, count: int) -> None:
    for n in range(count):
        draft = replace(writing.new_draft(mail, to="dan@west.example"), subject=f"Sent {n}")
        later = SendOptions(at=int(time.time()) + 3600)
        writing.send(mail, draft, undo_window_s=0, options=later)


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_a_page_of_the_outbox_is_a_page(mail, size):
    send(mail, 60)
    app = app_over(mail)
    async with app.run_test(size=size) as pilot:
        await pilot.press("g", "o")
        await sees(pilot, "Outbox · 1/60")
        height = app.desk.outbox.size.height
        await pilot.press("pagedown")
        assert f"Outbox · {1 + height - 2}/60" in line(app, Part.STATUS)
        await pilot.press("ctrl+d")
        assert f"Outbox · {1 + height - 2 + height // 2}/60" in line(app, Part.STATUS)
        await pilot.press("pageup", "ctrl+u", "k")
        assert "Outbox · 1/60" in line(app, Part.STATUS)
        await pilot.press("G")
        assert "Outbox · 60/60" in line(app, Part.STATUS)
        assert "Sent 0 " in shown(app)
        await pilot.press("7", "G")
        assert "Outbox · 7/60" in line(app, Part.STATUS)


async def test_pages_of_the_mailboxes_end_on_what_can_be_opened(mail):
    app = app_over(mail)
    async with app.run_test(size=(80, 12)) as pilot:
        await pilot.press("alt+w")
        tree = app.desk.mailboxes
        for key in ("pagedown", "ctrl+d", "ctrl+u", "pagedown", "pagedown", "pageup", "k"):
            await pilot.press(key)
            assert tree.cursor_entry.can_open
        await pilot.press("G")
        assert tree.cursor_entry is tree.entries[-1]
        await pilot.press("g", "g")
        assert tree.cursor_entry is tree.entries[0]


async def test_the_reader_goes_to_a_line_and_to_its_end(mail):
    app = app_over(mail)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("enter")
        await sees(pilot, "Text of alice 0.")
        text = "\n".join(f"line {n}" for n in range(1, 2001))
        app.desk.reader.show_text(Safe(text), "raw")
        await pilot.press("G")
        await until(pilot, lambda: "line 2000" in shown(app))
        await pilot.press("5", "0", "G")
        await until(pilot, lambda: shown(app).split("\n")[4].strip() == "line 50")
        await pilot.press("g", "g")
        await until(pilot, lambda: "line 1 " in shown(app))
