"""Status line, hint line and the rules between panes."""

from collections.abc import Sequence

from tuimail.model.safe import Safe
from tuimail.ui.render.rows import Piece
from tuimail.ui.render.status import StatusFacts, hint_line, notice_line, status_line
from tuimail.ui.roles import StyleRole
from tuimail.ui.strips import Brush

from .lines import Lines


class StatusLine(Lines):
    """What is shown and how it stands."""

    def __init__(self, brush: Brush, facts: StatusFacts) -> None:
        super().__init__(brush, id="status")
        self._facts = facts

    def say(self, facts: StatusFacts) -> None:
        """Say something else; nothing is drawn where nothing changed."""
        if facts != self._facts:
            self._facts = facts
            self.refresh()

    def line(self, y: int) -> Sequence[Piece]:  # noqa: ARG002  there is one line
        """Return the line."""
        return status_line(self._facts, self.size.width)


class HintLine(Lines):
    """What can be done here, or a sentence about what happened."""

    def __init__(self, brush: Brush) -> None:
        super().__init__(brush, id="hint")
        self._hints: Sequence[tuple[Safe, Safe]] = ()
        self._notice: tuple[Safe, StyleRole, Safe] | None = None

    @property
    def has_notice(self) -> bool:
        """Whether a sentence stands in place of the hints."""
        return self._notice is not None

    def show_hints(self, hints: Sequence[tuple[Safe, Safe]]) -> None:
        """Show keys and what they do."""
        if hints != self._hints:
            self._hints = hints
            self.refresh()

    def show_notice(self, sentence: Safe, role: StyleRole, after: Safe) -> None:
        """Show a sentence over the hints."""
        self._notice = (sentence, role, after)
        self.refresh()

    def clear_notice(self) -> None:
        """Show the hints again."""
        if self._notice is not None:
            self._notice = None
            self.refresh()

    def line(self, y: int) -> Sequence[Piece]:  # noqa: ARG002  there is one line
        """Return the line."""
        if self._notice is not None:
            return notice_line(*self._notice, self.size.width)
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
