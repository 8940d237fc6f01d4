"""Reads what a mail reports about another one: in the standard form, or as servers write it.

Not which vendor wrote it is asked, but what it says of the mail it is about. Whether that is
believed is decided elsewhere; here nothing is.
"""

import re
from collections.abc import Sequence
from typing import Final, NamedTuple

from tuimail.model.part import Part
from tuimail.model.report import Report, ReportKind

from .address_fields import parse_addresses
from .auto_reply import is_auto_reply, is_challenge, is_robot
from .fields import Fields
from .headers import parse_envelope
from .parse import ParsedMail, parse_mail
from .report_fields import StatusPart, read_disposition, read_status, xtext_decoded
from .returned_part import cut_at_copy, ids_in_copy, ids_of_returned

MAX_TEXT_CHARS: Final = 64 * 1024
MAX_ADDRESSES: Final = 1_000
_RETURNED: Final = frozenset(
    {"message/rfc822", "text/rfc822-headers", "message/global", "message/global-headers"}
)
_CODE: Final = re.compile(r"\b[45]\d\d[ -]|\b[45]\.\d{1,3}\.\d{1,3}\b")
_NOTHING: Final = StatusPart((), (), "", "", ())


def read_report(raw: bytes) -> Report | None:
    """Return what a mail reports, or None for one that reports nothing. Never raises.

    Only what stands in the mail itself counts: a report that somebody forwards is no report.
    """
    mail = parse_mail(raw)
    envelope = parse_envelope(raw)
    status, _, _ = _status(mail)
    text, copy = cut_at_copy(_text(mail)[:MAX_TEXT_CHARS])
    returned = [mail.content(part) for part in mail.leaves if part.content_type in _RETURNED]
    is_null_path = _is_null_path(mail.fields)
    answered = tuple(dict.fromkeys([*envelope.in_reply_to, *envelope.references]))
    words = _Words(
        is_by_robot=is_robot(envelope.author.addr_spec),
        is_null_path=bool(is_null_path),
        has_code=bool(_CODE.search(text)),
        has_copy=bool(copy or returned),
        is_answer=bool(answered),
        is_challenge=is_challenge(text),
    )
    kind = _kind(mail, envelope.subject, words)
    if kind is None:
        return None
    found = [*status.original_ids, *(one for whole in returned for one in ids_of_returned(whole))]
    return Report(
        kind=kind,
        message_id=envelope.message_id,
        date=envelope.date,
        sender=envelope.author.addr_spec.lower(),
        is_null_path=is_null_path,
        envelope_ids=tuple(xtext_decoded(one) for one in status.envelope_ids),
        original_ids=tuple(dict.fromkeys(found or ids_in_copy(copy))),
        references=answered,
        queue_id=status.queue_id,
        reporting_mta=status.reporting_mta,
        recipients=status.recipients,
        failed_recipients=_failed_recipients(mail.fields),
        text=text,
    )


class _Words(NamedTuple):
    """What hints at a report that is written for people alone."""

    is_by_robot: bool
    is_null_path: bool
    has_code: bool
    has_copy: bool
    is_answer: bool
    is_challenge: bool

    @property
    def are_surely_of_a_server(self) -> bool:
        """Whether it says why, returns the mail, and was not sent by a person."""
        return (self.is_by_robot or self.is_null_path) and self.has_code and self.has_copy

    @property
    def may_be_of_a_server(self) -> bool:
        """Whether a robot speaks of a mail. A null path alone is borne by automatic replies too."""
        return self.is_by_robot and (self.has_copy or (self.has_code and self.is_answer))


def _is_null_path(fields: Fields) -> bool | None:
    """Return whether the topmost Return-Path is `<>`; None where there is none."""
    path = fields.first("return-path", 1_000).strip()
    return path.replace(" ", "") == "<>" if path else None


def _status(mail: ParsedMail) -> tuple[StatusPart, bool, bool]:
    """Return what the part for programs says, whether it is a receipt, whether there is one."""
    for part in mail.leaves:
        if part.content_type.endswith("disposition-notification"):
            return read_disposition(mail.content(part)), True, False
        if part.content_type.endswith("delivery-status"):
            return read_status(mail.content(part)), False, True
    return _NOTHING, False, False


def _kind(mail: ParsedMail, subject: str, words: _Words) -> ReportKind | None:
    _, is_receipt, has_status = _status(mail)
    if is_receipt:
        return ReportKind.RECEIPT
    if has_status or _failed_recipients(mail.fields) or words.are_surely_of_a_server:
        return ReportKind.DELIVERY
    if is_auto_reply(mail.fields, subject):
        return ReportKind.CHALLENGE if words.is_challenge else ReportKind.AUTO_REPLY
    return ReportKind.DELIVERY if words.may_be_of_a_server else None


def _text(mail: ParsedMail) -> str:
    """Return what is written for people: plain text before HTML."""
    plain = _first(mail.leaves, "text/plain")
    if plain is not None:
        return mail.text(plain)
    html = _first(mail.leaves, "text/html")
    if html is None:
        return ""
    from .html import html_to_lines  # its parser is loaded by mails that need it

    lines = html_to_lines(mail.text(html)).lines
    return "\n".join("".join(span.text for span in line.spans) for line in lines)


def _first(parts: Sequence[Part], content_type: str) -> Part | None:
    return next((part for part in parts if part.content_type == content_type), None)


def _failed_recipients(fields: Fields) -> tuple[str, ...]:
    """Return X-Failed-Recipients; Exim begins a new field after 50."""
    found = [
        address.addr_spec
        for name, body in fields.all
        if name == "x-failed-recipients"
        for address in parse_addresses(body)
    ]
    return tuple(dict.fromkeys(found))[:MAX_ADDRESSES]
