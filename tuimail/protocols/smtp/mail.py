"""What is handed over: envelope, content, and what is wished for (RFC 5321 section 2.3.1)."""

import re
from dataclasses import dataclass, field
from typing import Final

from tuimail.errors import UserError
from tuimail.model.safe import safe_line

MAX_ADDR_SPEC_BYTES: Final = 254
_ATOM: Final = r"A-Za-z0-9!#$%&'*+/=?^_`{|}~.\x80-\U0010ffff-"
_ADDR_SPEC = re.compile(
    rf"""(?:[{_ATOM}]{{1,64}}|"(?:[ !#-\[\]-~]|\\[ -~]){{1,62}}")"""
    r"""@(?:[A-Za-z0-9.-]+|\[[A-Za-z0-9.:]+\])"""
)


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the server is asked to do with a mail, where it can."""

    reports_success: bool = False
    """Tell of delivery too, and not of failure and delay alone (NOTIFY, RFC 3461)."""
    hold_until: int = 0
    """Keep it until then (seconds UTC, RFC 4865); 0: pass it on at once."""


@dataclass(frozen=True, slots=True)
class MailObject:
    """What is transported.

    The envelope's addresses are plain addr-specs, their domains A-labels; what stands before the @
    is ASCII, or UTF-8 (RFC 6531) for servers that take it.
    """

    sender: str
    """Empty where nothing is to come back, as of receipts."""
    recipients: tuple[str, ...]
    content: bytes
    envelope_id: str = ""
    """Letters and digits that come back with reports (ENVID, RFC 3461 section 4.4); empty: none."""
    wishes: Wishes = field(default_factory=Wishes)


def refuse_bad_envelope(mail: MailObject) -> None:
    """Hold the last gate: exactly one plain addr-spec each, whatever was checked before.

    Raises:
        UserError: something of it cannot stand in an envelope.
    """
    if not mail.recipients:
        raise UserError("The mail has no recipient.")
    if mail.envelope_id and not (mail.envelope_id.isascii() and mail.envelope_id.isalnum()):
        raise UserError("The mail's own mark cannot stand in an envelope.")
    for address in (*filter(None, [mail.sender]), *mail.recipients):  # none: nothing comes back
        is_short = len(address.encode("utf-8", "replace")) <= MAX_ADDR_SPEC_BYTES
        if not (is_short and address.isprintable() and _ADDR_SPEC.fullmatch(address)):
            raise UserError(f"{safe_line(address, 80)} cannot stand in an envelope.")


def has_utf8_fields(content: bytes) -> bool:
    """Whether the header holds more than ASCII (RFC 6532)."""
    return not content[: content.find(b"\r\n\r\n")].isascii()


def path(word: bytes, address: str) -> bytes:
    """Return `FROM:<...>` or `TO:<...>`."""
    return b"%s:<%s>" % (word, address.encode())


def original_recipient(address: str) -> bytes:
    """Return the ORCPT parameter (RFC 3461 section 4.2; RFC 6533 section 3 beyond ASCII)."""
    if address.isascii():
        return b"ORCPT=rfc822;" + xtext(address)
    escaped = "".join(
        sign if "!" <= sign <= "~" and sign not in "+=\\" else f"\\x{{{ord(sign):02X}}}"
        for sign in address
    )
    return b"ORCPT=utf-8;" + escaped.encode()


def xtext(address: str) -> bytes:
    """Return an ASCII address as a parameter carries it (RFC 3461 section 4)."""
    return b"".join(
        b"%c" % sign if 0x21 <= sign <= 0x7E and sign not in b"+=" else b"+%02X" % sign
        for sign in address.encode("ascii")
    )
