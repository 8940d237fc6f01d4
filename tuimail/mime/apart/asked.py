"""What the process for reading is asked, and how that goes over its socket."""

import json
from enum import StrEnum
from typing import Final

LENGTH_BYTES: Final = 4
"""Before each message, big-endian."""
MAX_ANSWER_BYTES: Final = 8 << 20
"""Of one message; a piece of lines has a hundredth of it."""
CPU_S: Final = 1.5
"""Of processor time for one mail; ordinary ones take 1 to 50 ms."""
MEMORY_BYTES: Final = 72 << 20
"""What reading one mail may take beside the program itself."""
SPENT_BYTES: Final = 40 << 20
"""A process that grew so much makes room for another."""


class Wish(StrEnum):
    """What is wanted of a mail."""

    TEXT_FIRST = "text"
    """Rendered, plain text before HTML."""
    HTML_FIRST = "html"
    SEARCHABLE = "searchable"
    """What the search index keeps."""


def message(words: object) -> bytes:
    """Return one message: its length and JSON."""
    text = json.dumps(words, ensure_ascii=False, separators=(",", ":"))
    content = text.encode("utf-8", "surrogatepass")
    return len(content).to_bytes(LENGTH_BYTES) + content


def words_of(content: bytes) -> object:
    """Return what a message says. Raises ValueError."""
    words: object = json.loads(content.decode("utf-8", "surrogatepass"))
    return words
