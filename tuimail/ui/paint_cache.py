"""Keeps what the next start paints early: the frame around the list, and how rows are drawn.

No mail text is kept: the list's rows are read from the store when they are painted.
"""

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from rich.color import ColorSystem
from rich.console import COLOR_SYSTEMS
from rich.style import Style

from tuimail.config.profile import Profile
from tuimail.model.view import Grouping

from .boot import FILE_NAME, FORMAT, environment, stamp_of
from .early_rows import EarlyThreads, MailboxName
from .output import DiffDriver, terminal_of
from .output_cells import Cell, blank_style, change, parse, split
from .output_paint import paint, pieces_of
from .output_pieces import ShownRow
from .render.layout import RowLook
from .render.panes import Box
from .roles import StyleRole
from .terminal_kind import TerminalKind, here
from .themes import ThemeStyles, has_few_colours

if TYPE_CHECKING:
    from .main_screen import MainScreen

_COUNTED: Final = frozenset("0123456789,")
_MAX_FRAMES: Final = 8
"""Sizes of terminals whose frames are kept, newest last."""


@dataclass(frozen=True, slots=True)
class Frame:
    """The first frame of a run, as it went to the terminal."""

    cells: Sequence[Sequence[Cell]]
    """`DiffDriver.cells()`."""
    list_box: Box
    blanked: tuple[Box, ...] = ()
    """Other places that may hold mail text."""
    counting: tuple[Box, ...] = ()
    """Where the last word of a row may be a count, which is another one by the next start."""
    telling: tuple[Box, ...] = ()
    """Where what is said is of this moment."""


@dataclass(frozen=True, slots=True)
class ListedView:
    """What the list shows when the program starts."""

    mailboxes: tuple[MailboxName, ...]
    threads: EarlyThreads | None
    """None where each mail is a row."""
    accounts: tuple[str, ...]
    """Their names, where rows say them."""


def keep_first_frame(desk: "MainScreen", color_system: str | None) -> None:
    """Keep what the screen shows after its first frame, while no mail is open in it.

    `color_system` is `App.console.color_system`.
    """
    driver, session = desk.app._driver, desk.session  # noqa: SLF001  Textual has no public name
    profile = session.mail.profile
    if session.mail.config.settings.plain:
        return
    look = desk.list.look
    is_usual = RowLook(0, 0) == replace(look, shows_account=False, accounts=())
    is_painted = session.mail.config.settings.early_paint and session.view.is_newest_first
    if not (is_painted and is_usual):
        forget_paint_cache(profile)
        return
    names = {row.id: (row.account, row.name.raw) for row in session.contents.mailboxes}
    mailboxes = tuple(names[i] for i in session.view.mailboxes if i in names)
    is_whole = len(mailboxes) == len(session.view.mailboxes)
    if not isinstance(driver, DiffDriver) or not mailboxes or not is_whole:
        return
    sent = tuple(names[i] for i in session.view.sent if i in names)
    expands = session.mail.config.settings.expand_unread
    has_threads = session.view.grouping is Grouping.THREADS
    save_paint_cache(
        profile,
        desk.brush.theme,
        _first_frame(desk, driver.cells()),
        ListedView(
            mailboxes,
            EarlyThreads(sent, expands) if has_threads else None,
            look.accounts if look.shows_account else (),
        ),
        color_system,
    )


def _first_frame(desk: "MainScreen", cells: Sequence[Sequence[Cell]]) -> Frame:
    """Return the frame with the places where it will say something else at the next start."""
    tabs = (Box(*desk.tabs.region),) if desk.session.contents.tabs else ()
    return Frame(
        cells,
        Box(*desk.list.region),
        blanked=tabs,
        counting=(Box(*desk.mailboxes.region),),
        telling=(Box(*desk.status.region),),
    )


def save_paint_cache(
    profile: Profile,
    theme: ThemeStyles,
    frame: Frame,
    view: ListedView,
    color_system: str | None,
) -> None:
    """Keep a frame for the next start at this size; a disk that is full changes nothing.

    With no or few colours nothing is kept, since Textual then changes styles on their way out, nor
    in ASCII, since rows are not drawn so early.
    """
    file = profile.state_dir / FILE_NAME
    if color_system is None or has_few_colours() or not _kind().is_unicode:
        forget_paint_cache(profile)
        return
    colours = COLOR_SYSTEMS[color_system]
    kept = _kept(profile, theme, view, colours)
    frames = _frames_like(file, kept)
    size = f"{len(frame.cells[0])}x{len(frame.cells)}"
    frames.pop(size, None)
    frames[size] = _frame(frame, colours, theme.styles[StyleRole.ROW])
    kept["frames"] = dict(list(frames.items())[-_MAX_FRAMES:])
    _write(file, kept)


def _kind() -> TerminalKind:
    return DiffDriver.kind or here()


def forget_paint_cache(profile: Profile) -> None:
    """Start as usual from now on."""
    (profile.state_dir / FILE_NAME).unlink(missing_ok=True)


def _kept(
    profile: Profile, theme: ThemeStyles, view: ListedView, color_system: ColorSystem
) -> dict[str, Any]:
    files = (
        profile.config_file,
        profile.config_dir / "keys.toml",
        profile.config_dir / "themes" / f"{theme.name}.toml",
    )
    return {
        "format": FORMAT,
        "environment": environment(),
        "time_zone": os.environ.get("TZ", ""),
        "stamps": {str(file): stamp_of(file) for file in files},
        "view": {
            "mailboxes": [list(name) for name in view.mailboxes],
            "threads": _threads(view.threads),
            "accounts": list(view.accounts),
        },
        "styles": _sgr_by_role(theme.styles, color_system),
        "cursor_styles": _sgr_by_role(theme.cursor_styles, color_system),
    }


def _threads(threads: EarlyThreads | None) -> list[Any] | None:
    """Return how threads are folded, as JSON gives it back."""
    if threads is None:
        return None
    return [[list(name) for name in threads.sent], threads.unfolds_unread]


def _frames_like(file: Path, kept: Mapping[str, Any]) -> dict[str, Any]:
    """Return the frames of other sizes, if everything else is as it was."""
    try:
        before = json.loads(file.read_bytes())
        frames: dict[str, Any] = before.pop("frames")
    except (OSError, ValueError, KeyError, AttributeError):
        return {}
    return frames if before == kept else {}


def _frame(frame: Frame, color_system: ColorSystem, row: Style) -> dict[str, Any]:
    blank = (" ", sgr_of(row, color_system))
    rows = [list(row) for row in frame.cells]
    known: list[ShownRow] = [[None] * len(row) for row in rows]
    for box in (frame.list_box, *frame.blanked):
        across = slice(box.x, box.x + box.width)
        for line in rows[box.y : box.y + box.height]:
            line[across] = [blank] * len(line[across])
    for box in frame.counting:
        for line in rows[box.y : box.y + box.height]:
            _blank(line, _count_in(line, box))
    for box in frame.telling:
        for line in rows[box.y : box.y + box.height]:
            _blank(line, range(box.x, box.x + box.width))
    listed = frame.list_box
    for y in range(listed.y, listed.y + listed.height):  # drawn afresh by the next start
        known[y][listed.x : listed.x + listed.width] = rows[y][listed.x : listed.x + listed.width]
    pieces = pieces_of(terminal_of(_kind()), rows, known, range(len(rows)))
    drawn, style = paint(pieces, "")
    place = [listed.x, listed.y, listed.width, listed.height]
    return {"cells": drawn + change(style, ""), "list": place}


def _count_in(line: Sequence[Cell], box: Box) -> range:
    """Return the columns of the count at the right end of a row; empty where there is none."""
    end = box.x + box.width
    while end > box.x and line[end - 1][0] == " ":
        end -= 1
    start = end
    while start > box.x and line[start - 1][0] in _COUNTED:
        start -= 1
    before = "".join(cluster for cluster, _ in line[box.x : start])
    return range(start, end if before.endswith(" ") and before.strip() else start)


def _blank(line: list[Cell], columns: range) -> None:
    for x in columns:
        line[x] = (" ", blank_style(line[x][1]))


def _sgr_by_role(
    styles: Mapping[StyleRole, Style], color_system: ColorSystem
) -> dict[StyleRole, list[str]]:
    """Return attributes, colour and background of each role as SGR parameters."""
    kept = {}
    for role, style in styles.items():
        parts = split(sgr_of(style, color_system))
        kept[role] = [";".join(parts.attributes), parts.foreground, parts.background]
    return kept


def sgr_of(style: Style, color_system: ColorSystem) -> str:
    """Return the SGR parameters a style is drawn with."""
    cells, _, _ = parse(style.render("x", color_system=color_system), "", "")
    return cells[0][1]


def _write(file: Path, kept: Mapping[str, Any]) -> None:
    """Replace the file in one step; it is private from the moment it is there."""
    draft = file.with_name(f"{file.name}.{os.getpid()}")
    try:
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8") as out:
            json.dump(kept, out, ensure_ascii=False)
        draft.replace(file)
    except OSError:
        draft.unlink(missing_ok=True)
