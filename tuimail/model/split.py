"""Splits: the mail of the inboxes told apart, each mail in exactly one of them.

They stand in an order; a mail is in the first that it matches, in the rest if it matches none.
"""

from dataclasses import dataclass
from typing import Final, NewType

from .safe import Untrusted

SplitId = NewType("SplitId", int)
"""Never given to another split, so that a mail cannot be counted to what took its place."""
REST: Final = SplitId(0)
"""What is in no split."""


@dataclass(frozen=True, slots=True)
class Split:
    """A name and the words of the search bar."""

    id: SplitId
    name: Untrusted
    query: str


@dataclass(frozen=True, slots=True)
class Slice:
    """What of the inboxes is shown: one split, or the rest."""

    id: SplitId
    others: tuple[SplitId, ...] = ()
    """For the rest: every split there is."""
