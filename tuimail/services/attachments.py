"""What hangs on a mail: listed by what it is, looked into, and written into a folder."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from tuimail.config.private import new_file
from tuimail.config.profile import expanded
from tuimail.errors import NotFound, UserError
from tuimail.mime.octets import PIECE_BYTES
from tuimail.model.file_kind import AttachedFile
from tuimail.model.ids import MessageKey
from tuimail.model.part import Line, Part
from tuimail.model.safe import Untrusted, safe_filename, safe_line

from .mail import Mail
from .rendering import octets, part_of, part_pieces, read

if TYPE_CHECKING:
    from tuimail.mime.parse import ParsedMail

MAX_LISTED: Final = 500
"""Files of one mail; the first bytes of each are looked at."""
_NAMED_CHARS: Final = 60
"""Of a subject that becomes the name of a file."""
_NOT_HERE: Final = "This mail is not here yet; open it once while online."

GoOn = Callable[[int], bool]
"""Told how many bytes are written; returns whether to go on."""


@contextmanager
def parsed_mail(mail: Mail, key: MessageKey) -> "Iterator[ParsedMail]":
    """Give the parts of a mail, whose bytes are read where they are looked at.

    Raises:
        NotFound: the mail's bytes are not here.
    """
    from tuimail.mime.parse import parse_mail  # what reads files is loaded by the first of them

    with octets(mail, key) as raw:
        if raw is None:
            raise NotFound(_NOT_HERE)
        yield parse_mail(raw)


def is_here(mail: Mail, key: MessageKey) -> bool:
    """Whether a mail's bytes are on this computer; a large one is not read for that."""
    with octets(mail, key) as raw:
        return raw is not None


def files_of(mail: Mail, key: MessageKey) -> tuple[AttachedFile, ...]:
    """Return the files of a mail, also the pictures of its HTML, by what they truly are.

    Raises:
        NotFound: the mail's bytes are not here.
    """
    from tuimail.mime.choose import choose

    with parsed_mail(mail, key) as parsed:
        hanging = {part.number for part in choose(parsed, prefer_html=False).attachments}
        parts = [p for p in parsed.leaves if p.number in hanging or _is_picture(p)]
        return tuple(_attached(parsed, part) for part in parts[:MAX_LISTED])


def beginning_of(mail: Mail, key: MessageKey, number: str, most: int) -> bytes:
    """Return the first bytes of a part's content. Raises as `part_pieces`."""
    taken = bytearray()
    for piece in part_pieces(mail, key, number):
        taken += piece[: most - len(taken)]
        if len(taken) >= most:
            break
    return bytes(taken)


def preview(mail: Mail, key: MessageKey, file: AttachedFile) -> tuple[Line, ...]:
    """Return what there is to see of a file. Raises as `part_pieces`."""
    from tuimail.mime.preview import preview_lines  # loaded by the first preview

    return preview_lines(file, part_pieces(mail, key, file.part.number), partial(read, mail))


def may_open(file: AttachedFile) -> bool:
    """Whether a file may be handed to the desktop; programs and scripts never are."""
    from tuimail.mime.sniff import is_refused

    return not is_refused(file.kind, file.part)


def require_openable(file: AttachedFile) -> None:
    """Raise UserError where a file may not be opened: by its bytes or its name it would run."""
    if not may_open(file):
        what = f"{safe_line(file.name, 60)} could run ({file.warning or file.kind.words})"
        raise UserError(f"{what}: it is never opened, but can be saved.")


def save_mail(mail: Mail, key: MessageKey, subject: Untrusted, folder: Path) -> Path:
    """Write a mail's exact bytes into a folder, named by its subject; return where.

    Raises: as `save_part`.
    """
    name = safe_filename(Untrusted(f"{subject.raw.strip()[:_NAMED_CHARS] or 'mail'}.eml"))
    return new_file(expanded(folder), name, _pieces_of(mail, key))


def save_part(
    mail: Mail, key: MessageKey, number: str, folder: Path, go_on: GoOn | None = None
) -> Path:
    """Write a part of a mail into a folder under a safe, unused name; return where.

    A megabyte of it is in memory at a time.

    Raises:
        NotFound: the mail's bytes are not here, or it has no such part.
        UserError: the folder is in the home of nobody, or it was not to go on; nothing is left.
        StoreError: it cannot be written there.
    """
    name = _name_of(part_of(mail, key, number))
    pieces = part_pieces(mail, key, number)
    return new_file(expanded(folder), name, _watched(pieces, go_on) if go_on else pieces)


def _watched(pieces: Iterable[bytes], go_on: GoOn) -> Iterator[bytes]:
    written = 0
    for piece in pieces:
        if not go_on(written):
            raise UserError("Stopped; nothing of it was saved.")
        yield piece
        written += len(piece)


def _attached(parsed: "ParsedMail", part: Part) -> AttachedFile:
    from tuimail.mime.sniff import HEAD_BYTES, disagreement, kind_of

    head = next(iter(parsed.pieces(part)), b"")[:HEAD_BYTES]
    kind = kind_of(head, part)
    return AttachedFile(part, kind, safe_line(_name_of(part)), disagreement(kind, part))


def _name_of(part: Part) -> str:
    return safe_filename(part.filename or Untrusted("attachment"))


def _is_picture(part: Part) -> bool:
    return part.content_type.startswith("image/")


def _pieces_of(mail: Mail, key: MessageKey) -> Iterator[bytes]:
    """Yield a mail's exact bytes. Raises NotFound where they are not here."""
    with octets(mail, key) as raw:
        if raw is None:
            raise NotFound(_NOT_HERE)
        for start in range(0, len(raw), PIECE_BYTES):
            yield raw[start : start + PIECE_BYTES]
