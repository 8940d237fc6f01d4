"""The search bar over the two bottom lines: what is typed, and below it where it goes wrong."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from textual import events
from textual.message import Message
from textual.widget import Widget

from tuimail.model.cells import width_of
from tuimail.model.safe import Safe
from tuimail.ui.key_names import key_name
from tuimail.ui.render.rows import Piece
from tuimail.ui.roles import StyleRole
from tuimail.ui.strips import Brush

from .lines import Words

if TYPE_CHECKING:
    from .typing import Field

HISTORY = 100


class SearchBar(Widget, can_focus=False):
    """Asks for a search; says what it found while it is typed."""

    DEFAULT_CSS = """
    SearchBar { layout: vertical; overflow: hidden hidden; }
    SearchBar > #search_row { layout: horizontal; height: 1; width: 1fr; overflow: hidden hidden; }
    SearchBar #search_words, SearchBar #search_label { height: 1; }
    """

    class Typed(Message):
        """The text changed."""

        def __init__(self, text: str) -> None:
            super().__init__()
            self.text = text

    class Ended(Message):
        """Enter, or Esc."""

        def __init__(self, text: str, *, is_accepted: bool, is_kept: bool = False) -> None:
            super().__init__()
            self.text = text
            self.is_accepted = is_accepted
            self.is_kept = is_kept
            """It is to be kept under a name, too."""

    def __init__(self, brush: Brush) -> None:
        super().__init__(id="search")
        self._label = Words(brush, id="search_label")
        self._words = Words(brush, id="search_words")
        self._row = Widget(id="search_row")
        self._field: Field | None = None
        self.keep_keys: frozenset[str] = frozenset()
        """Keys that accept the search and keep it."""
        self._history: list[str] = []
        self._back = 0

    @property
    def text(self) -> str:
        """What is typed."""
        return self._field.value if self._field else ""

    @property
    def indent(self) -> int:
        """The column at which the text begins."""
        return sum(width_of(text) for text, _ in self._label.pieces)

    def compose(self) -> Iterator[Widget]:
        """Yield the row and the line below; the input comes when it is first needed."""
        yield self._row
        yield self._words

    async def open(self, label: Safe, text: str) -> None:
        """Begin to ask."""
        if self._field is None:
            from .typing import Field

            self._field = Field(id="search_field")
            await self._row.mount(self._label, self._field)
        self._label.styles.width = len(label) + 2
        self._label.say([(Safe(f" {label} "), StyleRole.STATUS_STRONG)])
        self._field.value = text
        self._field.cursor_position = len(text)
        self._back = 0
        self.screen.set_focus(self._field)

    def say(self, pieces: Sequence[Piece]) -> None:
        """Say something below the bar."""
        self._words.say(pieces)

    def keeps(self, key: str) -> bool:
        """Whether a key keeps the search: not for the field, where alt+s would type an s."""
        return key_name(key) in self.keep_keys

    def keep(self) -> None:
        """Accept the search, and have it kept."""
        self._end(is_accepted=True, is_kept=True)

    def on_input_changed(self, event: events.Event) -> None:
        """Tell what is typed now."""
        event.stop()
        self.post_message(self.Typed(self.text))

    def on_input_submitted(self, event: events.Event) -> None:
        """Accept."""
        event.stop()
        self._end(is_accepted=True)

    def on_key(self, event: events.Key) -> None:
        """Esc leaves; up and down walk through what was searched before."""
        if event.key == "escape":
            event.stop()
            self._end(is_accepted=False)
        elif event.key in ("up", "down"):
            event.stop()
            self._recall(1 if event.key == "up" else -1)

    def _end(self, *, is_accepted: bool, is_kept: bool = False) -> None:
        text = self.text.rstrip()
        if is_accepted and text:
            kept = [old for old in self._history if old != text]
            self._history = [*kept[-HISTORY:], text]
        self.post_message(self.Ended(text, is_accepted=is_accepted, is_kept=is_kept))

    def _recall(self, step: int) -> None:
        self._back = max(0, min(self._back + step, len(self._history)))
        if self._field is not None:
            self._field.value = self._history[-self._back] if self._back else ""
            self._field.cursor_position = len(self._field.value)
