"""Settings and keys changed while the program runs; config.toml and keys.toml say how it begins."""

import re
import shlex
from collections.abc import Callable
from dataclasses import replace
from typing import Final

from tuimail.config.one_setting import KEYS, setting_words, with_setting
from tuimail.errors import UserError
from tuimail.model.safe import Safe, safe_line
from tuimail.ui.actions import CHAIN, Call, Context, Registry
from tuimail.ui.key_names import parse_keys, shown_keys
from tuimail.ui.keymap_file import binding_of
from tuimail.ui.keys import Clash, Keymap
from tuimail.ui.main_screen import MainScreen

LIVE: Final = (
    "mark_seen",
    "undo_send_s",
    "download_dir",
    "print_command",
    "clipboard_command",
    "calendar_command",
    "opener",
    "filters",
    "images",
    "editor",
    "own_replies",
    "expand_unread",
    "archive_by",
    "mute_keeps_direct",
)
"""Settings that are read each time they are needed."""
ACTIONS: Final = {
    "theme": "theme",
    "keymap": "keymap",
    "density": "density",
    "date_format": "dates",
    "columns": "columns",
}
"""Settings that an action of their own changes."""


class Settings:
    """Changes a setting, or a key, until the program ends."""

    def __init__(self, screen: MainScreen, change_keymap: Callable[[Keymap], None]) -> None:
        self._screen, self._change_keymap = screen, change_keymap

    def register(self, registry: Registry) -> None:
        """Say what is carried out here."""
        registry.handle("set", self._set)
        registry.handle("map", self._map)

    def _set(self, call: Call) -> None:
        """`KEY VALUE` changes a setting, `KEY` says how it is, nothing says which there are.

        A = between them is no matter, with blanks about it or without.
        """
        key = re.split(r"[\s=]", call.argument, maxsplit=1)[0]
        value = call.argument.removeprefix(key).strip().removeprefix("=").strip()
        if key in ACTIONS and value:
            self._screen.invoke(ACTIONS[key], argument=value)
            return
        if not key:
            raise UserError(f"Say which: {', '.join((*LIVE, *ACTIONS))}.")
        session = self._screen.session
        config = session.mail.config
        if value:
            changed = with_setting(config.settings, key, value)
            if key not in LIVE:
                raise UserError(f"{key} counts from the next start: it stands in config.toml.")
            session.mail = replace(session.mail, config=replace(config, settings=changed))
        elif key not in KEYS:
            with_setting(config.settings, key, value)
        words = safe_line(setting_words(session.mail.config.settings, key), 200)
        kept = Safe("for this run; config.toml makes it last" if value else "")
        self._screen.say(Safe(f"{key} = {words}"), kept)

    def _map(self, call: Call) -> None:
        """`KEYS ACTION` binds keys until the program ends, `KEYS` says what they do."""
        try:
            words = shlex.split(call.argument)
        except ValueError as error:
            raise UserError(f"This cannot be read: {error}.") from None
        if not words:
            self._screen.invoke("help")
            return
        try:
            keys = parse_keys(words[0])
        except ValueError as error:
            raise UserError(f"{safe_line(str(error), 100)}.") from None
        if len(words) > 1:
            self._bind(words[0], " ".join(words[1:]))
            return
        context = self._screen.context
        binding = self._screen.keymap.bindings(context).get(keys)
        does = f"{binding.action} {binding.argument}".strip() if binding else "nothing here"
        self._screen.say(safe_line(f"{shown_keys(keys)}: {does}"))

    def _bind(self, written: str, action: str) -> None:
        """Bind keys here: in list and reader where the action and other keys leave that."""
        screen = self._screen
        context, problem = screen.context, ""
        shared = (Context.MESSAGE,) if Context.MESSAGE in CHAIN[context] else ()
        for within in (*shared, context):
            try:
                binding = binding_of(within, written, action)
                keymap = screen.keymap.with_binding(within, binding)
            except ValueError as error:
                problem = str(error)
                continue
            except Clash as clash:
                raise UserError(f"{safe_line(str(clash), 300)}.") from None
            if keymap.bindings(context).get(binding.keys, binding) is not binding:
                continue  # the list or the reader has the keys for something of its own
            self._change_keymap(keymap)
            keys = safe_line(shown_keys(binding.keys))
            does = binding.action or "nothing"
            screen.say(
                Safe(f"{keys} does {does} now."), Safe("for this run; keys.toml makes it last")
            )
            return
        raise UserError(f"{safe_line(problem, 200)}.")
