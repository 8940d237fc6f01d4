"""Themes: readable, complete, and refused with file, line and key where they are wrong."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.color import Color, ColorSystem
from rich.console import Console

from tuimail.errors import ConfigError, UserError
from tuimail.ui.palette import HIGH_CONTRAST, in_256
from tuimail.ui.roles import StyleRole
from tuimail.ui.theme_file import (
    READABLE,
    Attribute,
    Look,
    contrast,
    in_eight,
    known_themes,
    read_theme,
    under,
)
from tuimail.ui.themes import has_eight_colours, has_few_colours, load_theme

FOLDER = Path(__file__).parents[2] / "themes"
NOT_TEXT = {StyleRole.RULE}
MINIMAL = """dark = true
[palette]
foreground = "#dddddd"
background = "#111111"
accent = "#88aaff"
[roles]
unread = "bold"
cursor = "foreground on #334455"
modal_cursor = "#ffffff on accent"
"""


@pytest.fixture(autouse=True)
def colours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLORTERM", "truecolor")
    monkeypatch.delenv("NO_COLOR", raising=False)


def test_the_promised_themes_are_shipped() -> None:
    assert set(known_themes()) >= {
        "dark", "light", "high-contrast", "ansi", "catppuccin", "dracula", "gruvbox", "nord",
        "solarized-dark", "solarized-light", "tokyo-night",
    }  # fmt: skip


@pytest.mark.parametrize("name", known_themes())
def test_a_theme_gives_every_role_a_colour_and_a_background(name: str) -> None:
    theme = load_theme(name)
    for styles in (theme.styles, theme.cursor_styles, theme.away_styles):
        assert set(styles) == set(StyleRole)
        assert all(style.color and style.bgcolor for style in styles.values())
    assert theme.textual.name == f"tuimail-{name}"
    assert theme.name == name


@pytest.mark.parametrize("name", sorted(set(known_themes()) - {"ansi"}))
def test_all_text_can_be_read(name: str) -> None:
    needed = 7.0 if name == "high-contrast" else READABLE
    theme = read_theme(FOLDER / f"{name}.toml")
    for role, look in theme.looks.items():
        if role in NOT_TEXT:
            continue
        assert contrast(look.foreground, look.background) >= needed, role
        for cursor in (StyleRole.CURSOR, StyleRole.CURSOR_AWAY):
            on = under(look, theme.looks[cursor])
            assert contrast(on.foreground, on.background) >= READABLE, (role, cursor)


def as_sent(colour: str) -> str:
    """The colour a terminal shows when Rich was asked for one in 256."""
    return Color.parse(colour).downgrade(ColorSystem.EIGHT_BIT).get_truecolor().hex


@pytest.mark.parametrize("name", sorted(set(known_themes()) - {"ansi"}))
def test_all_text_can_be_read_in_256_colours(name: str) -> None:
    theme = read_theme(FOLDER / f"{name}.toml")
    needed = HIGH_CONTRAST if name == "high-contrast" else READABLE
    for role, look in theme.looks.items():
        if role in NOT_TEXT:
            continue
        shown = in_256(look)
        assert contrast(as_sent(shown.foreground), as_sent(shown.background)) >= needed, role
        for cursor in (StyleRole.CURSOR, StyleRole.CURSOR_AWAY):
            on = in_256(under(look, theme.looks[cursor]))
            assert contrast(as_sent(on.foreground), as_sent(on.background)) >= READABLE, role


@given(st.integers(0, 0xFFFFFF), st.integers(0, 0xFFFFFF))
def test_any_two_colours_have_readable_ones_among_the_256(one: int, other: int) -> None:
    look = Look(f"#{one:06x}", f"#{other:06x}")
    shown = in_256(look)
    wanted = min(READABLE, contrast(look.foreground, look.background))
    assert contrast(as_sent(shown.foreground), as_sent(shown.background)) >= wanted


def test_a_quiet_background_stays_quiet_in_256_colours() -> None:
    """Each channel by itself would make Nord's teal and that of Solarized dark blue."""
    assert as_sent(in_256(Look("#d8dee9", "#2e3440")).background) == "#303030"
    assert as_sent(in_256(Look("#93a1a1", "#002b36")).background) == "#262626"


@pytest.mark.parametrize("name", sorted(set(known_themes()) - {"ansi"}))
def test_in_256_colours_the_cursor_and_the_unread_stand_out(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.delenv("COLORTERM")
    styles = load_theme(name).styles
    seen = {role: (as_sent(s.color.name), as_sent(s.bgcolor.name)) for role, s in styles.items()}
    assert seen[StyleRole.CURSOR] != seen[StyleRole.ROW]
    assert seen[StyleRole.CURSOR] != seen[StyleRole.CURSOR_AWAY]
    assert seen[StyleRole.CURSOR_AWAY] != seen[StyleRole.ROW]


@pytest.mark.parametrize("name", known_themes())
def test_the_cursor_the_unread_and_the_chosen_stand_out(name: str) -> None:
    theme = load_theme(name)
    for role in (StyleRole.UNREAD, StyleRole.CURSOR, StyleRole.CURSOR_AWAY, StyleRole.SELECTED):
        assert theme.styles[role] != theme.styles[StyleRole.ROW], role
    assert theme.styles[StyleRole.MODAL_CURSOR] != theme.styles[StyleRole.MODAL]
    assert theme.cursor_styles[StyleRole.ROW] != theme.away_styles[StyleRole.ROW]


def test_contrast_is_that_of_wcag() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)
    assert contrast("red", "#ffffff") == 0


@pytest.mark.parametrize(
    ("before", "after", "line", "says"),
    [
        ('unread = "bold"', 'unread = "bald"', 7, "“bald” is neither a colour"),
        ('unread = "bold"', 'unreed = "bold"', 6, "is missing"),
        ('unread = "bold"', 'unread = "bold"\nrowe = "bold"', 8, "unknown key"),
        ('accent = "#88aaff"', 'accent = "blue"', 5, "“blue” is neither a colour"),
        ('accent = "#88aaff"', "", 2, "is missing"),
        ('accent = "#88aaff"', 'accent = "#88aaff"\nbold = "#ffffff"', 6, "is an attribute"),
        ('unread = "bold"', 'unread = "dim"', 7, "“dim” is neither a colour"),
        ("dark = true", "dark = 1", 1, "must be true or false"),
        ("dark = true", "bright = true", 1, "unknown key"),
        ('unread = "bold"', "unread = 3", 7, "must be text in quotes"),
    ],
)
def test_a_wrong_theme_is_refused_with_file_line_and_key(
    tmp_path: Path, before: str, after: str, line: int, says: str
) -> None:
    file = tmp_path / "mine.toml"
    file.write_text(MINIMAL.replace(before, after))
    with pytest.raises(ConfigError) as caught:
        load_theme("mine", tmp_path)
    assert caught.value.hint.startswith(f"{file}:{line}: ")
    assert says in caught.value.hint


def test_a_theme_of_ones_own_wins_over_a_shipped_one(tmp_path: Path) -> None:
    (tmp_path / "dark.toml").write_text(MINIMAL)
    style = load_theme("dark", tmp_path).styles[StyleRole.TEXT]
    assert style.bgcolor is not None
    assert style.bgcolor.name == "#111111"


def test_an_unknown_theme_is_refused_with_the_known_ones() -> None:
    with pytest.raises(UserError, match=r"no theme “drak”; known are: ansi, catppuccin, dark"):
        load_theme("drak")


def test_few_colours_or_none_wanted_mean_the_ansi_theme(monkeypatch: pytest.MonkeyPatch) -> None:
    assert not has_few_colours()
    monkeypatch.setenv("NO_COLOR", "1")
    assert load_theme("dark").name == "ansi"
    monkeypatch.delenv("NO_COLOR")
    monkeypatch.delenv("COLORTERM")
    monkeypatch.setenv("TERM", "linux")
    assert load_theme("dark").is_ansi
    monkeypatch.setenv("TERM", "xterm-256color")
    assert not load_theme("dark").is_ansi


@pytest.mark.parametrize(
    ("environ", "few", "eight"),
    [
        ({"TERM": "xterm"}, True, False),
        ({"TERM": "foot"}, True, False),
        ({"TERM": "xterm-kitty"}, False, False),
        ({"TERM": "screen"}, True, True),
        ({"TERM": "screen-256color"}, False, False),
        ({"TERM": "linux"}, True, True),
        ({"TERM": "linux-16color"}, True, False),
        ({"TERM": "vt220"}, True, True),
        ({"TERM": "linux", "COLORTERM": "24bit"}, False, False),
        ({"TERM": "xterm", "COLORTERM": "yes"}, True, False),
        ({"TERM": "xterm", "TEXTUAL_COLOR_SYSTEM": "256"}, False, False),
        ({"TERM": "xterm-256color", "NO_COLOR": "1"}, True, False),
    ],
)
def test_how_many_colours_there_are_is_told_by_the_terminal(
    monkeypatch: pytest.MonkeyPatch, environ: dict[str, str], few: bool, eight: bool
) -> None:
    for name in ("TERM", "COLORTERM", "TEXTUAL_COLOR_SYSTEM", "NO_COLOR"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    assert (has_few_colours(), has_eight_colours()) == (few, eight)
    if not few and not environ.get("NO_COLOR"):
        assert console_of(environ) in ("256", "truecolor")
    elif not environ.get("NO_COLOR"):
        assert console_of(environ) == "standard"


def console_of(environ: dict[str, str]) -> str | None:
    """Return what Rich, which writes the colours, makes of an environment."""
    asked = environ.get("TEXTUAL_COLOR_SYSTEM", "auto")
    return Console(color_system=asked, force_terminal=True, _environ=environ).color_system


@pytest.mark.parametrize("term", ["linux", "screen", "vt220"])
def test_eight_colours_have_no_bright_ones_and_lose_no_difference_that_counts(
    monkeypatch: pytest.MonkeyPatch, term: str
) -> None:
    monkeypatch.delenv("COLORTERM")
    monkeypatch.setenv("TERM", term)
    theme = load_theme("dark")
    for style in theme.styles.values():
        assert style.color is not None
        assert style.color.number is None or style.color.number < 8
    assert theme.styles[StyleRole.DIM].color == theme.styles[StyleRole.ROW].color
    assert theme.styles[StyleRole.UNREAD].bold
    assert theme.cursor_styles[StyleRole.DIM].reverse


def test_what_is_bright_is_bold_where_there_are_eight_colours() -> None:
    assert in_eight(Look("bright_red", "bright_blue")) == Look(
        "red", "blue", frozenset({Attribute.BOLD})
    )
    assert in_eight(Look("bright_black", "default")) == Look("default", "default")
    assert in_eight(Look("red", "default")) == Look("red", "default")


@pytest.mark.parametrize("name", known_themes())
async def test_textual_can_draw_in_every_theme(name: str) -> None:
    from textual.app import App, ComposeResult
    from textual.widgets import Input, TextArea

    theme = load_theme(name)

    class Drawn(App[None]):
        def compose(self) -> ComposeResult:
            yield Input("typed")
            yield TextArea("text")

        def on_mount(self) -> None:
            self.register_theme(theme.textual)
            self.theme = theme.textual.name

    async with Drawn().run_test(size=(40, 10)) as pilot:
        await pilot.pause()
        assert pilot.app.current_theme.ansi == theme.is_ansi
