"""The title of the terminal's window: what it says, and the sequences for it. Pure."""

from typing import Final

from tuimail.model.safe import Safe, safe_line

MAX_CHARS: Final = 80
KEEP: Final = "\x1b[22;0t"
"""Put the window's title on a stack (xterm's window operations; tmux, VTE, kitty, foot have it)."""
BRING_BACK: Final = "\x1b[23;0t"
"""Take it from there."""


def title_of(unread: int) -> Safe:
    """Return the title with the count of unread mails."""
    return Safe(f"tuimail {unread}" if unread else "tuimail")


def sequence_of(title: str) -> str:
    """Return the sequence that names the window (OSC 2); whatever the text, it cannot end early."""
    return f"\x1b]2;{safe_line(title, MAX_CHARS)}\x1b\\"
