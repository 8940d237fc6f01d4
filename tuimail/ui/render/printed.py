"""A mail as plain text for paper: the usual header fields, the text, where its links lead."""

from collections.abc import Sequence
from typing import Final

from tuimail.model.address import Address
from tuimail.model.part import RenderedMail
from tuimail.model.safe import Safe, safe_line

from .compose import person_words
from .dates import long_date
from .head import files_words
from .wrap import wrap

COLUMNS: Final = 78
"""What fits on a page in the letters `lp` prints text with."""


def printed(mail: RenderedMail) -> str:
    """Return the mail as it is printed, lines of at most `COLUMNS` cells below the header."""
    envelope = mail.envelope
    fields = (
        ("From", _people(envelope.from_)),
        ("To", _people(envelope.to)),
        ("Cc", _people(envelope.cc)),
        ("Date", long_date(envelope.date)),
        ("Subject", safe_line(envelope.subject)),
        ("Files", files_words(mail.attachments)),
    )
    head = [f"{name + ':':<9}{value}" for name, value in fields if value]
    rows = [row for line in mail.lines for row in wrap(line, COLUMNS)]
    body = ["".join(text for text, _ in row).rstrip() for row in rows]
    hidden = [link for link in mail.links if link.url.raw not in mail.plain_text]
    if hidden:
        body += ["", *(f"{link.mark} {safe_line(link.url)}" for link in hidden)]
    return "\n".join([*head, "", *body, ""])


def _people(people: Sequence[Address]) -> Safe:
    return Safe(", ".join(person_words(person) for person in people))
