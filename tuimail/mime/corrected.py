"""A mail that is sent again to one recipient whose address was wrong: only its header changes."""

import re
from email.utils import formatdate
from typing import Final

from .readymade import Readymade, fields_of, make_ready

_ADDRESSED: Final = frozenset({b"to", b"cc", b"resent-to", b"resent-cc"})
_ADDRESS_CHARS: Final = rb"[\w.!#$%&'*+/=?^`{|}~@\x80-\xff-]"


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
    # a mail sent on unchanged keeps what its author wrote (RFC 5322 section 3.6.6)
    is_resent = any(name == b"resent-message-id" for name, _ in fields)
    prefix = "Resent-" if is_resent else ""
    stamp = formatdate(date, localtime=False).replace("-0000", "+0000")
    own = {
        line.partition(":")[0].lower().encode("ascii"): line.encode("ascii")
        for line in (f"{prefix}Message-ID: <{message_id}>", f"{prefix}Date: {stamp}")
    }
    wrong, right = _whole(old), new.encode()  # UTF-8 as it is (RFC 6532 section 3.2)
    lines = [
        wrong.sub(lambda _: right, lines) if name in _ADDRESSED else own.get(name, lines)
        for name, lines in fields
    ]
    return make_ready(b"\r\n".join(lines) + b"\r\n\r\n" + body, message_id, date)


def _whole(address: str) -> re.Pattern[bytes]:
    """Return what finds an address, but not as a part of a longer one; the domain in any case."""
    local, _, domain = address.encode().rpartition(b"@")
    return re.compile(
        rb"(?<!%b)%b@(?i:%b)(?!%b)"
        % (_ADDRESS_CHARS, re.escape(local), re.escape(domain), rb"[\w@\x80-\xff-]|\.\w")
    )
