"""Many mails in one file: mbox, written so that every byte comes back (RFC 4155, "mboxrd").

A From_ line stands before each mail; lines of the mail that would look like one get a `>`, also
those that have some already, so that reading takes exactly one away. One LF ends each mail: for a
mail that ends with a line end that is the empty line other programs look for.
"""

import re
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from .dates import parse_date

MAX_MAIL_BYTES: Final = 256 << 20
"""A longer mail is left out: it is no mail, or no server takes it."""

_TO_QUOTE: Final = re.compile(rb"^(?=>*From )", re.MULTILINE)
_QUOTED: Final = re.compile(rb"^>(?=>*From )")
_FROM_LINE: Final = re.compile(
    rb"From (?P<sender>.{0,1000}?)\s*\b(?P<date>(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun),? +"
    rb"(?:[A-Z][a-z]{2} +\d{1,2}|\d{1,2} +[A-Z][a-z]{2}) .{0,40}?\d{4}.{0,100})\r?\n?\Z"
)
"""`From ` and no date is text: older programs quoted nothing inside a paragraph."""
_MAX_FROM_LINE_BYTES: Final = 1200
"""A longer line is text; looking for a date in it would take minutes."""
_NO_SENDER: Final = b"MAILER-DAEMON"
_SENDER: Final = re.compile(r"[!-~]{1,200}")


@dataclass(frozen=True, slots=True)
class MboxMail:
    """One mail of an mbox file."""

    raw: bytes
    """As it was before it was put there; empty where the mail is too large."""
    date: int | None
    """Seconds UTC, from the From_ line; None where none can be read."""
    is_too_large: bool = False


def mbox_entry(raw: bytes, sender: str, date: int) -> bytes:
    """Return a mail as it stands in an mbox file; `date` is in seconds UTC."""
    who = sender.encode("ascii") if _SENDER.fullmatch(sender) else _NO_SENDER
    when = time.asctime(time.gmtime(max(date, 0))).encode("ascii")
    return b"From %b %b\n%b\n" % (who, when, _TO_QUOTE.sub(b">", raw))


def read_mbox(lines: Iterable[bytes], max_bytes: int = MAX_MAIL_BYTES) -> Iterator[MboxMail]:
    """Yield the mails of an mbox file, also one that another program has written.

    `lines` end with LF, but for the last and for pieces of very long ones. What stands before the
    first From_ line is in no mail.
    """
    mail: _Growing | None = None
    is_line_start = True
    for line in lines:
        found = _from_line(line, is_first=mail is None) if is_line_start else None
        if found is not None:
            if mail is not None:
                yield mail.ended()
            mail = _Growing(found, max_bytes, has_cr=line.endswith(b"\r\n"))
        elif mail is not None:
            mail.add(line, is_line_start=is_line_start)
        is_line_start = line.endswith(b"\n")
    if mail is not None:
        yield mail.ended()


class _Growing:
    """A mail that is being read."""

    def __init__(self, date: int, max_bytes: int, *, has_cr: bool) -> None:
        self._date = date
        self._max_bytes = max_bytes
        self._end = b"\r\n" if has_cr else b"\n"
        self._lines: list[bytes] = []
        self._size = 0

    def add(self, line: bytes, *, is_line_start: bool) -> None:
        self._size += len(line)
        if self._size <= self._max_bytes:
            self._lines.append(_QUOTED.sub(b"", line) if is_line_start else line)
        else:
            self._lines.clear()

    def ended(self) -> MboxMail:
        date = self._date if self._date >= 0 else None
        if self._size > self._max_bytes:
            return MboxMail(b"", date, is_too_large=True)
        return MboxMail(b"".join(self._lines).removesuffix(self._end), date)


def _from_line(line: bytes, *, is_first: bool) -> int | None:
    """Return the date of a From_ line, -1 where it has none; None for any other line."""
    if not line.startswith(b"From "):
        return None
    found = _FROM_LINE.match(line) if len(line) <= _MAX_FROM_LINE_BYTES else None
    if found is None:
        return -1 if is_first else None
    date = parse_date(found["date"].decode("ascii", "replace"))
    return -1 if date is None else date
