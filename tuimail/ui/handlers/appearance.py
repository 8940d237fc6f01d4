"""How the program looks and which keys it has: chosen while it runs, kept in config.toml."""

import asyncio
from typing import Final

from tuimail.errors import ConfigError, TuimailError
from tuimail.model.safe import Safe, safe_line
from tuimail.ui.actions import Call, Context, Registry
from tuimail.ui.keymap_file import known_keymaps, load_keymap
from tuimail.ui.main_screen import MainScreen
from tuimail.ui.modals import Choice, Trying
from tuimail.ui.theme_file import known_themes
from tuimail.ui.themes import ThemeStyles, has_few_colours, load_theme

from .front import Front

_TELLING: Final = ("archive", "delete", "reply", "quit")
"""What tells keymaps apart at a glance."""
_NOTHING: Final = Safe("")


class Appearance:
    """Chooses theme and keymap, and whose the mouse is."""

    def __init__(self, screen: MainScreen, front: Front) -> None:
        self._screen, self._front = screen, front
        profile, settings = screen.session.mail.profile, screen.session.mail.config.settings
        self._profile = profile
        self._folder, self._own_keys = (
            profile.config_dir / "themes",
            profile.config_dir / "keys.toml",
        )
        self._theme, self._keymap = settings.theme, settings.keymap

    def register(self, registry: Registry) -> None:
        """Say what is carried out here."""
        spawn = self._screen.spawn_question
        registry.handle("theme", lambda call: spawn(lambda: self._choose_theme(call)))
        registry.handle("keymap", lambda call: spawn(lambda: self._choose_keymap(call)))
        registry.handle("toggle.mouse", lambda _: self._toggle_mouse())

    async def _choose_theme(self, call: Call) -> None:
        screen = self._screen
        before = screen.brush.theme
        name = call.argument
        if not name:
            names = known_themes(self._folder)
            choices = [Choice(one, safe_line(one)) for one in names]
            at = names.index(self._theme) if self._theme in names else 0
            name = await screen.ask(Trying(Safe("Theme"), choices, at, self._show)) or ""
        try:
            theme = load_theme(name, self._folder) if name else before
        except TuimailError:
            self._use(before)
            raise
        self._use(theme)
        if name:
            self._theme = name
            few = " This terminal has its own colours alone, and ansi stays." * has_few_colours()
            await self._keep("theme", name, Safe(few))

    def _show(self, name: str) -> Safe:
        """Draw in a theme for as long as it is looked at; return what is wrong with it."""
        try:
            self._use(load_theme(name, self._folder))
        except TuimailError as error:
            return self._short(error)
        return _NOTHING

    def _use(self, theme: ThemeStyles) -> None:
        if theme != self._screen.brush.theme:
            self._front.change_theme(theme)

    async def _choose_keymap(self, call: Call) -> None:
        name = call.argument
        if not name:
            names = known_keymaps()
            choices = [Choice(one, Safe(one), _keys_of(one)) for one in names]
            at = names.index(self._keymap) if self._keymap in names else 0
            trying = Trying(Safe("Keymap"), choices, at, self._check_keymap)
            name = await self._screen.ask(trying) or ""
        if name:
            self._front.change_keymap(load_keymap(name, self._own_keys))
            self._keymap = name
            await self._keep("keymap", name, Safe(f" {self._screen.key('help')} lists the keys."))

    def _check_keymap(self, name: str) -> Safe:
        """Return what is wrong with a keymap and the person's own keys over it."""
        try:
            load_keymap(name, self._own_keys)
        except TuimailError as error:
            return self._short(error)
        return _NOTHING

    def _toggle_mouse(self) -> None:
        if self._front.toggle_mouse():
            self._screen.say(Safe("The mouse opens mail and turns pages."))
        else:
            self._screen.say(Safe("The mouse is left to the terminal: it selects text."))

    async def _keep(self, key: str, name: str, more: Safe) -> None:
        """Write a choice down; where that cannot be, say how long it holds."""
        from tuimail.config.write import set_choice  # late: no first frame needs it

        screen, shown = self._screen, safe_line(name, 80)
        try:
            await asyncio.to_thread(set_choice, self._profile, key, name)
        except TuimailError as error:
            hint = safe_line(error.hint, 300)
            screen.warn(Safe(f"{shown} is the {key} until the end of this run: {hint}"))
            return
        screen.say(Safe(f"{shown} is the {key} from now on.{more}"))

    def _short(self, error: TuimailError) -> Safe:
        """Return what is wrong without the folder that all such files lie in."""
        folder = error.file.parent if isinstance(error, ConfigError) else self._folder
        return safe_line(error.hint.removeprefix(f"{folder}/"), 200)


def _keys_of(name: str) -> Safe:
    """Return some keys of a shipped keymap."""
    keymap = load_keymap(name, None)
    found = ((keymap.keys_for(action, Context.LIST), action) for action in _TELLING)
    return Safe("  ".join(f"{keys[0]} {action}" for keys, action in found if keys))
