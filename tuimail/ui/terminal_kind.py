"""What kind of terminal this is, from its environment; one value that all who draw go by.

Standard library only: the early paint asks it before Textual is imported. What the environment
cannot tell, such as synchronized output, the terminal itself is asked by the driver.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final

from tuimail.model.settings import Ascii, Colours, Settings


class Depth(StrEnum):
    """How many colours there are."""

    NONE = "none"
    """NO_COLOR: the terminal's own foreground and background."""
    EIGHT = "8"
    SIXTEEN = "16"
    MANY = "256"
    TRUE = "truecolor"


@dataclass(frozen=True, slots=True)
class TerminalKind:
    """What a terminal can do."""

    name: str
    """TERM."""
    depth: Depth
    has_bright: bool
    """The brighter eight of sixteen colours; elsewhere bold text may be drawn in them."""
    is_unicode: bool
    """Otherwise nothing but ASCII is sent."""
    can_erase: bool
    """Erasing fills with the background that is on (GNU screen's does not)."""
    can_repeat: bool
    """REP, as in xterm, foot and alacritty; tmux, screen and mosh do not know it."""
    can_scroll: bool
    """SU and SD move a block of lines; Linux's console and the oldest terminals ignore both."""
    takes_osc: bool
    """Title, clipboard and notices: an OSC is understood, or at least not shown."""
    is_remote: bool
    """Over SSH or mosh: each byte is waited for."""

    @property
    def has_own_colours_alone(self) -> bool:
        """Whether a theme can only name the terminal's own colours."""
        return self.depth in (Depth.NONE, Depth.EIGHT, Depth.SIXTEEN)

    @property
    def textual_name(self) -> str:
        """What TEXTUAL_COLOR_SYSTEM calls its colours."""
        return "standard" if self.has_own_colours_alone else self.depth.value

    def words(self) -> str:
        """Say it in one line."""
        can = (
            "no colours" if self.depth is Depth.NONE else f"{self.depth.value} colours",
            "Unicode" if self.is_unicode else "ASCII alone",
            *(["over SSH or mosh"] if self.is_remote else []),
            f"{'erases' if self.can_erase else 'does not erase'} in colour",
            *(["repeats a character"] if self.can_repeat else []),
            "takes title and clipboard" if self.takes_osc else "takes neither title nor clipboard",
        )
        return f"{self.name or 'unnamed'}: {', '.join(can)}"


_EIGHT: Final = ("linux", "screen", "tmux", "ansi", "vt", "cygwin", "dumb")
_KNOWN_MANY: Final = ("256color", "kitty")
"""As Rich knows them, so that no theme is pressed into sixteen colours nobody chose for it."""
_REPEATING: Final = ("xterm", "foot", "alacritty")
_SHOWING_ALL: Final = ("linux", "vt1", "vt2", "dumb")
"""Terminals that know no OSC; some show one as text."""
_STANDING: Final = (*_SHOWING_ALL, "cygwin")
"""Terminals that know neither SU nor SD, as terminfo has it (`indn`, `rin`)."""
_TRUE: Final = ("truecolor", "24bit")
_MOSH: Final = "mosh-server"
_SET_BY_MOSH: Final = ("NCURSES_NO_UTF8_ACS", "SSH_CONNECTION")
"""mosh-server sets the first, and has the second from the SSH it was begun by."""
_ANCESTORS: Final = 12


def kind_of(
    environ: Mapping[str, str], settings: Settings | None = None, *, is_mosh: bool = False
) -> TerminalKind:
    """Return what an environment and a person's settings say of the terminal."""
    wished = settings or Settings()
    term = environ.get("TERM", "")
    in_tmux, in_screen = bool(environ.get("TMUX")), bool(environ.get("STY"))
    is_remote = is_mosh or bool(environ.get("SSH_CONNECTION") or environ.get("SSH_TTY"))
    depth = _depth(environ, wished.colours, is_remote=is_remote)
    return TerminalKind(
        term,
        depth,
        has_bright=_own_depth(term) is not Depth.EIGHT or depth in (Depth.MANY, Depth.TRUE),
        is_unicode=_is_unicode(environ, wished.ascii),
        can_erase=in_tmux or not (in_screen or term.startswith("screen")),
        can_repeat=term.startswith(_REPEATING) and not (in_tmux or in_screen or is_mosh),
        can_scroll=not term.startswith(_STANDING),
        takes_osc=not term.startswith(_SHOWING_ALL),
        is_remote=is_remote,
    )


def here(settings: Settings | None = None) -> TerminalKind:
    """Return the kind of the terminal this process runs in."""
    environ = os.environ
    may_be_mosh = any(environ.get(name) for name in _SET_BY_MOSH) and not environ.get("TMUX")
    return kind_of(environ, settings, is_mosh=may_be_mosh and _MOSH in _ancestors())


def _depth(environ: Mapping[str, str], wished: Colours, *, is_remote: bool) -> Depth:
    if environ.get("NO_COLOR"):
        return Depth.NONE
    term = environ.get("TERM", "")
    own = _own_depth(term)
    named = {"standard": own, "16": own, "256": Depth.MANY, "truecolor": Depth.TRUE}
    for name in (environ.get("TEXTUAL_COLOR_SYSTEM", ""), wished.value):
        if name in named:
            return named[name]
    if environ.get("COLORTERM") in _TRUE or term.endswith("-direct"):
        return Depth.MANY if is_remote else Depth.TRUE  # 9 bytes for a colour instead of 17
    return Depth.MANY if term.endswith(_KNOWN_MANY) else own


def _own_depth(term: str) -> Depth:
    """Return how many colours a terminal has at least."""
    is_old = term.startswith(_EIGHT) and "16color" not in term
    return Depth.EIGHT if is_old else Depth.SIXTEEN


def _is_unicode(environ: Mapping[str, str], wished: Ascii) -> bool:
    if wished is not Ascii.AUTO:
        return wished is Ascii.NO
    locale = environ.get("LC_ALL") or environ.get("LC_CTYPE") or environ.get("LANG") or "UTF-8"
    return "utf-8" in locale.lower() or "utf8" in locale.lower()


def _ancestors() -> list[str]:
    """Return the names of the processes above this one, where the system tells (Linux)."""
    names: list[str] = []
    pid = os.getppid()
    try:
        while pid > 1 and len(names) < _ANCESTORS:
            stat = Path(f"/proc/{pid}/stat").read_text(errors="replace")
            name, _, rest = stat.partition("(")[2].rpartition(")")
            names.append(name)
            pid = int(rest.split()[1])
    except (OSError, ValueError, IndexError):
        return names
    return names
