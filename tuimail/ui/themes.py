"""Themes: from their files to styles by role and to a Textual theme."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from rich.style import Style
from textual.theme import BUILTIN_THEMES, Theme

from .roles import StyleRole
from .theme_file import Attribute, Look, ThemeFile, in_eight, read_theme, theme_file, under

_FALLBACK: Final = "ansi"
_MANY: Final = frozenset({"truecolor", "24bit", "256"})
"""What COLORTERM, or TEXTUAL_COLOR_SYSTEM, calls more than sixteen colours."""
_EIGHT: Final = ("linux", "screen", "tmux", "ansi", "cygwin", "vt")
"""TERM of terminals with the eight colours of old, unless it says `16color`."""


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
    """Whether this terminal has no more than its sixteen own colours, or none are wanted.

    As Rich decides it, so that no theme is pressed into sixteen colours nobody chose for it.
    """
    if os.environ.get("NO_COLOR"):
        return True
    asked = os.environ.get("TEXTUAL_COLOR_SYSTEM") or os.environ.get("COLORTERM", "")
    if asked.strip().lower() in _MANY:
        return False
    return not os.environ.get("TERM", "").endswith(("256color", "kitty"))


def has_eight_colours() -> bool:
    """Whether the bright ones of the sixteen may be missing, or dark on dark, here."""
    term = os.environ.get("TERM", "")
    return has_few_colours() and term.startswith(_EIGHT) and "16color" not in term


def _styles_of(theme: ThemeFile) -> ThemeStyles:
    if theme.is_ansi and has_eight_colours():
        theme = replace(theme, looks={role: in_eight(look) for role, look in theme.looks.items()})
    looks = theme.looks
    return ThemeStyles(
        theme.name,
        theme.is_ansi,
        _textual_theme(theme),
        {role: _style(look) for role, look in looks.items()},
        {role: _style(under(look, looks[StyleRole.CURSOR])) for role, look in looks.items()},
        {role: _style(under(look, looks[StyleRole.CURSOR_AWAY])) for role, look in looks.items()},
    )


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
