"""The part of a report that is for programs, of delivery (RFC 3464, 6533) or receipt (RFC 8098).

Read whatever servers make of them.
"""

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from tuimail.model.report import RecipientFacts, ReportAction

from .fields import Fields, parse_fields
from .words import header_text

MAX_BYTES: Final = 512 * 1024
MAX_BLOCKS: Final = 1_000
MAX_TEXT_CHARS: Final = 1_000
_BLANK: Final = re.compile(rb"(?:\r?\n[ \t]*){2,}")
_STATUS: Final = re.compile(r"\b[245]\.\d{1,3}\.\d{1,3}\b")
_XTEXT: Final = re.compile(r"\+([0-9A-F]{2})")
_ACTIONS: Final = {
    "failed": ReportAction.FAILED,
    "failure": ReportAction.FAILED,
    "expired": ReportAction.FAILED,
    "delayed": ReportAction.DELAYED,
    "delivered": ReportAction.DELIVERED,
    "deliverable": ReportAction.DELIVERED,
    "relayed": ReportAction.RELAYED,
    "expanded": ReportAction.EXPANDED,
}
_BY_CLASS: Final = {
    "2": ReportAction.DELIVERED,
    "4": ReportAction.DELAYED,
    "5": ReportAction.FAILED,
}


class StatusPart(NamedTuple):
    """What such a part says of the mail and of each recipient."""

    envelope_ids: tuple[str, ...]
    original_ids: tuple[str, ...]
    queue_id: str
    reporting_mta: str
    recipients: tuple[RecipientFacts, ...]


def read_status(content: bytes) -> StatusPart:
    """Return what a delivery-status part says. Never raises.

    Blocks are told by their fields, not by their place: stray blank lines make empty ones.
    """
    blocks = list(_blocks(content))
    about_mail = [block for block in blocks if not _is_of_recipient(block)]
    is_exact = any(name.startswith("x-postfix-") for block in about_mail for name, _ in block.all)
    return StatusPart(
        tuple(dict.fromkeys(_all(about_mail, "original-envelope-id"))),
        tuple(_bare(one) for one in _all(about_mail, "x-original-message-id")),
        next(iter(_all(about_mail, "x-postfix-queue-id")), ""),
        _typed(next(iter(_all(about_mail, "reporting-mta")), "")),
        tuple(_recipient(block, is_exact) for block in blocks if _is_of_recipient(block)),
    )


def read_disposition(content: bytes) -> StatusPart:
    """Return what a receipt says: the mail it is about, and for whom. Never raises."""
    block = next(_blocks(content), Fields(()))
    final = _address(block.first("final-recipient", MAX_TEXT_CHARS))
    original = _address(block.first("original-recipient", MAX_TEXT_CHARS))
    said = header_text(block.first("disposition", MAX_TEXT_CHARS))
    facts = RecipientFacts(final or original, original, None, "", said)
    ids = tuple(_bare(one) for one in _all([block], "original-message-id"))
    return StatusPart((), ids, "", _typed(block.first("reporting-ua")), (facts,))


def xtext_decoded(text: str) -> str:
    """Return xtext as what it stands for (RFC 3461 section 4)."""
    return _XTEXT.sub(lambda found: chr(int(found[1], 16)), text)


def _blocks(content: bytes) -> Iterator[Fields]:
    for block in _BLANK.split(content[:MAX_BYTES].strip(b"\r\n\t "), MAX_BLOCKS)[:MAX_BLOCKS]:
        fields = parse_fields(block)
        if fields.all:
            yield fields


def _is_of_recipient(block: Fields) -> bool:
    return any(name in ("final-recipient", "original-recipient", "action") for name, _ in block.all)


def _recipient(block: Fields, is_exact: bool) -> RecipientFacts:
    """Return what a block says; `is_exact` where its server is known to say what it means."""
    found = _STATUS.search(block.first("status", MAX_TEXT_CHARS))
    status = found[0] if found else ""
    diagnostic = _typed(block.first("diagnostic-code", MAX_TEXT_CHARS))
    remote = _typed(block.first("remote-mta", MAX_TEXT_CHARS))
    original = _address(block.first("original-recipient", MAX_TEXT_CHARS))
    action = _action(block.first("action", MAX_TEXT_CHARS), status)
    is_vague = not is_exact and _is_handed_on(diagnostic, remote)
    return RecipientFacts(
        address=_address(block.first("final-recipient", MAX_TEXT_CHARS)) or original,
        original=original,
        action=ReportAction.RELAYED if action is ReportAction.DELIVERED and is_vague else action,
        status=status,
        diagnostic=diagnostic,
        remote_mta=remote,
    )


def _action(stated: str, status: str) -> ReportAction | None:
    """Return the action that is stated, else the one its status stands for."""
    word = re.match(r"[a-z]*", stated.strip().lower())
    return _ACTIONS.get(word[0] if word else "") or _BY_CLASS.get(status[:1])


def _is_handed_on(diagnostic: str, remote: str) -> bool:
    """Whether Exim calls delivered what it handed to a server that will not report."""
    return "relayed" in diagnostic.lower() or bool(remote and diagnostic.startswith("250"))


def _all(blocks: list[Fields], name: str) -> Iterator[str]:
    for block in blocks:
        for other, body in block.all:
            if other == name and (text := header_text(body[:MAX_TEXT_CHARS]).strip()):
                yield text


def _typed(body: str) -> str:
    """Return a value without the type before its semicolon."""
    text = header_text(body[:MAX_TEXT_CHARS])
    kind, semicolon, value = text.partition(";")
    return value.strip() if semicolon and " " not in kind.strip() else text.strip()


def _address(body: str) -> str:
    return xtext_decoded(_typed(body).split(" (")[0].strip(" <>"))


def _bare(message_id: str) -> str:
    return message_id.strip().strip("<>")
