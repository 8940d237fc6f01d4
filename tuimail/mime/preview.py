"""The first look into a file that hangs on a mail: its text, its table, what lies in it."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Final

from tuimail.model.file_kind import AttachedFile, Group
from tuimail.model.part import Line, RenderedMail, Span
from tuimail.model.safe import Safe, safe_line

from .archive_names import TAIL_BYTES, Listing, tar_names, unpacked, zip_names
from .charset import decode
from .file_kinds import GZIP, TAR
from .links import LinkTable
from .picture_size import picture_size
from .render import render_mail

Read = Callable[[bytes], RenderedMail]
"""Makes a mail readable."""
MAX_READ_BYTES: Final = 1 << 20
"""Of a text, a table, a header of a picture."""
_MAX_NAME_CHARS: Final = 200
_NO_PREVIEW: Final = "No preview of this kind"
_DUMP_BYTES: Final = 64
_DUMP_ROW: Final = 16


def preview_lines(
    file: AttachedFile, pieces: Iterable[bytes], read: Read = render_mail
) -> tuple[Line, ...]:
    """Return what there is to see of a file; `pieces` are its content. Never raises.

    A mail is shown as `read` gives it.

    Nothing is unpacked, run or asked of anybody. How long it takes does not depend on what a file
    says of itself, and no more is kept of it than MAX_READ_BYTES, or the directory of an archive.
    """
    return tuple(_lines(file, pieces, read))


def _lines(file: AttachedFile, pieces: Iterable[bytes], read: Read) -> Iterator[Line]:
    match file.kind.group:
        case Group.ARCHIVE | Group.DOCUMENT | Group.PROGRAM if file.kind.box == "zip":
            yield from _listing(zip_names(_tail(pieces)))
        case Group.ARCHIVE if file.kind == TAR:
            yield from _listing(tar_names(pieces))
        case Group.ARCHIVE if file.kind == GZIP:
            yield from _gzip(pieces)
        case _:
            yield from _of_beginning(file, _beginning(pieces), read)


def _of_beginning(file: AttachedFile, content: bytes, read: Read) -> Sequence[Line]:
    match file.kind.group:
        case Group.PICTURE:
            return _picture(content)
        case Group.MAIL:
            return _mail(read(content).lines, content)
        case Group.UNKNOWN | Group.DOCUMENT | Group.MEDIA | Group.ARCHIVE | Group.PROGRAM:
            return list(_dump(file.kind.words, content[:_DUMP_BYTES]))
        case group:
            lines = _written(group, decode(content, file.part.charset))
            if file.part.size_bytes > MAX_READ_BYTES:
                return [*lines, _quiet(Safe("(The rest of this file is left out.)"))]
            return lines


def _written(group: Group, text: str) -> Sequence[Line]:
    """Return lines of a kind of text; one that is not what it seems is shown as it is."""
    from .text import text_to_lines

    lines: Sequence[Line] = ()
    match group:
        case Group.TABLE:
            from .table import table_lines

            lines = table_lines(text)
        case Group.CALENDAR:
            from .invite import invite_lines

            lines = invite_lines(text, LinkTable())
        case Group.CARD:
            from .card import card_lines

            lines = card_lines(text)
        case Group.PAGE if "<" in text:
            from .html import html_to_lines

            lines = html_to_lines(text, LinkTable()).lines
        case _:
            pass
    return lines or text_to_lines(text, LinkTable())


def _mail(lines: Sequence[Line], content: bytes) -> Sequence[Line]:
    from .headers import parse_envelope

    envelope = parse_envelope(content)
    head = [("From: ", ", ".join(str(who.addr_spec) for who in envelope.from_[:10]))]
    head.append(("Subject: ", str(envelope.subject)))
    named = [Line((Span(Safe(name), "dim"), Span(safe_line(text, 400)))) for name, text in head]
    return [*named, Line(()), *lines]


def _picture(content: bytes) -> Sequence[Line]:
    size = picture_size(content)
    if size is None:
        return [_quiet(Safe("Its header does not say how large it is."))]
    return [Line((Span(Safe(f"{size[0]:,} by {size[1]:,} pixels")),))]


def _gzip(pieces: Iterable[bytes]) -> Iterator[Line]:
    """List a packed tar archive; of anything else that is packed there is one thing to say."""
    held = unpacked(pieces)
    first = next(held, b"")
    while len(first) < 512 and (more := next(held, b"")):
        first += more
    if first[257:262] == b"ustar":
        yield from _listing(tar_names(_again(first, held)))
    else:
        yield _quiet(Safe("One file is packed in here; it is not unpacked to be looked at."))


def _again(first: bytes, rest: Iterator[bytes]) -> Iterator[bytes]:
    yield first
    yield from rest


def _listing(listing: Listing) -> Iterator[Line]:
    for entry in listing.entries:
        name = safe_line(entry.name.replace("\n", " "), _MAX_NAME_CHARS)
        lock = " (encrypted)" if entry.is_encrypted else ""
        size = Span(Safe(f"{entry.size_bytes:>15,}  "), "dim")
        yield Line((size, Span(name), Span(Safe(lock), "dim")), 17)
    count = len(listing.entries)
    names = f"{count:,} {'name' if count == 1 else 'names'}"
    if listing.is_whole:
        yield _quiet(Safe(names))
    elif count:
        yield _quiet(Safe(f"{names}; there are more, or the archive is damaged."))
    else:
        yield _quiet(Safe("Its names cannot be read: it is damaged, or too large."))


def _dump(kind: Safe, content: bytes) -> Iterator[Line]:
    """Show the first bytes as numbers, since there is nothing to read."""
    yield _quiet(Safe(f"{_NO_PREVIEW}: {kind}. A filter (in [ui]) may make text of it."))
    yield Line(())
    for at in range(0, len(content), _DUMP_ROW):
        row = content[at : at + _DUMP_ROW]
        shown = "".join(chr(byte) if 32 <= byte < 127 else "." for byte in row)
        numbers = Span(Safe(f"{row.hex(' '):{3 * _DUMP_ROW}} "), "dim")
        yield Line((numbers, Span(Safe(shown), "code")), is_fixed=True)


def _quiet(words: Safe) -> Line:
    return Line((Span(words, "dim"),))


def _beginning(pieces: Iterable[bytes]) -> bytes:
    taken: list[bytes] = []
    left = MAX_READ_BYTES
    for piece in pieces:
        taken.append(piece[:left])
        left -= len(taken[-1])
        if left <= 0:
            break
    return b"".join(taken)


def _tail(pieces: Iterable[bytes]) -> bytes:
    """Return the end of a content of any length."""
    kept: deque[bytes] = deque()
    size = 0
    for piece in pieces:
        kept.append(piece)
        size += len(piece)
        while size - len(kept[0]) >= TAIL_BYTES:
            size -= len(kept.popleft())
    return b"".join(kept)[-TAIL_BYTES:]
