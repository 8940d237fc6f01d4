"""Status line, hint line and the rules between panes."""

from collections.abc import Sequence

from textual.timer import Timer

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
        self.about = ""
        """What the sentence is about, where that can end by itself or be asked for."""
        self._timer: Timer | None = None
        """Takes a passing sentence away."""

    @property
    def has_passing(self) -> bool:
        """Whether a sentence stands in place of the hints that goes by itself."""
        return self._timer is not None

    @property
    def has_lasting(self) -> bool:
        """Whether a sentence stands there that stays until it is cleared."""
        return self._notice is not None and self._timer is None

    def show_hints(self, hints: Sequence[tuple[Safe, Safe]]) -> None:
        """Show keys and what they do."""
        if hints != self._hints:
            self._hints = hints
            self.refresh()

    def show_notice(
        self, sentence: Safe, role: StyleRole, after: Safe, *, lasts_s: float = 0, about: str = ""
    ) -> None:
        """Show a sentence over the hints for some seconds, or with none until it is cleared."""
        self.clear_notice()
        self._notice, self.about = (sentence, role, after), about
        if lasts_s:
            self._timer = self.set_timer(lasts_s, self.clear_notice)
        self.refresh()

    def clear_notice(self) -> bool:
        """Show the hints again; return whether what stood there would have stayed."""
        stayed = self.has_lasting
        if self._timer is not None:
            self._timer.stop()
        if self._notice is not None:
            self.refresh()
        self._notice, self._timer, self.about = None, None, ""
        return stayed

    def settle(self, about: str) -> None:
        """Take a fault away that has ended by itself."""
        if about and self.about == about:
            self.clear_notice()

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
