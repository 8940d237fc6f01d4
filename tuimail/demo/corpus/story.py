"""A story: one or several messages that belong together, as a few small values."""

from dataclasses import dataclass
from enum import StrEnum
from random import Random
from typing import Final

from .personas import Persona

_STEP_FACTOR: Final = 1_000_003


class Kind(StrEnum):
    """What a story is."""

    TALK = "talk"
    LIST = "list"
    PATCHES = "patches"
    NEWSLETTER = "newsletter"
    INVITATION = "invitation"
    NOTICE = "notice"
    FILES = "files"
    SPAM = "spam"


@dataclass(frozen=True, slots=True)
class Story:
    """Everything its messages are made from; the same story makes the same bytes."""

    kind: Kind
    seed: int
    reader: Persona
    """The person in whose mailbox it is told, which may be one of the writers."""
    writers: tuple[Persona, ...]
    """Who takes part; the first one begins."""
    language: str
    dates: tuple[int, ...]
    """When each step was sent, seconds UTC, ascending."""

    def random(self, step: int = -1) -> Random:
        """Return the dice of one step, or those of the whole story."""
        return Random(self.seed * _STEP_FACTOR + step + 1)

    def writer(self, step: int) -> Persona:
        """Return who wrote a step: people take turns, and nobody answers themselves."""
        return self.writers[step % len(self.writers)]

    def is_own(self, step: int) -> bool:
        """The reader wrote this step."""
        return self.writer(step).email == self.reader.email

    def token(self, step: int) -> str:
        """Return a word that only this message has."""
        return f"{self.seed:x}.{step}"

    def message_id(self, step: int) -> str:
        """Return the Message-ID with its brackets."""
        return f"<{self.token(step)}.{self.dates[0]:x}@{self.writer(step).domain}>"

    def ancestors(self, step: int) -> list[str]:
        """Return the Message-IDs a step answers, oldest first."""
        return [self.message_id(earlier) for earlier in range(step)]

    def threading(self, step: int) -> list[tuple[str, str]]:
        """Return Message-ID, and In-Reply-To and References where it answers."""
        fields = [("Message-ID", self.message_id(step))]
        if step:
            fields.append(("In-Reply-To", self.message_id(step - 1)))
            fields.append(("References", "\r\n ".join(self.ancestors(step))))
        return fields
