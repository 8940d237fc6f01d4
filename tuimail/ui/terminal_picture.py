"""How a picture is sent to this terminal: which form, how large a cell is, the sequence."""

import fcntl
import struct
import sys
import termios
from base64 import b64encode
from collections.abc import Mapping
from typing import Final

from tuimail.model.settings import Images
from tuimail.services.pictures import Drawn, Form

from .terminal_kind import TerminalKind

USUAL_CELL: Final = (8, 16)
"""Pixels of a cell where the terminal does not say."""
KITTY_GONE: Final = "\x1b_Ga=d,d=A,q=2\x1b\\"
"""Takes every picture away."""
_CHUNK: Final = 4_096
_KITTY_PROGRAMS: Final = frozenset({"kitty", "ghostty", "WezTerm"})
_SIXEL_NAMES: Final = ("foot", "mlterm", "contour", "yaft")


def form_for(wished: Images, environ: Mapping[str, str], kind: TerminalKind) -> Form | None:
    """Return how a picture is drawn here; None where it cannot be, or must not.

    What passes through tmux, GNU screen or a slow line is drawn in half blocks: they lose, or
    are long in passing on, anything else.
    """
    if wished is Images.NO or not kind.is_unicode:
        return None
    if wished is not Images.AUTO:
        return Form(wished.value)
    is_wrapped = kind.is_remote or environ.get("TMUX") or environ.get("STY")
    if is_wrapped:
        return Form.HALF
    program = environ.get("TERM_PROGRAM", "")
    if environ.get("KITTY_WINDOW_ID") or program in _KITTY_PROGRAMS or "kitty" in kind.name:
        return Form.KITTY
    return Form.SIXEL if kind.name.startswith(_SIXEL_NAMES) else Form.HALF


def cells_of(drawn: Drawn, cell: tuple[int, int]) -> tuple[int, int]:
    """Return how many columns and rows a picture takes, `cell` being the pixels of one."""
    wide, high = (1, 2) if drawn.form is Form.HALF else cell
    return -(-drawn.width // wide), -(-drawn.height // high)


def cell_here() -> tuple[int, int]:
    """Return the pixels of a cell, across and down, as the terminal's window says."""
    if sys.__stdout__ is None:
        return USUAL_CELL
    try:
        said = fcntl.ioctl(sys.__stdout__.fileno(), termios.TIOCGWINSZ, bytes(8))
    except (OSError, ValueError):  # no terminal, or a closed file
        return USUAL_CELL
    rows, columns, wide, high = struct.unpack("HHHH", said)
    if not (rows and columns and wide >= columns and high >= rows):
        return USUAL_CELL
    return wide // columns, high // rows


def sequence_of(drawn: Drawn, columns: int, rows: int) -> str:
    """Return what draws a picture where the cursor is; empty for half blocks, which are text."""
    if drawn.form is Form.SIXEL:
        return drawn.content.decode("ascii", "replace")
    if drawn.form is Form.HALF:
        return ""
    text = b64encode(drawn.content).decode()
    chunks = [text[at : at + _CHUNK] for at in range(0, len(text), _CHUNK)]
    last = len(chunks) - 1
    pieces = []
    for n, chunk in enumerate(chunks):
        said = f"m={int(n < last)},q=2"
        head = f"a=T,f=100,C=1,c={columns},r={rows},{said}" if not n else said
        pieces.append(f"\x1b_G{head};{chunk}\x1b\\")
    return "".join(pieces)
