"""The theme and the keys a person chose, checked. No Textual here: `config check` comes too."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from tuimail.config.document import read_document
from tuimail.config.load import load_config
from tuimail.config.profile import Profile
from tuimail.errors import UserError
from tuimail.model.safe import Safe, safe_line
from tuimail.model.settings import Settings

from .clipboard import way_words
from .keymap_file import load_keymap
from .keys import Keymap
from .terminal_kind import here
from .theme_file import read_theme, theme_file

Found = TypeVar("Found")


def check_chosen(profile: Profile) -> None:
    """Read what the interface reads before it opens: settings, theme and keys.

    Raises:
        ConfigError: with file, line and key.
    """
    settings = load_config(profile).settings
    read_theme(chosen_theme(profile, settings))
    chosen_keymap(profile, settings)


def terminal_words(settings: Settings) -> Safe:
    """Say what the terminal can do, and how it is copied from here."""
    copies = way_words(os.environ, settings.clipboard_command)
    return safe_line(f"{here(settings).words()}; {copies}")


def chosen_theme(profile: Profile, settings: Settings) -> Path:
    """Return the file of the theme that config.toml names.

    Raises:
        ConfigError: there is no such theme.
    """
    folder = profile.config_dir / "themes"
    return _named(profile, "theme", lambda: theme_file(settings.theme, folder))


def chosen_keymap(profile: Profile, settings: Settings) -> Keymap:
    """Return the keymap that config.toml names, with keys.toml over it.

    Raises:
        ConfigError: there is no such keymap, or keys.toml is wrong.
    """
    own = profile.config_dir / "keys.toml"
    return _named(profile, "keymap", lambda: load_keymap(settings.keymap, own))


def _named(profile: Profile, key: str, find: Callable[[], Found]) -> Found:
    """Find what a setting names, or say where it stands."""
    try:
        return find()
    except UserError as error:
        raise read_document(profile.config_file).error(("ui", key), error.hint) from error
