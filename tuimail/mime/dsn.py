"""Reports as lines: of delivery (RFC 3464), of receipt (RFC 8098) and of abuse (RFC 5965).

Every word of a report is a stranger's: it is shown as what the report says, never as what is.
"""

from collections.abc import Iterator
from itertools import islice
from typing import Final

from tuimail.model.part import Line, Part, Span
from tuimail.model.report import RecipientFacts
from tuimail.model.safe import Safe, safe_line

from .fields import Fields, header_span, parse_fields
from .parse import ParsedMail
from .report_fields import StatusPart, read_disposition, read_status
from .tree import Node
from .words import header_text

MAX_RECIPIENTS_SHOWN: Final = 20
DELIVERY_TYPES: Final = frozenset({"message/delivery-status", "message/global-delivery-status"})
RECEIPT_TYPES: Final = frozenset(
    {"message/disposition-notification", "message/global-disposition-notification"}
)
ABUSE_TYPE: Final = "message/feedback-report"
_HEADER_TYPES: Final = frozenset({"text/rfc822-headers", "message/global-headers"})
_RETURNED_TYPES: Final = _HEADER_TYPES | {"message/rfc822", "message/global"}
STATUS_TYPES: Final = DELIVERY_TYPES | RECEIPT_TYPES | _HEADER_TYPES | {ABUSE_TYPE}
"""Parts of a report that are for programs."""
_MAX_STATUS_PARTS = 5
"""A report has one; servers that join reports of others keep theirs."""
_MAX_READ_BYTES = 512 * 1024
_MAX_VALUE_CHARS = 400
_ABUSE_FACTS: Final = (
    ("source-ip", "Source"),
    ("reported-domain", "Domain"),
    ("original-mail-from", "Mail of"),
    ("original-rcpt-to", "Mail to"),
    ("auth-failure", "Failed"),
    ("reported-uri", "Link"),
    ("arrival-date", "Came"),
    ("incidents", "Times"),
)
"""Fields of RFC 5965 and 6591, in the order they are shown."""


def is_report(mail: ParsedMail) -> bool:
    """Whether a mail holds a multipart/report (RFC 6522); a list may have put a footer to it."""
    return report_node(mail) is not None


def report_node(mail: ParsedMail) -> Node | None:
    """Return the outermost multipart/report of a mail."""
    waiting = [mail.root]
    while waiting:
        node = waiting.pop()
        if node.content_type == "multipart/report":
            return node
        waiting.extend(reversed(node.children))
    return None


def is_receipt(mail: ParsedMail) -> bool:
    """Whether a mail says that another one was shown or deleted."""
    node = report_node(mail)
    if node is None:
        return False
    kind = node.parameters.get("report-type", "").lower()
    return kind == "disposition-notification" or _first(mail, RECEIPT_TYPES) is not None


def abuse_type(mail: ParsedMail) -> str:
    """Return what a complaint is about (abuse, fraud, virus, ...), empty for any other mail."""
    part = _first(mail, {ABUSE_TYPE}) if is_report(mail) else None
    if part is None:
        return ""
    return header_text(_fields(mail, part).first("feedback-type", 40)).lower() or "abuse"


def report_lines(mail: ParsedMail) -> tuple[Line, ...]:
    """Return what a report says, in a few lines; none for any other mail. Never raises."""
    if not is_report(mail):
        return ()
    abuse = _first(mail, {ABUSE_TYPE})
    if abuse is not None:
        lines = _abuse_lines(mail, abuse)
    elif is_receipt(mail):
        lines = _receipt_lines(mail)
    else:
        lines = _delivery_lines(mail)
    return tuple(lines)


def _delivery_lines(mail: ParsedMail) -> Iterator[Line]:
    parts = islice(_all(mail, DELIVERY_TYPES), _MAX_STATUS_PARTS)
    statuses = [read_status(_beginning(mail, part)) for part in parts]
    recipients = [one for status in statuses for one in status.recipients]
    if not recipients:
        return
    first = _outcome(recipients[0])
    yield _heading(f"Delivery report: {first}" if len(recipients) == 1 else "Delivery report")
    shown = recipients[:MAX_RECIPIENTS_SHOWN]
    for one in shown:
        if len(recipients) > 1:
            yield _fact("", _outcome(one))
        if one.diagnostic:
            server = one.remote_mta or next((s.reporting_mta for s in statuses), "")
            yield _fact("Says", f"{one.diagnostic} ({server})" if server else one.diagnostic)
    if len(recipients) > len(shown):
        yield _dim(f"(and {len(recipients) - len(shown)} more recipients)")
    yield from _about(mail)


def _outcome(one: RecipientFacts) -> str:
    action = one.action.value if one.action else "status"
    status = f" ({one.status})" if one.status else ""
    return f"{action} for {one.address or 'an unnamed recipient'}{status}"


def _receipt_lines(mail: ParsedMail) -> Iterator[Line]:
    part = _first(mail, RECEIPT_TYPES)
    status = read_disposition(_beginning(mail, part)) if part else None
    said = status.recipients[0] if status else RecipientFacts("")
    yield _heading(f"Read receipt: {_disposition(said)}" if said.diagnostic else "Read receipt")
    if status and status.reporting_mta:
        yield _fact("Program", status.reporting_mta)
    yield from _about(mail, status)


def _disposition(said: RecipientFacts) -> str:
    """`manual-action/MDN-sent-manually; displayed` in words; a program says so, nobody else."""
    word = said.diagnostic.rpartition(";")[2].partition("/")[0].strip().lower()
    whose = f"the program of {said.address}" if said.address else "a program"
    match word:
        case "displayed":
            return f"{whose} says that it showed the mail"
        case "deleted":
            return f"{whose} says that it deleted the mail"
        case _:
            return f"{whose} says: {word or 'nothing'}"


def _abuse_lines(mail: ParsedMail, part: Part) -> Iterator[Line]:
    fields = _fields(mail, part)
    yield _heading(f"Complaint: {abuse_type(mail)}")
    for name, label in _ABUSE_FACTS:
        value = header_text(fields.first(name, _MAX_VALUE_CHARS))
        if value:
            yield _fact(label, value)
    yield from _about(mail)


def _about(mail: ParsedMail, status: StatusPart | None = None) -> Iterator[Line]:
    """Say which mail a report is about, as far as it returns or names it."""
    returned = _first(mail, _RETURNED_TYPES)
    subject = ""
    if returned is not None:
        subject = header_text(_fields(mail, returned).first("subject", _MAX_VALUE_CHARS))
    named = subject or (next(iter(status.original_ids), "") if status else "")
    if named:
        yield _fact("About", named)


def _fields(mail: ParsedMail, part: Part) -> Fields:
    content = _beginning(mail, part).lstrip(b"\r\n")
    return parse_fields(content[: header_span(content, 0, len(content))[0]])


def _beginning(mail: ParsedMail, part: Part) -> bytes:
    return mail.beginning(part, _MAX_READ_BYTES)


def _all(mail: ParsedMail, types: frozenset[str] | set[str]) -> Iterator[Part]:
    return (part for part in mail.leaves if part.content_type in types)


def _first(mail: ParsedMail, types: frozenset[str] | set[str]) -> Part | None:
    return next(_all(mail, types), None)


def _heading(text: str) -> Line:
    return Line((Span(safe_line(text, _MAX_VALUE_CHARS), "heading"),))


def _fact(label: str, text: str) -> Line:
    named = Safe(f"{label + ':' if label else '':<9}")
    return Line((Span(named, "dim"), Span(safe_line(text, _MAX_VALUE_CHARS))), len(named))


def _dim(text: str) -> Line:
    return Line((Span(Safe(text), "dim"),))
