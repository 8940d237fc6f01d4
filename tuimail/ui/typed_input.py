"""What is typed, from the terminal's bytes to Textual's events; an Esc alone is known at once.

Textual looks for what did not come only when its wait of 100 ms is over, whatever ESCDELAY says.
"""

import codecs
import os
import select
from collections.abc import Callable, Iterator
from typing import Final

from textual import constants
from textual._xterm_parser import XTermParser
from textual.message import Message

IDLE_S: Final = 0.1
"""How soon a driver that is told to stop does."""
_AND_A_LITTLE: Final = 1.1
"""A wait as long as the delay itself might end just before it."""
_READ_BYTES: Final = 4_096

Read = Callable[[float], str]
"""What was typed within so many seconds; empty where nothing was."""


def messages(read: Read, is_over: Callable[[], bool]) -> Iterator[Message]:
    """Yield what was typed until it is over."""
    parser = XTermParser()
    wait_s = IDLE_S
    while not is_over():
        text = read(wait_s)
        if text:
            yield from parser.feed(text)
        yield from parser.tick()
        wait_s = constants.ESCAPE_DELAY * _AND_A_LITTLE if text else IDLE_S
    if text := read(IDLE_S):  # answers of the terminal that the shell should not get
        yield from parser.feed(text)


def reader(fd: int) -> Read:
    """Return what reads a terminal."""
    decode = codecs.getincrementaldecoder("utf-8")("replace").decode

    def read(wait_s: float) -> str:
        if not select.select([fd], [], [], wait_s)[0]:
            return ""
        return decode(os.read(fd, _READ_BYTES))

    return read
