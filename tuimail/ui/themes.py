"""Themes: from their files to styles by role and to a Textual theme."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from rich.style import Style
from textual.theme import BUILTIN_THEMES, Theme

from .palette import in_256
from .roles import StyleRole
from .terminal_kind import Depth, here
from .theme_file import Attribute, Look, ThemeFile, in_eight, read_theme, theme_file, under

_FALLBACK: Final = "ansi"


@dataclass(frozen=True, slots=True)
class ThemeStyles:
    """A loaded theme."""

    name: str
    is_ansi: bool
    textual: Theme
    """To be registered with `App.register_theme`."""
    styles: Mapping[StyleRole, Style]
    """Every role; each has its own colour and background: nothing depends on what lies below."""
    cursor_styles: Mapping[StyleRole, Style]
    """Every role on the cursor's row."""
    away_styles: Mapping[StyleRole, Style]
    """Every role on the cursor's row while another pane has the keys."""


def load_theme(name: str, user_folder: Path | None = None) -> ThemeStyles:
    """Return a theme by name, shipped or in `themes/` beside config.toml.

    Raises:
        UserError: there is no such theme.
        ConfigError: its file is wrong (file, line, key).
    """
    return theme_of(theme_file(name, user_folder), user_folder)


def theme_of(file: Path, user_folder: Path | None = None) -> ThemeStyles:
    """Return the theme a file describes.

    NO_COLOR and terminals without colours get `ansi`, whatever was asked for.

    Raises:
        ConfigError: with file, line and key.
    """
    return _styles_of(read_theme(theme_file(_FALLBACK, user_folder) if has_few_colours() else file))


def has_few_colours() -> bool:
    """Whether this terminal has no more than its sixteen own colours, or none are wanted."""
    return here().has_own_colours_alone


def has_eight_colours() -> bool:
    """Whether the bright ones of the sixteen may be missing, or dark on dark, here."""
    return not here().has_bright


def _styles_of(theme: ThemeFile) -> ThemeStyles:
    if theme.is_ansi and has_eight_colours():
        theme = replace(theme, looks={role: in_eight(look) for role, look in theme.looks.items()})
    looks = theme.looks
    shown = in_256 if here().depth is Depth.MANY and not theme.is_ansi else _as_written

    def above(cursor: StyleRole) -> dict[StyleRole, Style]:
        return {role: _style(shown(under(look, looks[cursor]))) for role, look in looks.items()}

    return ThemeStyles(
        theme.name,
        theme.is_ansi,
        _textual_theme(replace(theme, looks={role: shown(look) for role, look in looks.items()})),
        {role: _style(shown(look)) for role, look in looks.items()},
        above(StyleRole.CURSOR),
        above(StyleRole.CURSOR_AWAY),
    )


def _as_written(look: Look) -> Look:
    return look


def _style(look: Look) -> Style:
    has = look.attributes.__contains__
    return Style(
        color=look.foreground,
        bgcolor=look.background,
        bold=has(Attribute.BOLD),
        italic=has(Attribute.ITALIC),
        underline=has(Attribute.UNDERLINE),
        reverse=has(Attribute.REVERSE),
        strike=has(Attribute.STRIKE),
    )


def _textual_theme(theme: ThemeFile) -> Theme:
    """Return what Textual's own widgets are drawn with."""
    prefix = "ansi_" if theme.is_ansi else ""

    def colour(role: StyleRole, *, is_background: bool = False) -> str:
        look = theme.looks[role]
        return prefix + (look.background if is_background else look.foreground)

    return Theme(
        name=f"tuimail-{theme.name}",
        primary=prefix + theme.accent,
        accent=prefix + theme.accent,
        foreground=colour(StyleRole.TEXT),
        background=colour(StyleRole.TEXT, is_background=True),
        surface=colour(StyleRole.MODAL, is_background=True),
        panel=colour(StyleRole.STATUS, is_background=True),
        error=colour(StyleRole.ERROR),
        warning=colour(StyleRole.WARNING),
        success=colour(StyleRole.SUCCESS),
        dark=theme.is_dark,
        ansi=theme.is_ansi,
        variables=_own_variables(theme),
    )


def _own_variables(theme: ThemeFile) -> dict[str, str]:
    """Return what Textual's style sheets ask for where colours are the terminal's own."""
    if not theme.is_ansi:
        return {}
    return dict(BUILTIN_THEMES["ansi-dark" if theme.is_dark else "ansi-light"].variables)
