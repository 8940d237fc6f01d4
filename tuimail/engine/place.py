"""The place of a profile's engine: a lock one process holds, and how a daemon comes to hold it."""

import asyncio
import fcntl
import os
from contextlib import suppress
from pathlib import Path
from typing import Final

from tuimail.config.profile import Profile
from tuimail.errors import EngineUnavailable, ProtocolError, StoreError
from tuimail.services.engine_socket import socket_path
from tuimail.services.engine_wire import (
    MAX_LINE_BYTES,
    Hello,
    YieldWish,
    decode,
    encode,
    hello,
    is_newer,
)

HELLO_TIMEOUT_S: Final = 5.0
LOOK_EVERY_S: Final = 0.02
"""Sooner than a screen that lost its engine has started another."""


def place(path: Path) -> int | None:
    """Return the open lock file of the engine's place, or None where another process has it.

    Raises:
        StoreError: it cannot be opened.
    """
    try:
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise StoreError(f"{path}: {error.strerror}.") from error
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(handle)
        return None
    return handle


def sign(lock: int) -> bool:
    """Write down who has the place; return whether the last who had it never left it: a crash."""
    was_killed = bool(os.pread(lock, 1, 0))
    with suppress(OSError):  # a full disk: the number is for people, the lock holds without it
        os.ftruncate(lock, 0)
        os.pwrite(lock, f"{os.getpid()}\n".encode(), 0)
    return was_killed


def leave(lock: int) -> None:
    """Leave the place in good order."""
    with suppress(OSError):
        os.ftruncate(lock, 0)
    os.close(lock)


async def awaited_place(profile: Profile) -> int:
    """Return the open lock file once this process has the place.

    An engine that a screen or a command started is asked to leave it, and finishes what is on the
    wire; one that was told to stay, too, is waited for. Who is attached finds this one afterwards.

    Raises:
        StoreError: the lock cannot be opened.
        EngineUnavailable: the socket's folder is not ours, or a newer program has the place.
    """
    while (lock := place(profile.lock)) is None:
        with suppress(OSError, ProtocolError, TimeoutError, ValueError):  # between two engines
            await _beside(profile)
        await asyncio.sleep(LOOK_EVERY_S)
    return lock


async def _beside(profile: Profile) -> None:
    """Ask the engine there is for its place, and return when it is gone."""
    path = socket_path(profile)
    reader, writer = await asyncio.open_unix_connection(path, limit=MAX_LINE_BYTES)
    try:
        writer.write(encode(hello()))
        async with asyncio.timeout(HELLO_TIMEOUT_S):
            first = decode(await reader.readline())
        if not isinstance(first, Hello):
            return  # an older one, which leaves
        if first.age > hello().age:
            raise EngineUnavailable(is_newer(first))
        writer.write(encode(YieldWish()))
        while await reader.readline():
            pass
    finally:
        writer.close()
