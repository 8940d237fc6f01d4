"""Themes: TOML files to styles by role and to a Textual theme."""

from pathlib import Path

from rich.style import Style
from textual.theme import Theme



class ThemeStyles:
    """A loaded theme."""

    name: str
    is_ansi: bool
    textual: Theme
    """To be registered with `App.register_theme`."""

    def style(self, role: str) -> Style:
        """Return the style of a role such as `row unread subject cursor`; cheap, cached.

        Names are laid over each other from left to right; the result always has a colour and a
        background, so that it does not depend on what lies below.
        """
        raise NotImplementedError


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
