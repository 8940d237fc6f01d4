"""Pictures of a mail, drawn when that is asked for."""

import io
from dataclasses import replace

import pytest
from PIL import Image

from tests.services.attached import with_files
from tests.ui.handlers.test_files import HEAD
from tests.ui.screens import app_over, put, sees, shown, until
from tuimail.model.settings import Images
from tuimail.ui.mail_app import MailApp
from tuimail.ui.picture_sequence import is_picture


def picture(colour) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (60, 20), colour).save(out, "PNG")
    return out.getvalue()


def with_pictures(mail, *colours, images=Images.HALF):
    files = [(f"{n}.png", "image/png", picture(colour)) for n, colour in enumerate(colours)]
    raw = HEAD + with_files(*files, ("a.txt", "text/plain", b"x"))
    put(mail, "alice", "INBOX", [raw], first_uid=900)
    settings = replace(mail.config.settings, images=images)
    return replace(mail, config=replace(mail.config, settings=settings))


async def test_the_only_picture_is_drawn_in_half_blocks_until_a_key_is_pressed(mail):
    app = app_over(with_pictures(mail, (255, 0, 0)))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("i")
        await sees(pilot, "0.png")
        await sees(pilot, "any key goes back")
        lines = shown(app).splitlines()
        assert lines[1].startswith("▀" * 60)
        assert not lines[1].startswith("▀" * 61)
        assert sum("▀" in line for line in lines) == 10
        await pilot.press("d")
        await until(pilot, lambda: "▀" not in shown(app))
        assert app.desk.list.cursor_row.subject.raw == "Files"


async def test_of_several_pictures_one_is_chosen(mail):
    app = app_over(with_pictures(mail, (255, 0, 0), (0, 0, 255)))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("i")
        await sees(pilot, "Draw which picture?")
        await pilot.press("down", "enter")
        await sees(pilot, "1.png")
        await sees(pilot, "▀")


async def test_a_picture_is_drawn_from_the_list_of_files_and_nothing_else_is(mail):
    app = app_over(with_pictures(mail, (255, 0, 0)))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("o")
        await sees(pilot, "2 files")
        await pilot.press("i")
        await sees(pilot, "▀")
        await pilot.press("escape", "o")
        await sees(pilot, "2 files")
        await pilot.press("2", "i")
        await sees(pilot, "This is no picture: text.")


@pytest.mark.parametrize("images", [Images.KITTY, Images.SIXEL])
async def test_a_picture_the_terminal_draws_is_sent_behind_its_frame_and_taken_away(
    mail, images, monkeypatch
):
    sent: list[tuple[str, int]] = []
    monkeypatch.setattr(MailApp, "show_picture", lambda _, *how: sent.append(how))
    app = app_over(with_pictures(mail, (255, 0, 0), images=images))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("i")
        await sees(pilot, "any key goes back")
        await until(pilot, lambda: len(sent) == 1)
        assert "▀" not in shown(app)
        assert sent[0][1] == 1
        await pilot.press("q")
        await until(pilot, lambda: len(sent) == 2)
    assert all(is_picture(sequence) for sequence, _ in sent)


async def test_another_size_takes_the_picture_away(mail):
    app = app_over(with_pictures(mail, (255, 0, 0)))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("i")
        await sees(pilot, "▀")
        await pilot.resize_terminal(100, 30)
        await until(pilot, lambda: "▀" not in shown(app))


async def test_where_no_pictures_are_wanted_none_is_drawn(mail):
    app = app_over(with_pictures(mail, (255, 0, 0), images=Images.NO))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("i")
        await sees(pilot, "Pictures are not drawn here")


async def test_a_mail_without_pictures_says_so(mail):
    app = app_over(mail)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("i")
        await sees(pilot, "There are no pictures in this mail.")
