"""SEARCH: which messages of the open mailbox are like this (RFC 9051 section 6.4.4).

Criteria are made by the functions here, so that no text of a person can become a key of its own.
Where the server has ESEARCH (RFC 4731), a set comes back instead of a number for each message.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from tuimail.model.flags import Flag
from tuimail.model.uid_set import UidSet

from .arguments import CLOSING, OPENING, Argument, Literal, calendar_day, flag_word, string
from .faults import unreadable
from .grammar import Found, Untagged
from .session import Command, Session
from .sets import MAX_RANGES, Range, written


class Field(StrEnum):
    """Where a text is looked for; TEXT is headers and body, BODY the body alone."""

    BCC = "BCC"
    BODY = "BODY"
    CC = "CC"
    FROM = "FROM"
    SUBJECT = "SUBJECT"
    TEXT = "TEXT"
    TO = "TO"


class Day(StrEnum):
    """How a day is compared: with when the message arrived, or was sent."""

    BEFORE = "BEFORE"
    ON = "ON"
    SINCE = "SINCE"
    SENT_BEFORE = "SENTBEFORE"
    SENT_ON = "SENTON"
    SENT_SINCE = "SENTSINCE"


@dataclass(frozen=True, slots=True)
class Criterion:
    """One search key with its arguments."""

    words: tuple[Argument, ...]

    @property
    def is_ascii(self) -> bool:
        """Whether no charset has to be named."""
        return all(not isinstance(w, Literal) or w.content.isascii() for w in self.words)


EVERY_MESSAGE: Final = Criterion((b"ALL",))

_FLAG_KEYS: Final = {
    Flag.ANSWERED: b"ANSWERED",
    Flag.DELETED: b"DELETED",
    Flag.DRAFT: b"DRAFT",
    Flag.FLAGGED: b"FLAGGED",
    Flag.SEEN: b"SEEN",
}


def contains(field: Field, text: str) -> Criterion:
    """Return the criterion that a text is found somewhere, in any case of letters.

    Raises:
        ProtocolError: the text holds a NUL.
    """
    return Criterion((field.value.encode("ascii"), string(text)))


def header(name: str, text: str) -> Criterion:
    """Return the criterion that a header field holds a text; any text for an empty one.

    Raises:
        ProtocolError: one of them holds a NUL.
    """
    return Criterion((b"HEADER", string(name), string(text)))


def day(comparison: Day, value: date) -> Criterion:
    """Return the criterion that a message came or was sent around a day."""
    return Criterion((comparison.value.encode("ascii"), calendar_day(value)))


def larger(size_bytes: int) -> Criterion:
    """Return the criterion that a message has more bytes."""
    return Criterion((b"LARGER", b"%d" % size_bytes))


def smaller(size_bytes: int) -> Criterion:
    """Return the criterion that a message has fewer bytes."""
    return Criterion((b"SMALLER", b"%d" % size_bytes))


def has_flag(flag: str) -> Criterion:
    """Return the criterion that a message has a flag or keyword.

    Raises:
        ProtocolError: IMAP cannot carry such a keyword.
    """
    for known, key in _FLAG_KEYS.items():
        if flag == known:
            return Criterion((key,))
    return Criterion((b"KEYWORD", flag_word(flag)))


def among(uids: UidSet) -> Criterion:
    """Return the criterion that a message is one of these."""
    return Criterion((b"UID", written(uids)))


def gmail_raw(query: str) -> Criterion:
    """Return Gmail's own search, as in its web page (X-GM-EXT-1).

    Raises:
        ProtocolError: the query holds a NUL.
    """
    return Criterion((b"X-GM-RAW", string(query)))


def negated(one: Criterion) -> Criterion:
    """Return the criterion that another one does not hold."""
    return Criterion((b"NOT", *one.words))


def either(first: Criterion, second: Criterion) -> Criterion:
    """Return the criterion that at least one of two holds."""
    return Criterion((b"OR", *first.words, *second.words))


def every(criteria: Iterable[Criterion]) -> Criterion:
    """Return the criterion that all of these hold; every message where there are none."""
    found = list(criteria)
    if len(found) == 1:
        return found[0]
    words = tuple(word for one in found for word in one.words) or EVERY_MESSAGE.words
    return Criterion((OPENING, *words, CLOSING))


async def search(session: Session, wanted: Criterion) -> UidSet:
    """Return the UIDs of the messages in the open mailbox for which a criterion holds.

    Raises:
        Refused: the server knows no such criterion, or cannot search in UTF-8 (BADCHARSET).
        NetworkError, ProtocolError: as `Session.say`.
    """
    found: list[Range] = []
    count = 0

    def take(response: Untagged) -> bool:
        nonlocal count
        if not isinstance(response, Found):
            return False
        found.extend(response.uids.ranges)
        count += response.uids.count
        session.believe(count)
        if len(found) > MAX_RANGES:
            raise unreadable("a search that finds without end")
        return True

    returned = (b"RETURN (ALL)",) if session.offers("ESEARCH") else ()
    # RFC 6855 section 3: where UTF-8 is on, naming a charset is an error.
    charset = () if wanted.is_ascii or session.is_utf8 else (b"CHARSET UTF-8",)
    words = (*returned, *charset, *wanted.words)
    command = Command("SEARCH", words, "to search", session.timeouts.work_s, is_uid=True)
    await session.say(command, take)
    return UidSet.joined(found)
