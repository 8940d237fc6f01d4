"""A word to the background process where one runs; none is started for it."""

import asyncio
from contextlib import suppress
from typing import Final

from tuimail.config.profile import Profile
from tuimail.errors import EngineUnavailable, ProtocolError

from .engine_socket import socket_path
from .engine_wire import MAX_LINE_BYTES, Hello, Wish, decode, encode, hello

HINT_TIMEOUT_S: Final = 5.0


async def hint(profile: Profile, wish: Wish) -> bool:
    """Say something nobody waits for; return whether there was somebody to hear it. Never fails."""
    with suppress(OSError, EngineUnavailable, ProtocolError, TimeoutError, ValueError):
        async with asyncio.timeout(HINT_TIMEOUT_S):
            path = socket_path(profile)
            reader, writer = await asyncio.open_unix_connection(path, limit=MAX_LINE_BYTES)
            try:
                writer.write(encode(hello()))
                is_there = isinstance(decode(await reader.readline()), Hello)
                if is_there:
                    writer.write(encode(wish))
                    await writer.drain()
                return is_there
            finally:
                writer.close()
    return False
