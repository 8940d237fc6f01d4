"""Mails in files of other programs: single ones, mbox files, Maildir folders. Read with limits."""

import os
import re
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import BinaryIO, Final

from tuimail.errors import UserError
from tuimail.mime.headers import parse_envelope
from tuimail.mime.line_ends import with_crlf
from tuimail.mime.mbox import MAX_MAIL_BYTES, read_mbox
from tuimail.model.flags import NO_FLAGS, Flag, Flags
from tuimail.model.safe import safe_line

MAX_HEAD_BYTES: Final = 1 << 20
"""Where Status is looked for."""

_FIELD_LINE: Final = re.compile(rb"[!-9;-~]{1,200}[ \t]*:")
_KNOWN_FIELD: Final = re.compile(
    rb"^(?:From|Sender|To|Cc|Bcc|Date|Subject|Message-ID|Received|Return-Path)[ \t]*:",
    re.IGNORECASE | re.MULTILINE,
)
"""One of them makes a mail; lines with colons are in many other files."""
_HEAD_END: Final = re.compile(rb"\r?\n\r?\n")
_STATUS: Final = re.compile(
    rb"^(?:X-)?Status:[ \t]*([A-Za-z]{0,8})[ \t\r]*$", re.IGNORECASE | re.MULTILINE
)
_MBOX_FLAGS: Final = {"R": Flag.SEEN, "A": Flag.ANSWERED, "F": Flag.FLAGGED, "T": Flag.DRAFT}
_MAILDIR_FLAGS: Final = {"S": Flag.SEEN, "R": Flag.ANSWERED, "F": Flag.FLAGGED, "D": Flag.DRAFT}
_MAILDIR_INFO: Final = re.compile(r":2,([A-Za-z]{0,26})\Z")


@dataclass(frozen=True, slots=True)
class FiledMail:
    """A mail from a file, as it goes to a server."""

    raw: bytes
    flags: Flags
    date: int
    """Seconds UTC: when it came, as far as the file knows."""


@dataclass(frozen=True, slots=True)
class NoMail:
    """Something in a file that is none, or none that a server takes."""

    why: str


def mails_in(path: Path) -> Iterator[FiledMail | NoMail]:
    """Yield the mails of a file or a Maildir, one in memory at a time.

    Raises:
        UserError: it cannot be read, or is neither.
    """
    try:
        mode = path.stat().st_mode
        if stat.S_ISDIR(mode):
            yield from _of_maildir(path)
        elif stat.S_ISREG(mode):
            with path.open("rb") as file:
                yield from _of_file(file, int(os.fstat(file.fileno()).st_mtime))
        else:
            raise UserError(f"{safe_line(str(path))} is no file.")
    except OSError as error:
        raise UserError(f"{safe_line(str(path))}: {error.strerror}.") from error


def _of_file(file: BinaryIO, changed: int) -> Iterator[FiledMail | NoMail]:
    begin = file.read(5)
    file.seek(0)
    if begin != b"From ":
        yield _mail(file.read(MAX_MAIL_BYTES + 1), None, changed)
        return
    for mail in read_mbox(iter(partial(file.readline, MAX_MAIL_BYTES), b"")):
        yield NoMail("too large") if mail.is_too_large else _mail(mail.raw, mail.date, changed)


def _of_maildir(folder: Path) -> Iterator[FiledMail | NoMail]:
    """Links are not followed: what was asked for lies in this folder."""
    if not (folder / "cur").is_dir():
        raise UserError(f"{safe_line(str(folder))} is a folder, but no Maildir: it has no cur.")
    for part in ("new", "cur"):
        if not (folder / part).is_dir():
            continue
        with os.scandir(folder / part) as entries:
            names = sorted(e.name for e in entries if e.is_file(follow_symlinks=False))
        for name in names:
            path = folder / part / name
            with path.open("rb") as file:
                raw = file.read(MAX_MAIL_BYTES + 1)
            info = _MAILDIR_INFO.search(name)
            letters = info[1] if info else ""
            flags = frozenset(_MAILDIR_FLAGS[c].value for c in letters if c in _MAILDIR_FLAGS)
            came = int(path.stat().st_mtime)
            yield _mail(raw, came, came, flags)


def _mail(
    raw: bytes, came: int | None, changed: int, flags: Flags | None = None
) -> FiledMail | NoMail:
    """Return a mail that came then, or else when it says it was written, or the file was."""
    if len(raw) > MAX_MAIL_BYTES:
        return NoMail("too large")
    if not (_FIELD_LINE.match(raw) and _KNOWN_FIELD.search(_head(raw))):
        return NoMail("no mail")
    if b"\0" in raw:
        return NoMail("with NUL bytes, which no server takes")
    mail = with_crlf(raw)
    date = came or parse_envelope(mail).date or changed
    return FiledMail(mail, _flags_written(mail) if flags is None else flags, date)


def _flags_written(raw: bytes) -> Flags:
    """Return what Status and X-Status say, which mbox programs keep in the header."""
    letters = b"".join(_STATUS.findall(_head(raw))).decode("ascii").upper()
    return frozenset(_MBOX_FLAGS[c].value for c in letters if c in _MBOX_FLAGS) or NO_FLAGS


def _head(raw: bytes) -> bytes:
    """Return the header, as far as it is looked at."""
    return _HEAD_END.split(raw[:MAX_HEAD_BYTES], maxsplit=1)[0]
