"""From a mail that was read to the draft that answers or forwards it.

What is quoted is the text that was shown, never hidden parts of the mail.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from typing import Final
from urllib.parse import unquote

from tuimail.errors import UserError
from tuimail.model.account import Account
from tuimail.model.address import Address
from tuimail.model.draft import FORWARDED_LINE, DraftKind
from tuimail.model.message import Envelope
from tuimail.model.part import RenderedMail

from .addresses import format_address_list, parse_address, plain_name
from .compose import capped_references, is_message_id
from .fields import header_span, parse_fields

MAX_QUOTED_LINES: Final = 5_000
MAX_QUOTED_CHARS: Final = 500_000

_REPLY_PREFIXES: Final = "re|aw|antw|sv|vs|odp|ynt|回复|答复|回覆|返信"
_FORWARD_PREFIXES: Final = "fwd?|wg|tr|rv|vb|vl|doorst|转发|轉寄"
_REPLY = re.compile(rf"\s*(?:{_REPLY_PREFIXES})(?:\[\d+\]|\^\d+)?\s*[:\uff1a]\s*", re.IGNORECASE)
_FORWARD = re.compile(rf"\s*(?:{_FORWARD_PREFIXES})(?:\[\d+\])?\s*[:\uff1a]\s*", re.IGNORECASE)
_MAILTO = re.compile(r"<mailto:([^<>\s]{3,1000})>", re.IGNORECASE)
_LIST_ID = re.compile(r"<([^<>\s]+)>\s*$")

ATTRIBUTION: Final = re.compile(r"^[^>\n].* wrote:(?=\n>|\s*\Z)", re.MULTILINE)
"""The line above a quoted mail, as `reply_draft` writes it."""


@dataclass(frozen=True, slots=True)
class Answer:
    """The parts of a draft that come from the mail answered or forwarded."""

    from_: Address
    to: str
    cc: str
    subject: str
    body: str
    in_reply_to: str
    references: tuple[str, ...]


def reply_draft(
    rendered: RenderedMail,
    kind: DraftKind,
    account: Account,
    zone: tzinfo,
    list_post: str = "",
) -> Answer:
    """Return what a reply, reply to all, reply to the list or forward begins with.

    `list_post` is the address of the List-Post field (`list_post_of`). Mail-Followup-To is not
    heeded: it is written by the sender and moves an answer to wherever it says.

    Raises:
        UserError: the mail has no address to answer to, or did not come through a list.
    """
    envelope = rendered.envelope
    to, cc = _recipients(envelope, kind, account, list_post)
    is_forward = kind is DraftKind.FORWARD
    return Answer(
        from_=own_identity(envelope, account),
        to=format_address_list(to),
        cc=format_address_list(cc),
        subject=forward_subject(envelope.subject)
        if is_forward
        else reply_subject(envelope.subject),
        body=_forwarded(rendered, zone) if is_forward else _quoted(rendered, zone),
        in_reply_to="" if is_forward else _usable(envelope.message_id),
        references=_references(envelope),
    )


def reply_subject(subject: str) -> str:
    """Return the subject with one `Re: `, whatever prefixes it had in whatever language."""
    return f"Re: {_without(_REPLY, subject)}".rstrip()


def forward_subject(subject: str) -> str:
    """Return the subject with one `Fwd: `."""
    return f"Fwd: {_without(_FORWARD, subject)}".rstrip()


def list_post_of(raw: bytes) -> str:
    """Return the one addr-spec of the List-Post field (RFC 2369), or an empty string."""
    end, _ = header_span(raw, 0, len(raw))
    found = _MAILTO.search(parse_fields(raw[:end]).first("list-post"))
    if found is None or not found[1].isascii():  # RFC 3986 section 2: no URL
        return ""
    try:
        return parse_address(unquote(found[1].partition("?")[0])).addr_spec
    except UserError:
        return ""


def _recipients(
    envelope: Envelope, kind: DraftKind, account: Account, list_post: str
) -> tuple[tuple[Address, ...], tuple[Address, ...]]:
    if kind is DraftKind.REPLY_LIST:
        return (_list_address(envelope, list_post),), ()
    if kind not in (DraftKind.REPLY, DraftKind.REPLY_ALL):
        return (), ()
    own = account.own_addresses
    author = _usable_addresses(envelope.reply_to or envelope.from_)
    if all(_is_own(address, own) for address in author):
        # One's own mail: the answer goes where the mail went.
        author = _usable_addresses(envelope.to) or author
    if not author:
        raise UserError("This mail names nobody to answer to: it has no usable From or Reply-To.")
    if kind is DraftKind.REPLY:
        return _distinct(author, ()), ()
    to = _others((*author, *_usable_addresses(envelope.to)), own) or _distinct(author, ())
    cc = _distinct(_others(_usable_addresses(envelope.cc), own), to)
    return to, cc


def _list_address(envelope: Envelope, list_post: str) -> Address:
    if list_post:
        return Address("", list_post)
    found = _LIST_ID.search(envelope.list_id)
    list_id = (found[1] if found else envelope.list_id).strip().lower()
    for address in (*envelope.to, *envelope.cc):
        # A List-Id is the list's address with a dot for the @ (RFC 2919 section 2).
        if list_id and address.addr_spec.lower().replace("@", ".", 1) == list_id:
            return address
    raise UserError("This mail did not come through a mailing list that says where to write.")


def own_identity(envelope: Envelope, account: Account) -> Address:
    """Return the identity a mail was sent to, or from, else the account's own."""
    received_as = {a.addr_spec.lower() for a in (*envelope.to, *envelope.cc, *envelope.from_)}
    for identity in (account.address, *account.identities):
        if identity.addr_spec.lower() in received_as:
            return identity
    return account.address


def _quoted(rendered: RenderedMail, zone: tzinfo) -> str:
    author = rendered.envelope.author
    who = plain_name(author.shown_name) or "somebody"
    when = _time(rendered.envelope.date, zone)
    attribution = f"On {when}, {who} wrote:" if when else f"{who} wrote:"
    lines = _without_signature(_shown_lines(rendered))
    return "\n".join(["", "", attribution, *(_quote(line) for line in lines), ""])


def _forwarded(rendered: RenderedMail, zone: tzinfo) -> str:
    envelope = rendered.envelope
    block = [
        ("From", format_address_list(envelope.from_)),
        ("Date", _time(envelope.date, zone)),
        ("Subject", plain_name(envelope.subject)),
        ("To", format_address_list(envelope.to)),
        ("Cc", format_address_list(envelope.cc)),
    ]
    named = [f"{name}: {plain_name(value)}" for name, value in block if value]
    return "\n".join(["", "", FORWARDED_LINE, *named, "", *_shown_lines(rendered), ""])


def _shown_lines(rendered: RenderedMail) -> list[str]:
    text = rendered.plain_text
    lines = text[:MAX_QUOTED_CHARS].split("\n")
    if len(text) > MAX_QUOTED_CHARS or len(lines) > MAX_QUOTED_LINES:
        lines = [*lines[:MAX_QUOTED_LINES], "[The rest is left out.]"]
    while lines and not lines[-1].strip():
        lines.pop()
    return lines


def _without_signature(lines: list[str]) -> list[str]:
    """Cut at the last signature separator (RFC 3676 section 4.3)."""
    for place in range(len(lines) - 1, -1, -1):
        if lines[place].rstrip() == "--":
            lines = lines[:place]
            break
    while lines and not lines[-1].strip():
        lines = lines[:-1]
    return lines


def _quote(line: str) -> str:
    return f">{line}" if line.startswith(">") else f"> {line}".rstrip()


def _time(date: int | None, zone: tzinfo) -> str:
    if date is None:
        return ""
    try:
        local = datetime.fromtimestamp(date, UTC).astimezone(zone)
    except (OverflowError, ValueError, OSError):
        return ""
    return local.strftime("%Y-%m-%d %H:%M %z").strip()


def _without(prefix: re.Pattern[str], subject: str) -> str:
    line = plain_name(subject)
    while found := prefix.match(line):
        line = line[found.end() :]
    return line


def _references(envelope: Envelope) -> tuple[str, ...]:
    """Return the chain with the mail itself at its end (RFC 5322 section 3.6.4)."""
    before = envelope.references or envelope.in_reply_to[:1]
    chain = [one for one in (*before, envelope.message_id) if is_message_id(one)]
    return tuple(capped_references(chain))


def _usable(message_id: str) -> str:
    return message_id if is_message_id(message_id) else ""


def _usable_addresses(addresses: Iterable[Address]) -> tuple[Address, ...]:
    return tuple(address for address in addresses if "@" in address.addr_spec)


def _others(addresses: tuple[Address, ...], own: frozenset[str]) -> tuple[Address, ...]:
    return _distinct((a for a in addresses if not _is_own(a, own)), ())


def _is_own(address: Address, own: frozenset[str]) -> bool:
    return address.addr_spec.lower() in own


def _distinct(addresses: Iterable[Address], taken: tuple[Address, ...]) -> tuple[Address, ...]:
    seen = {address.addr_spec.lower() for address in taken}
    kept = []
    for address in addresses:
        if address.addr_spec.lower() not in seen:
            seen.add(address.addr_spec.lower())
            kept.append(address)
    return tuple(kept)
