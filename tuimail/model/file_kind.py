"""What a file is by its own bytes, whatever its name and its sender say."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from .part import Part
from .safe import Safe


class Group(StrEnum):
    """What can be done with a file of this kind."""

    TEXT = "text"
    TABLE = "table"
    PATCH = "patch"
    CALENDAR = "calendar"
    CARD = "card"
    MAIL = "mail"
    PAGE = "page"
    """HTML: a browser runs what is in it."""
    DOCUMENT = "document"
    PICTURE = "picture"
    MEDIA = "media"
    ARCHIVE = "archive"
    SCRIPT = "script"
    PROGRAM = "program"
    UNKNOWN = "unknown"


TEXTS: Final = frozenset(
    {Group.TEXT, Group.TABLE, Group.PATCH, Group.CALENDAR, Group.CARD, Group.MAIL, Group.PAGE}
)
"""Kinds that are told apart by what is written in them, or by their name alone."""
RUNS: Final = frozenset({Group.SCRIPT, Group.PROGRAM})
"""What does something of its own when it is opened."""


@dataclass(frozen=True, slots=True)
class FileKind:
    """A kind of file."""

    words: Safe
    """For people: "PDF document"."""
    ending: str
    """Under which a desktop knows it, without the dot; empty where that is not known."""
    content_type: str
    group: Group
    box: str = ""
    """What it is packed in: a document that is a `zip` may be called one."""


@dataclass(frozen=True, slots=True)
class AttachedFile:
    """A part of a mail that can be saved or opened."""

    part: Part
    kind: FileKind
    name: Safe
    """As it would be saved."""
    warning: Safe
    """Where what it says of itself is not what it is: "says PDF, is a Windows program"."""
