"""A mail that was not read, shown as it is: its beginning, character by character."""

from typing import Final

from tuimail.model.caution import Caution, CautionKind, worst_first
from tuimail.model.part import Line, RenderedMail, Span
from tuimail.model.safe import Safe, safe_block

from .charset import decode
from .fields import MAX_HEADER_BYTES, header_span, parse_fields
from .headers import parse_envelope
from .octets import Octets
from .suspicion import sender_warnings

SHOWN_BYTES: Final = 64 * 1024
TOOK_TOO_MUCH: Final = Safe(
    "Reading this mail would take more time or memory than one mail may have;"
    " its first 64 kB are shown as they are."
)


def as_it_is(raw: Octets) -> RenderedMail:
    """Return the first bytes of a mail as text; none of its parts are told apart. Never raises.

    What is wrong with its sender is said all the same: a mail that is too much hides nothing.
    """
    head = raw[0:MAX_HEADER_BYTES]
    fields = parse_fields(head[: header_span(head, 0, len(head))[0]])
    envelope = parse_envelope(head)
    text = safe_block(decode(raw[0:SHOWN_BYTES], "utf-8"))
    lines = [Line((Span(Safe(line)),), is_fixed=True) for line in text.split("\n")]
    return RenderedMail(
        envelope=envelope,
        lines=tuple(lines),
        links=(),
        attachments=(),
        parts=(),
        remote_hosts=(),
        warnings=worst_first(
            (*sender_warnings(fields, envelope), Caution(CautionKind.CUT, TOOK_TOO_MUCH))
        ),
        plain_text=text,
        snippet=Safe(""),
    )
