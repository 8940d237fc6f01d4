"""How a mailing list says it is left: the links of List-Unsubscribe (RFC 2369 section 3.2)."""

import re
from typing import Final

from tuimail.errors import UserError
from tuimail.model.url import plain_url

from .fields import header_span, parse_fields

MAX_FIELD_CHARS: Final = 8_192
MAX_LINKS: Final = 10
_LINK: Final = re.compile(r"<([^<>]{1,2000})>")
_BLANK: Final = re.compile(r"\s+")
_OFFERED: Final = ("mailto:", "https://")
"""Nothing is sent in clear: who reads along would know who reads the list."""


def unsubscribe_links(raw: bytes) -> tuple[str, ...]:
    """Return the links a list names for leaving it, as they may be opened, the sender's order kept.

    Links that hide their host, and other than `mailto:` and `https:`, are left out.
    """
    end, _ = header_span(raw, 0, len(raw))
    field = parse_fields(raw[:end]).first("list-unsubscribe")[:MAX_FIELD_CHARS]
    links: dict[str, None] = {}
    for found in _LINK.finditer(field):
        try:
            link = plain_url(_BLANK.sub("", found[1]))
        except UserError:
            continue
        if link.startswith(_OFFERED):
            links[link] = None
    return tuple(links)[:MAX_LINKS]
