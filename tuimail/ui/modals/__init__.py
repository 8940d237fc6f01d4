"""Overlays over the main screen: command line, palette, help, which-key, prompts.

The screen yields one `Overlays` above everything; `await overlays.ask(modal)` shows a modal, gives
it the keys and returns its answer, or None after Esc. Ask from a worker, never from a message
handler: the answer arrives as a message. Every modal takes `Safe` text alone.
"""

from .choose import Choice, Choose, ChooseOrType, Trying
from .command_line import Command, CommandLine, History
from .help import Help
from .host import Overlays
from .palette import Palette
from .prompts import AskSecret, AskText, Confirm

__all__ = [
    "AskSecret",
    "AskText",
    "Choice",
    "Choose",
    "ChooseOrType",
    "Command",
    "CommandLine",
    "Confirm",
    "Help",
    "History",
    "Overlays",
    "Palette",
    "Trying",
]
