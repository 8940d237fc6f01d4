"""Themes and keymaps chosen while the program runs: shown, kept, restored, refused."""

import pytest

from tests.ui.screens import app_over, line, sees, until
from tests.ui.test_themes import MINIMAL
from tuimail.config.load import load_config
from tuimail.ui.actions import Context
from tuimail.ui.render.panes import Part


@pytest.fixture(autouse=True)
def colours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLORTERM", "truecolor")
    monkeypatch.delenv("NO_COLOR", raising=False)


def kept(mail) -> tuple[str, str]:
    """Return theme and keymap as config.toml has them."""
    settings = load_config(mail.profile).settings
    return settings.theme, settings.keymap


async def begin(pilot, action_id: str, title: str) -> None:
    pilot.app.desk.invoke(action_id)
    await sees(pilot, f" {title} ")


async def test_each_theme_is_shown_as_it_is_reached_and_enter_keeps_it(mail):
    app = app_over(mail)
    async with app.run_test(size=(120, 40)) as pilot:
        await begin(pilot, "theme", "Theme")
        for name in ("dracula", "gruvbox"):
            await pilot.press("down")
            await until(pilot, lambda name=name: app.theme == f"tuimail-{name}")
            assert app.desk.brush.theme.name == app.desk.overlays.theme.name == name
            assert kept(mail)[0] == "dark"
        await pilot.press("enter")
        await sees(pilot, "gruvbox is the theme from now on.")
        assert app.theme == "tuimail-gruvbox"
    assert kept(mail) == ("gruvbox", "default")


async def test_typing_narrows_the_list_and_shows_what_is_left(mail):
    app = app_over(mail)
    async with app.run_test(size=(120, 40)) as pilot:
        await begin(pilot, "theme", "Theme")
        await pilot.press(*"nor")
        await until(pilot, lambda: app.desk.brush.theme.name == "nord")
        await pilot.press(*"dx")
        await sees(pilot, "nothing fits")
        assert app.desk.brush.theme.name == "nord"


async def test_esc_brings_the_theme_back_that_was_there(mail):
    app = app_over(mail)
    async with app.run_test(size=(120, 40)) as pilot:
        await begin(pilot, "theme", "Theme")
        await pilot.press("up", "up")
        await until(pilot, lambda: app.desk.brush.theme.name == "ansi")
        await pilot.press("escape")
        await until(pilot, lambda: app.theme == "tuimail-dark")
        assert app.desk.brush.theme.name == "dark"
    assert kept(mail)[0] == "dark"


async def test_comments_stay_where_a_choice_is_written(mail):
    file = mail.profile.config_file
    own = '# mine\n[ui]\ntheme = "light"  # for the balcony\n# last\n' + file.read_text()
    file.write_text(own)
    app = app_over(mail)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press(":", *"theme", "space", *"nord", "enter")
        await sees(pilot, "nord is the theme from now on.")
    assert file.read_text() == own.replace('"light"', '"nord"')


async def test_a_theme_with_a_mistake_says_where_and_leaves_the_colours_alone(mail):
    folder = mail.profile.config_dir / "themes"
    folder.mkdir()
    (folder / "ebony.toml").write_text(MINIMAL.replace('"bold"', '"bald"'))
    app = app_over(mail)
    async with app.run_test(size=(120, 40)) as pilot:
        await begin(pilot, "theme", "Theme")
        await pilot.press("down", "down")
        await sees(pilot, "ebony.toml:7: roles.unread: “bald” is neither")
        assert app.desk.brush.theme.name == "dracula"
        await pilot.press("enter")
        await until(pilot, lambda: app.desk.hint.has_lasting)
        await until(pilot, lambda: app.theme == "tuimail-dark")
        assert "! " in line(app, Part.HINT)
    assert kept(mail)[0] == "dark"


async def test_an_unknown_theme_is_refused_with_those_there_are(mail):
    async with app_over(mail).run_test(size=(120, 40)) as pilot:
        await pilot.press(":", *"theme", "space", *"drak", "enter")
        await sees(pilot, "there is no theme “drak”; known are: ansi, catppuccin, dark")
    assert kept(mail)[0] == "dark"


async def test_a_configuration_that_is_read_only_is_left_alone_and_that_is_said(mail):
    file = mail.profile.config_file
    file.chmod(0o400)
    before = file.read_bytes()
    app = app_over(mail)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press(":", *"theme", "space", *"nord", "enter")
        await sees(pilot, "nord is the theme until the end of this run: ")
        assert app.theme == "tuimail-nord"
    assert file.read_bytes() == before


async def test_a_configuration_that_was_broken_meanwhile_is_told_with_its_line(mail):
    app = app_over(mail)
    async with app.run_test(size=(200, 50)) as pilot:
        file = mail.profile.config_file
        file.write_text("[ui]\ntheme = dark\n")
        await pilot.press(":", *"theme", "space", *"nord", "enter")
        await sees(pilot, "config.toml:2:")
    assert file.read_text() == "[ui]\ntheme = dark\n"


async def test_where_no_colours_are_wanted_a_theme_is_kept_for_elsewhere(mail, monkeypatch):
    monkeypatch.setenv("NO_COLOR", "1")
    app = app_over(mail)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press(":", *"theme", "space", *"nord", "enter")
        await sees(pilot, "nord is the theme from now on. This terminal has its own colours alone")
        assert app.theme == "tuimail-ansi"
    assert kept(mail)[0] == "nord"


async def test_another_keymap_holds_at_once_and_is_kept(mail):
    app = app_over(mail)
    async with app.run_test(size=(120, 40)) as pilot:
        await begin(pilot, "keymap", "Keymap")
        await sees(pilot, "d delete")
        await pilot.press(*"mutt", "enter")
        await sees(pilot, "mutt is the keymap from now on.")
        await pilot.press("*")
        await until(pilot, lambda: app.desk.list.model.cursor == len(app.desk.list.model) - 1)
        assert app.desk.keymap.keys_for("compose", Context.LIST) == ("m",)
    assert kept(mail) == ("dark", "mutt")


async def test_ones_own_keys_that_clash_with_another_keymap_are_named_by_line(mail):
    own = mail.profile.config_dir / "keys.toml"
    own.write_text('[keys.list]\n"gl" = "archive"\n')
    app = app_over(mail)
    async with app.run_test(size=(120, 40)) as pilot:
        await begin(pilot, "keymap", "Keymap")
        await pilot.press(*"mutt")
        await sees(pilot, "keys.toml:2")
        await pilot.press("enter")
        await until(pilot, lambda: app.desk.hint.has_lasting)
        assert app.desk.keymap.keys_for("compose", Context.LIST) == ("c",)
    assert kept(mail)[1] == "default"


async def test_names_of_keymaps_are_completed(mail):
    async with app_over(mail).run_test(size=(120, 40)) as pilot:
        await pilot.press(":", *"keymap", "space", *"em", "tab", "enter")
        await sees(pilot, "emacs is the keymap from now on.")
    assert kept(mail)[1] == "emacs"
