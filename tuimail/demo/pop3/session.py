"""One client's session: its states, its commands one after the other, its faults (RFC 1939)."""

import asyncio
import ssl
from base64 import b64decode
from binascii import Error as Base64Error
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Final

from tuimail.demo.faults import GREETING, Fault, FaultKind, FaultScript
from tuimail.demo.imap.stream import LineLost, LineStream, TooLarge
from tuimail.demo.mailstore import INBOX, Mailbox, MailStore, Message

AUTOLOGOUT_S: Final = 660.0
"""RFC 1939 section 3: at least 10 minutes."""
_CAPABILITIES: Final = (b"TOP", b"UIDL", b"RESP-CODES", b"AUTH-RESP-CODE", b"PIPELINING")


class Refusal(Exception):
    """The command is answered -ERR with this text."""


@dataclass(frozen=True, slots=True)
class Service:
    """What all sessions of a server share."""

    sign_in: Callable[[str, str], MailStore | None]
    """(username, password) to the person's mailboxes, None for strangers."""
    tls: ssl.SSLContext
    faults: FaultScript
    withheld: set[str]
    """Capabilities this server is not to have, in upper case; `UIDL` and `TOP` too."""
    locked: set[int] = field(default_factory=set)
    """Maildrops somebody looks into, by id of the mailbox."""


@dataclass(eq=False)
class Session:
    """One connection and what it has come to."""

    service: Service
    stream: LineStream
    username: str = ""
    inbox: Mailbox | None = None
    """The maildrop, locked, once signed in."""
    listed: list[Message] = field(default_factory=list)
    """What was there at sign-in, by number."""
    marked: set[int] = field(default_factory=set)
    """Numbers to be removed at QUIT."""
    is_over: bool = False

    async def run(self) -> None:
        """Serve the client until it leaves."""
        try:
            fault = self.service.faults.strike(GREETING)
            await self._answer(b"+OK POP3 ready\r\n", fault)
            while not self.is_over:
                async with asyncio.timeout(AUTOLOGOUT_S):
                    line = await self.stream.line()
                await self._serve(line.rstrip(b"\r\n"))
        except (LineLost, TooLarge, TimeoutError):
            self.stream.cut()
        finally:
            self._unlock()
        await self.stream.close()

    async def _serve(self, line: bytes) -> None:
        verb, _, argument = line.partition(b" ")
        name = verb.decode("ascii", "replace").upper()
        fault = self.service.faults.strike(name)
        if fault is not None and fault.kind is FaultKind.CUT and not fault.carried_out:
            self.stream.cut()
            raise LineLost
        try:
            answer = await self._do(name, argument.decode("utf-8", "replace"))
        except Refusal as refusal:
            answer = f"-ERR {refusal}\r\n".encode()
        await self._answer(answer, fault)
        if name == "STLS" and answer.startswith(b"+OK"):
            await self.stream.start_tls(self.service.tls)

    async def _answer(self, answer: bytes, fault: Fault | None) -> None:
        match fault.kind if fault is not None else None:
            case FaultKind.DELAY if fault is not None:
                await asyncio.sleep(fault.delay_s)
            case FaultKind.REFUSE if fault is not None:
                answer = fault.text.encode() + b"\r\n"
            case FaultKind.INJECT if fault is not None:
                answer = answer + fault.raw if fault.carried_out else fault.raw + answer
            case FaultKind.CUT if fault is not None and fault.after_bytes:
                self.stream.cut_after(fault.after_bytes)
            case FaultKind.CUT:
                self.stream.cut()
                raise LineLost
            case _:
                pass
        self.stream.write(answer)
        await self.stream.flush()

    async def _do(self, name: str, argument: str) -> bytes:
        if name == "CAPA":
            return _block(self._capabilities())
        if name == "QUIT":
            return self._quit()
        if name in self.service.withheld:
            raise Refusal("No such command")
        if self.inbox is None:
            return await self._before_sign_in(name, argument)
        return self._after_sign_in(name, argument)

    def _capabilities(self) -> list[bytes]:
        found = [word for word in _CAPABILITIES if word.decode() not in self.service.withheld]
        if not self.stream.is_encrypted:
            return [*found, b"STLS"]
        return [*found, b"USER", b"SASL PLAIN"]

    async def _before_sign_in(self, name: str, argument: str) -> bytes:
        if name == "STLS" and not self.stream.is_encrypted:
            return b"+OK Begin TLS now\r\n"
        if not self.stream.is_encrypted:
            raise Refusal("[AUTH] Not without TLS")
        match name:
            case "USER":
                self.username = argument
                return b"+OK\r\n"
            case "PASS":
                return self._signed_in(self.username, argument)
            case "AUTH":
                return await self._auth(argument)
            case _:
                raise Refusal("Sign in first")

    async def _auth(self, argument: str) -> bytes:
        mechanism, _, response = argument.partition(" ")
        if mechanism.upper() != "PLAIN":
            raise Refusal("[AUTH] Only PLAIN")
        if not response:
            self.stream.write(b"+ \r\n")
            await self.stream.flush()
            response = (await self.stream.line()).decode("ascii", "replace").strip()
        try:
            _, username, password = b64decode(response, validate=True).split(b"\0")
        except (Base64Error, ValueError) as error:
            raise Refusal("Not a PLAIN response") from error
        return self._signed_in(
            username.decode("utf-8", "replace"), password.decode("utf-8", "replace")
        )

    def _signed_in(self, username: str, password: str) -> bytes:
        store = self.service.sign_in(username, password)
        if store is None:
            raise Refusal("[AUTH] Wrong name or password")
        inbox = store.find(INBOX)
        assert inbox is not None, "everybody has one"
        if id(inbox) in self.service.locked:
            raise Refusal("[IN-USE] Somebody else looks into this maildrop")
        self.service.locked.add(id(inbox))
        self.inbox = inbox
        self.listed = list(inbox.messages.values())
        return b"+OK %d messages\r\n" % len(self.listed)

    def _after_sign_in(self, name: str, argument: str) -> bytes:
        handlers: dict[str, Callable[[str], bytes]] = {
            "STAT": self._stat,
            "LIST": lambda which: self._listing(which, lambda one: b"%d" % one.size_bytes),
            "UIDL": lambda which: self._listing(which, self._unique_id),
            "RETR": lambda which: _block(_lines(self._message(which).raw)),
            "TOP": self._top,
            "DELE": self._mark,
            "NOOP": lambda _: b"+OK\r\n",
            "RSET": self._reset,
        }
        if name not in handlers:
            raise Refusal("No such command")
        return handlers[name](argument)

    def _stat(self, _: str) -> bytes:
        sizes = [message.size_bytes for _, message in self._left()]
        return b"+OK %d %d\r\n" % (len(sizes), sum(sizes))

    def _mark(self, argument: str) -> bytes:
        self._message(argument)
        self.marked.add(int(argument))
        return b"+OK Marked\r\n"

    def _reset(self, _: str) -> bytes:
        self.marked.clear()
        return b"+OK\r\n"

    def _listing(self, argument: str, word: Callable[[Message], bytes]) -> bytes:
        if argument:
            return b"+OK %d %b\r\n" % (int(argument), word(self._message(argument)))
        return _block([b"%d %b" % (number, word(message)) for number, message in self._left()])

    def _unique_id(self, message: Message) -> bytes:
        assert self.inbox is not None, "asked for once signed in"
        return b"%x.%x" % (self.inbox.uid_validity, message.uid)

    def _top(self, argument: str) -> bytes:
        number, _, count = argument.partition(" ")
        if not count.isdigit():
            raise Refusal("TOP takes a number of lines")
        header, blank, body = self._message(number).raw.partition(b"\r\n\r\n")
        return _block(_lines(header + blank) + _lines(body)[: int(count)])

    def _message(self, number: str) -> Message:
        index = int(number) if number.isascii() and number.isdigit() else 0
        if not 0 < index <= len(self.listed) or index in self.marked:
            raise Refusal("No such message")
        return self.listed[index - 1]

    def _left(self) -> Iterator[tuple[int, Message]]:
        for number, message in enumerate(self.listed, 1):
            if number not in self.marked:
                yield number, message

    def _quit(self) -> bytes:
        self.is_over = True
        if self.inbox is not None:
            self.inbox.expunge(self.listed[number - 1].uid for number in sorted(self.marked))
        return b"+OK Bye\r\n"

    def _unlock(self) -> None:
        if self.inbox is not None:
            self.service.locked.discard(id(self.inbox))


def _lines(raw: bytes) -> list[bytes]:
    lines = raw.split(b"\r\n")
    return lines[:-1] if not lines[-1] else lines


def _block(lines: list[bytes]) -> bytes:
    """Return +OK and lines, dots doubled, up to the dot alone."""
    stuffed = [b"." + line if line.startswith(b".") else line for line in lines]
    return b"".join(line + b"\r\n" for line in (b"+OK", *stuffed, b"."))
