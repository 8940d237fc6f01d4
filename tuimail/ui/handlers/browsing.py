"""Opens pages in the person's browser: one beside the screen, or one that takes the terminal.

A browser of the terminal would draw into our screen, so the screen steps aside for it; any other
is started without a terminal, so that it cannot.
"""

import asyncio
import os
import shlex
import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from textual.app import SuspendNotSupported

from tuimail.errors import UserError
from tuimail.model.cells import tail
from tuimail.model.safe import Safe, safe_line
from tuimail.services.starting import start_apart
from tuimail.ui.main_screen import MainScreen

HOST_CELLS: Final = 40
"""A host takes so much of a row; of a longer one the end is shown, which says whose it is."""
START_TIMEOUT_S: Final = 3.0
"""How long a browser may take to say that it cannot be started."""
_TERMINAL_NAMES = "w3m lynx links links2 elinks www-browser browsh carbonyl cha edbrowse netrik"
_IN_TERMINAL: Final = frozenset(_TERMINAL_NAMES.split())
_WITH_DISPLAY: Final = ("xdg-open", "x-www-browser", "firefox", "chromium", "google-chrome")


@dataclass(frozen=True, slots=True)
class Browser:
    """A program that shows pages."""

    words: tuple[str, ...]
    """Its command line; the address takes the place of `%s`, or stands at the end."""
    is_in_terminal: bool
    """It draws where we do."""

    @property
    def name(self) -> Safe:
        """What people call it."""
        return safe_line(Path(self.words[0]).name, 40)

    def command_for(self, url: str) -> tuple[str, ...]:
        """Return the command line that shows an address."""
        program, *rest = self.words
        if not any("%s" in word for word in rest):
            return (*self.words, url)
        return (program, *(word.replace("%s", url) for word in rest))


async def open_page(screen: MainScreen, url: str, host: Safe) -> None:
    """Open a page in the browser, or say its address where there is none.

    `url` is one of `safe_url`: a program cannot take it for an option.

    Raises:
        UserError: the browser cannot be started.
    """
    browser = browser_in(os.environ)
    if browser is None:
        screen.warn(safe_line(f"There is no browser here. {url}", 400))
        return
    end = tail(host, HOST_CELLS)
    screen.say(safe_line(f"Opening {end}", 300))
    await show_in(screen, browser, url, end)
    where = browser.name if browser.is_in_terminal else "the browser"
    screen.say(safe_line(f"Opened {end} in {where}.", 400))


async def show_in(screen: MainScreen, browser: Browser, url: str, what: Safe) -> None:
    """Let a browser show an address; one of the terminal has that until it ends.

    Raises:
        UserError: it cannot be started, or fails at once.
    """
    command = browser.command_for(url)
    if browser.is_in_terminal:
        await _run(screen, command)
    elif status := await asyncio.to_thread(start_apart, command, START_TIMEOUT_S):
        raise UserError(f"{browser.name} ended with status {status}; {what} was not opened.")


def browser_in(environ: Mapping[str, str]) -> Browser | None:
    """Return what shows pages: what BROWSER names, else what the desktop has."""
    for words in _commands(environ):
        program = shutil.which(words[0], path=environ.get("PATH"))
        if program is None:
            continue
        names = {Path(words[0]).name, Path(program).resolve().name}
        return Browser((program, *words[1:]), not _IN_TERMINAL.isdisjoint(names))
    return None


def _commands(environ: Mapping[str, str]) -> Iterator[list[str]]:
    for named in environ.get("BROWSER", "").split(os.pathsep):
        try:
            words = shlex.split(named)
        except ValueError:
            continue
        if words:
            yield [word for word in words if word != "&"]
    if os.uname().sysname == "Darwin":
        yield ["open"]
    if environ.get("DISPLAY") or environ.get("WAYLAND_DISPLAY"):
        yield from ([name] for name in _WITH_DISPLAY)


async def _run(screen: MainScreen, command: Sequence[str]) -> None:
    """Let a browser of the terminal have it until it ends."""
    try:
        with screen.app.suspend():
            process = await asyncio.create_subprocess_exec(*command)
            await process.wait()
    except SuspendNotSupported as error:
        raise UserError("This terminal cannot be handed to a browser.") from error
    except OSError as error:
        raise UserError(f"{command[0]} cannot be started: {error.strerror}.") from error
    screen.app.refresh(repaint=True, layout=True)
