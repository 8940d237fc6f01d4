"""HTML to lines: iterative, with caps, and never any network."""

from dataclasses import dataclass

from tuimail.model.part import Line, Link
from tuimail.model.safe import Safe


@dataclass(frozen=True, slots=True)
class HtmlLines:
    """What a text/html part becomes."""

    lines: tuple[Line, ...]
    links: tuple[Link, ...]
    remote_hosts: tuple[Safe, ...]
    """Hosts that images, style sheets and the like would have been fetched from; none was."""
    hidden_chars: int
    """Characters of text the mail hid from readers, dropped here."""


def html_to_lines(html: str, first_link: int = 1) -> HtmlLines:
    """Return the readable form of HTML. Never raises, never opens a connection."""
    raise NotImplementedError
