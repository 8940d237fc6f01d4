"""The page of all warnings about a mail, whole."""

from collections.abc import Sequence
from typing import Final

from tuimail.model.caution import Caution, worst_first
from tuimail.model.message import MessageRow
from tuimail.model.part import Line, RenderedMail, Span
from tuimail.model.safe import Safe, safe_line
from tuimail.ui.actions import Registry
from tuimail.ui.main_screen import MainScreen
from tuimail.ui.render.head import subject_of, warning_rows
from tuimail.ui.render.panes import Part
from tuimail.ui.render.wrap import Row, wrap
from tuimail.ui.roles import StyleRole

from .judging import Judging
from .showing import Showing

_MAX_AUTHORS: Final = 20
_NONE: Final = Safe("There is nothing to warn of in this mail.")


class Warnings:
    """Shows all warnings of the mail at hand."""

    def __init__(self, screen: MainScreen, showing: Showing, judging: Judging) -> None:
        self._screen, self._showing, self._judging = screen, showing, judging

    def register(self, registry: Registry) -> None:
        """Say what is carried out here."""
        registry.handle("warnings", lambda _: self._all())

    def _all(self) -> None:
        row = self._showing.row()
        self._screen.spawn_question(lambda: self._show(row))

    async def _show(self, row: MessageRow) -> None:
        screen = self._screen
        mail = await self._showing.readable(row)
        found = worst_first((*mail.warnings, *await self._judging.found(row)))
        behind = screen.reader.opened if screen.active is Part.READER else None
        screen.reader.show_page(
            lambda width: warnings_page(mail, found, width), behind=behind, of=row
        )
        screen.relayout()
        screen.activate(Part.READER if screen.is_one_pane else screen.active)


def warnings_page(mail: RenderedMail, found: Sequence[Caution], width: int) -> list[Row]:
    """Return the rows of a page: whom the mail is from, and every warning whole."""
    rows = subject_of(safe_line(mail.envelope.subject), width, 2)
    for author in mail.envelope.from_[:_MAX_AUTHORS]:
        written = f"{author.name} <{author.addr_spec}>" if author.name else author.addr_spec
        who = safe_line(written, 2_000)
        wrapped = wrap(Line((Span(who),)), max(1, width - 2))
        rows += [[(Safe(" "), StyleRole.TEXT), *row] for row in wrapped]
    rows.append([])
    for caution in found:
        rows += warning_rows(caution, width)
    return rows if found else [*rows, [(Safe(f" {_NONE}"), StyleRole.DIM)]]
