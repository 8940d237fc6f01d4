"""PGP's armour within a text (RFC 9580 section 6.2): lines that are for programs."""

import re
from collections.abc import Iterator, Sequence
from typing import Final

from .columns import Typed

BEGINS: Final = "-----BEGIN PGP "
_BEGIN = re.compile(
    r"-----BEGIN PGP (SIGNATURE|MESSAGE|PUBLIC KEY BLOCK)(?:, PART \d{1,4}/\d{1,4})?-----\s*"
)
_INSIDE = re.compile(r"[A-Za-z0-9+/=]{0,100}\s*|[A-Za-z-]{1,30}: .{0,200}")


def armoured(lines: Sequence[Typed]) -> Iterator[int]:
    """Yield the places of the lines of each block that is one from its beginning to its end.

    Words of a person in it make it none: nothing that can be read is told apart from the rest.
    """
    start, kind, depth = -1, "", 0
    for place, (text, its_depth) in enumerate(lines):
        if begun := _BEGIN.fullmatch(text):
            start, kind, depth = place, begun[1], its_depth
        elif start >= 0 and its_depth == depth and text.rstrip() == f"-----END PGP {kind}-----":
            yield from range(start, place + 1)
            start = -1
        elif start >= 0 and not (its_depth == depth and _INSIDE.fullmatch(text)):
            start = -1
