"""Opens pages in the person's browser: one beside the screen, or one that takes the terminal.

A browser of the terminal would draw into our screen, so the screen steps aside for it; any other
is started without a terminal, so that it cannot.
"""

import asyncio
import os
import shlex
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from textual.app import SuspendNotSupported

from tuimail.errors import UserError
from tuimail.model.cells import tail
from tuimail.model.safe import Safe, safe_line
from tuimail.ui.main_screen import MainScreen

HOST_CELLS: Final = 40
"""A host takes so much of a row; of a longer one the end is shown, which says whose it is."""
START_TIMEOUT_S: Final = 3.0
"""How long a browser may take to say that it cannot be started."""
_TERMINAL_NAMES = "w3m lynx links links2 elinks www-browser browsh carbonyl cha edbrowse netrik"
_IN_TERMINAL: Final = frozenset(_TERMINAL_NAMES.split())
_WITH_DISPLAY: Final = ("xdg-open", "x-www-browser", "firefox", "chromium", "google-chrome")
_STARTED: Final[list[subprocess.Popen[bytes]]] = []
"""Browsers that outlive what started them; they are looked after until they end."""


@dataclass(frozen=True, slots=True)
class Browser:
    """How a page is opened."""

    command: tuple[str, ...]
    is_in_terminal: bool
    """It draws where we do."""


async def open_page(screen: MainScreen, url: str, host: Safe) -> None:
    """Open a page in the browser, or say its address where there is none.

    `url` is one of `safe_url`: a program cannot take it for an option.

    Raises:
        UserError: the browser cannot be started.
    """
    browser = browser_for(url, os.environ)
    if browser is None:
        screen.warn(safe_line(f"There is no browser here. {url}", 400))
        return
    end = tail(host, HOST_CELLS)
    screen.say(safe_line(f"Opening {end}", 300))
    if browser.is_in_terminal:
        await _run(screen, browser)
        screen.say(safe_line(f"Opened {end} in {Path(browser.command[0]).name}.", 400))
        return
    status = await asyncio.to_thread(_start, browser.command)
    if status:
        name = Path(browser.command[0]).name
        raise UserError(f"{name} ended with status {status}; {end} was not opened.")
    screen.say(safe_line(f"Opened {end} in the browser.", 400))


def browser_for(url: str, environ: Mapping[str, str]) -> Browser | None:
    """Return how to open an address: what BROWSER names, else what the desktop has."""
    for words in _commands(environ):
        program = shutil.which(words[0], path=environ.get("PATH"))
        if program is None:
            continue
        filled = [word.replace("%s", url) for word in words[1:]]
        if not any("%s" in word for word in words[1:]):
            filled.append(url)
        names = {Path(words[0]).name, Path(program).resolve().name}
        return Browser((program, *filled), not _IN_TERMINAL.isdisjoint(names))
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


async def _run(screen: MainScreen, browser: Browser) -> None:
    """Let a browser of the terminal have it until it ends."""
    try:
        with screen.app.suspend():
            process = await asyncio.create_subprocess_exec(*browser.command)
            await process.wait()
    except SuspendNotSupported as error:
        raise UserError("This terminal cannot be handed to a browser.") from error
    except OSError as error:
        raise UserError(f"{browser.command[0]} cannot be started: {error.strerror}.") from error
    screen.app.refresh(repaint=True, layout=True)


def _start(command: tuple[str, ...]) -> int:
    """Start a browser beside the screen; return its status if it ends at once, else 0.

    Raises:
        UserError: it cannot be started.
    """
    _STARTED[:] = [process for process in _STARTED if process.poll() is None]
    nothing = subprocess.DEVNULL
    try:
        process = subprocess.Popen(
            command, stdin=nothing, stdout=nothing, stderr=nothing, start_new_session=True
        )
    except OSError as error:
        raise UserError(f"{command[0]} cannot be started: {error.strerror}.") from error
    try:
        return process.wait(START_TIMEOUT_S)
    except subprocess.TimeoutExpired:
        _STARTED.append(process)
        return 0
