"""Listens for SMTP clients: submission and exchange share one kind of conversation."""

import asyncio
import ssl
from collections.abc import Callable
from typing import Any

from .conversation import Conversation, Hooks


class SmtpServer:
    """All SMTP listeners of the host."""

    def __init__(self, tls: ssl.SSLContext) -> None:
        self._tls = tls
        self._listeners: list[asyncio.Server] = []
        self._conversations: list[Conversation] = []

    async def listen(
        self,
        host: str,
        hooks: Hooks,
        hostname: str,
        *,
        implicit_tls: bool = False,
        authenticator: Callable[..., Any] | None = None,
    ) -> int:
        """Listen on a free port and return it; without an authenticator nobody signs in."""

        def meet() -> Conversation:
            conversation = Conversation(
                hooks,
                hostname=hostname,
                tls=self._tls,
                implicit_tls=implicit_tls,
                authenticator=authenticator,
            )
            self._conversations = [c for c in self._conversations if c.transport is not None]
            self._conversations.append(conversation)
            return conversation

        listener = await asyncio.get_running_loop().create_server(
            meet, host, 0, ssl=self._tls if implicit_tls else None
        )
        self._listeners.append(listener)
        return int(listener.sockets[0].getsockname()[1])

    async def stop(self) -> None:
        """Close the listeners and cut every conversation."""
        for listener in self._listeners:
            listener.close()
        for conversation in self._conversations:
            if conversation.transport is not None:
                conversation.transport.abort()  # type: ignore[attr-defined]
        for listener in self._listeners:
            await listener.wait_closed()
        await asyncio.sleep(0)  # the cut lines' tasks end in their next turn
