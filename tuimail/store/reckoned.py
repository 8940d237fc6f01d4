"""What is reckoned from a header alone: key, hashes, row. Nothing here needs the database.

So it can be done where there is none, in another process: a `Reckoned` is a plain tuple of plain
values, which `marshal` carries.
"""

from array import array
from typing import Final, NamedTuple

from tuimail.model.flags import Flags
from tuimail.model.ids import AccountName, message_key
from tuimail.model.message import Envelope

from . import props
from .base_subject import BaseSubject, base_subject
from .reference_hashes import ReferenceHashes
from .row_ids import plausible_date, wanted_row_id
from .text import recipients, storable

MAX_SIZE_BYTES: Final = 1 << 40

COLUMNS: Final = "key, sender, addr, subject, rcpt, people, size, list, msgid, refs, props"
Columns = tuple[int, str, str, str, str, str, int, str, str, bytes, int]
"""Of a row of `message`: all but its row id and its thread."""
Reckoned = tuple[Columns, list[int], int, BaseSubject | None, str]
"""The columns; the hashes that tie the mail to its thread, its key first; the row id it gets if it
is free; what its subject is about where nothing says what it belongs to; the author's address in
lower case, empty where it is none to remember."""


class Arrival(NamedTuple):
    """A message's header as it came from a server."""

    uid: int
    flags: Flags
    internal_date: int
    """Seconds UTC; 0 where unknown."""
    size_bytes: int
    envelope: Envelope
    has_attachments: bool = False
    """A guess from Content-Type, until the body is here."""
    labels: Flags | None = None
    """As they are among flags; None where the server did not say: what is known stays."""
    thread_id: str = ""
    """What the server calls its conversation; empty where it has no such ids."""


class Reckoner:
    """Reckons the headers of one account; remembers the hashes of a batch."""

    def __init__(self, account: AccountName) -> None:
        self._account = account
        self._salt = account.encode() + b"\0"
        self._references = ReferenceHashes(self._salt)

    def reckon(self, arrival: Arrival) -> Reckoned:
        """Return what the store keeps of a header."""
        envelope, size_bytes = arrival.envelope, arrival.size_bytes
        key = message_key(self._account, *envelope.identity, b"%d" % size_bytes)
        named = (*envelope.references, *envelope.in_reply_to)
        if arrival.thread_id:
            named = (*named, f"\0{arrival.thread_id}")  # no mail can name it: none holds a NUL
        hashes = self._references.of((envelope.message_id, *named))
        author = envelope.author
        shown, people = recipients(envelope.to, envelope.cc, envelope.bcc)
        columns = (
            key,
            storable(author.name),
            storable(author.addr_spec),
            storable(envelope.subject),
            shown,
            people,
            min(max(size_bytes, 0), MAX_SIZE_BYTES),
            storable(envelope.list_id),
            storable(envelope.message_id),
            array("q", hashes).tobytes(),
            _props(arrival),
        )
        wanted = wanted_row_id(plausible_date(envelope.date, arrival.internal_date), key)
        subject = None if named else base_subject(self._salt, envelope.subject)
        address = author.addr_spec
        person = address.lower() if address.isprintable() else ""
        return columns, [key, *hashes], wanted, subject, person


def _props(arrival: Arrival) -> int:
    content_type = arrival.envelope.content_type
    return (
        (props.IS_AUTOMATIC if arrival.envelope.is_automatic else 0)
        | (props.HAS_ATTACHMENTS if arrival.has_attachments else 0)
        | (props.IS_REPORT if content_type == "multipart/report" else 0)
        | (props.IS_INVITE if content_type == "text/calendar" else 0)
    )
