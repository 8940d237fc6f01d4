"""The one place where text becomes what the terminal is sent: pieces with roles to strips.

Textual and Rich pass raw control sequences on. So text enters a strip as `Safe` or not at all.
"""

from collections.abc import Iterable, Mapping
from enum import StrEnum

from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from tuimail.model.safe import Safe

from .render.plain import ASCII
from .roles import StyleRole
from .themes import ThemeStyles


class Under(StrEnum):
    """What lies under a row."""

    NOTHING = "nothing"
    CURSOR = "cursor"
    CURSOR_AWAY = "cursor_away"
    """The cursor of a pane that has not the keys."""


def strip_of(pieces: Iterable[tuple[Safe, StyleRole]], styles: Mapping[StyleRole, Style]) -> Strip:
    """Return one line of the screen.

    Raises:
        TypeError: a text is not `Safe`, so that a mail could draw on the terminal.
    """
    segments = []
    for text, role in pieces:
        if type(text) is not Safe:
            raise TypeError("only Safe text is drawn; see model.safe")
        segments.append(Segment(text, styles[role]))
    return Strip(segments)


def in_plain(pieces: Iterable[tuple[Safe, StyleRole]]) -> list[tuple[Safe, StyleRole]]:
    """Return pieces of the same cells without signs that a voice cannot say."""
    return [(Safe(text.translate(ASCII)), role) for text, role in pieces]


class Brush:
    """Draws with the current theme; shared by all widgets of the screen."""

    def __init__(self, theme: ThemeStyles) -> None:
        self.theme = theme
        self.is_plain = False
        """Whether signs of ours are drawn in ASCII."""

    def strip(
        self, pieces: Iterable[tuple[Safe, StyleRole]], under: Under = Under.NOTHING
    ) -> Strip:
        """Return one line; see `strip_of`."""
        if self.is_plain:
            pieces = in_plain(pieces)
        if under is Under.CURSOR:
            return strip_of(pieces, self.theme.cursor_styles)
        if under is Under.CURSOR_AWAY:
            return strip_of(pieces, self.theme.away_styles)
        return strip_of(pieces, self.theme.styles)

    def blank(self, width: int, role: StyleRole = StyleRole.TEXT) -> Strip:
        """Return an empty line."""
        return strip_of([(Safe(" " * width), role)], self.theme.styles)
