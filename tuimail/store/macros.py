"""Macros people recorded; they exist nowhere else."""

from typing import Final

from tuimail.errors import NotFound
from tuimail.model.macro import Step, steps_of, text_of
from tuimail.model.safe import safe_line

from .database import Database, Store
from .text import storable

MAX_MACROS: Final = 200
"""One for each character people record under; those that change least go first."""


def macros(store: Store) -> dict[str, tuple[Step, ...]]:
    """Return every macro by its name, a character."""
    text = "select name, keys from macro order by name limit ?"
    found = store.rows(Database.LOCAL, text, (MAX_MACROS,))
    return {name: steps_of(keys) for name, keys in found}


def macro(store: Store, name: str) -> tuple[Step, ...]:
    """Return the steps of a macro. Raises NotFound."""
    rows = store.rows(Database.LOCAL, "select keys from macro where name = ?", (name,))
    if not rows:
        raise NotFound(f"There is no macro “{safe_line(name, 20)}”.")
    return steps_of(rows[0][0])


def put_macro(store: Store, name: str, steps: tuple[Step, ...]) -> None:
    """Keep a macro, over an older one of this name."""
    with store.writing(Database.LOCAL) as writing:
        insert = "insert or replace into macro(name, keys) values(?, ?)"
        writing.run(insert, (storable(name), storable(text_of(steps))))
