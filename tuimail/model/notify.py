"""How the person is told of new mail: what `[notify]` in config.toml has."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from .mailbox import Role

MINUTES_OF_DAY: Final = 24 * 60


class TerminalNotice(StrEnum):
    """The sequence that makes a terminal tell; each terminal knows one of them, or none."""

    OFF = "off"
    OSC9 = "osc9"
    """One text: iTerm2, WezTerm, ghostty, kitty, Windows Terminal."""
    OSC777 = "osc777"
    """Title and text: urxvt, foot, VTE, WezTerm, ghostty."""


@dataclass(frozen=True, slots=True)
class QuietHours:
    """A part of every day, in minutes since midnight; one that ends before it begins spans it."""

    begin: int
    end: int

    def holds_at(self, minute: int) -> bool:
        """Tell whether it is quiet at a minute of the day."""
        if self.begin <= self.end:
            return self.begin <= minute < self.end
        return minute >= self.begin or minute < self.end


@dataclass(frozen=True, slots=True)
class Notify:
    """Defaults tell nothing."""

    command: tuple[str, ...] = ()
    """Program and arguments, started by no shell."""
    desktop: bool = False
    terminal: TerminalNotice = TerminalNotice.OFF
    mailboxes: tuple[str, ...] = (Role.INBOX.value,)
    """Roles, names, or ACCOUNT/NAME."""
    quiet: QuietHours | None = None
    bell: bool = False
    """The terminal of the screen opened last rings; set by `bell` under `[ui]`."""

    @property
    def is_on(self) -> bool:
        """Whether there is any way to tell."""
        return bool(self.command or self.desktop or self.asks_screen)

    @property
    def asks_screen(self) -> bool:
        """Whether a screen is to tell."""
        return self.bell or self.terminal is not TerminalNotice.OFF
