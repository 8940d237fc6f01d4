"""What reading one mail may cost, however many parts and mails it holds inside."""

from typing import Final

from tuimail.model.safe import Safe

MAX_PARTS_SHOWN: Final = 100
"""Texts shown one below the other; ordinary mails have one to three, digests thirty."""
MAX_LINES: Final = 50_000
MAX_CHARS: Final = 4 * 1024 * 1024
"""A novel has one million."""
MAX_TAGS: Final = 30_000
"""Of HTML, opening and closing; ordinary newsletters have 1,000 to 5,000."""
MAX_MAILS_INSIDE: Final = 30
"""Mails inside of a mail that are shown (digests have about twenty)."""


class Budget:
    """What is left for one mail; each part of it takes from the same.

    Whoever reads a part stops where something is used up, and takes what was read. Nothing of it
    is ever below 0.
    """

    __slots__ = ("chars", "lines", "mails", "parts", "tags", "was_short")

    def __init__(self) -> None:
        self.parts = MAX_PARTS_SHOWN
        self.lines = MAX_LINES
        self.chars = MAX_CHARS
        self.tags = MAX_TAGS
        self.mails = MAX_MAILS_INSIDE
        self.was_short = False
        """Something was left out for want of it."""

    def take_part(self) -> bool:
        """Take one part that is to be shown; False where no more is read of this mail."""
        if not (self.parts and self.lines and self.chars):
            self.was_short = True
            return False
        self.parts -= 1
        return True

    def take_mail(self) -> bool:
        """Take one mail inside; False where there were too many."""
        if not self.mails:
            return False
        self.mails -= 1
        return True

    def take(self, *, lines: int = 0, chars: int = 0, tags: int = 0) -> None:
        """Take what a part was found to hold; more than there is takes all of it."""
        self.lines = max(0, self.lines - lines)
        self.chars = max(0, self.chars - chars)
        self.tags = max(0, self.tags - tags)


TOO_MUCH: Final = Safe(
    f"This mail is larger than what is shown of one ({MAX_PARTS_SHOWN} texts,"
    f" {MAX_LINES:,} lines, {MAX_CHARS >> 20} million characters, {MAX_TAGS:,} tags);"
    " the rest is left out."
)
