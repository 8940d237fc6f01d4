"""Line ends of a whole mail: CRLF on a server (RFC 5322 section 2.3), often LF in a file."""

import re
from typing import Final

_BARE_LF: Final = re.compile(rb"(?<!\r)\n")


def with_crlf(raw: bytes) -> bytes:
    """Return a mail from a file as it goes to a server.

    Where every line ends with LF alone, that is how the file was written. Where some end with
    CRLF, it holds the mail as a server had it, and not a byte is changed.
    """
    return raw if b"\r\n" in raw else raw.replace(b"\n", b"\r\n")


def sizes_told(raw: bytes) -> frozenset[int]:
    """Return the sizes in bytes that servers state for a mail: some count each LF as CRLF."""
    return frozenset({len(raw), len(raw) + len(_BARE_LF.findall(raw))})
