"""A search that is kept under a name and stands among the mailboxes."""

from dataclasses import dataclass

from .safe import Untrusted


@dataclass(frozen=True, slots=True)
class SavedSearch:
    """A name and the words of the search bar."""

    name: Untrusted
    query: str
