"""A mail made readable: what the reader, `show`, quoting and the search index work with.

Each part is rendered by itself, so that the HTML of one can never enclose the text of another, and
no mark of trust is ever drawn from what a mail says about itself.
"""

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final

from tuimail.errors import NotFound
from tuimail.model.part import Line, RenderedMail, Searchable
from tuimail.model.safe import Safe, safe_line

from .address_fields import MAX_ADDRESSES, address_count
from .body import Body
from .choose import HTML_TYPES, MAIL_TYPES, Chosen, choose
from .headers import parse_envelope
from .parse import ParsedMail, parse_mail
from .suspicion import has_override, sender_warnings

if TYPE_CHECKING:
    from .html import HtmlLines

MAX_INDEXED_CHARS: Final = 256_000
SNIPPET_CHARS: Final = 200
MAX_COMPARED_BYTES: Final = 256_000
"""An HTML form above this size is not compared with the plain text."""
ASKS_FOR_RECEIPT: Final = Safe(
    "This mail asks for a receipt; none is sent without your yes (tuimail receipt)."
)
_MANY_HIDDEN_CHARS = 500
"""Below this it is the preview text that newsletters hide."""
_ENCRYPTED: Final = frozenset({"application/pgp-encrypted", "application/pkcs7-mime"})
_COMPARED_WORDS = 40
_LEAST_SHARED = 0.2

_WORD = re.compile(r"\w{3,}")
_NUMBER_MARK = re.compile(r"\[\d{1,5}\]")
_ATTRIBUTION = re.compile(
    r".{0,200}(?:wrote|schrieb|écrit|escribió|ha scritto|написал)[^:]{0,40}:\s*"
)


def render_mail(raw: bytes, *, prefer_html: bool = False) -> RenderedMail:
    """Return the mail as a reader shows it. Never raises; each part is rendered alone."""
    mail = parse_mail(raw)
    envelope = parse_envelope(raw)
    chosen = choose(mail, prefer_html=prefer_html)
    body = Body(prefer_html=prefer_html)
    body.add_mail(mail, chosen.bodies)
    other = _other_form(mail, chosen)
    plain = _plain_text(body.lines)
    warnings = (
        *sender_warnings(mail.fields, envelope),
        *_warnings(mail, chosen, body, other, plain),
        *([ASKS_FOR_RECEIPT] if mail.fields.count("disposition-notification-to") else []),
    )
    hosts = dict.fromkeys([*body.remote_hosts, *(other.remote_hosts if other else ())])
    return RenderedMail(
        envelope=envelope,
        lines=tuple(body.lines),
        links=tuple(body.links.links),
        attachments=chosen.attachments,
        parts=mail.leaves,
        remote_hosts=tuple(hosts),
        warnings=tuple(dict.fromkeys(warnings)),
        plain_text=plain,
        snippet=_snippet(body.lines),
    )


def part_content(raw: bytes, number: str) -> bytes:
    """Return the decoded content of the leaf with this section number.

    Raises:
        NotFound: the mail has no such part.
    """
    mail = parse_mail(raw)
    if number not in mail.by_number:
        raise NotFound(f"This mail has no part {safe_line(number, 40)}.")
    return mail.content(mail.part(number))


def searchable_text(raw: bytes) -> Searchable:
    """Return what the search index keeps of a mail. Never raises."""
    mail = parse_mail(raw)
    chosen = choose(mail, prefer_html=False)
    body = Body(prefer_html=False)
    body.add_mail(mail, chosen.bodies)
    names = [safe_line(part.filename, 250) for part in chosen.attachments if part.filename]
    return Searchable(
        text=_plain_text(body.lines)[:MAX_INDEXED_CHARS],
        attachment_names="\n".join(names),
        snippet=_snippet(body.lines),
        has_attachments=bool(chosen.attachments),
    )


def _other_form(mail: ParsedMail, chosen: Chosen) -> "HtmlLines | None":
    """Read the HTML that was not chosen: for the hosts it would call, and to compare."""
    for part in chosen.alternatives:
        if part.content_type in HTML_TYPES and part.size_bytes <= MAX_COMPARED_BYTES:
            from .html import html_to_lines  # its parser is loaded by mails that need it

            return html_to_lines(mail.text(part))
    return None


def _warnings(
    mail: ParsedMail, chosen: Chosen, body: Body, other: "HtmlLines | None", plain: Safe
) -> Iterator[Safe]:
    for named, real in body.misleading[:3]:
        yield Safe(f"A link that shows {named} leads to {real}.")
    if any(has_override(part.filename.raw) for part in mail.leaves):
        yield Safe("The name of a file holds characters that turn text around; they were removed.")
    if body.hidden_chars >= _MANY_HIDDEN_CHARS:
        yield Safe(f"{body.hidden_chars} characters that this mail hides were left out.")
    if other is not None and _says_something_else(plain, other):
        yield Safe("The HTML of this mail says something else than its plain text.")
    yield from (Safe(flaw.value) for flaw in sorted(mail.flaws))
    texts = [part for part in chosen.bodies if part.content_type not in MAIL_TYPES]
    if any(map(mail.is_cut, texts)):
        yield Safe("This mail's text is longer than 4 MB; the rest is left out.")
    if any(part.content_type in _ENCRYPTED for part in mail.leaves):
        yield Safe("A part of this mail is encrypted or sealed and cannot be shown here.")
    yield from _recipient_warnings(mail)


def _recipient_warnings(mail: ParsedMail) -> Iterator[Safe]:
    for name, label in (("to", "To"), ("cc", "Cc")):
        count = address_count(mail.fields.first(name, 4 * 1024 * 1024))
        if count > MAX_ADDRESSES:
            yield Safe(f"{label} names about {count} people; {MAX_ADDRESSES} are shown.")


def _says_something_else(plain: str, other: "HtmlLines") -> bool:
    """Whether two forms of a text hardly share a word; short ones are not judged."""
    words = set(_WORD.findall(plain[:100_000].lower()))
    other_words = set(_WORD.findall(_plain_text(other.lines)[:100_000].lower()))
    fewer = min(len(words), len(other_words))
    return fewer >= _COMPARED_WORDS and len(words & other_words) < _LEAST_SHARED * fewer


def _plain_text(lines: Sequence[Line]) -> Safe:
    """Return the text without the numbers put behind links."""
    return Safe("\n".join(map(_unnumbered, lines)).strip("\n"))


def _unnumbered(line: Line) -> str:
    spans = line.spans
    if len(spans) == 1:
        return spans[0].text
    return "".join(s.text for s in spans if s.role != "dim" or not _NUMBER_MARK.fullmatch(s.text))


def _words(line: Line) -> str:
    """Return a line without link numbers and what is drawn between the cells of a table."""
    if not any(span.role == "table" for span in line.spans):
        return _unnumbered(line)
    return " ".join(span.text for span in line.spans if span.role not in {"table", "dim"})


def _snippet(lines: Sequence[Line]) -> Safe:
    """Return the first words that are the sender's own: no quotes, rules or attributions."""
    words: list[str] = []
    length = 0
    for line in lines[:400]:
        if line.quote_depth or not line.spans or line.spans[0].role == "signature":
            continue
        if line.is_fixed and line.spans[0].role == "dim":
            continue  # a rule between two parts
        text = _words(line).strip(" \u00a0─-_=*")
        if not text or _ATTRIBUTION.fullmatch(text[:400]):
            continue
        words.append(text)
        length += len(text) + 1
        if length > 2 * SNIPPET_CHARS:
            break
    return safe_line(" ".join(" ".join(words).split()), SNIPPET_CHARS)
