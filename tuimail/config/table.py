"""One table of a configuration file, read key by key with checked types."""

from collections.abc import Iterable
from enum import StrEnum
from typing import TypeVar

from .document import Document, Key

Choice = TypeVar("Choice", bound=StrEnum)


class Table:
    """Reads values once each; `finish` refuses what was not asked for: misspelt keys."""

    def __init__(self, document: Document, key: Key, values: object) -> None:
        self._document = document
        self._key = key
        if not isinstance(values, dict):
            raise document.error(key, "must be a table")
        self._values: dict[str, object] = values
        self._seen: set[str] = set()

    def has(self, name: str) -> bool:
        """Tell whether the key is there."""
        return name in self._values

    def text(self, name: str, default: str | None = None) -> str:
        """Return a string; without a default it must be there."""
        value = self._value(name, default)
        if not isinstance(value, str):
            raise self.error(name, "must be text in quotes")
        if any(ord(c) < 32 and c not in "\n\t" for c in value):
            raise self.error(name, "must not hold control characters")
        return value

    def line(self, name: str, default: str | None = None) -> str:
        """Return a string of one line."""
        value = self.text(name, default)
        if "\n" in value or "\t" in value:
            raise self.error(name, "must be a single line")
        return value

    def number(self, name: str, default: int | None, low: int, high: int) -> int:
        """Return a whole number from low to high."""
        value = self._value(name, default)
        if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
            raise self.error(name, f"must be a whole number from {low} to {high}")
        return value

    def truth(self, name: str, default: bool) -> bool:
        """Return true or false."""
        value = self._value(name, default)
        if not isinstance(value, bool):
            raise self.error(name, "must be true or false")
        return value

    def choice(self, name: str, kind: type[Choice], default: Choice) -> Choice:
        """Return one of a closed set of words."""
        value = self._value(name, default.value)
        try:
            return kind(str(value))
        except ValueError:
            words = ", ".join(kind)
            raise self.error(name, f"must be one of: {words}") from None

    def texts(self, name: str, default: tuple[str, ...] = ()) -> tuple[str, ...]:
        """Return a list of strings."""
        value = self._value(name, list(default))
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise self.error(name, 'must be a list of texts, as in ["pass", "show", "mail"]')
        return tuple(value)

    def table(self, name: str) -> "Table":
        """Return a table inside this one."""
        self._seen.add(name)
        return Table(self._document, (*self._key, name), self._values.get(name, {}))

    def tables(self, name: str) -> "list[Table]":
        """Return an array of tables."""
        self._seen.add(name)
        items = self._values.get(name, [])
        if not isinstance(items, list):
            raise self.error(name, f"must be written as [[{'.'.join((*self._key, name))}]]")
        return [Table(self._document, (*self._key, name), item) for item in items]

    def names(self) -> Iterable[str]:
        """Return the keys that are there."""
        return tuple(self._values)

    def error(self, name: str, problem: str) -> Exception:
        """Return the error that names this key's file and line."""
        return self._document.error((*self._key, name) if name else self._key, problem)

    def finish(self) -> None:
        """Refuse keys nobody asked for.

        Raises:
            ConfigError: there is a key this program does not know.
        """
        for name in self._values:
            if name not in self._seen:
                known = ", ".join(sorted(self._seen))
                raise self.error(name, f"unknown key; known here are: {known}")

    def _value(self, name: str, default: object) -> object:
        self._seen.add(name)
        value = self._values.get(name, default)
        if value is None:
            raise self.error(name, "is missing")
        return value
