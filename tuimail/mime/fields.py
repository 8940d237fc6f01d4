"""A header block split into fields (RFC 5322 section 2.2), with caps and without ever failing."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from .octets import Octets
from .words import field_text

MAX_HEADER_BYTES: Final = 256 * 1024
"""What is read of one header block; ordinary ones have 1 to 20 kB."""
MAX_FIELDS: Final = 2_000
MAX_VALUE_CHARS: Final = 16 * 1024
"""What is read of one field body; address fields have a cap of their own."""


@dataclass(frozen=True, slots=True)
class Fields:
    """The fields of one header block, names in lower case, bodies unfolded."""

    all: tuple[tuple[str, str], ...]
    is_cut: bool = False
    """The block was larger than what is read."""

    def first(self, name: str, max_chars: int = MAX_VALUE_CHARS) -> str:
        """Return the body of the first field with this name, or an empty string."""
        return next((body[:max_chars] for other, body in self.all if other == name), "")

    def count(self, name: str) -> int:
        """Return how many fields have this name."""
        return sum(other == name for other, _ in self.all)


def header_span(raw: Octets, start: int, end: int) -> tuple[int, int]:
    """Return where the header block of the entity at raw[start:end] ends, and its body begins."""
    if raw.startswith(b"\n", start, end):
        return start, start + 1
    if raw.startswith(b"\r\n", start, end):
        return start, start + 2
    after_crlf = raw.find(b"\n\r\n", start, end)
    after_lf = raw.find(b"\n\n", start, end if after_crlf < 0 else after_crlf)
    if after_lf >= 0:
        return after_lf, after_lf + 2
    if after_crlf >= 0:
        return after_crlf, after_crlf + 3
    # Lines that end in CR alone: never right, but still written.
    after_cr = raw.find(b"\r\r", start, end)
    if after_cr >= 0 and raw.find(b"\n", start, after_cr) < 0:
        return after_cr, after_cr + 2
    return end, end


def unfolded(block: bytes) -> str:
    r"""Return a header block as text, one field per line, lines parted by \n.

    Bytes above 127 come as surrogates: see `words.field_text`.
    """
    text = block.decode("ascii", "surrogateescape").replace("\r\n", "\n")
    if "\r" in text:
        text = text.replace("\r", " " if "\n" in text else "\n")
    if "\n " in text:
        text = text.replace("\n ", " ")
    return text.replace("\n\t", " ") if "\n\t" in text else text


def parse_fields(block: bytes) -> Fields:
    """Return the fields of a header block. Never raises; lines that are no fields are left out."""
    lines = unfolded(block[:MAX_HEADER_BYTES]).split("\n", MAX_FIELDS)
    is_cut = len(block) > MAX_HEADER_BYTES or len(lines) > MAX_FIELDS
    return Fields(tuple(_fields(lines[:MAX_FIELDS])), is_cut)


def _fields(lines: list[str]) -> Iterator[tuple[str, str]]:
    for line in lines:
        name, colon, body = line.partition(":")
        name = name.rstrip()
        if colon and name and " " not in name:
            yield name.lower(), field_text(body.strip())
