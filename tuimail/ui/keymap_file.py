"""Keymap files: TOML to a checked `Keymap`, every refusal with file, line and key."""

from pathlib import Path

from .keys import Keymap


def load_keymap(name: str, user_file: Path | None) -> Keymap:
    """Return a shipped keymap (`default`, `mutt`, `emacs`) with the person's changes over it.

    `user_file` is `keys.toml` beside config.toml; it may be absent. Tables `[keys.CONTEXT]`, one
    line per key: `"gm" = "move Archive"`; an empty action takes a key away.

    Raises:
        ConfigError: unknown keymap, key, action or context, or a clash.
    """
    raise NotImplementedError
