"""Leaving a mailing list by the ways it names itself. Nothing is asked of anybody here."""

from dataclasses import dataclass
from urllib.parse import unquote

from tuimail.mime.unsubscribe import unsubscribe_links
from tuimail.model.ids import MessageKey
from tuimail.model.safe import Safe, safe_line
from tuimail.model.url import host_of
from tuimail.store.bodies import body_of

from .mail import Mail

_MAILTO = "mailto:"


@dataclass(frozen=True, slots=True)
class WayOut:
    """A link that leaves a list."""

    url: str
    """As it may be opened."""
    is_mail: bool
    """Whether a mail is to be sent, else a page is to be opened."""
    whom: Safe
    """The address the mail goes to, or the host of the page."""


def ways_out(mail: Mail, key: MessageKey) -> tuple[WayOut, ...]:
    """Return the ways a mail names to leave its list; none where it names none, or is not here."""
    raw = body_of(mail.store, key)
    return tuple(_way(link) for link in unsubscribe_links(raw)) if raw is not None else ()


def _way(url: str) -> WayOut:
    if not url.startswith(_MAILTO):
        return WayOut(url, False, safe_line(host_of(url), 120))
    address = unquote(url.removeprefix(_MAILTO).partition("?")[0])
    return WayOut(url, True, safe_line(address, 120))
