"""Answers to invitations (RFC 5546 section 3.2.3, RFC 6047): what goes to the organiser."""

import re
import secrets
from collections.abc import Iterator
from datetime import UTC, datetime
from email.utils import formatdate
from typing import Final, NamedTuple

from tuimail.errors import UserError
from tuimail.model.address import Address
from tuimail.model.invitation import Answer, Invitation, Method, Moment
from tuimail.model.safe import safe_line

from .addresses import envelope_address
from .compose import is_message_id
from .write import Field, address_value, encoded_text, ids_value, plain_line, text_value

MAX_LINE_BYTES: Final = 75
"""Of a content line, its end not counted (RFC 5545 section 3.1)."""
MAX_TEXT_CHARS: Final = 1_000
_SUBJECTS: Final = {
    Answer.ACCEPTED: "Accepted",
    Answer.TENTATIVE: "Tentative",
    Answer.DECLINED: "Declined",
}
_VERBS: Final = {
    Answer.ACCEPTED: "accepts",
    Answer.TENTATIVE: "tentatively accepts",
    Answer.DECLINED: "declines",
}
_ESCAPED = re.compile(r"[\\;,]")
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")


class Reply(NamedTuple):
    """An answer, before it is a mail."""

    invitation: Invitation
    me: Address
    """The guest who answers."""
    answer: Answer
    comment: str = ""
    """Words of the person to the organiser."""


def check_answerable(invitation: Invitation) -> None:
    """Raise UserError, with the reason, where nobody awaits an answer."""
    if invitation.method is Method.PUBLISH:
        raise UserError("This event was published for everybody: nobody awaits an answer.")
    if invitation.method is not Method.REQUEST:
        raise UserError("This mail asks for no answer: it is no invitation.")
    if not invitation.uid:
        raise UserError("This invitation has no name (UID) that an answer could speak of.")
    if invitation.organizer is None:
        raise UserError("This invitation names no organiser who could be answered.")
    envelope_address(invitation.organizer.address)


def subject_of(reply: Reply) -> str:
    """Return the subject of an answer."""
    title = plain_line(reply.invitation.summary.raw)[:MAX_TEXT_CHARS]
    return f"{_SUBJECTS[reply.answer]}: {title or 'invitation'}"


def words_of(reply: Reply) -> str:
    """Return the answer for people."""
    who = plain_line(reply.me.name) or reply.me.addr_spec
    title = plain_line(reply.invitation.summary.raw)[:MAX_TEXT_CHARS] or "(no title)"
    words = f"{who} {_VERBS[reply.answer]}: {title}\r\n"
    return f"{words}\r\n{_plain(reply.comment)}\r\n" if reply.comment else words


def reply_calendar(reply: Reply, now: datetime) -> str:
    """Return the answer for programs: of the guests the one who answers, and nobody else.

    Times are in UTC, so that no rules of a zone have to go along.

    Raises:
        UserError: nobody awaits an answer.
    """
    check_answerable(reply.invitation)
    return "".join(f"{_folded(line)}\r\n" for line in _lines(reply, now))


def build_reply(reply: Reply, answered_id: str, message_id: str, now: int) -> bytes:
    """Return the mail that answers an invitation, to its organiser alone.

    `answered_id` is the invitation's Message-ID, `message_id` that of the answer, both without
    brackets; `now` is in seconds UTC.

    Raises:
        UserError: nobody awaits an answer.
    """
    check_answerable(reply.invitation)
    organizer = reply.invitation.organizer
    assert organizer is not None
    answered = [one for one in (answered_id,) if is_message_id(one)]
    boundary = f"=_{secrets.token_hex(15)}"
    to = Address(plain_line(organizer.name.raw)[:200], organizer.address)
    fields: list[Field] = [
        ("Date", formatdate(now, localtime=False).replace("-0000", "+0000")),
        ("From", address_value([reply.me])),
        ("To", address_value([to])),
        ("Subject", text_value(subject_of(reply))),
        ("Message-ID", f"<{message_id}>"),
        ("In-Reply-To", ids_value(answered)),
        ("References", ids_value(answered)),
        ("MIME-Version", "1.0"),
        ("Content-Type", f'multipart/alternative;\r\n boundary="{boundary}"'),
    ]
    head = "".join(f"{name}: {value}\r\n" for name, value in fields if value)
    calendar = reply_calendar(reply, datetime.fromtimestamp(now, UTC))
    parts = (
        _part("text/plain", words_of(reply)),
        _part("text/calendar; method=REPLY", calendar),
    )
    opening = f"--{boundary}\r\n".encode("ascii")
    body = b"".join(opening + part for part in parts) + f"--{boundary}--\r\n".encode("ascii")
    return head.encode() + b"\r\n" + body


def _part(content_type: str, text: str) -> bytes:
    charset, encoding, content = encoded_text(text)
    head = f"Content-Type: {content_type}; charset={charset}\r\n"
    return (
        f"{head}Content-Transfer-Encoding: {encoding}\r\n\r\n".encode("ascii") + content + b"\r\n"
    )


def _lines(reply: Reply, now: datetime) -> Iterator[str]:
    asked = reply.invitation
    yield from ("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//tuimail//EN", "METHOD:REPLY")
    yield from ("BEGIN:VEVENT", f"UID:{_text(asked.uid)}", f"SEQUENCE:{asked.sequence}")
    yield f"DTSTAMP:{now:%Y%m%dT%H%M%SZ}"
    if asked.instance is not None:
        yield _time("RECURRENCE-ID", asked.instance)
    if asked.start is not None and asked.end is not None:
        yield _time("DTSTART", asked.start)
        if asked.length:
            yield _time("DTEND", asked.end)
    yield f"SUMMARY:{_text(asked.summary.raw[:MAX_TEXT_CHARS])}"
    assert asked.organizer is not None
    yield f"ORGANIZER:mailto:{asked.organizer.address}"
    name = _parameter(reply.me.name)
    named = f';CN="{name}"' if name else ""
    yield f"ATTENDEE;PARTSTAT={reply.answer.upper()}{named}:mailto:{reply.me.addr_spec}"
    if reply.comment:
        yield f"COMMENT:{_text(reply.comment)}"
    yield from ("END:VEVENT", "END:VCALENDAR")


def _time(name: str, moment: Moment) -> str:
    if moment.is_day:
        return f"{name};VALUE=DATE:{moment.at:%Y%m%d}"
    if moment.at.tzinfo is None:
        return f"{name}:{moment.at:%Y%m%dT%H%M%S}"
    return f"{name}:{moment.at.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _text(text: str) -> str:
    """Return a TEXT value (RFC 5545 section 3.3.11): no line of it can become another property."""
    escaped = _ESCAPED.sub(lambda found: f"\\{found[0]}", text)
    lines = escaped.replace("\r\n", "\n").split("\n")
    return "\\n".join(_CONTROL.sub(" ", line) for line in lines)


def _parameter(text: str) -> str:
    """Return what may stand between quotes (RFC 5545 section 3.2 has no way to write a quote)."""
    return plain_line(text).replace('"', "'")[:200]


def _plain(text: str) -> str:
    lines = text.replace("\r\n", "\n").split("\n")
    return "\r\n".join(safe_line(line) for line in lines)


def _folded(line: str) -> str:
    """Return a content line folded between characters, never within one."""
    rows, row, size = list[str](), "", 0
    for char in line:
        width = len(char.encode())
        if size + width > MAX_LINE_BYTES:
            rows.append(row)
            row, size = " ", 1
        row += char
        size += width
    return "\r\n".join((*rows, row))
