"""What kind a file is by its first bytes, and whether it says something else of itself."""

from collections.abc import Iterator
from typing import Final

from tuimail.model.file_kind import RUNS, TEXTS, FileKind
from tuimail.model.part import Part
from tuimail.model.safe import Safe, safe_filename

from .file_kinds import (
    BY_ENDING,
    BY_NAME,
    BY_TYPE,
    IN_ZIP,
    MAGIC,
    OTHER_ENDINGS,
    RUNNING,
    TEXT,
    UNKNOWN,
    WINDOWS,
    WRITTEN,
    ZIP,
)

HEAD_BYTES: Final = 4_096
"""Enough for every mark, and for the first names in an archive."""
_BLANKS: Final = b"\xef\xbb\xbf \t\r\n\f\v"
_IN_TEXTS: Final = bytes([7, 8, 9, 10, 12, 13, 27, *range(32, 127), *range(128, 256)])
_AN: Final = ("A", "E", "I", "O", "e", "i", "MP", "SV", "RP", "RT", "xz")
"""How words begin that are spoken with a vowel first."""


def kind_of(head: bytes, part: Part) -> FileKind:
    """Return the kind of a file by its first bytes; between kinds of text also by its name."""
    found = _by_magic(head)
    if found is None and _is_text(head):
        return _kind_of_text(head, part)
    return found or (_ending_kind(part) if _runs_by_name(part) else None) or UNKNOWN


def disagreement(kind: FileKind, part: Part) -> Safe:
    """Return where a file says something else of itself than it is, or nothing."""
    for claim in _claims(part):
        if not _agrees(claim, kind):
            true = "none" if kind == UNKNOWN else f"{_article(kind.words)} {kind.words}"
            return Safe(f"says {claim.words}, is {true}")
    return Safe("")


def ending_of(part: Part) -> str:
    """Return the ending of the name a part is saved by, in small letters; empty for none.

    Blanks, dots and what stands for a character that is no part of a name count for nothing.
    """
    name = safe_filename(part.filename).lower().rstrip(" ._")
    ending = name.rpartition(".")[2] if "." in name else ""
    return ending if ending.replace("-", "").isalnum() and len(ending) <= 20 else ""


def is_refused(kind: FileKind, part: Part) -> bool:
    """Whether a file is never handed to the desktop: it would do something of its own."""
    return kind.group in RUNS or _runs_by_name(part)


def _by_magic(head: bytes) -> FileKind | None:
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return next((kind for mark, kind in IN_ZIP if mark in head), ZIP)
    for at, mark, kind in MAGIC:
        if head.startswith(mark, at):
            # Two letters alone are no program and no picture: a text may begin with them.
            return None if len(mark) == 2 and _is_text(head) else kind
    return None


def _kind_of_text(head: bytes, part: Part) -> FileKind:
    start = _as_ascii(head).lstrip(_BLANKS)
    found = next((kind for pattern, kind in WRITTEN if pattern.match(start)), None)
    if found is not None:
        return found
    named = BY_NAME.get(ending_of(part)) or BY_TYPE.get(part.content_type)
    return named if named is not None and named in BY_NAME.values() else TEXT


def _as_ascii(head: bytes) -> bytes:
    """Return UTF-16 without its zero bytes, anything else as it is."""
    return head[2:].replace(b"\0", b"") if head.startswith((b"\xff\xfe", b"\xfe\xff")) else head


def _is_text(head: bytes) -> bool:
    """Whether no byte is one that texts do not have."""
    return not _as_ascii(head).translate(None, _IN_TEXTS)


def _article(words: str) -> str:
    return "an" if words.startswith(_AN) else "a"


def _runs_by_name(part: Part) -> bool:
    ending = ending_of(part)
    named = BY_NAME.get(ending)
    return ending in RUNNING or (named is not None and named.group in RUNS)


def _claims(part: Part) -> Iterator[FileKind]:
    """Yield what its ending and its stated type say, where they say anything."""
    by_ending = _ending_kind(part)
    if by_ending is not None:
        yield by_ending
    by_type = BY_TYPE.get(part.content_type)
    if by_type is not None:
        yield by_type


def _ending_kind(part: Part) -> FileKind | None:
    ending = ending_of(part)
    found = BY_ENDING.get(OTHER_ENDINGS.get(ending, ending))
    return WINDOWS if found is None and ending in RUNNING else found


def _agrees(claim: FileKind, kind: FileKind) -> bool:
    if claim == kind or claim.group is kind.group:
        return True
    if claim.group in TEXTS and kind.group in TEXTS:
        return True
    if kind.group in RUNS:
        return claim.group in RUNS
    # What says that it runs is refused by its name; what it is then matters less.
    return claim.group in RUNS or (bool(claim.box) and claim.box == kind.box)
