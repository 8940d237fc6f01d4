"""Text inputs of Textual, fenced: what is typed, pasted or filled in is sanitised first.

Imported only when somebody types: these widgets cost time that the first screen has not.
"""

from rich.text import Text
from textual import events
from textual.geometry import Region
from textual.strip import Strip
from textual.widgets import Input, TextArea

from tuimail.model.safe import safe_block, safe_line

MAX_FIELD_CHARS = 20_000
"""A reply to a large list fills To with every address of it."""


class Field(Input):
    """One line of text."""

    DEFAULT_CSS = """
    Field, Field:focus {
        height: 1; width: 1fr; border: none; padding: 0; background: transparent;
        background-tint: transparent;
    }
    """

    def on_mount(self) -> None:
        """A blinking cursor would be a repaint every half second."""
        self.cursor_blink = False
        self.select_on_focus = False  # or the next letter would take every recipient away

    def validate_value(self, value: str) -> str:
        """Return what may stand in the field."""
        return safe_line(value, MAX_FIELD_CHARS)

    def render_lines(self, crop: Region) -> list[Strip]:
        """Return lines as Textual wants them; see `_blank`."""
        return super().render_lines(crop) if self.is_attached else _blank(crop)


class Body(TextArea):
    """The text of a mail being written."""

    DEFAULT_CSS = """
    Body, Body:focus {
        border: none; padding: 0 1; background: transparent; background-tint: transparent;
        scrollbar-size: 1 1; height: 1fr;
    }
    Body .text-area--cursor-line { background: transparent; }
    """

    def on_mount(self) -> None:
        """A blinking cursor would be a repaint every half second."""
        self.cursor_blink = False

    def put(self, text: str) -> None:
        """Fill in a text; the cursor goes to its beginning."""
        self.load_text(safe_block(text))

    def render_lines(self, crop: Region) -> list[Strip]:
        """Return lines as Textual wants them; see `_blank`."""
        return super().render_lines(crop) if self.is_attached else _blank(crop)

    def get_line(self, line_index: int) -> Text:
        """Return a line as Textual wants it; what others wrote steps back."""
        line = super().get_line(line_index)
        if line.plain.startswith(">"):
            line.stylize("dim")
        return line

    async def _on_paste(self, event: events.Paste) -> None:
        clean = events.Paste(safe_block(event.text))
        event.stop()
        event.prevent_default()
        await super()._on_paste(clean)


def _blank(crop: Region) -> list[Strip]:
    """Return nothing to be seen, for a widget that was just removed.

    Until it lays the screen out again Textual goes on drawing it, but has forgotten its styles:
    looking for them would end the program.
    """
    return [Strip.blank(crop.width)] * crop.height
