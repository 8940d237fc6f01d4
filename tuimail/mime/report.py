"""Reads what a mail reports about another one: in the standard form, or as servers write it.

Not which vendor wrote it is asked, but what it says of the mail it is about. Whether that is
believed is decided elsewhere; here nothing is.
"""

import re
from collections.abc import Sequence
from typing import Final

from tuimail.model.part import Part
from tuimail.model.report import Report, ReportKind

from .address_fields import parse_addresses
from .auto_reply import is_auto_reply, is_robot
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
    status, is_receipt, has_status = _status(mail)
    text, copy = cut_at_copy(_text(mail)[:MAX_TEXT_CHARS])
    returned = [mail.content(part) for part in mail.leaves if part.content_type in _RETURNED]
    failed = _failed_recipients(mail.fields)
    path = mail.fields.first("return-path", 1_000).strip()
    is_null_path = (path.replace(" ", "") == "<>") if path else None
    is_by_robot = is_robot(envelope.author.addr_spec)
    has_code = bool(_CODE.search(text))
    answered = tuple(dict.fromkeys([*envelope.in_reply_to, *envelope.references]))
    is_about_delivery = has_status or bool(failed)
    has_copy = bool(copy or returned)
    is_in_words = (is_by_robot or bool(is_null_path)) and has_code and has_copy
    kind = _kind(
        mail.fields,
        envelope.subject,
        is_receipt=is_receipt,
        is_delivery=is_about_delivery or is_in_words,
    )
    if kind is None and is_by_robot and (has_copy or (has_code and answered)):
        kind = ReportKind.DELIVERY  # a null path alone is borne by automatic replies, too
    if kind is None:
        return None
    found = [
        *status.original_ids,
        *(one for content in returned for one in ids_of_returned(content)),
    ]
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
        failed_recipients=failed,
        text=text,
    )


def _status(mail: ParsedMail) -> tuple[StatusPart, bool, bool]:
    """Return what the part for programs says, whether it is a receipt, whether there is one."""
    for part in mail.leaves:
        if part.content_type.endswith("disposition-notification"):
            return read_disposition(mail.content(part)), True, False
        if part.content_type.endswith("delivery-status"):
            return read_status(mail.content(part)), False, True
    return _NOTHING, False, False


def _kind(
    fields: Fields, subject: str, *, is_receipt: bool, is_delivery: bool
) -> ReportKind | None:
    if is_receipt:
        return ReportKind.RECEIPT
    if is_delivery:
        return ReportKind.DELIVERY
    return ReportKind.AUTO_REPLY if is_auto_reply(fields, subject) else None


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
