"""What was mended at opening, kept until people were told: once on a screen, once by a command."""

from collections.abc import Sequence
from contextlib import suppress
from enum import StrEnum

from tuimail.errors import StoreError

from .database import Database, Store, Writing


class Door(StrEnum):
    """Where people are told; whoever opens the store first may be the background process."""

    SCREEN = "screen"
    COMMAND = "command"


def note(local: Writing, sentences: Sequence[str]) -> None:
    """Keep sentences for each door; into local.db."""
    local.begin()
    for door in Door:
        (count,) = local.rows("select count(*) from state where name glob ?", (_names(door),))[0]
        for number, sentence in enumerate(sentences, count):
            name = f"{_begin(door)}{number:06}"
            local.run("insert or replace into state values(?, ?)", (name, sentence))
    local.commit()


def take(store: Store, door: Door) -> list[str]:
    """Return what was not told at a door yet, and count it as told."""
    find = "select value from state where name glob ? order by name"
    found = store.rows(Database.LOCAL, find, (_names(door),))
    if found:
        with suppress(StoreError), store.writing(Database.LOCAL) as writing:  # else told again
            writing.run("delete from state where name glob ?", (_names(door),))
    return [str(row[0]) for row in found]


def _begin(door: Door) -> str:
    return f"notice {door} "


def _names(door: Door) -> str:
    return f"{_begin(door)}*"
