"""The sequences by which a terminal tells of new mail. Pure; the driver lets these two through."""

from typing import Final

from tuimail.model.notify import TerminalNotice
from tuimail.model.safe import Safe, safe_line
from tuimail.services.announcing import Announcement

BELL: Final = "\a"
MAX_TEXT_CHARS: Final = 250
"""A terminal shows a line or two of it."""


def sequence_of(words: Announcement, notice: TerminalNotice) -> str:
    """Return what to send to the terminal; empty where it is not to tell."""
    match notice:
        case TerminalNotice.OFF:
            return ""
        case TerminalNotice.OSC9:
            # Our own words first: a number and a semicolon would be a command of ConEmu's.
            return f"\x1b]9;tuimail: {_field(words.title, *words.lines)}\x1b\\"
        case TerminalNotice.OSC777:
            return f"\x1b]777;notify;{_field(words.title)};{_field(*words.lines)}\x1b\\"


def _field(*lines: Safe) -> Safe:
    """Return one text that ends no field."""
    return safe_line(". ".join(lines).replace(";", ","), MAX_TEXT_CHARS)
