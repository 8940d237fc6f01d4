"""Text as it is stored and as it is indexed."""

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from typing import Final

from tuimail.model.address import Address

INDEX_VERSION: Final = 2
"""Moves when `indexed`, or what reads the text of a mail, gives other words: search.db is then made
anew, since a contentless index can only be told to forget exactly what it was told."""

MAX_RECIPIENTS: Final = 60
MAX_RECIPIENTS_CHARS: Final = 3_000
SHOWN_RECIPIENTS_CHARS: Final = 200
MAX_REMEMBERED_RECIPIENTS: Final = 4

_NAME_END: Final = "\x1f"
_PERSON_END: Final = "\x1e"
CC_BEGIN: Final = "\x1d"
"""Stands before Cc and Bcc among the stored people."""
PEOPLE_MARKS: Final = (_NAME_END, _PERSON_END, CC_BEGIN)
"""What parts names and addresses among the stored people."""
_STRIP: Final = str.maketrans({_NAME_END: None, _PERSON_END: None, CC_BEGIN: None, "\0": None})

_WIDE: Final = (
    "\u3005-\u3007\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff"
    "\U00020000-\U0003ffff"
)
"""Scripts written without spaces, whose words are found as pairs of characters."""
_WIDE_RUN: Final = re.compile(f"[{_WIDE}]+")


def storable(text: str) -> str:
    """Return text SQLite can take: half of a surrogate pair becomes a question mark."""
    if text.isascii():
        return text.replace("\0", "") if "\0" in text else text
    try:
        text.encode()
    except UnicodeEncodeError:
        text = text.encode("utf-8", "replace").decode()
    return text.replace("\0", "")


def is_storable(text: str) -> bool:
    """Return whether text can be stored and read back unchanged."""
    return storable(text) == text


def indexed(text: str) -> str:
    """Return text for the index: runs of a script without spaces become overlapping pairs."""
    return text if text.isascii() else _WIDE_RUN.sub(_pairs, text)


def is_wide(text: str) -> bool:
    """Return whether text holds a script that is indexed as pairs."""
    return not text.isascii() and _WIDE_RUN.search(text) is not None


def has_token(text: str) -> bool:
    """Return whether the index sees any word in a text; else a match would find nothing."""
    if text.isascii():
        return any(map(str.isalnum, text))
    return any(unicodedata.category(c)[0] in "LN" or unicodedata.category(c) == "Co" for c in text)


def recipients(
    to: tuple[Address, ...], cc: tuple[Address, ...], bcc: tuple[Address, ...]
) -> tuple[str, str]:
    """Return `shown_recipients` and `people_of` of a mail: most of a mailbox are to the same."""
    few = len(to) + len(cc) + len(bcc) <= MAX_REMEMBERED_RECIPIENTS
    return _remembered_recipients(to, cc, bcc) if few else _recipients(to, cc, bcc)


def _recipients(
    to: tuple[Address, ...], cc: tuple[Address, ...], bcc: tuple[Address, ...]
) -> tuple[str, str]:
    copies = (*cc, *bcc)
    return shown_recipients((*to, *copies)), people_of(to, copies)


_remembered_recipients = lru_cache(maxsize=512)(_recipients)


def people_of(to: Sequence[Address], others: Sequence[Address]) -> str:
    """Return To, then Cc and Bcc, names and addresses, as one text for the index."""
    people = [_person(a) for a in to[:MAX_RECIPIENTS]]
    if others:
        copies = [_person(a) for a in others[:MAX_RECIPIENTS]]
        copies[0] = CC_BEGIN + copies[0]
        people += copies
    return storable(_PERSON_END.join(people)[:MAX_RECIPIENTS_CHARS])


def to_of(stored: str) -> tuple[Address, ...]:
    """Return the To of what `people_of` returned; without the last where that may be cut off."""
    to, is_whole, _ = stored.partition(CC_BEGIN)
    people = [person.split(_NAME_END) for person in to.split(_PERSON_END) if person]
    if not is_whole and len(stored) == MAX_RECIPIENTS_CHARS:
        people.pop()
    return tuple(Address(name, addr_spec) for name, addr_spec in people)


def shown_recipients(recipients: Sequence[Address]) -> str:
    """Return the names, comma separated, cut at 200 characters."""
    names = [a.name or a.addr_spec for a in recipients[:MAX_RECIPIENTS]]
    return storable(", ".join(names)[:SHOWN_RECIPIENTS_CHARS])


def _person(address: Address) -> str:
    name, addr_spec = address.name, address.addr_spec
    if not (name.isprintable() and addr_spec.isprintable()):
        name, addr_spec = name.translate(_STRIP), addr_spec.translate(_STRIP)
    return name + _NAME_END + addr_spec


def _pairs(found: re.Match[str]) -> str:
    run = found[0]
    pairs = [run[i : i + 2] for i in range(len(run) - 1)]
    # The last character alone too, so that a search for one character finds each.
    return " " + " ".join([*pairs, run[-1]]) + " "
