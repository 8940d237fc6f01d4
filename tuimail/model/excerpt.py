"""The place in a mail's text where a search found its words."""

from typing import NamedTuple

from .safe import Untrusted


class ExcerptPiece(NamedTuple):
    """A piece of the text, in one line."""

    text: Untrusted
    is_hit: bool
    """Whether it is what was looked for."""


Excerpt = tuple[ExcerptPiece, ...]
"""Put together, the text around the first place; empty where the words are not in the text."""
