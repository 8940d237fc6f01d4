"""Leaving a mailing list by the ways it names itself. Nothing is asked of anybody without a yes."""

from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from time import time
from typing import Final

from tuimail.errors import UserError
from tuimail.mime.fields import MAX_HEADER_BYTES, header_span, parse_fields
from tuimail.mime.headers import parse_envelope
from tuimail.mime.list_headers import are_covered, contacts_of, one_click_link
from tuimail.mime.reply import own_identity
from tuimail.mime.unsubscribe import unsubscribe_links
from tuimail.model.draft import Draft
from tuimail.model.message import MessageRow
from tuimail.model.safe import Safe, safe_line
from tuimail.model.url import host_of
from tuimail.protocols.one_click import Answer, post
from tuimail.store.bodies import beginning_of

from .mail import Mail
from .mailto import parse_mailto
from .path import own_servers, path_in
from .writing import draft_of_mailto

_MAILTO: Final = "mailto:"
_WHOM_CHARS: Final = 300


class Kind(StrEnum):
    """What leaving by a link means."""

    CLICK = "click"
    """One request to the list's host, which this program makes (RFC 8058)."""
    MAIL = "mail"
    """A mail that the person sends."""
    PAGE = "page"
    """A page that the person opens."""


@dataclass(frozen=True, slots=True)
class WayOut:
    """A link that leaves a list."""

    url: str
    """As it may be opened."""
    kind: Kind
    whom: Safe
    """Everybody the mail goes to, or the host of the page."""
    about: str = ""
    """Empty where it leaves the list; `help` or `owner` where it only leads to who can."""


def ways_out(mail: Mail, row: MessageRow) -> tuple[WayOut, ...]:
    """Return the ways a mail names to leave its list, else whom it names to ask, else none.

    One click is among them, and comes first, only where a server the account trusts says that a
    signature holds which covers it: else a forged mail could make this computer call anybody.
    """
    raw = beginning_of(mail.store, row.key, MAX_HEADER_BYTES)
    if raw is None:
        return ()
    ways = [way for link in unsubscribe_links(raw) if (way := _way(link)) is not None]
    click = _one_click(mail, row, raw)
    if click:
        ways.insert(0, WayOut(click, Kind.CLICK, safe_line(host_of(click), _WHOM_CHARS)))
    return tuple(ways or _contacts(raw))


def mail_of(mail: Mail, row: MessageRow, way: WayOut) -> Draft:
    """Return the mail that leaves a list, from the account and address that the list writes to.

    Raises:
        UserError: it is another kind of way.
    """
    draft = draft_of_mailto(mail, way.url, row.account)
    raw = beginning_of(mail.store, row.key, MAX_HEADER_BYTES) or b""
    asked = own_identity(parse_envelope(raw), mail.config.account(row.account))
    return replace(draft, from_=asked)


async def leave(way: WayOut, ask: Callable[[str], Awaitable[Answer]] = post) -> Safe:
    """Leave a list by one click: the person said yes. Return what became of it.

    Raises:
        UserError: it is another kind of way, leads into one's own network, or was refused.
        NetworkError: the host cannot be reached, is not who it should be, or answers nonsense.
    """
    if way.kind is not Kind.CLICK:
        raise UserError("This list is not left by one click.")
    answer = await ask(way.url)
    if answer.is_done:
        return Safe(f"{way.whom} says that you have left the list.")
    if answer.elsewhere:
        raise UserError(
            f"{way.whom} sends on to {answer.elsewhere}, which was not followed: "
            "you may still be on the list."
        )
    raise UserError(
        f"{way.whom} did not take it (status {answer.status}): you are still on the list."
    )


def _one_click(mail: Mail, row: MessageRow, raw: bytes) -> str:
    """Return the link for one click, where it may be used: never of a mail inside of another.

    What that says of the servers it came through is the word of who wrote the one around it.
    """
    if row.inside_of is not None:
        return ""
    fields = parse_fields(raw[: header_span(raw, 0, len(raw))[0]])
    link = one_click_link(fields)
    if not link:
        return ""
    account = mail.config.account(row.account)
    path = path_in(account, raw, int(time()), own_servers(mail.store, account))
    passed = {
        one.domain
        for one in path.authentication or ()
        if (one.method, one.result) == ("dkim", "pass") and one.domain
    }
    return link if are_covered(fields, passed) else ""


def _contacts(raw: bytes) -> Iterator[WayOut]:
    """Yield whom a list names to ask."""
    fields = parse_fields(raw[: header_span(raw, 0, len(raw))[0]])
    for about, link in contacts_of(fields):
        way = _way(link)
        if way is not None:
            yield replace(way, about=about)


def _way(url: str) -> WayOut | None:
    """Return where a link leads; None where it is a mail to nobody, or to what is no address."""
    if not url.startswith(_MAILTO):
        return WayOut(url, Kind.PAGE, safe_line(host_of(url), _WHOM_CHARS))
    try:
        asked = parse_mailto(url)
    except UserError:
        return None
    whom = ", ".join(filter(None, (asked.to, asked.cc, asked.bcc)))
    return WayOut(url, Kind.MAIL, safe_line(whom, _WHOM_CHARS)) if whom else None
