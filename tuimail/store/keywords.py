"""Flags as names and as bits: system flags have fixed bits, keywords get one each per account."""

from collections.abc import Iterable
from typing import Final

from tuimail.model.flags import (
    ANY_KEYWORD,
    Flag,
    Flags,
    canonical_flag,
    flag_of_word,
    is_label,
    name_of_flag,
)

from .database import Database, Store, Writing

SEEN: Final = 1
ANSWERED: Final = 2
FLAGGED: Final = 4
DRAFT: Final = 16
FIRST_KEYWORD_BIT: Final = 8
LAST_BIT: Final = 61
"""Keywords and labels beyond these 54 per account are not shown; operations still carry their
names, so that none is lost on the server."""
MAX_KEYWORD_CHARS: Final = 4_000
"""What is longer is not shown: cut, it would be another one."""
MAX_REMEMBERED: Final = 1_024
"""Sets of flags kept with their bits: a mailbox has some dozens, that of a stranger any number."""
MAX_REMEMBERED_CHARS: Final = 500
"""Of the names in one of them."""

_FIXED: Final = {
    Flag.SEEN.value: 0,
    Flag.ANSWERED.value: 1,
    Flag.FLAGGED.value: 2,
    Flag.DELETED.value: 3,
    Flag.DRAFT.value: 4,
    Flag.FORWARDED.value: 5,
    Flag.JUNK.value: 6,
    Flag.NOT_JUNK.value: 7,
}
_SESSION: Final = frozenset({"\\recent", ANY_KEYWORD})
"""State of a session or a promise, not of a message."""


class Keywords:
    """The bits of one account's flags; grows as names are met."""

    __slots__ = ("_bits", "_flags", "_label_mask", "_masks", "_names", "account")

    def __init__(self, account: int, rows: Iterable[tuple[int, str]]) -> None:
        self.account = account
        self._names = {bit: name for name, bit in _FIXED.items()} | dict(rows)
        self._bits = {name.lower(): bit for bit, name in self._names.items()}
        self._label_mask = sum(1 << bit for bit, name in self._names.items() if is_label(name))
        self._masks: dict[Flags, int] = {}
        self._flags: dict[int, Flags] = {}

    def mask(self, flags: Flags, writing: Writing | None = None) -> int:
        """Return the bits of flags; inside a transaction of the cache new names get a bit."""
        known = self._masks.get(flags)
        if known is not None:
            return known
        bits = {flag: self._bit(flag, writing) for flag in flags}
        mask = sum(1 << bit for bit in set(bits.values()) if bit is not None)
        is_final = writing is not None or None not in bits.values()
        if is_final and sum(map(len, flags)) <= MAX_REMEMBERED_CHARS:
            _make_room(self._masks)
            self._masks[flags] = mask
        return mask

    def flags(self, mask: int) -> Flags | None:
        """Return the names of bits, or None if another process gave out a bit not known here."""
        known = self._flags.get(mask)
        if known is not None:
            return known
        bits = [bit for bit in range(LAST_BIT + 1) if mask >> bit & 1]
        if any(bit not in self._names for bit in bits):
            return None
        _make_room(self._flags)
        found = self._flags[mask] = frozenset(self._names[bit] for bit in bits)
        return found

    @property
    def label_mask(self) -> int:
        """The bits of labels."""
        return self._label_mask

    @property
    def is_full(self) -> bool:
        """Whether no other keyword or label can be shown."""
        return all(bit in self._names for bit in range(FIRST_KEYWORD_BIT, LAST_BIT + 1))

    def shows(self, flag: str) -> bool:
        """Whether a flag is shown, or would be."""
        return flag.lower() in self._bits or not self.is_full

    def mask_of_word(self, word: str) -> int:
        """Return the bits of what people call so: a flag, a keyword, a label."""
        name = flag_of_word(word).casefold()
        called = (b for b, flag in self._names.items() if name_of_flag(flag).casefold() == name)
        return sum(1 << bit for bit in called)

    @property
    def bits(self) -> Iterable[int]:
        """Every bit that has a name."""
        return self._names.keys()

    def _bit(self, name: str, writing: Writing | None) -> int | None:
        folded = name.lower()
        if folded in _SESSION or len(name) > MAX_KEYWORD_CHARS:
            return None
        bit = self._bits.get(folded)
        if bit is not None or writing is None:
            return bit
        return self._give_bit(canonical_flag(name), writing)

    def _give_bit(self, name: str, writing: Writing) -> int | None:
        if self.is_full:
            return None
        taken = writing.rows("select bit, name from keyword where account = ?", (self.account,))
        self._names.update(dict(taken))
        self._bits.update({other.lower(): bit for bit, other in taken})
        self._label_mask |= sum(1 << bit for bit, other in taken if is_label(other))
        if name.lower() in self._bits:
            return self._bits[name.lower()]
        bit = next(
            (b for b in range(FIRST_KEYWORD_BIT, LAST_BIT + 1) if b not in self._names), None
        )
        if bit is None:
            return None
        writing.run("insert into keyword values(?, ?, ?)", (self.account, bit, name))
        self._names[bit] = name
        self._bits[name.lower()] = bit
        self._label_mask |= is_label(name) << bit
        return bit


def _make_room(known: dict[Flags, int] | dict[int, Flags]) -> None:
    if len(known) >= MAX_REMEMBERED:
        known.clear()


def keywords_of(store: Store, account: int) -> Keywords:
    """Return the bits of an account (its row id in the cache)."""
    known = store.keywords.get(account)
    if known is None:
        where = "select bit, name from keyword where account = ?"
        rows = store.rows(Database.CACHE, where, (account,))
        known = store.keywords[account] = Keywords(account, rows)
    return known


def keyword_names(store: Store) -> Flags:
    """Return the keywords that any account knows."""
    rows = store.rows(Database.CACHE, "select distinct name from keyword")
    return frozenset(row[0] for row in rows)


def unshown(store: Store, account: str, flags: Flags) -> Flags:
    """Return those of these flags for which an account has no room to show them."""
    rows = store.rows(Database.CACHE, "select id from account where name = ?", (account,))
    if not rows:
        return frozenset()
    keywords = keywords_of(store, rows[0][0])
    return frozenset(flag for flag in flags if not keywords.shows(flag))


def full_accounts(store: Store) -> list[str]:
    """Return the accounts whose further keywords and labels are not shown, in order."""
    rows = store.rows(Database.CACHE, "select id, name from account order by name")
    return [name for row_id, name in rows if keywords_of(store, row_id).is_full]


def masks_of(store: Store, word: str) -> list[tuple[int, int]]:
    """Return (row id, bits) of each account that knows the flag a person calls so."""
    accounts = store.ids(Database.CACHE, "select id from account order by id")
    masks = ((account, _mask_of_word(store, account, word)) for account in accounts)
    return [(account, mask) for account, mask in masks if mask]


def _mask_of_word(store: Store, account: int, word: str) -> int:
    mask = keywords_of(store, account).mask_of_word(word)
    if not mask:  # another process may have given it a bit
        forget_keywords(store, account)
        mask = keywords_of(store, account).mask_of_word(word)
    return mask


def forget_keywords(store: Store, account: int) -> None:
    """Read the bits again at the next use: after a transaction that gave some out was undone."""
    store.keywords.pop(account, None)


def flags_of_mask(store: Store, account: int, mask: int) -> Flags:
    """Return the names of bits."""
    flags = keywords_of(store, account).flags(mask)
    if flags is None:
        forget_keywords(store, account)
        known = sum(1 << bit for bit in keywords_of(store, account).bits)
        flags = keywords_of(store, account).flags(mask & known)
    return flags if flags is not None else frozenset()
