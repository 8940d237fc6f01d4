"""What is said of a mail before its content: MAIL and RCPT with their parameters. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from tuimail.errors import ProtocolError

from .facts import ServerFacts
from .mail import MailObject, has_utf8_fields, original_recipient, path
from .wire import is_seven_bit

CLOCKS_DIFFER_S: Final = 60
"""A server whose clock is ahead of ours may find a time too late that we do not."""

Command = Sequence[bytes]


class CannotHold(ProtocolError):
    """The server does not keep this mail back so long; nothing is wrong with the mail."""


@dataclass(frozen=True, slots=True)
class Envelope:
    """The commands, and for whom they are."""

    sender: Command
    recipients: Mapping[str, Command]
    """By address, in order: those that are asked for; perhaps nobody."""
    barred: Mapping[str, str]
    """Those that cannot be asked for, each with a sentence that says why."""
    is_held: bool


def envelope_of(mail: MailObject, clean: bytes, facts: ServerFacts, now: float) -> Envelope:
    """Return what to say for a mail with this content to this server.

    `now` in seconds UTC.

    Raises:
        CannotHold: it is not to be passed on yet, and the server would.
        ProtocolError: the server cannot take it, whoever it is for.
    """
    barred = _barred(mail, clean, facts)
    able = [address for address in mail.recipients if address not in barred]
    return Envelope(
        sender=(b"MAIL", path(b"FROM", mail.sender), *_options(mail, clean, facts, now)),
        recipients={
            address: (b"RCPT", path(b"TO", address), *_reports(mail, address, facts))
            for address in facts.limits.fitting(able)
        },
        barred=barred,
        is_held=mail.wishes.hold_until > now,
    )


def _options(mail: MailObject, clean: bytes, facts: ServerFacts, now: float) -> list[bytes]:
    options = []
    if facts.offers("SIZE"):
        _refuse_too_large(facts, len(clean))
        options.append(b"SIZE=%d" % len(clean))
    if not is_seven_bit(clean):
        if not facts.offers("8BITMIME"):
            raise ProtocolError(f"{facts.host} takes 7-bit mail only, and this mail is not.")
        options.append(b"BODY=8BITMIME")
    if facts.offers("SMTPUTF8") and (_is_utf8(mail) or has_utf8_fields(clean)):
        options.append(b"SMTPUTF8")
    if mail.envelope_id and mail.sender and facts.reports_delivery:
        options += [b"RET=HDRS", b"ENVID=%s" % mail.envelope_id.encode("ascii")]
    if mail.wishes.hold_until > now:
        options.append(_hold(mail.wishes.hold_until, facts, now))
    return options


def _reports(mail: MailObject, address: str, facts: ServerFacts) -> list[bytes]:
    if not (mail.envelope_id and mail.sender and facts.reports_delivery):
        return []
    success = b"SUCCESS," if mail.wishes.reports_success else b""
    return [b"NOTIFY=%sFAILURE,DELAY" % success, original_recipient(address)]


def _hold(until: int, facts: ServerFacts, now: float) -> bytes:
    """Return the parameter that has a mail kept back (RFC 4865 section 4)."""
    if until > facts.holds_until(now) - CLOCKS_DIFFER_S:
        raise CannotHold(f"{facts.host} does not keep mail back until then.")
    return datetime.fromtimestamp(until, UTC).strftime("HOLDUNTIL=%Y-%m-%dT%H:%M:%SZ").encode()


def _barred(mail: MailObject, clean: bytes, facts: ServerFacts) -> dict[str, str]:
    """Return whom a server without SMTPUTF8 cannot be asked for, and why."""
    if facts.offers("SMTPUTF8") or not _is_utf8(mail):
        return {}
    why = f"{facts.host} takes no letters beyond ASCII before the @"
    if not mail.sender.isascii():
        raise ProtocolError(f"{why}: it cannot send from {mail.sender}.")
    foreign = {
        address: f"{why}: ask for an ASCII address of {address}."
        for address in mail.recipients
        if not address.isascii()
    }
    if not has_utf8_fields(clean):
        return foreign
    named = f"{why}, and the mail names such an address: send it without."
    return dict.fromkeys(mail.recipients, named) | foreign


def _is_utf8(mail: MailObject) -> bool:
    return not all(address.isascii() for address in (mail.sender, *mail.recipients))


def _refuse_too_large(facts: ServerFacts, size_bytes: int) -> None:
    if 0 < facts.max_size < size_bytes:
        raise ProtocolError(
            f"The mail has {_megabytes(size_bytes)}, {facts.host} takes at most "
            f"{_megabytes(facts.max_size)}. Send it smaller, or share the file by a link."
        )


def _megabytes(size_bytes: int) -> str:
    return f"{size_bytes / 1_000_000:.1f} MB"
