"""Mails as files, byte by byte as they are on the server: a folder of .eml, or one mbox."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import BinaryIO, Final

from tuimail.config.profile import expanded
from tuimail.config.whole_file import whole_file
from tuimail.errors import NotFound
from tuimail.mime.mbox import mbox_entry
from tuimail.model.ids import MessageKey
from tuimail.model.message import MessageRow
from tuimail.model.safe import Untrusted, safe_filename

from . import reading
from .mail import Mail, zone_of

MBOX: Final = ".mbox"
"""Ends the name of what becomes one file; anything else is a folder."""
_NAMED_CHARS: Final = 60
"""Of a subject in the name of a file."""

Fetch = Callable[[MessageKey], Awaitable[None]]
"""Has a body brought here; raises NotFound, NetworkError, ProtocolError where that cannot be."""
Tell = Callable[[int, int], None]
"""(done, total), after each mail."""


@dataclass(frozen=True, slots=True)
class Exported:
    """What was written."""

    path: Path
    """The folder, or the file."""
    count: int
    gone: int
    """Mails that are on the server no more, and of which no copy is here."""


async def export(
    mail: Mail, rows: Sequence[MessageRow], to: Path, fetch: Fetch, tell: Tell
) -> Exported:
    """Write mails, in the order given; what is not here yet is fetched.

    Nothing is written over, and nothing is left half written, also where this is cancelled: in a
    folder the files that are there are whole, and an mbox file is there when all mails are in it.

    Raises:
        UserError: the file is there already, or lies in the home of nobody.
        StoreError: it cannot be written.
        NetworkError, ProtocolError, EngineUnavailable: a body cannot be fetched.
    """
    path = expanded(to)
    count = 0
    if path.suffix.lower() != MBOX or path.is_dir():
        for done, row in enumerate(rows, 1):
            count += await _write_eml(mail, row, path, fetch)
            tell(done, len(rows))
        return Exported(path, count, len(rows) - count)
    with whole_file(path.parent, path.name, is_numbered=False) as file:
        for done, row in enumerate(rows, 1):
            count += await _write_entry(mail, row, file.stream, fetch)
            tell(done, len(rows))
    return Exported(path, count, len(rows) - count)


async def _write_eml(mail: Mail, row: MessageRow, folder: Path, fetch: Fetch) -> bool:
    raw = await _bytes_of(mail, row, fetch)
    if raw is not None:
        await asyncio.to_thread(_write_file, folder, _name_of(mail, row), raw)
    return raw is not None


async def _write_entry(mail: Mail, row: MessageRow, stream: BinaryIO, fetch: Fetch) -> bool:
    raw = await _bytes_of(mail, row, fetch)
    if raw is not None:
        stream.write(mbox_entry(raw, row.sender_address.raw, row.date))
    return raw is not None


async def _bytes_of(mail: Mail, row: MessageRow, fetch: Fetch) -> bytes | None:
    raw = await asyncio.to_thread(reading.body, mail, row.key)
    if raw is None:
        try:
            await fetch(row.key)
        except NotFound:
            return None
        raw = await asyncio.to_thread(reading.body, mail, row.key)
    return raw


def _write_file(folder: Path, name: str, raw: bytes) -> None:
    with whole_file(folder, name, is_numbered=True) as file:
        file.stream.write(raw)


def _name_of(mail: Mail, row: MessageRow) -> str:
    """Return a name that sorts by date and tells the mail."""
    when = datetime.fromtimestamp(row.date, zone_of(mail)).strftime("%Y-%m-%d %H%M")
    subject = row.subject.raw.strip()[:_NAMED_CHARS] or "mail"
    return safe_filename(Untrusted(f"{when} {subject.replace('/', '_')}.eml"))
