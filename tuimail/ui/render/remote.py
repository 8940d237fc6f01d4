"""Whom a mail wanted to contact, in a few words for its head and whole on a page of its own."""

from collections.abc import Iterator
from typing import Final

from tuimail.model.part import Line, RenderedMail, Span
from tuimail.model.safe import Safe, safe_line
from tuimail.ui.roles import StyleRole

from .wrap import Row, wrap

_HEAD_HOSTS: Final = 4
_NOBODY: Final = Safe("This mail wanted to contact nobody.")


def remote_words(mail: RenderedMail) -> Safe:
    """Return what the head says of it, empty where there is nothing to say."""
    said = []
    if mail.remote_hosts:
        left = len(mail.remote_hosts) - _HEAD_HOSTS
        more = f" and {left} more" if left > 0 else ""
        said.append(f"not loaded: {', '.join(mail.remote_hosts[:_HEAD_HOSTS])}{more}")
    if mail.pixel_count:
        said.append(_counted(mail.pixel_count, "tracking pixel"))
    if mail.hidden_chars:
        said.append(f"{_counted(mail.hidden_chars, 'hidden character')} left out")
    return Safe(" · ".join(said))


def remote_page(mail: RenderedMail, width: int) -> list[Row]:
    """Return the rows of the page: hosts, tracking pixels, hidden text."""
    rows: list[Row] = []
    for line in _lines(mail):
        wrapped = wrap(line, max(1, width - 2))
        rows += [[(Safe(" "), StyleRole.TEXT), *row] for row in wrapped]
    return rows


def _lines(mail: RenderedMail) -> Iterator[Line]:
    yield Line((Span(safe_line(mail.envelope.subject) or Safe("(no subject)"), "heading"),))
    yield Line(())
    if not mail.remote_hosts:
        yield Line((Span(_NOBODY, "dim"),))
    else:
        count = _counted(len(mail.remote_hosts), "host")
        yield Line(
            (Span(Safe(f"This mail wanted to contact {count}; nothing was loaded:"), "bold"),)
        )
        yield from (Line((Span(Safe(f"  {host}")),), 4) for host in mail.remote_hosts)
    if mail.pixel_count:
        yield Line(())
        pixels = _counted(mail.pixel_count, "picture")
        words = f"{pixels} in it would have reported that you read it, to:"
        yield Line((Span(Safe(words), "bold"),))
        yield from (Line((Span(Safe(f"  {host}")),), 4) for host in mail.tracker_hosts)
    if mail.hidden_chars:
        yield Line(())
        hidden = _counted(mail.hidden_chars, "character")
        yield Line((Span(Safe(f"{hidden} that no browser would show were left out.")),))


def _counted(count: int, noun: str) -> str:
    return f"{count:,} {noun}{'' if count == 1 else 's'}"
