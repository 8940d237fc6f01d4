"""Themes: TOML files to styles by role and to a Textual theme."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from rich.style import Style
from textual.theme import Theme

from .roles import StyleRole



@dataclass(frozen=True, slots=True)
class ThemeStyles:
    """A loaded theme."""

    name: str
    is_ansi: bool
    textual: Theme
    """To be registered with `App.register_theme`."""

    styles: Mapping[StyleRole, Style]
    """Every role; each has its own colour and background, so that nothing depends on what is below."""
    cursor_styles: Mapping[StyleRole, Style]
    """Every role on the cursor's row."""
    away_styles: Mapping[StyleRole, Style]
    """Every role on the cursor's row while another pane has the keys."""


def known_themes(user_folder: Path | None = None) -> tuple[str, ...]:
    """Return the names `load_theme` takes."""
    raise NotImplementedError


def load_theme(name: str, user_folder: Path | None = None) -> ThemeStyles:
    """Return a theme by name, shipped or in `themes/` beside config.toml.

    NO_COLOR and terminals without colours get `ansi`, whatever was asked for.

    Raises:
        ConfigError: there is no such theme, or its file is wrong (file, line, key).
    """
    raise NotImplementedError
