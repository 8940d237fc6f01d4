"""The one place where text becomes what the terminal is sent: pieces with roles to strips.

Textual and Rich pass raw control sequences on. So text enters a strip as `Safe` or not at all.
"""

from collections.abc import Callable, Iterable

from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from tuimail.model.safe import Safe

from .themes import ThemeStyles


def strip_of(pieces: Iterable[tuple[Safe, str]], style_of: Callable[[str], Style]) -> Strip:
    """Return one line of the screen.

    Raises:
        TypeError: a text is not `Safe`, so that a mail could draw on the terminal.
    """
    segments = []
    for text, role in pieces:
        if type(text) is not Safe:
            raise TypeError("only Safe text is drawn; see model.safe")
        segments.append(Segment(text, style_of(role)))
    return Strip(segments)


class Brush:
    """Draws with the current theme; shared by all widgets of the screen."""

    def __init__(self, theme: ThemeStyles) -> None:
        self.theme = theme

    def strip(self, pieces: Iterable[tuple[Safe, str]]) -> Strip:
        """Return one line; see `strip_of`."""
        return strip_of(pieces, self.theme.style)

    def blank(self, width: int, role: str = "screen") -> Strip:
        """Return an empty line."""
        return strip_of([(Safe(" " * width), role)], self.theme.style)
