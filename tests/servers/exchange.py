"""A receiving server of another domain, for Postfix to hand mail to: what it says is scripted."""

from __future__ import annotations

import asyncio
import threading
from collections import Counter
from typing import Self

HOST = "127.0.0.1"
CALL_TIMEOUT_S = 60.0
DOMAIN = "far.test"
"""Mail to it is routed here. It knows no DSN."""
ANSWERS = {
    "gone": ["550 5.1.1 no such person here"],
    "full": ["552 5.2.2 mailbox is full"],
    "spam": ["250 2.1.5 ok"],
    "grey": ["450 4.2.0 greylisted, come back", "250 2.1.5 ok"],
    "busy": ["451 4.3.0 not now", "451 4.3.0 not now", "451 4.3.0 not now", "250 2.1.5 ok"],
    "never": ["450 4.2.1 come back another day"],
}
"""By local part, what is said to RCPT at the first, second, ... time; the last one stays."""


class ExchangeOfFar:
    """Listens while `with` lasts."""

    port: int

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="far", daemon=True)
        self._tries: Counter[str] = Counter()
        self.taken: list[str] = []
        """Who got a mail, each time."""

    def __enter__(self) -> Self:
        self._thread.start()
        starting = asyncio.start_server(self._serve, HOST, 0)
        self._server = asyncio.run_coroutine_threadsafe(starting, self._loop).result(CALL_TIMEOUT_S)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._server.close)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(CALL_TIMEOUT_S)

    def forget(self) -> None:
        """Answer as at the first time again."""
        self._tries.clear()
        self.taken.clear()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await self._talk(reader, writer)
        except (OSError, EOFError):
            pass
        finally:
            writer.close()

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        people: list[str] = []
        writer.write(b"220 mx.far.test ESMTP\r\n")
        while line := await reader.readline():
            verb, _, rest = line.decode("ascii", "replace").strip().partition(" ")
            match verb.upper():
                case "EHLO":
                    said = "250-mx.far.test\r\n250 ENHANCEDSTATUSCODES"
                case "RCPT":
                    said = self._to_recipient(rest, people)
                case "DATA":
                    writer.write(b"354 go ahead\r\n")
                    await reader.readuntil(b"\r\n.\r\n")
                    said = self._to_mail(people)
                    people = []
                case "QUIT":
                    writer.write(b"221 2.0.0 bye\r\n")
                    return
                case _:
                    said = "250 2.0.0 ok"
            writer.write(said.encode("ascii") + b"\r\n")

    def _to_recipient(self, path: str, people: list[str]) -> str:
        address = path.partition("<")[2].partition(">")[0]
        local = address.partition("@")[0]
        answers = ANSWERS.get(local, ["250 2.1.5 ok"])
        said = answers[min(self._tries[local], len(answers) - 1)]
        self._tries[local] += 1
        if said.startswith("250"):
            people.append(address)
        return said

    def _to_mail(self, people: list[str]) -> str:
        if any(one.startswith("spam@") for one in people):
            return "554 5.7.1 message refused as spam"
        self.taken += people
        return "250 2.0.0 Ok: queued as FAR1"
