"""A mail made readable: what the reader, `show`, quoting and the search index work with."""

from typing import NamedTuple

from tuimail.model.part import RenderedMail


class Searchable(NamedTuple):
    """What the index keeps of a mail."""

    text: str
    """The readable text without control characters, cut at MAX_INDEXED_CHARS."""
    attachment_names: str
    """Separated by newlines."""
    snippet: str
    """First words of the text, at most SNIPPET_CHARS."""
    has_attachments: bool


def render_mail(raw: bytes, *, prefer_html: bool = False) -> RenderedMail:
    """Return the mail as a reader shows it. Never raises; each part is rendered alone."""
    raise NotImplementedError


def part_content(raw: bytes, number: str) -> bytes:
    """Return the decoded content of the leaf with this section number.

    Raises:
        NotFound: the mail has no such part.
    """
    raise NotImplementedError


def searchable_text(raw: bytes) -> Searchable:
    """Return what the search index keeps of a mail. Never raises."""
    raise NotImplementedError
