"""How a mailing list says it is left: the links of List-Unsubscribe (RFC 2369 section 3.2)."""

from .fields import header_span, parse_fields
from .list_headers import MAX_LINKS, links_of

__all__ = ["MAX_LINKS", "unsubscribe_links"]


def unsubscribe_links(raw: bytes) -> tuple[str, ...]:
    """Return the links a list names for leaving it, as they may be opened, the sender's order kept.

    Links that hide their host, and other than `mailto:` and `https:`, are left out.
    """
    end, _ = header_span(raw, 0, len(raw))
    return links_of(parse_fields(raw[:end]).first("list-unsubscribe"))
