"""Where a search found its words: the places in the texts of mails that are here."""

from collections.abc import Sequence
from typing import Final

from tuimail.model.excerpt import Excerpt
from tuimail.model.message import MessageRow
from tuimail.model.view import View
from tuimail.store.bodies import body_of
from tuimail.store.excerpts import Finder

from .mail import Mail

MAX_BYTES: Final = 256 << 10
"""Of a mail: reading a larger one again takes too long for a line of a list."""


class Excerpts:
    """The excerpts of one search; each mail is read again, so ask for what is in sight only."""

    def __init__(self, mail: Mail, view: View) -> None:
        self._mail = mail
        self._finder = Finder(view.query) if view.query is not None else None

    @property
    def is_needed(self) -> bool:
        """Whether the search looks into texts at all."""
        return self._finder is not None and self._finder.looks_into_text

    def of(self, row: MessageRow) -> Excerpt | None:
        """Return the place in a mail; None while it is not here, empty where it is in no text.

        Takes a few milliseconds: for a thread of its own where a screen waits.
        """
        if self._finder is None or not self.is_needed or row.size_bytes > MAX_BYTES:
            return ()
        raw = body_of(self._mail.store, row.key)
        if raw is None:
            return None
        return self._finder.excerpt(self._mail.reading.searchable(raw).text)


def found_in(mail: Mail, view: View, rows: Sequence[MessageRow]) -> list[Excerpt]:
    """Return the excerpts of rows, in their order."""
    excerpts = Excerpts(mail, view)
    return [excerpts.of(row) or () for row in rows]
