"""Which mailboxes a person means by a word: a role, a name, its last part, or account/name."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from tuimail.model.flags import flag_of_word

from .database import Database, Store
from .keywords import keywords_of

ROLE_WORDS: Final = {
    "spam": "junk",
    "bin": "trash",
    "deleted": "trash",
    "draft": "drafts",
    "archived": "archive",
}


@dataclass(frozen=True, slots=True)
class _Box:
    id: int
    account: str
    account_id: int
    name: str
    delimiter: str
    role: str | None


class Places:
    """The mailboxes of every account, for looking up words of a search."""

    def __init__(self, store: Store) -> None:
        self._store = store
        rows = store.rows(
            Database.CACHE,
            "select b.id, a.name, a.id, b.name, b.delimiter, b.role from mailbox b"
            " join account a on a.id = b.account",
        )
        self._boxes = [_Box(*row) for row in rows]

    @property
    def accounts(self) -> Sequence[str]:
        """Every account's name."""
        return sorted({box.account for box in self._boxes})

    def named(self, word: str) -> list[int]:
        """Return the mailboxes meant by a word: those of a role, else by name or its last part."""
        folded = word.casefold()
        role = ROLE_WORDS.get(folded, folded)
        with_role = [box.id for box in self._boxes if box.role == role]
        exact = [box.id for box in self._boxes if folded in _names(box)]
        if with_role or exact:
            return sorted({*with_role, *exact})
        return [box.id for box in self._boxes if folded == _leaf(box)]

    def of_account(self, word: str) -> list[int]:
        """Return the mailboxes of the account of this name."""
        return [box.id for box in self._boxes if box.account.casefold() == word.casefold()]

    def tag_bits(self, word: str) -> list[tuple[int, list[int]]]:
        """Return (flag bit, mailboxes) of a keyword: each account has bits of its own."""
        flags = frozenset({flag_of_word(word)})
        found = []
        for account_id in sorted({box.account_id for box in self._boxes}):
            mask = keywords_of(self._store, account_id).mask(flags)
            boxes = [box.id for box in self._boxes if box.account_id == account_id]
            if mask:
                found.append((mask, boxes))
        return found


def _names(box: _Box) -> tuple[str, str]:
    name = box.name.casefold()
    return name, f"{box.account.casefold()}/{name}"


def _leaf(box: _Box) -> str:
    name = box.name.casefold()
    return name.rpartition(box.delimiter)[2] if box.delimiter else name
