"""`:set` and `:map` change settings and keys until the program ends, checked as in their files."""

from dataclasses import fields

import pytest

from tests.ui.screens import app_over, line, sees, until
from tuimail.config.one_setting import setting_words, with_setting
from tuimail.errors import UserError
from tuimail.model.settings import ArchiveBy, MarkSeen, Settings
from tuimail.ui.handlers.settings import ACTIONS, LIVE
from tuimail.ui.render.panes import Part


async def command(pilot, text: str) -> None:
    await pilot.press(":")
    await until(pilot, lambda: pilot.app.desk.overlays.is_open)
    await pilot.press(*text, "enter")
    await until(pilot, lambda: not pilot.app.desk.overlays.is_open)


def test_what_can_be_set_are_settings():
    names = {field.name for field in fields(Settings)}
    assert names >= {*LIVE, *ACTIONS}


@pytest.mark.parametrize(
    ("key", "typed", "value"),
    [
        ("mark_seen", "never", MarkSeen.NEVER),
        ("undo_send_s", "30", 30),
        ("own_replies", "false", False),
        ("archive_by", '"month"', ArchiveBy.MONTH),
        ("editor", "vim -u NONE", "vim -u NONE"),
    ],
)
def test_a_setting_is_read_as_in_its_file(key, typed, value):
    assert getattr(with_setting(Settings(), key, typed), key) == value


@pytest.mark.parametrize(
    ("key", "typed", "says"),
    [
        ("mark_sen", "never", "no setting “mark_sen”"),
        ("mark_seen", "often", "mark_seen "),
        ("undo_send_s", "soon", "undo_send_s "),
        ("undo_send_s", "99999", "undo_send_s "),
        ("own_replies", "1\nkeymap = 3", "own_replies "),
    ],
)
def test_what_cannot_be_set_is_said(key, typed, says):
    with pytest.raises(UserError, match=says):
        with_setting(Settings(), key, typed)


def test_a_setting_is_said_as_it_would_be_written():
    assert setting_words(Settings(), "own_replies") == "true"
    assert setting_words(Settings(), "mark_seen") == '"opened"'
    assert setting_words(Settings(), "undo_send_s") == "10"


async def test_a_setting_holds_for_this_run_alone(mail, profile):
    before = profile.config_file.read_text()
    app = app_over(mail)
    async with app.run_test(size=(120, 40)) as pilot:
        await command(pilot, "set mark_seen never")
        await sees(pilot, 'mark_seen = "never"')
        await sees(pilot, "for this run; config.toml makes it last")
        assert app.desk.session.mail.config.settings.mark_seen is MarkSeen.NEVER
        await command(pilot, "set calendar_command khal import")
        await sees(pilot, 'calendar_command = "khal import"')
        assert app.desk.session.mail.config.settings.calendar_command == "khal import"
        await command(pilot, "set mark_seen")
        await sees(pilot, 'mark_seen = "never"')
        await command(pilot, "set mark_seen = delayed")
        await sees(pilot, 'mark_seen = "delayed"')
        await command(pilot, "set mark_seen=opened")
        await sees(pilot, 'mark_seen = "opened"')
    assert profile.config_file.read_text() == before


async def test_what_counts_from_the_next_start_alone_is_not_set(mail):
    app = app_over(mail)
    async with app.run_test(size=(120, 40)) as pilot:
        await command(pilot, "set mouse false")
        await sees(pilot, "mouse counts from the next start")
        assert app.desk.session.mail.config.settings.mouse


async def test_a_key_is_bound_for_this_run(mail):
    app = app_over(mail)
    async with app.run_test(size=(120, 40)) as pilot:
        await command(pilot, "map gm move Lists")
        await sees(pilot, "gm does move now.")
        await sees(pilot, "for this run; keys.toml makes it last")
        await pilot.press("g", "m")
        await until(pilot, lambda: len(app.desk.session.contents.ids) == 64)
        await command(pilot, "map gm")
        await sees(pilot, "gm: move Lists")


async def test_a_key_that_the_list_has_for_itself_does_what_it_was_bound_to(mail):
    app = app_over(mail)
    async with app.run_test(size=(120, 40)) as pilot:
        await command(pilot, "map v archive")
        await sees(pilot, "v does archive now.")
        await pilot.press("v")
        await until(pilot, lambda: len(app.desk.session.contents.ids) == 64)
        await command(pilot, 'map v ""')
        await sees(pilot, "v does nothing now.")
        await command(pilot, "map v")
        await sees(pilot, "v: nothing here")


async def test_a_key_bound_among_the_mailboxes_works_there(mail):
    app = app_over(mail)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("ctrl+w")
        await until(pilot, lambda: app.desk.active is Part.MAILBOXES)
        await command(pilot, "map v mailbox.subscribe")
        await sees(pilot, "v does mailbox.subscribe now.")
        await command(pilot, "map v")
        await sees(pilot, "v: mailbox.subscribe")


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("map g archive", "hides"),
        ("map gm", "gm: nothing here"),
        ("map Entr archive", "is not the name of a key"),
        ("map gm archiv", "there is no action “archiv”"),
        ("map gm compose.send", "does nothing in"),
        ("map 'gm", "This cannot be read"),
    ],
)
async def test_a_key_that_cannot_be_bound_is_said(mail, typed, says):
    app = app_over(mail)
    async with app.run_test(size=(120, 40)) as pilot:
        await command(pilot, typed)
        await sees(pilot, says)
        assert says in line(app, Part.HINT)


async def test_what_was_set_holds_when_accounts_are_read_again(mail):
    app = app_over(mail)
    async with app.run_test(size=(120, 40)) as pilot:
        await command(pilot, "set mark_seen never")
        await sees(pilot, 'mark_seen = "never"')
        app.desk.session.reload_config()
        assert app.desk.session.mail.config.settings.mark_seen is MarkSeen.NEVER
