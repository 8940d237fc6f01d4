"""Leaving a mailing list by the ways it names itself. Nothing is asked of anybody here."""

from dataclasses import dataclass
from typing import Final

from tuimail.errors import UserError
from tuimail.mime.unsubscribe import unsubscribe_links
from tuimail.model.ids import MessageKey
from tuimail.model.safe import Safe, safe_line
from tuimail.model.url import host_of
from tuimail.store.bodies import body_of

from .mail import Mail
from .mailto import parse_mailto

_MAILTO: Final = "mailto:"
_WHOM_CHARS: Final = 300


@dataclass(frozen=True, slots=True)
class WayOut:
    """A link that leaves a list."""

    url: str
    """As it may be opened."""
    is_mail: bool
    """Whether a mail is to be sent, else a page is to be opened."""
    whom: Safe
    """Everybody the mail goes to, or the host of the page."""


def ways_out(mail: Mail, key: MessageKey) -> tuple[WayOut, ...]:
    """Return the ways a mail names to leave its list; none where it names none, or is not here."""
    raw = body_of(mail.store, key)
    links = unsubscribe_links(raw) if raw is not None else ()
    return tuple(way for link in links if (way := _way(link)) is not None)


def _way(url: str) -> WayOut | None:
    """Return where a link leads; None where it is a mail to nobody, or to what is no address."""
    if not url.startswith(_MAILTO):
        return WayOut(url, False, safe_line(host_of(url), _WHOM_CHARS))
    try:
        asked = parse_mailto(url)
    except UserError:
        return None
    whom = ", ".join(filter(None, (asked.to, asked.cc, asked.bcc)))
    return WayOut(url, True, safe_line(whom, _WHOM_CHARS)) if whom else None
