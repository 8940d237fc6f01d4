"""Large mails that are not whole yet: their pieces, each kept as it came, to go on from there.

One file for each mail, of records: length, CRC-32, bytes. So what a crash or a power cut left half
written is known and fetched again. All of it is blocking work for a thread.
"""

import os
import struct
import zlib
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Final

from tuimail.config.private import FILE_MODE, private_folder
from tuimail.errors import StoreError
from tuimail.model.ids import MessageKey

from .bodies import bodies_here
from .database import Database, Store
from .statement import with_ids

KEPT_S: Final = 30 * 86_400
"""What nobody went on with for so long is dropped."""
_HEAD: Final = struct.Struct(">II")
_APPEND: Final = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC
_FOLDER: Final = "partial"


class Partial:
    """The pieces of one mail, from one place on its server."""

    def __init__(self, store: Store, key: MessageKey, place: tuple[int, int, int]) -> None:
        """`place` is mailbox, UIDVALIDITY and UID: only there the bytes are sure to be the same."""
        self._folder = store.folder / _FOLDER
        self._key = key
        numbers = ".".join(str(number) for number in place)
        self._path = self._folder / f"{key:016x}.{numbers}"

    def resume(self) -> int:
        """Return how many bytes are here; what is damaged is cut off, other places are dropped.

        Raises:
            StoreError: the folder cannot be written.
        """
        try:
            private_folder(self._folder)
            for other in self._folder.glob(f"{self._key:016x}.*"):
                if other != self._path:
                    other.unlink(missing_ok=True)
            if not self._path.exists():
                return 0
            pieces, good = _records(self._path.read_bytes())
            with self._path.open("r+b") as file:
                file.truncate(good)
        except OSError as error:
            raise self._trouble(error) from error
        return sum(map(len, pieces))

    def add(self, piece: bytes) -> None:
        """Keep the next piece.

        Raises:
            StoreError: it cannot be written; what was kept before stays.
        """
        try:
            handle = os.open(self._path, _APPEND, FILE_MODE)
            with os.fdopen(handle, "ab") as file:
                file.write(_HEAD.pack(len(piece), zlib.crc32(piece)) + piece)
        except OSError as error:
            raise self._trouble(error) from error

    def content(self) -> bytes:
        """Return what is here.

        Raises:
            StoreError: it cannot be read.
        """
        try:
            pieces, _ = _records(self._path.read_bytes())
        except OSError as error:
            raise self._trouble(error) from error
        return b"".join(pieces)

    def drop(self) -> None:
        """Forget the pieces: the mail is whole, or gone."""
        with suppress(OSError):
            self._path.unlink()

    def _trouble(self, error: OSError) -> StoreError:
        reason = error.strerror or "it cannot be written"
        return StoreError(f"{self._folder}: {reason}. Nothing was lost; free some space.")


def drop_stale_partials(store: Store, now: float) -> int:
    """Drop pieces of mails that are whole or gone, and old ones; return how many files."""
    keys = {path: _key_of(path) for path in (store.folder / _FOLDER).glob("*")}
    wanted = _still_wanted(store, keys.values())
    dropped = 0
    for path, key in keys.items():
        with suppress(OSError):
            if key not in wanted or now - path.stat().st_mtime > KEPT_S:
                path.unlink()
                dropped += 1
    return dropped


def _still_wanted(store: Store, keys: Iterable[int]) -> set[MessageKey]:
    placed = (
        "select r.hash from refhash r join placement p on p.message = r.message"
        " where r.hash in (:ids) and p.ref > 0"
    )
    wanted = {MessageKey(key) for key in store.ids(Database.CACHE, with_ids(placed, keys))}
    return wanted - bodies_here(store, wanted)


def _key_of(path: Path) -> int:
    """Return the key in a file's name; -1, which is none, where there is none."""
    try:
        return int(path.name.partition(".")[0], 16)
    except ValueError:
        return -1


def _records(content: bytes) -> tuple[list[bytes], int]:
    """Return the pieces that are whole, from the first on, and where the last of them ends."""
    pieces: list[bytes] = []
    at = 0
    while at + _HEAD.size <= len(content):
        size, check = _HEAD.unpack_from(content, at)
        end = at + _HEAD.size + size
        piece = content[at + _HEAD.size : end]
        if not size or len(piece) < size or zlib.crc32(piece) != check:
            break
        pieces.append(piece)
        at = end
    return pieces, at
