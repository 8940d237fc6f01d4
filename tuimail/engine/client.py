"""One attached screen or command, as the engine sees it."""

import asyncio
import socket
import struct
from typing import Final

from tuimail.errors import ProtocolError
from tuimail.services.engine_wire import Hello, Message, encode

MAX_BEHIND_BYTES: Final = 1 << 20
"""A screen that reads so slowly is cut off; it comes back and reads the store."""


class Client:
    """Writes lines to one client, as long as it reads them."""

    def __init__(self, writer: asyncio.StreamWriter, greeting: Hello) -> None:
        self._writer = writer
        self.can_ask = greeting.can_ask

    def say(self, message: Message) -> None:
        """Send a line. Never waits, never fails."""
        transport = self._writer.transport
        if transport.is_closing():
            return
        if transport.get_write_buffer_size() > MAX_BEHIND_BYTES:
            transport.abort()
            return
        try:
            line = encode(message)
        except ProtocolError:
            return  # longer than a line may be: events are hints, answers are checked before
        self._writer.write(line)


def is_ours(writer: asyncio.StreamWriter, uid: int) -> bool:
    """Tell whether the other end is a process of this person, where the system can say."""
    peer: socket.socket = writer.get_extra_info("socket")
    if not hasattr(socket, "SO_PEERCRED"):
        return True  # the folder is closed to others
    packed = peer.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, struct.calcsize("3i"))
    return bool(struct.unpack("3i", packed)[1] == uid)
