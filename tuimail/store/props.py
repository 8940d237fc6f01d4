"""Bits of `message.props`: what is known of a message beside its header."""

from typing import Final

HAS_ATTACHMENTS: Final = 1
HAS_BODY: Final = 2
"""A hint that spares asking bodies.db."""
IS_REPORT: Final = 4
"""multipart/report: a bounce or a receipt (RFC 3462)."""
IS_INVITE: Final = 8
"""text/calendar."""
IS_AUTOMATIC: Final = 32
"""Says that no person wrote it (RFC 3834)."""
IS_SWEPT: Final = 16
"""Gone from every mailbox, its text removed; the row keeps its id and thread from being reused."""
