"""The parts of a mail (RFC 2045 to 2049) and the mail as a reader shows it."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from .caution import Caution
from .message import Envelope
from .safe import Safe, Untrusted

_NOTHING = Safe("")
MARK_OPENS: Final = "\u27e6"
MARK_CLOSES: Final = "\u27e7"
"""What our words about a link stand between; where a mail writes them they are replaced."""


class Disposition(StrEnum):
    """RFC 2183."""

    INLINE = "inline"
    ATTACHMENT = "attachment"


class MailKind(StrEnum):
    """What sort of mail it is, by its structure. None of these is a claim that it is genuine."""

    ORDINARY = "ordinary"
    SIGNED = "signed"
    """Carries a signature, which was not checked."""
    ENCRYPTED = "encrypted"
    SEALED = "sealed"
    """Wrapped in S/MIME: its text lies inside of a signature, or is encrypted."""
    REPORT = "report"
    """About the delivery of a mail (RFC 3464)."""
    RECEIPT = "receipt"
    """That a mail was shown or deleted (RFC 8098)."""
    ABUSE = "abuse"
    """A complaint about a mail (RFC 5965)."""
    INVITATION = "invitation"
    """Holds a calendar (RFC 6047)."""
    PARTIAL = "partial"
    """A piece of a larger mail (RFC 2046 section 5.2.2)."""


@dataclass(frozen=True, slots=True)
class Part:
    """A leaf of the MIME tree."""

    number: str
    """Section number as IMAP counts, for example `2.1` (RFC 9051 section 6.4.5.1)."""
    content_type: str
    """Lower-case type/subtype."""
    charset: str
    filename: Untrusted
    """As the sender wrote it, decoded; may be empty. Never a path: see `safe_filename`."""
    disposition: Disposition
    content_id: str
    size_bytes: int
    """Of the decoded content."""
    is_format_flowed: bool = False
    is_delsp: bool = False
    is_picture_of_text: bool = False
    """Drawn within the HTML by browsers; listed behind the files."""


@dataclass(frozen=True, slots=True)
class Span:
    """A piece of a line with the role that gives it its colour."""

    text: Safe
    role: str = "text"
    """text, quote1, quote2, quote3, signature, heading, link, code, dim, bold, italic, warning,
    table, patch.add, patch.del, patch.hunk."""


@dataclass(frozen=True, slots=True)
class Line:
    """A logical line, before it is wrapped to the screen."""

    spans: tuple[Span, ...]
    indent: int = 0
    """Cells by which wrapped continuation lines hang."""
    quote_depth: int = 0
    is_fixed: bool = False
    """Never wrapped at words: tables, code, patches."""
    fold: int = 0
    """Neighbours of one number, not 0, fold together: a long quote, a text known already."""

    @property
    def text(self) -> Safe:
        """The line without its roles."""
        return Safe("".join(span.text for span in self.spans))


@dataclass(frozen=True, slots=True)
class Link:
    """A link found in a mail, numbered from 1 in reading order."""

    number: int
    url: Untrusted
    """`safe_url` before it is opened."""
    host: Safe
    text: Safe
    named: Safe = _NOTHING
    """Another host or address that its words name; empty for an honest link."""
    is_doubtful: bool = False
    """Its host is not the one it shows, or imitates another: asked before it is opened."""

    @property
    def mark(self) -> Safe:
        """Its number as it stands behind it, in brackets that no text of a mail holds."""
        return Safe(f"{MARK_OPENS}{self.number}{MARK_CLOSES}")


@dataclass(frozen=True, slots=True)
class RenderedMail:
    """A mail made readable: envelope, lines, links, attachments."""

    envelope: Envelope
    lines: tuple[Line, ...]
    links: tuple[Link, ...]
    attachments: tuple[Part, ...]
    parts: tuple[Part, ...]
    remote_hosts: tuple[Safe, ...]
    """Hosts the HTML wanted to contact; none was."""
    warnings: tuple[Caution, ...]
    """Sentences of ours about what was cut, refused or looks wrong; the worst first."""
    plain_text: Safe
    """The shown text as one block: for quoting, search index, `--json`."""
    snippet: Safe
    kind: MailKind = MailKind.ORDINARY
    hidden_chars: int = 0
    """Characters of text that no browser would show, left out."""
    pixel_count: int = 0
    """Pictures that are there to report the reading of the mail; none was fetched."""
    tracker_hosts: tuple[Safe, ...] = ()
    """Whom they would have told."""


@dataclass(frozen=True, slots=True)
class Searchable:
    """What the search index keeps of a mail."""

    text: str
    """The readable text, without control characters."""
    attachment_names: str
    """Separated by newlines."""
    snippet: str
    """First words of the text."""
    has_attachments: bool
