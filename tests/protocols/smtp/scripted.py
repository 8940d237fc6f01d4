"""A submission server that does as its script says, and remembers every byte it was sent."""

import asyncio
import ssl
from base64 import b64decode
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from tuimail.model.account import Security, Server

USERNAME = "alice@north.test"
PASSWORD = "north wind"
CUT = "CUT"
"""As an answer: close the line instead."""
SILENCE = "SILENCE"
"""As an answer: say nothing and keep the line."""

Answer = str | Callable[[bytes], str]


@dataclass
class Delivered:
    """A mail the server took: dot seen and answered 250."""

    sender: str
    recipients: list[str]
    raw: bytes


@dataclass
class Script:
    """What is answered, by step: greeting, EHLO, STARTTLS, AUTH, MAIL, RCPT, DATA, dot, ..."""

    answers: dict[str, Answer] = field(default_factory=dict)
    extensions: list[str] = field(
        default_factory=lambda: ["SIZE 50000000", "8BITMIME", "ENHANCEDSTATUSCODES"]
    )
    offers_when_signed_in: list[str] = field(default_factory=list)
    """Beside `extensions`."""
    auth: str = "PLAIN LOGIN"
    offers_starttls: bool = True
    cut_after_body_bytes: int | None = None
    """Close the line once so many bytes of the mail have come."""
    answer_early: tuple[int, str] | None = None
    """(bytes of the mail, reply): answer before the dot, then keep reading."""
    body_delay_s: float = 0.0
    """Sleep before each read of the mail."""
    delivers_before: str = ""
    """`dot`: the mail counts as delivered even where the answer to the dot is a cut or silence."""
    dot_waits_for: asyncio.Event | None = None
    """The answer to the dot comes when this is set."""
    max_mails: int = 0
    """On one line; every further MAIL is answered 421 and the line closed. 0: any number."""
    cut_at: tuple[int, str] | None = None
    """(mail, step): close the line there, once. Mails count from 1, over all lines; step `idle` is
    after the last answer to that mail."""
    on_said: Callable[[str], None] | None = None
    """Called with each step once its answer is on its way."""
    idle_words: str = ""
    """Said unasked before the line is closed at step `idle`."""


class ScriptedServer:
    """Listens on loopback for as long as `running` is open."""

    def __init__(self, script: Script, security: Security, context: ssl.SSLContext) -> None:
        self.script = script
        self.security = security
        self.context = context
        self.clear = b""
        """Everything received outside TLS."""
        self.lines: list[bytes] = []
        """Commands received inside TLS."""
        self.sign_ins = 0
        self.connections = 0
        self.body = b""
        """What came after DATA in the last transaction, as on the wire, without the dot."""
        self.dots = 0
        """Of BDAT, last chunks."""
        self.mails = 0
        """MAIL commands, over all lines."""
        self.delivered: list[Delivered] = []
        self.reads = 0
        """How many pieces of mail were read."""
        self.gone = asyncio.Event()
        """Set while no client's line is open."""
        self.gone.set()
        self.in_body = asyncio.Event()
        self.after_dot = asyncio.Event()
        self.port = 0
        self.reader: asyncio.StreamReader | None = None
        self.writer: asyncio.StreamWriter | None = None

    def server(self, ca_file, username: str = USERNAME) -> Server:
        return Server("localhost", self.port, self.security, username, ca_file)

    def waiting(self) -> int:
        """How many commands lie before the server unread; of the line that came last."""
        reader = self.reader
        return bytes(reader._buffer).count(b"\n") if reader is not None else 0

    async def say_unasked(self, words: str) -> None:
        """Say something on the line that came last."""
        self.writer.write(words.encode() + b"\r\n")
        await self.writer.drain()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        self.reader, self.writer = reader, writer
        self.gone.clear()
        try:
            await _Session(self, reader, writer).run()
        except (ConnectionError, ssl.SSLError, asyncio.IncompleteReadError, _Cut):
            pass
        finally:
            writer.transport.abort()
            self.gone.set()


class _Cut(Exception):
    pass


class _Session:
    def __init__(self, server: ScriptedServer, reader, writer) -> None:
        self.server, self.script = server, server.script
        self.reader, self.writer = reader, writer
        self.is_tls = server.security is Security.TLS
        self.sender, self.recipients = "", []
        self.chunks = b""
        self.mails = 0
        self.is_signed_in = False

    async def run(self) -> None:
        await self.say("greeting", "220 mail.north.test ESMTP", b"")
        while line := await self.line():
            words = line.split(b" ")
            verb = words[0].upper().decode("latin-1")
            if await self.act(verb, line):
                return

    async def line(self) -> bytes:
        line = await self.reader.readline()
        if self.is_tls:
            self.server.lines.append(line.rstrip(b"\r\n"))
        else:
            self.server.clear += line
        return line.rstrip(b"\r\n")

    def cut(self, step: str) -> None:
        if self.script.cut_at == (self.server.mails, step):
            self.script.cut_at = None
            raise _Cut

    async def say(self, step: str, default: str, line: bytes) -> str:
        self.cut(step)
        answer = self.script.answers.get(step, default)
        text = answer(line) if callable(answer) else answer
        if text == CUT:
            raise _Cut
        if text != SILENCE:
            self.writer.write(text.replace("\n", "\r\n").encode() + b"\r\n")
            await self.writer.drain()
        if self.script.on_said is not None:
            self.script.on_said(step)
        return text

    async def act(self, verb: str, line: bytes) -> bool:
        if verb == "EHLO":
            await self.say("EHLO", self.offer(), line)
        elif verb == "STARTTLS":
            if (await self.say("STARTTLS", "220 2.0.0 go ahead", line)).startswith("220"):
                await self.writer.start_tls(self.server.context)
                self.is_tls = True
        elif verb == "AUTH":
            await self.sign_in(line)
        elif verb == "MAIL":
            return await self.begin(line)
        elif verb == "RSET":
            self.sender, self.recipients, self.chunks = "", [], b""
            await self.say("RSET", "250 2.0.0 ok", line)
        elif verb == "BDAT":
            await self.chunk(line)
        elif verb == "RCPT":
            if (await self.say("RCPT", "250 2.1.5 ok", line)).startswith("25"):
                self.recipients.append(_path(line))
        elif verb == "DATA":
            if (await self.say("DATA", "354 go ahead", line)).startswith("354"):
                await self.mail()
        elif verb == "QUIT":
            await self.say("QUIT", "221 2.0.0 bye", line)
            return True
        else:
            await self.say(verb, "500 5.5.1 what?", line)
        return False

    async def begin(self, line: bytes) -> bool:
        self.server.mails += 1
        self.mails += 1
        self.sender, self.recipients, self.chunks = _path(line), [], b""
        if 0 < self.script.max_mails < self.mails:
            self.writer.write(b"421 4.7.0 too many messages on this connection\r\n")
            await self.writer.drain()
            return True
        await self.say("MAIL", "250 2.1.0 ok", line)
        return False

    async def chunk(self, line: bytes) -> None:
        words = line.split()
        self.server.in_body.set()
        left = int(words[1])
        while left:
            await asyncio.sleep(self.script.body_delay_s)
            piece = await self.reader.read(min(left, 65536))
            self.server.reads += 1
            if not piece:
                self.server.body = self.chunks
                raise _Cut
            self.chunks += piece
            left -= len(piece)
            limit = self.script.cut_after_body_bytes
            if limit is not None and len(self.chunks) >= limit:
                raise _Cut
        if words[-1] == b"LAST":
            self.server.body, self.chunks = self.chunks, b""
            await self.end(self.server.body, line)
        else:
            await self.say("BDAT", f"250 2.0.0 {words[1].decode()} octets", line)

    def offer(self) -> str:
        words = [*self.script.extensions]
        if self.is_signed_in:
            words += self.script.offers_when_signed_in
        if self.is_tls and self.script.auth:
            words.append(f"AUTH {self.script.auth}")
        if not self.is_tls and self.script.offers_starttls:
            words.append("STARTTLS")
        words = ["mail.north.test hello", *words]
        return "\n".join(f"250{'-' if n < len(words) - 1 else ' '}{w}" for n, w in enumerate(words))

    async def sign_in(self, line: bytes) -> None:
        self.server.sign_ins += 1
        words = line.split(b" ")
        if words[1] == b"PLAIN":
            good = b64decode(words[2]) == f"\0{USERNAME}\0{PASSWORD}".encode()
        else:
            self.writer.write(b"334 VXNlcm5hbWU6\r\n")
            name = b64decode(await self.line())
            self.writer.write(b"334 UGFzc3dvcmQ6\r\n")
            good = (name, b64decode(await self.line())) == (USERNAME.encode(), PASSWORD.encode())
        answer = await self.say("AUTH", "235 2.7.0 welcome" if good else "535 5.7.8 no", line)
        self.is_signed_in = answer.startswith("235")

    async def mail(self) -> None:
        server = self.server
        server.body = b""
        server.in_body.set()
        early = self.script.answer_early
        body = bytearray()
        while not (body.endswith(b"\r\n.\r\n") or body == b".\r\n"):
            await asyncio.sleep(self.script.body_delay_s)
            piece = await self.reader.read(65536)
            server.reads += 1
            if not piece:
                server.body = bytes(body)
                raise _Cut
            body += piece
            cut = self.script.cut_after_body_bytes
            if cut is not None and len(body) >= cut:
                raise _Cut
            if early is not None and len(body) >= early[0]:
                self.writer.write(early[1].encode() + b"\r\n")
                early = None
        server.body = bytes(body[:-3])
        await self.end(
            server.body.replace(b"\r\n..", b"\r\n.").removeprefix(
                b"." if body[:2] == b".." else b""
            ),
            b".",
        )

    async def end(self, raw: bytes, line: bytes) -> None:
        server = self.server
        server.dots += 1
        server.after_dot.set()
        taken = Delivered(self.sender, self.recipients, raw)
        if self.script.delivers_before == "dot":
            server.delivered.append(taken)
        if self.script.dot_waits_for is not None:
            await self.script.dot_waits_for.wait()
        answer = await self.say("dot", "250 2.0.0 Ok: queued as 4XyZ123", line)
        if answer.startswith("250") and self.script.delivers_before != "dot":
            server.delivered.append(taken)
        if self.script.cut_at == (server.mails, "idle"):
            if self.script.idle_words:
                self.writer.write(self.script.idle_words.encode() + b"\r\n")
                await self.writer.drain()
            self.cut("idle")


def _path(line: bytes) -> str:
    return line.partition(b"<")[2].partition(b">")[0].decode()


@asynccontextmanager
async def running(
    context: ssl.SSLContext, script: Script | None = None, security: Security = Security.TLS
) -> AsyncIterator[ScriptedServer]:
    """Run a scripted server on a free port of loopback."""
    scripted = ScriptedServer(script or Script(), security, context)
    server = await asyncio.start_server(
        scripted.serve,
        "127.0.0.1",
        0,
        ssl=context if security is Security.TLS else None,
    )
    scripted.port = server.sockets[0].getsockname()[1]
    try:
        yield scripted
    finally:
        server.close()
        await server.wait_closed()
