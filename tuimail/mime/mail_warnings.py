"""What is said of a mail's content, above it: what it hides, what was cut, what misleads."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from tuimail.model.caution import Caution, CautionKind
from tuimail.model.safe import Safe

from .address_fields import MAX_ADDRESSES, address_count
from .body import Body
from .budget import TOO_MUCH
from .choose import MAIL_TYPES, Chosen
from .parse import HTML_TYPES, ParsedMail
from .plain import plain_text
from .sender_name import has_override

if TYPE_CHECKING:
    from .html import HtmlLines

ASKS_FOR_RECEIPT: Final = Caution(
    CautionKind.RECEIPT,
    Safe("This mail asks for a receipt; none is sent without your yes (tuimail receipt)."),
)
MAX_COMPARED_BYTES: Final = 256_000
"""An HTML form above this size is not compared with the plain text."""
_MANY_HIDDEN_CHARS = 500
"""Below this it is the preview text that newsletters hide."""
_MAX_NOTES = 3
_COMPARED_WORDS = 40
_LEAST_SHARED = 0.2
_WORD = re.compile(r"\w{3,}")


def other_form(mail: ParsedMail, chosen: Chosen) -> "HtmlLines | None":
    """Read the HTML that was not chosen: for the hosts it would call, and to compare."""
    for part in chosen.alternatives:
        if part.content_type in HTML_TYPES and part.size_bytes <= MAX_COMPARED_BYTES:
            from .html import html_to_lines  # its parser is loaded by mails that need it

            return html_to_lines(mail.text(part))
    return None


def mail_warnings(
    mail: ParsedMail, chosen: Chosen, body: Body, other: "HtmlLines | None", plain: Safe
) -> Iterator[Caution]:
    """Yield our sentences about what a mail holds: hidden, cut, misleading, asked for."""
    for named, real in list(body.links.misleading)[:3]:
        leads = Safe(f"A link that shows {named} leads to {real}.")
        yield Caution(CautionKind.LINK, leads)
    if any(has_override(part.filename.raw) for part in mail.leaves):
        turned = "The name of a file holds characters that turn text around; they were removed."
        yield Caution(CautionKind.TURNED, Safe(turned))
    if body.hidden_chars >= _MANY_HIDDEN_CHARS:
        hidden = Safe(f"{body.hidden_chars} characters that this mail hides were left out.")
        yield Caution(CautionKind.CONTENT, hidden)
    if other is not None and _says_something_else(plain, other):
        differs = Safe("The HTML of this mail says something else than its plain text.")
        yield Caution(CautionKind.CONTENT, differs)
    yield from (Caution(CautionKind.CHARSET, note) for note in body.charset_notes[:_MAX_NOTES])
    yield from (Caution(CautionKind.CUT, Safe(flaw.value)) for flaw in sorted(mail.flaws))
    if body.budget.was_short:
        yield Caution(CautionKind.CUT, TOO_MUCH)
    texts = [part for part in chosen.bodies if part.content_type not in MAIL_TYPES]
    if any(map(mail.is_cut, texts)):
        longer = Safe("This mail's text is longer than 4 MB; the rest is left out.")
        yield Caution(CautionKind.CUT, longer)
    yield from _recipient_warnings(mail)
    if mail.fields.count("disposition-notification-to"):
        yield ASKS_FOR_RECEIPT


def _recipient_warnings(mail: ParsedMail) -> Iterator[Caution]:
    for name, label in (("to", "To"), ("cc", "Cc")):
        count = address_count(mail.fields.first(name, 4 * 1024 * 1024))
        if count > MAX_ADDRESSES:
            shown = Safe(f"{label} names about {count} people; {MAX_ADDRESSES} are shown.")
            yield Caution(CautionKind.CUT, shown)


def _says_something_else(plain: str, other: "HtmlLines") -> bool:
    """Whether two forms of a text hardly share a word; short ones are not judged."""
    words = set(_WORD.findall(plain[:100_000].lower()))
    other_words = set(_WORD.findall(plain_text(other.lines)[:100_000].lower()))
    fewer = min(len(words), len(other_words))
    return fewer >= _COMPARED_WORDS and len(words & other_words) < _LEAST_SHARED * fewer
