"""Status line, hint line and the rules between panes."""

from collections.abc import Sequence

from textual.timer import Timer

from tuimail.model.safe import Safe
from tuimail.ui.render.plain import plain_title
from tuimail.ui.render.rows import Piece
from tuimail.ui.render.status import StatusFacts, hint_line, notice_line, status_line
from tuimail.ui.roles import StyleRole
from tuimail.ui.strips import Brush

from .lines import Lines

Notice = tuple[Safe, StyleRole, Safe]
"""A sentence, how it is meant, and how to be rid of it."""


class StatusLine(Lines):
    """What is shown and how it stands."""

    def __init__(
        self,
        brush: Brush,
        facts: StatusFacts,
        id: str = "status",  # noqa: A002  Textual's name
    ) -> None:
        super().__init__(brush, id=id)
        self._facts = facts

    def say(self, facts: StatusFacts) -> None:
        """Say something else; nothing is drawn where nothing changed."""
        if facts != self._facts:
            self._facts = facts
            self.refresh()

    def line(self, y: int) -> Sequence[Piece]:  # noqa: ARG002  there is one line
        """Return the line."""
        return status_line(self._facts, self.size.width)


class TitleLine(StatusLine):
    """The first line of plain mode."""

    def __init__(self, brush: Brush, facts: StatusFacts) -> None:
        super().__init__(brush, facts, "title")

    def line(self, y: int) -> Sequence[Piece]:  # noqa: ARG002  there is one line
        """Return the line."""
        return plain_title(self._facts, self.size.width)


class HintLine(Lines):
    """What can be done here, or a sentence about what happened."""

    def __init__(self, brush: Brush) -> None:
        super().__init__(brush, id="hint")
        self._hints: Sequence[tuple[Safe, Safe]] = ()
        self._lasting: Notice | None = None
        self._passing: Notice | None = None
        """Stands before what lasts, which shows again after it."""
        self.about = ""
        """What the lasting sentence is about, where that can end by itself or be asked for."""
        self._timer: Timer | None = None
        """Takes the passing sentence away."""

    @property
    def has_passing(self) -> bool:
        """Whether a sentence stands in place of the hints that goes by itself, but no failure."""
        return self._passing is not None and self._passing[1] is not StyleRole.ERROR

    @property
    def has_lasting(self) -> bool:
        """Whether there is a sentence that stays until it is cleared."""
        return self._lasting is not None

    def show_hints(self, hints: Sequence[tuple[Safe, Safe]]) -> None:
        """Show keys and what they do."""
        if hints != self._hints:
            self._hints = hints
            self.refresh()

    def show_notice(
        self, sentence: Safe, role: StyleRole, after: Safe, *, lasts_s: float = 0, about: str = ""
    ) -> None:
        """Show a sentence over the hints for some seconds, or with none until it is cleared."""
        self._drop_passing()
        if lasts_s:
            self._passing = (sentence, role, after)
            self._timer = self.set_timer(lasts_s, self._drop_passing)
        else:
            self._lasting, self.about = (sentence, role, after), about
        self.refresh()

    def clear_notice(self) -> bool:
        """Take the sentence away; return whether it was a failure, or one that would have stayed.

        What lasts shows again once what stood before it is taken away.
        """
        passing = self._passing
        if passing is not None:
            self._drop_passing()
            return passing[1] is StyleRole.ERROR
        stayed = self.has_lasting
        self._lasting, self.about = None, ""
        if stayed:
            self.refresh()
        return stayed

    def _drop_passing(self) -> None:
        if self._timer is not None:
            self._timer.stop()
        if self._passing is not None:
            self.refresh()
        self._passing, self._timer = None, None

    def settle(self, about: str) -> None:
        """Take a fault away that has ended by itself."""
        if about and self.about == about:
            self._lasting, self.about = None, ""
            self.refresh()

    def line(self, y: int) -> Sequence[Piece]:  # noqa: ARG002  there is one line
        """Return the line."""
        notice = self._passing or self._lasting
        if notice is not None:
            return notice_line(*notice, self.size.width)
        return hint_line(self._hints, self.size.width)


class Rule(Lines):
    """One line between panes: upright where it is one cell wide."""

    _joint: int | None = None

    def join(self, row: int | None) -> None:
        """Say at which row of an upright rule another begins to its right."""
        if row != self._joint:
            self._joint = row
            self.refresh()

    def line(self, y: int) -> Sequence[Piece]:
        """Return one row of the rule."""
        if self.size.width > 1:
            return [(Safe("─" * self.size.width), StyleRole.RULE)]
        return [(Safe("├" if y == self._joint else "│"), StyleRole.RULE)]
