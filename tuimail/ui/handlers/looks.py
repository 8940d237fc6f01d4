"""How the list is drawn while the program runs: density, dates, columns."""

from dataclasses import replace
from typing import Final, TypeVar

from tuimail.errors import UserError
from tuimail.model.columns import DateFormat, Density, columns_of
from tuimail.model.safe import Safe
from tuimail.ui.actions import Call, Registry
from tuimail.ui.main_screen import MainScreen

_Choice = TypeVar("_Choice", Density, DateFormat)
_DENSITIES: Final = tuple(Density)
_DATES: Final = tuple(DateFormat)


class Looks:
    """Changes the look of the list until the program ends; config.toml says how it begins."""

    def __init__(self, screen: MainScreen) -> None:
        self._screen = screen

    def register(self, registry: Registry) -> None:
        """Say what is carried out here."""
        registry.handle("density", self._density)
        registry.handle("dates", self._dates)
        registry.handle("columns", self._columns)

    def _density(self, call: Call) -> None:
        look = self._screen.list.look
        following = _DENSITIES[(_DENSITIES.index(look.density) + 1) % len(_DENSITIES)]
        if call.argument:
            following = _one_of(Density, call.argument)
        self._screen.list.take_look(replace(look, density=following))
        self._screen.say(Safe(f"Rows are {following} now."), _kept("density", f'"{following}"'))

    def _dates(self, call: Call) -> None:
        look = self._screen.list.look
        following = _DATES[(_DATES.index(look.date_format) + 1) % len(_DATES)]
        if call.argument:
            following = _one_of(DateFormat, call.argument)
        self._screen.list.take_look(replace(look, date_format=following))
        kept = _kept("date_format", f'"{following}"')
        self._screen.say(Safe(f"Dates are {following} now."), kept)

    def _columns(self, call: Call) -> None:
        look = self._screen.list.look
        if not call.argument:
            names = " ".join(f"{c.column}:{c.cells}" if c.cells else c.column for c in look.columns)
            self._screen.say(Safe(f"Columns: {names}"))
            return
        try:
            columns = columns_of(call.argument.replace(",", " ").split())
        except ValueError as error:
            raise UserError(f"Columns: {error}.") from None
        self._screen.list.take_look(replace(look, columns=columns))


def _one_of(kind: type[_Choice], word: str) -> _Choice:
    try:
        return kind(word)
    except ValueError:
        raise UserError(f"It must be one of: {', '.join(kind)}.") from None


def _kept(key: str, value: str) -> Safe:
    """Say how a choice is kept."""
    return Safe(f"{key} = {value} under [ui] keeps it")
