"""What is folded in the reader: shown and folded again."""

from tuimail.model.safe import Safe
from tuimail.ui.actions import Registry
from tuimail.ui.main_screen import MainScreen


class Folds:
    """Folds and unfolds what the reader shows."""

    def __init__(self, screen: MainScreen) -> None:
        self._screen = screen

    def register(self, registry: Registry) -> None:
        """Say what is carried out here."""
        registry.handle("quotes.fold", lambda _: self._all())
        registry.handle("fold", lambda _: self._in_sight())

    def _all(self) -> None:
        if not self._screen.reader.turn_folds():
            self._screen.whisper(Safe("There are no long quotes here."))

    def _in_sight(self) -> None:
        if not self._screen.reader.turn_fold_in_sight():
            self._screen.whisper(Safe("Nothing in sight folds."))
