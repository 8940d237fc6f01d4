"""Where a keymap differs from the program whose keys it has: a table for the end of the help."""

from dataclasses import dataclass, fields
from pathlib import Path
from typing import Final

from tuimail.config.document import Document, read_document
from tuimail.model.safe import Safe, ours

SHIPPED: Final = Path(__file__).parent / "differences"
_TOP: Final = "difference"


@dataclass(frozen=True, slots=True)
class Difference:
    """One key, or several of one kind."""

    key: str
    """As people write it; several are separated by blanks."""
    there: str
    """What it does in the other program."""
    here: str
    why: str

    @property
    def sentence(self) -> Safe:
        """What it does here, and why."""
        return ours(f"{self.here} ({self.why})")


def differences(keymap: str) -> tuple[Difference, ...]:
    """Return what differs in a keymap of this name; nothing for one that is like no other.

    Raises:
        ConfigError: the shipped file is wrong.
    """
    document = read_document(SHIPPED / f"{keymap}.toml")
    entries = document.values.get(_TOP, [])
    return tuple(_difference(document, entry) for entry in entries)


def _difference(document: Document, entry: dict[str, object]) -> Difference:
    names = [field.name for field in fields(Difference)]
    if sorted(entry) != sorted(names) or not all(isinstance(v, str) for v in entry.values()):
        raise document.error((_TOP,), f"each has {', '.join(names)}, all of them text")
    return Difference(**{name: str(entry[name]) for name in names})
