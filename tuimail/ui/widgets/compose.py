"""A mail being written: header fields, attachments, text."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from textual import events
from textual.message import Message
from textual.widget import Widget

from tuimail.model.address import Address
from tuimail.model.cells import cut
from tuimail.model.draft import Draft
from tuimail.model.safe import Safe, safe_line
from tuimail.ui.render.compose import (
    files_pieces,
    from_pieces,
    options_pieces,
    person_words,
    title_of,
    title_pieces,
)
from tuimail.ui.render.rows import Piece
from tuimail.ui.render.wrap import plain_rows
from tuimail.ui.roles import StyleRole
from tuimail.ui.strips import Brush

from .lines import Lines, Words
from .typing import Body, Field

FIELDS = ("to", "cc", "bcc", "subject")
_LABELS = {"to": "To", "cc": "Cc", "bcc": "Bcc", "subject": "Subject"}
LABEL_CELLS = 9
MAX_NOTES = 3
"""Warnings shown while a mail is written; sending tells them all."""
MAX_PEOPLE = 6
"""Addresses offered at a time."""


class _Preview(Lines):
    """The mail as it will be sent."""

    text = Safe("")
    rows: Sequence[Sequence[Piece]] = ()

    def show(self, text: Safe, width: int) -> None:
        """Show a text, wrapped for so many cells."""
        margin = (Safe(" "), StyleRole.TEXT)
        self.text = text
        self.rows = [[margin, *row] for row in plain_rows(text, max(20, width - 2))]
        self.refresh()

    def line(self, y: int) -> Sequence[Piece]:
        """Return a row."""
        return self.rows[y] if y < len(self.rows) else []


class Notes(Lines):
    """What speaks against sending it so, as far as it is known while it is written."""

    def __init__(self, brush: Brush) -> None:
        super().__init__(brush, id="compose_notes")
        self.sentences: Sequence[Safe] = ()
        self.display = False

    def show(self, sentences: Sequence[Safe]) -> None:
        """Show other sentences; none takes no room."""
        if sentences != self.sentences:
            self.sentences = sentences
            self.display = bool(sentences)
            self.styles.height = min(MAX_NOTES, len(sentences)) or 1
            self.refresh()

    def line(self, y: int) -> Sequence[Piece]:
        """Return one sentence."""
        if y >= len(self.sentences):
            return []
        more = len(self.sentences) - MAX_NOTES
        is_last = y == MAX_NOTES - 1 and more > 0
        words = f" ! and {more + 1} more warnings" if is_last else f" ! {self.sentences[y]}"
        return [(cut(words, self.size.width), StyleRole.WARNING)]


class People(Lines):
    """Addresses that begin as what is typed."""

    def __init__(self, brush: Brush) -> None:
        super().__init__(brush, id="people")
        self.people: Sequence[Address] = ()
        self.cursor = 0
        self.display = False

    def offer(self, people: Sequence[Address], x: int, y: int) -> None:
        """Offer people below a field; none hides the list."""
        self.people, self.cursor = people[:MAX_PEOPLE], 0
        self.display = bool(people)
        if people:
            self.styles.offset = (x, y)
            self.styles.height = len(self.people)
            self.styles.width = min(64, max(20, self.app.size.width - x - 30))
            self.refresh()

    def move(self, rows: int) -> None:
        """Go to another one."""
        self.cursor = (self.cursor + rows) % max(1, len(self.people))
        self.refresh()

    def line(self, y: int) -> Sequence[Piece]:
        """Return one address."""
        words = person_words(self.people[y]) if y < len(self.people) else Safe("")
        role = StyleRole.MODAL_CURSOR if y == self.cursor else StyleRole.MODAL
        return [(Safe(f" {words}".ljust(self.size.width)[: self.size.width]), role)]


class Compose(Widget, can_focus=False):
    """Holds a draft while it is written; says when it changes and when people are sought."""

    DEFAULT_CSS = """
    Compose { layout: vertical; layers: base popup; overflow: hidden hidden; }
    Compose > .row { layout: horizontal; height: 1; width: 1fr; overflow: hidden hidden; }
    Compose > Words { height: 1; }
    Compose .row > Words { width: 9; height: 1; }
    Compose > #compose_rule { height: 1; }
    Compose > #people { layer: popup; position: absolute; height: 1; width: 40; }
    """

    class Sought(Message):
        """Somebody is being typed into an address field."""

        def __init__(self, field: str, word: str) -> None:
            super().__init__()
            self.field = field
            self.word = word

    def __init__(self, brush: Brush, draft: Draft) -> None:
        super().__init__(id="compose")
        self.brush = brush
        self._draft = draft
        self._saved = draft
        self._title = Words(brush, id="compose_title")
        self._from = Words(brush, id="compose_from")
        self._files = Words(brush, id="compose_files")
        self._options = Words(brush, id="compose_options")
        self.notes = Notes(brush)
        self._rule = Words(brush, id="compose_rule")
        self.fields = {name: Field(id=f"compose_{name}") for name in FIELDS}
        self.body = Body(id="compose_body", show_line_numbers=False)
        self.preview = _Preview(brush, id="compose_preview")
        self.preview.display = False
        self.people = People(brush)
        self.last_focus = "to"
        self._is_choosing = False
        self._is_filled = False
        """Whether the fields hold the draft: not before they are on the screen."""

    def compose(self) -> Iterator[Widget]:
        """Yield title, fields, attachments and text."""
        yield self._title
        yield self._from
        for name, field in self.fields.items():
            label = Words(self.brush, id=f"compose_label_{name}")
            label.say([(Safe(f" {_LABELS[name]:<8}"), StyleRole.LABEL)])
            row = Widget(label, field, classes="row")
            yield row
        yield self._files
        yield self._options
        yield self.notes
        yield self._rule
        yield self.body
        yield self.preview
        yield self.people

    def on_mount(self) -> None:
        """Fill the draft in."""
        self.put(self._draft)
        self._is_filled = True
        self.write()

    @property
    def draft(self) -> Draft:
        """The draft as it stands on the screen."""
        if not self._is_filled:
            return self._draft
        to, cc, bcc, subject = (self.fields[name].value for name in FIELDS)
        return replace(self._draft, to=to, cc=cc, bcc=bcc, subject=subject, body=self.body.text)

    @property
    def is_changed(self) -> bool:
        """Whether there is something that was not written down yet."""
        return replace(self.draft, updated=0) != replace(self._saved, updated=0)

    @property
    def is_untouched(self) -> bool:
        """Whether nothing was written since it was begun: there is nothing to lose."""
        return not self._saved.updated and not self.is_changed

    def put(self, draft: Draft) -> None:
        """Show another state of the draft."""
        self._draft = draft
        for name, field in self.fields.items():
            if field.value != getattr(draft, name):
                field.value = getattr(draft, name)
                field.cursor_position = len(field.value)
        if self.body.text != draft.body:
            self.body.put(draft.body)
        self.refresh_words()

    def mark_saved(self, draft: Draft) -> None:
        """Note what has been written down."""
        self._saved = draft
        self.refresh_words()

    def refresh_words(self) -> None:
        """Draw title, author and attachments anew."""
        width = self.size.width or 80
        what = Safe("Preview") if self.is_previewing else title_of(self._draft)
        self._title.say(title_pieces(what, self._saved.updated, width))
        self._from.say(from_pieces(self._draft.from_, LABEL_CELLS, width))
        self._files.say(files_pieces(self._draft.attachments, LABEL_CELLS, width))
        self._files.display = bool(self._draft.attachments) and not self.is_previewing
        draft = self._draft
        options = options_pieces(draft.options, draft.remind_days, LABEL_CELLS, width)
        self._options.say(options)
        self._options.display = bool(options) and not self.is_previewing
        self._rule.say([(Safe("─" * width), StyleRole.RULE)])

    @property
    def is_previewing(self) -> bool:
        """Whether the mail is shown as it will be sent."""
        return self.preview.display

    def show_preview(self, text: Safe | None) -> None:
        """Show the mail as it will be sent, in place of all that is written in; None leaves it."""
        self.preview.display = text is not None
        for widget in (self._from, *self.query(".row"), self._rule, self.body):
            widget.display = text is None
        self.notes.display = text is None and bool(self.notes.sentences)
        self.refresh_words()
        self.preview.show(text or Safe(""), self.size.width)

    def write(self) -> None:
        """Let the person type, where they were or where something is missing."""
        if self.last_focus == "to" and self.fields["to"].value:
            self.last_focus = "body" if self.fields["subject"].value else "subject"
        self.focus_field(self.last_focus)

    def focus_field(self, name: str) -> None:
        """Give the keys to a field, or to the text."""
        self.last_focus = name
        widget = self.body if name == "body" else self.fields.get(name, self.body)
        self.screen.set_focus(widget)

    def step_field(self, step: int) -> None:
        """Go to the next or previous field; in the text, Tab leaves it as well."""
        order = (*FIELDS, "body")
        place = order.index(self.last_focus) if self.last_focus in order else 0
        self.focus_field(order[(place + step) % len(order)])

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        """Remember where typing goes."""
        name = (event.widget.id or "").removeprefix("compose_")
        if name in (*FIELDS, "body"):
            self.last_focus = name
        self.people.offer((), 0, 0)

    def on_resize(self) -> None:
        """Draw what depends on the width."""
        self.refresh_words()
        self.preview.show(self.preview.text, self.size.width)

    def on_input_changed(self, event: Field.Changed) -> None:
        """Say who is being typed."""
        event.stop()
        name = (event.input.id or "").removeprefix("compose_")
        is_chosen, self._is_choosing = self._is_choosing, False
        if name == "subject" or not event.input.has_focus:
            return
        word = event.value[: event.input.cursor_position].rpartition(",")[2].strip()
        self.post_message(self.Sought(name, "" if is_chosen else word))

    def on_input_submitted(self, event: Field.Submitted) -> None:
        """Enter goes on to the next field."""
        event.stop()
        self.step_field(1)

    def offer(self, field: str, people: Sequence[Address]) -> None:
        """Offer people for what is typed in a field."""
        if self.last_focus == field and self.fields[field].has_focus:
            row = 2 + FIELDS.index(field)
            self.people.offer(people, LABEL_CELLS, row + 1)

    def takes_key(self, key: str) -> bool:
        """Let the offered people have a key; return whether it was theirs."""
        if not self.people.display:
            return False
        if key in ("down", "up"):
            self.people.move(1 if key == "down" else -1)
        elif key in ("enter", "tab"):
            self._choose()
        else:
            if key == "escape":
                self.people.offer((), 0, 0)
            return False
        return True

    def _choose(self) -> None:
        person = self.people.people[self.people.cursor]
        field = self.fields[self.last_focus]
        before, comma, _ = field.value[: field.cursor_position].rpartition(",")
        after = field.value[field.cursor_position :].lstrip(", ")
        start = f"{before}{comma} " if comma else ""
        chosen = f"{start}{person_words(person)}, "
        self._is_choosing = True
        field.value = safe_line(chosen + after, 20_000)
        field.cursor_position = len(chosen)
        self.people.offer((), 0, 0)
