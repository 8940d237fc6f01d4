"""A mail that is sent again to one recipient whose address was wrong: only its header changes."""

import re
from email.utils import formatdate
from typing import Final

from .readymade import Readymade, fields_of, make_ready

_ADDRESSED: Final = frozenset({b"to", b"cc", b"resent-to", b"resent-cc"})
_OWN: Final = frozenset({b"message-id", b"date"})
_OWN_RESENT: Final = frozenset({b"resent-message-id", b"resent-date"})
"""A mail sent on unchanged keeps what its author wrote (RFC 5322 section 3.6.6)."""
_ADDRESS_CHARS: Final = rb"[\w.!#$%&'*+/=?^`{|}~@-]"


def corrected(raw: bytes, old: str, new: str, message_id: str, date: int) -> Readymade:
    """Return the mail with one address in place of another, its own Message-ID and date.

    Both addresses are addr-specs as they stand in the envelope, `date` is in seconds UTC. Where a
    field names the old one, it names the new one now; text, files and signatures over them stay
    byte for byte.

    Raises:
        UserError: it is no mail.
    """
    header, _, body = raw.partition(b"\r\n\r\n")
    fields = fields_of(header)
    is_resent = any(name == b"resent-message-id" for name, _ in fields)
    wrong = _whole(old)
    replaced = [
        wrong.sub(lambda _: new.encode("ascii"), lines) if name in _ADDRESSED else lines
        for name, lines in fields
        if name not in (_OWN_RESENT if is_resent else _OWN)
    ]
    stamp = formatdate(date, localtime=False).replace("-0000", "+0000")
    prefix = "Resent-" if is_resent else ""
    own = f"{prefix}Message-ID: <{message_id}>\r\n{prefix}Date: {stamp}".encode("ascii")
    lines = [own, *replaced] if is_resent else [*replaced, own]
    return make_ready(b"\r\n".join(lines) + b"\r\n\r\n" + body, message_id, date)


def _whole(address: str) -> re.Pattern[bytes]:
    """Return what finds an address, but not as a part of a longer one; the domain in any case."""
    local, _, domain = address.encode("ascii").rpartition(b"@")
    return re.compile(
        rb"(?<!%b)%b@(?i:%b)(?!%b)"
        % (_ADDRESS_CHARS, re.escape(local), re.escape(domain), rb"[\w@-]|\.\w")
    )
