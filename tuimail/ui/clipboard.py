"""What puts text into the clipboard: a command, tmux, or a sequence of the terminal's own. Pure.

OSC 52 reaches the clipboard of the terminal a person sits at, over SSH too. Nothing answers it:
whether the terminal took it is not known.
"""

from base64 import b64encode
from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from .terminal_kind import kind_of

MAX_BYTES: Final = 74_000
"""Of text in one sequence: xterm takes 100,000 characters, and Base64 makes four of three."""
MAX_SCREEN_CHARS: Final = 252
"""GNU screen lets 256 pass at once in its oldest versions about; four are the wrapping."""
TMUX: Final = ("tmux", "load-buffer", "-w", "-")
"""Since tmux 3.2 `-w` passes the text on to the terminal; an OSC 52 it ignores by default."""


class Way(StrEnum):
    """How text gets into the clipboard here."""

    COMMAND = "command"
    """`ui.clipboard_command`."""
    TMUX = "tmux"
    SCREEN = "screen"
    """GNU screen, which passes on what is wrapped for it."""
    TERMINAL = "terminal"
    NONE = "none"


def way_of(environ: Mapping[str, str], command: str) -> Way:
    """Return the best way in an environment; `command` is the person's own, or empty."""
    if command:
        return Way.COMMAND
    if environ.get("TMUX"):
        return Way.TMUX
    if not kind_of(environ).takes_osc:
        return Way.NONE
    return Way.SCREEN if environ.get("STY") else Way.TERMINAL


def way_words(environ: Mapping[str, str], command: str) -> str:
    """Say in a few words how text gets into the clipboard in an environment."""
    return {
        Way.COMMAND: f"copies by {command}",
        Way.TMUX: "copies by tmux",
        Way.SCREEN: "copies through GNU screen (OSC 52)",
        Way.TERMINAL: "copies by OSC 52",
        Way.NONE: "cannot copy without clipboard_command",
    }[way_of(environ, command)]


def fitting(text: str) -> bytes:
    """Return the beginning of a text that one sequence can hold, whole characters alone."""
    raw = text.encode()
    return raw if len(raw) <= MAX_BYTES else raw[:MAX_BYTES].decode(errors="ignore").encode()


def sequence_of(content: bytes, way: Way) -> str:
    """Return the sequence that puts bytes into the clipboard.

    Mosh knows the selection `c` alone, and only where nothing but it is named.
    """
    sequence = f"\x1b]52;c;{b64encode(content).decode()}\a"
    if way is not Way.SCREEN:
        return sequence
    starts = range(0, len(sequence), MAX_SCREEN_CHARS)
    return "".join(f"\x1bP{sequence[n : n + MAX_SCREEN_CHARS]}\x1b\\" for n in starts)
