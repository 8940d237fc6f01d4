"""Early paint: the last frame and the first rows, before Textual is imported.

Standard library only, and little of it. Any mismatch or error means an ordinary start; what is
painted is the store's state, so nothing in it says that keys are answered yet.
"""

import os
import sys
import termios
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, NamedTuple

from tuimail.errors import UserError

from .terminal_kind import here

FILE_NAME: Final = "paint.json"
FORMAT: Final = 2
_ENVIRONMENT: Final = ("TERM", "COLORTERM", "TEXTUAL_COLOR_SYSTEM", "TMUX", "TZ")
"""What decides how a frame is drawn."""
_STARTED_IN: Final = {name: os.environ[name] for name in _ENVIRONMENT if name in os.environ} | {
    "kind": here().words()
}
_FORBIDDING: Final = ("TEXTUAL_DRIVER", "NO_COLOR", "COLUMNS", "LINES")
_ENTER: Final = "\x1b[?1049h\x1b[?25l\x1b[?7l\x1b[H\x1b[2J"
"""Alternate screen, no cursor, no wrapping, cleared: as Textual will have it."""
_LEAVE: Final = "\x1b[?7h\x1b[?1049l\x1b[?25h"
_OUT_FD: Final = 2
"""Textual writes to standard error, so that standard output can be a pipe."""


@dataclass(slots=True)
class Painted:
    """What is on the terminal already, for the driver to take over."""

    screen: str
    columns: int
    rows: int
    attributes: list[Any]
    """termios attributes before the paint; restored when the screen ends."""
    is_taken: bool = False
    """The driver has the terminal now and will give it back."""


def require_terminal() -> None:
    """Make sure that there is something to draw on and somebody to type.

    Raises:
        UserError: a stream leads elsewhere.
    """
    if not _is_at_terminal():
        raise UserError(
            "The interface needs a terminal as standard input, output and error. "
            "For scripts there are commands: tuimail --help."
        )


def is_dumb() -> bool:
    """Whether the terminal can do no more than print lines."""
    return os.environ.get("TERM") == "dumb"


def early_paint(state_dir: Path, data_dir: Path) -> Painted | None:
    """Paint the last frame with fresh rows; None means nothing was touched: start as usual."""
    if not _is_possible():
        return None
    try:
        columns, rows = os.get_terminal_size(1)
        screen = _screen(state_dir / FILE_NAME, data_dir, columns, rows)
        attributes = termios.tcgetattr(0)
        _make_raw(attributes)
    except (OSError, ValueError, LookupError, TypeError, termios.error):
        return None  # the first start, another size or theme, no terminal
    _send(_ENTER + screen)
    return Painted(screen, columns, rows, attributes)


def undo_paint(painted: Painted) -> None:
    """Give the terminal back if the driver has not come to take it over."""
    if not painted.is_taken:
        _send(_LEAVE)
        termios.tcsetattr(0, termios.TCSANOW, painted.attributes)


def stamp_of(file: Path) -> list[int]:
    """Return what changes when a configuration file does; empty if there is none."""
    try:
        found = file.stat()
    except OSError:
        return []
    return [found.st_mtime_ns, found.st_size]


def environment() -> dict[str, str]:
    """Return what decided how a frame is drawn here when the program was started.

    The program itself changes some of it later, by settings that have a stamp of their own.
    """
    return dict(_STARTED_IN)


def _is_possible() -> bool:
    if any(os.environ.get(name) for name in _FORBIDDING):
        return False
    return _is_at_terminal()


def _is_at_terminal() -> bool:
    return all(stream is not None and stream.isatty() for stream in _STREAMS)


_STREAMS: Final = (sys.__stdin__, sys.__stdout__, sys.__stderr__)


def _screen(file: Path, data_dir: Path, columns: int, rows: int) -> str:
    """Return the whole frame; raises where anything is not as it was when it was kept."""
    import json

    kept = json.loads(file.read_bytes())
    if kept["format"] != FORMAT or kept["environment"] != environment():
        raise LookupError("drawn otherwise")
    for stamped, stamp in kept["stamps"].items():
        if stamp_of(Path(stamped)) != stamp:
            raise LookupError(stamped)
    frame = kept["frames"][f"{columns}x{rows}"]
    if kept["time_zone"]:
        os.environ["TZ"] = kept["time_zone"]
        time.tzset()
    return str(frame["cells"]) + _rows(frame, kept, data_dir)


def _rows(frame: dict[str, Any], kept: dict[str, Any], data_dir: Path) -> str:
    from tuimail.model.safe import ours

    from .early_rows import EarlyThreads, first_rows
    from .render.layout import RowLook
    from .render.rows import message_row
    from .roles import StyleRole

    x, y, width, height = frame["list"]
    view = kept["view"]
    mailboxes = [(account, name) for account, name in view["mailboxes"]]
    threads = view["threads"] and EarlyThreads(*view["threads"])
    rows = first_rows(data_dir, mailboxes, height, threads)
    accounts = view["accounts"]
    look = RowLook(width, int(time.time()), False, bool(accounts), tuple(accounts))
    blank = [(ours(" " * width), StyleRole.ROW)]
    texts: list[_Text] = []
    for n in range(height):
        styles = kept["cursor_styles" if n == 0 and rows else "styles"]
        pieces = message_row(rows[n], look) if n < len(rows) else blank
        texts += _texts(y + n, x, [(text, styles[role]) for text, role in pieces])
    return _written(texts)


class _Text(NamedTuple):
    """Text at a place, in one style."""

    y: int
    x: int
    style: list[str]
    """Attributes, colour and background as SGR parameters."""
    text: str


_BACKGROUND: Final = 2
_SEEN_ON_TEXT_ALONE: Final = ("", "1")
"""Attributes with which a blank looks as without."""


def _texts(y: int, x: int, pieces: Iterable[tuple[str, list[str]]]) -> list[_Text]:
    """Put neighbours together that can be written in one style; a blank may have any colour."""
    from tuimail.model.cells import width_of

    found: list[_Text] = []
    for text, style in pieces:
        last = found[-1] if found else None
        if last and (last.style == style or (text.isspace() and _can_blank(last.style, style))):
            found[-1] = last._replace(text=last.text + text)
        elif last and last.text.isspace() and _can_blank(style, last.style):
            found[-1] = last._replace(style=style, text=last.text + text)
        else:
            found.append(_Text(y, x, style, text))
        x += width_of(text)
    return found


def _can_blank(style: list[str], blank: list[str]) -> bool:
    """Whether a space looks the same in either style."""
    seen = (style[0], blank[0])
    return style[_BACKGROUND] == blank[_BACKGROUND] and all(
        attributes in _SEEN_ON_TEXT_ALONE for attributes in seen
    )


def _written(texts: Sequence[_Text]) -> str:
    """Write one style after the other: to go somewhere is shorter than to change the style."""
    styles = list(dict.fromkeys(tuple(text.style) for text in texts))
    out: list[str] = []
    pen = _NO_STYLE
    for text in sorted(texts, key=lambda text: styles.index(tuple(text.style))):
        out += [f"\x1b[{text.y + 1};{text.x + 1}H", _change(pen, text.style), text.text]
        pen = text.style
    return "".join([*out, "\x1b[m"])


_NO_STYLE: Final = ["", "", ""]


def _change(old: list[str], new: list[str]) -> str:
    """Return a short way from one style to another."""
    if old == new:
        return ""
    if old[0] and old[0] != new[0]:
        return f"\x1b[{';'.join(['0', *filter(None, new)])}m"
    codes = (b for a, b in zip(old, new, strict=True) if a != b)
    return f"\x1b[{';'.join(codes)}m"


def _make_raw(attributes: list[Any]) -> None:
    """Let keys wait unechoed in the kernel's queue; ctrl+c still interrupts.

    TCSANOW, never TCSAFLUSH: that would drop what was typed meanwhile.
    """
    raw = list(attributes)
    raw[0] &= ~(termios.IXON | termios.IXOFF | termios.ICRNL | termios.INLCR | termios.IGNCR)
    raw[3] &= ~(termios.ECHO | termios.ICANON | termios.IEXTEN)
    termios.tcsetattr(0, termios.TCSANOW, raw)


def _send(text: str) -> None:
    rest = text.encode()
    while rest:
        rest = rest[os.write(_OUT_FD, rest) :]
