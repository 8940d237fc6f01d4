"""Large bytes as files named by their SHA-256, flushed to disk before anyone may refer to them."""

import fcntl
import os
import re
from collections.abc import Collection, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from hashlib import file_digest, sha256
from pathlib import Path
from secrets import token_hex
from typing import BinaryIO, Final

from tuimail.config.private import FILE_MODE, private_folder
from tuimail.errors import NotFound, StoreError

from .database import Store

FLUSHED_AT_ONCE: Final = 32
_DIGEST: Final = re.compile(r"[0-9a-f]{64}\Z")


def put_blob(store: Store, content: bytes) -> str:
    """Keep bytes that exist nowhere else, flushed to disk; return their SHA-256 in hexadecimal.

    Raises:
        StoreError: they cannot be written; nothing is left behind.
    """
    return put_blobs(store, [content])[0]


def put_blobs(store: Store, contents: Sequence[bytes]) -> list[str]:
    """Keep several at once: the disk flushes many files together in the time it takes for one.

    Raises:
        StoreError: some cannot be written; of each there is all or nothing.
    """
    digests = [sha256(content).hexdigest() for content in contents]
    missing = {
        path: content
        for digest, content in zip(digests, contents, strict=True)
        for path in [_path(store, digest)]
        if not _is_kept(store, path, content)
    }
    folders = {_path(store, digest).parent for digest in digests}
    try:
        with ThreadPoolExecutor(FLUSHED_AT_ONCE, "blobs") as threads:
            list(threads.map(_put, missing, missing.values()))
            # Of those that were there, too: whoever wrote them may have died before that.
            list(threads.map(_flush_folder, folders))
        _flush_folder(store.folder / "blobs")
    except OSError as error:
        raise _unwritable(store.folder / "blobs", error) from error
    return digests


def _is_kept(store: Store, path: Path, content: bytes) -> bool:
    """Tell whether bytes are there already, and make them young again if they are."""
    with suppress(OSError), _alone(store):
        os.utime(path)  # not dropped before their new row is written
    return _is_whole(path, content)


def _put(path: Path, content: bytes) -> None:
    private_folder(path.parent)
    unfinished = path.with_name(f"{path.name}.{token_hex(4)}")
    try:
        _write(unfinished, content)
        unfinished.replace(path)
    except OSError:
        with suppress(OSError):
            unfinished.unlink()
        raise


class NewBlob:
    """Bytes that are kept as they come, however many; nothing bears their name before `finish`.

    Every method raises StoreError where they cannot be written.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._hash = sha256()
        self.size_bytes = 0
        self._unfinished = store.folder / "blobs" / "new" / token_hex(8)
        private_folder(self._unfinished.parent)
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
        try:
            self._file = os.fdopen(os.open(self._unfinished, flags, FILE_MODE), "wb")
        except OSError as error:
            raise _unwritable(self._unfinished.parent, error) from error

    def write(self, piece: bytes) -> None:
        """Take more."""
        self._hash.update(piece)
        self.size_bytes += len(piece)
        try:
            self._file.write(piece)
        except OSError as error:
            raise _unwritable(self._unfinished.parent, error) from error

    def finish(self) -> str:
        """Flush them to disk; return their SHA-256 in hexadecimal."""
        digest = self._hash.hexdigest()
        path = _path(self._store, digest)
        private_folder(path.parent)
        try:
            self._file.flush()
            os.fsync(self._file.fileno())
            self._file.close()
            with _alone(self._store):  # an old file of this name may be about to be dropped
                self._unfinished.replace(path)
            _flush_folder(path.parent)
            _flush_folder(path.parent.parent)
        except OSError as error:
            raise _unwritable(path.parent, error) from error
        return digest

    def drop(self) -> None:
        """Forget what came, unless it was finished."""
        with suppress(OSError):
            self._file.close()
        with suppress(OSError):
            self._unfinished.unlink()


def read_blob(store: Store, digest: str) -> bytes:
    """Return the bytes.

    Raises:
        NotFound: they are gone, or damaged.
        StoreError: they cannot be read just now.
    """
    try:
        content = _path(store, digest).read_bytes()
    except FileNotFoundError as error:
        raise NotFound("The stored bytes of this mail are not there any more.") from error
    except OSError as error:
        raise StoreError(f"The stored bytes cannot be read: {error.strerror}.") from error
    if sha256(content).hexdigest() != digest:
        raise NotFound("The stored bytes of this mail are damaged.")
    return content


def open_blob(store: Store, digest: str) -> BinaryIO:
    """Return an opened file of the bytes, which were found whole; whoever asks closes it.

    Raises: as `read_blob`.
    """
    try:
        file = _path(store, digest).open("rb")
    except FileNotFoundError as error:
        raise NotFound("The stored bytes of this mail are not there any more.") from error
    except OSError as error:
        raise StoreError(f"The stored bytes cannot be read: {error.strerror}.") from error
    try:
        if file_digest(file, sha256).hexdigest() == digest:
            file.seek(0)
            return file
    except OSError as error:
        file.close()
        raise StoreError(f"The stored bytes cannot be read: {error.strerror}.") from error
    file.close()
    raise NotFound("The stored bytes of this mail are damaged.")


def read_blob_head(store: Store, digest: str, limit: int) -> bytes:
    """Return the first bytes, unchecked: for a mail's header. Empty where they are gone.

    Raises:
        StoreError: they cannot be read just now.
    """
    try:
        with _path(store, digest).open("rb") as file:
            return file.read(limit)
    except FileNotFoundError:
        return b""
    except OSError as error:
        raise StoreError(f"The stored bytes cannot be read: {error.strerror}.") from error


def drop_old_blobs(store: Store, used: Collection[str], before: float) -> int:
    """Remove bytes and unfinished files not among those used, if older; return how many.

    `before` is in seconds UTC: when they were put last, also where they were there already.
    """
    dropped = 0
    for path in (store.folder / "blobs").glob("*/*"):
        if path.name in used:
            continue
        with suppress(OSError), _alone(store):
            if path.stat().st_mtime < before:
                path.unlink()
                dropped += 1
    return dropped


def _path(store: Store, digest: str) -> Path:
    if not _DIGEST.match(digest):
        raise NotFound("This is not the name of stored bytes.")
    return store.folder / "blobs" / digest[:2] / digest


@contextmanager
def _alone(store: Store) -> Iterator[None]:
    """Keep every process from dropping or putting meanwhile."""
    handle = os.open(store.folder / "blobs", os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _unwritable(folder: Path, error: OSError) -> StoreError:
    reason = error.strerror or "it cannot be written"
    return StoreError(f"{folder}: {reason}. Nothing was lost; free some space.")


def _is_whole(path: Path, content: bytes) -> bool:
    try:
        return path.stat().st_size == len(content) and path.read_bytes() == content
    except OSError:
        return False


def _write(path: Path, content: bytes) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, FILE_MODE)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _flush_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
