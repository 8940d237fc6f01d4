"""From one server to the next: a small SMTP client (RFC 5321), encrypted by STARTTLS."""

import asyncio
import re
import ssl
from asyncio import StreamReader, StreamWriter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from .trace import Mail
from .wishes import NO_WISHES

HOP_TIMEOUT_S: Final = 10.0
_ENHANCED: Final = re.compile(r"[245]\.\d{1,3}\.\d{1,3}")


@dataclass(frozen=True, slots=True)
class Reply:
    """What a server answered."""

    code: int
    text: str

    @property
    def is_good(self) -> bool:
        """2xx or 3xx."""
        return self.code < 400

    @property
    def status(self) -> str:
        """The enhanced code, or one made from the first digit."""
        found = _ENHANCED.match(self.text)
        return found.group() if found else f"{self.code // 100}.0.0"


class HopLost(Exception):
    """The next server cannot be reached, or the line was cut."""


@dataclass(frozen=True, slots=True)
class Handed:
    """What the next server said."""

    replies: Mapping[str, Reply]
    """By recipient."""
    reports_delivery: bool
    """Whether it was told what the sender wants to know (DSN), and reports by itself."""


async def hand_over(
    mail: Mail, recipients: Sequence[str], port: int, client: str, tls: ssl.SSLContext
) -> Handed:
    """Give a mail to the server on `port` of loopback; return its reply for each recipient.

    Raises:
        HopLost: nothing is known of any recipient.
    """
    try:
        async with asyncio.timeout(HOP_TIMEOUT_S):
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            try:
                return await _Hop(reader, writer).transact(mail, recipients, client, tls)
            finally:
                writer.close()
    except (OSError, EOFError, TimeoutError, ValueError) as error:
        raise HopLost(str(error)) from error


@dataclass(slots=True)
class _Hop:
    reader: StreamReader
    writer: StreamWriter

    async def transact(
        self, mail: Mail, recipients: Sequence[str], client: str, tls: ssl.SSLContext
    ) -> Handed:
        await self._reply()
        greeted = await self._say(f"EHLO {client}")
        if (await self._say("STARTTLS")).is_good:
            await self.writer.start_tls(tls, server_hostname="localhost")
            greeted = await self._say(f"EHLO {client}")
        takes_wishes = "DSN" in greeted.text.split()
        wishes = mail.wishes if takes_wishes else NO_WISHES
        begun = await self._say(f"MAIL FROM:<{mail.sender}>{wishes.of_mail}")
        if not begun.is_good:
            return Handed(dict.fromkeys(recipients, begun), takes_wishes)
        replies = {
            one: await self._say(f"RCPT TO:<{one}>{wishes.of_recipient(one)}") for one in recipients
        }
        if any(reply.is_good for reply in replies.values()):
            final = await self._content(mail.raw)
            replies = {one: final if r.is_good else r for one, r in replies.items()}
        await self._say("QUIT")
        return Handed(replies, takes_wishes)

    async def _content(self, raw: bytes) -> Reply:
        allowed = await self._say("DATA")
        if not allowed.is_good:
            return allowed
        self.writer.write(re.sub(rb"(?m)^\.", b"..", raw).removesuffix(b"\r\n") + b"\r\n.\r\n")
        await self.writer.drain()
        return await self._reply()

    async def _say(self, line: str) -> Reply:
        self.writer.write(line.encode("ascii") + b"\r\n")
        await self.writer.drain()
        return await self._reply()

    async def _reply(self) -> Reply:
        texts = []
        while True:
            line = (await self.reader.readuntil(b"\r\n")).decode("ascii", "replace").rstrip()
            texts.append(line[4:])
            if line[3:4] != "-":
                return Reply(int(line[:3]), " ".join(texts))
