"""A mail made readable: what the reader, `show`, quoting and the search index work with.

Each part is rendered by itself, so that the HTML of one can never enclose the text of another, and
no mark of trust is ever drawn from what a mail says about itself.
"""

from collections.abc import Iterator
from typing import Final

from tuimail.errors import NotFound
from tuimail.model.caution import worst_first
from tuimail.model.part import Part, RenderedMail, Searchable
from tuimail.model.safe import safe_line

from .body import Body
from .choose import choose
from .fields import MAX_HEADER_BYTES
from .folds import with_folds
from .headers import parse_envelope
from .kinds import kind_cautions, kind_of, sealings_of
from .mail_warnings import mail_warnings, other_form
from .octets import Octets
from .parse import CALENDAR_TYPES, parse_mail
from .plain import plain_text, snippet_of
from .suspicion import sender_warnings

MAX_INDEXED_CHARS: Final = 256_000


def render_mail(raw: Octets, *, prefer_html: bool = False) -> RenderedMail:
    """Return the mail as a reader shows it. Never raises; each part is rendered alone."""
    mail = parse_mail(raw)
    envelope = parse_envelope(raw[:MAX_HEADER_BYTES])
    chosen = choose(mail, prefer_html=prefer_html)
    body = Body(prefer_html=prefer_html)
    body.add_mail(mail, chosen.bodies)
    other = other_form(mail, chosen)
    plain = plain_text(body.lines)
    sealings = sealings_of(mail, body.lines)
    warnings = (
        *sender_warnings(mail.fields, envelope),
        *mail_warnings(mail, chosen, body, other, plain),
        *kind_cautions(mail, sealings),
    )
    hosts = dict.fromkeys([*body.remote_hosts, *(other.remote_hosts if other else ())])
    trackers = dict.fromkeys([*body.tracker_hosts, *(other.tracker_hosts if other else ())])
    return RenderedMail(
        envelope=envelope,
        lines=with_folds(body.lines),
        links=tuple(body.links.links),
        attachments=chosen.attachments,
        parts=mail.leaves,
        remote_hosts=tuple(hosts),
        warnings=worst_first(warnings),
        plain_text=plain,
        snippet=snippet_of(body.lines),
        kind=kind_of(mail, sealings),
        hidden_chars=body.hidden_chars,
        pixel_count=body.pixel_count + (other.pixel_count if other else 0),
        tracker_hosts=tuple(trackers),
    )


def part_content(raw: Octets, number: str) -> bytes:
    """Return the decoded content of the leaf with this section number.

    Raises:
        NotFound: the mail has no such part.
    """
    mail = parse_mail(raw)
    if number not in mail.by_number:
        raise NotFound(f"This mail has no part {safe_line(number, 40)}.")
    return mail.content(mail.part(number))


def part_pieces(raw: Octets, number: str) -> tuple[Part, Iterator[bytes]]:
    """Return the leaf with this section number and its decoded content, a megabyte at a time.

    Raises:
        NotFound: the mail has no such part.
    """
    mail = parse_mail(raw)
    if number not in mail.by_number:
        raise NotFound(f"This mail has no part {safe_line(number, 40)}.")
    part = mail.part(number)
    return part, mail.pieces(part)


def searchable_text(raw: Octets) -> Searchable:
    """Return what the search index keeps of a mail. Never raises."""
    mail = parse_mail(raw)
    chosen = choose(mail, prefer_html=False)
    body = Body(prefer_html=False)
    body.add_mail(mail, chosen.bodies)
    files = [part for part in chosen.attachments if not part.is_picture_of_text]
    names = [safe_line(name, 250) for part in files if (name := part.filename.raw or _usual(part))]
    return Searchable(
        text=plain_text(body.lines)[:MAX_INDEXED_CHARS],
        attachment_names="\n".join(names),
        snippet=snippet_of(body.lines),
        has_attachments=bool(files),
    )


def _usual(part: Part) -> str:
    """Return by which name an invitation is found, which seldom brings one."""
    return "invite.ics" if part.content_type in CALENDAR_TYPES else ""
