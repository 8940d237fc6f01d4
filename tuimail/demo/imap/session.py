"""One client's session: its state, its commands one after the other, its faults."""

import asyncio
import ssl
from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Final, Protocol

from tuimail.demo.faults import GREETING, Fault, FaultKind, FaultScript
from tuimail.demo.mailstore import Mailbox, MailStore

from .stream import LineLost, LineStream, TooLarge
from .syntax import Arguments, BadSyntax
from .view import View

AUTOLOGOUT_S: Final = 1_860.0
"""RFC 9051 section 5.4: at least 30 minutes."""


class State(IntEnum):
    """RFC 9051 section 3; each state allows what the ones before it allow."""

    NOT_AUTHENTICATED = 0
    AUTHENTICATED = 1
    SELECTED = 2
    LOGOUT = 3


class No(Exception):
    """The command cannot be carried out: tagged NO with this text."""


@dataclass(frozen=True, slots=True)
class Service:
    """What all sessions of a server share."""

    sign_in: Callable[[str, str], MailStore | None]
    """(username, password) to the person's mailboxes, None for strangers."""
    tls: ssl.SSLContext
    faults: FaultScript
    withheld: set[str]
    """Capabilities this server is not to have, in upper case."""
    clock: Callable[[], int]
    """Seconds UTC."""


class Elsewhere(Protocol):
    """What follows the mailboxes that are not open."""

    def news(self) -> Iterator[bytes]:
        """Yield untagged lines for what happened since the last time."""
        ...

    def stop(self) -> None:
        """Follow nothing any more."""
        ...


Handler = Callable[["Session", Arguments], Awaitable[bytes]]
"""Carries a command out; returns the tagged answer without its tag."""


@dataclass(frozen=True, slots=True)
class Command:
    """A command and when it is allowed."""

    handler: Handler
    least: State
    tells_news: bool = True
    """Whether EXPUNGE may be told with it (RFC 9051 section 7.5.1)."""
    needs: str = ""
    """The capability it belongs to."""


@dataclass(eq=False)
class Session:
    """One connection and what it has come to."""

    service: Service
    stream: LineStream
    commands: Mapping[str, Command]
    state: State = State.NOT_AUTHENTICATED
    store: MailStore | None = None
    view: View | None = None
    wants_modseq: bool = False
    """CONDSTORE is enabled (RFC 7162 section 3.1)."""
    wants_vanished: bool = False
    """QRESYNC is enabled: VANISHED instead of EXPUNGE (RFC 7162 section 3.2)."""
    elsewhere: Elsewhere | None = None
    """Tells of the mailboxes that are not open (NOTIFY, RFC 5465)."""
    tag: bytes = b""
    """Of the command being served."""
    after_answer: Callable[[], Awaitable[None]] | None = None
    """What has to happen once the tagged answer has left, such as the TLS handshake."""
    woken: asyncio.Event = field(default_factory=asyncio.Event)

    async def run(self) -> None:
        """Serve the client until it leaves."""
        try:
            await self._greet()
            while self.state is not State.LOGOUT:
                async with asyncio.timeout(AUTOLOGOUT_S):
                    text = await self.stream.command(signed_in=self.store is not None)
                await self._serve(text)
        except LineLost:
            pass
        except TooLarge:
            self.stream.write(b"* BYE Too much\r\n")
        except TimeoutError:
            self.stream.write(b"* BYE Autologout\r\n")
        finally:
            self.unselect()
            self.follow(None)
        await self._leave()

    @property
    def mailstore(self) -> MailStore:
        """The signed-in person's mailboxes."""
        assert self.store is not None, "the command table asks for AUTHENTICATED"
        return self.store

    @property
    def selected(self) -> View:
        """The selected mailbox."""
        assert self.view is not None, "the command table asks for SELECTED"
        return self.view

    def has(self, capability: str) -> bool:
        """Tell whether a capability is not withheld, and goes with this kind of mailboxes."""
        lacking = self.store.lacking if self.store is not None else frozenset()
        return capability not in self.service.withheld and capability not in lacking

    def mailbox(self, name: str, code: str = "NONEXISTENT") -> Mailbox:
        """Return a mailbox or say NO with a response code."""
        found = self.mailstore.find(name)
        if found is None:
            raise No(f"[{code}] There is no such mailbox")
        return found

    def select(self, view: View) -> None:
        """Enter the selected state."""
        self.unselect()
        self.view = view
        self.state = State.SELECTED
        view.mailbox.watch(self.woken.set)

    def unselect(self) -> None:
        """Leave the selected mailbox, if there is one."""
        if self.view is not None:
            self.view.mailbox.unwatch(self.woken.set)
            self.view = None
            self.state = State.AUTHENTICATED

    def follow(self, elsewhere: Elsewhere | None) -> None:
        """Tell of other mailboxes from now on, or no longer."""
        if self.elsewhere is not None:
            self.elsewhere.stop()
        self.elsewhere = elsewhere

    def tell_news(self) -> None:
        """Write what happened in the selected mailbox, and elsewhere after NOTIFY."""
        self.woken.clear()
        if self.view is not None:
            lines = self.view.news(
                self, with_modseq=self.wants_modseq, with_vanished=self.wants_vanished
            )
            for line in lines:
                self.stream.write(line)
        if self.elsewhere is not None:
            for line in self.elsewhere.news():
                self.stream.write(line)

    async def _greet(self) -> None:
        fault = self.service.faults.strike(GREETING)
        greeting = b"* OK IMAP4rev1 ready\r\n"
        if fault is not None:
            await self._suffer(fault)
            if fault.kind is FaultKind.REFUSE:
                greeting = b"* %b\r\n" % fault.text.encode()
        self.stream.write(greeting)
        await self.stream.flush()

    async def _serve(self, text: bytes) -> None:
        self.tag, _, rest = text.partition(b" ")
        arguments = Arguments(rest)
        name = ""
        fault = None
        try:
            name = _command_name(arguments)
            fault = self.service.faults.strike(name)
            if fault is not None:
                await self._suffer(fault)
            refused = fault is not None and fault.kind is FaultKind.REFUSE
            answer = fault.text.encode() if fault and refused else await self._do(name, arguments)
        except BadSyntax as error:
            answer = b"BAD %b" % str(error).encode("ascii", "replace")
        except No as error:
            answer = b"NO %b" % str(error).encode("ascii", "replace")
        self.stream.write(b"%b %b\r\n" % (self.tag[:100] or b"*", answer))
        if fault and fault.kind is FaultKind.INJECT and fault.carried_out:
            self.stream.write(fault.raw)
        await self.stream.flush()
        if self.after_answer is not None:
            follow_up, self.after_answer = self.after_answer, None
            await follow_up()

    async def _do(self, name: str, arguments: Arguments) -> bytes:
        command = self.commands.get(name)
        if command is None or (command.needs and not self.has(command.needs)):
            raise BadSyntax("Unknown command")
        if self.state < command.least:
            raise BadSyntax(f"Not in this state: {self.state.name.lower().replace('_', ' ')}")
        answer = await command.handler(self, arguments)
        if command.tells_news:
            self.tell_news()
        return answer

    async def _suffer(self, fault: Fault) -> None:
        match fault.kind:
            case FaultKind.DELAY:
                await asyncio.sleep(fault.delay_s)
            case FaultKind.INJECT if not fault.carried_out:
                self.stream.write(fault.raw)
            case FaultKind.CUT if not fault.carried_out and not fault.after_bytes:
                self.stream.cut()
                raise LineLost
            case FaultKind.CUT:
                self.stream.cut_after(fault.after_bytes)
            case _:
                pass

    async def _leave(self) -> None:
        try:
            await self.stream.flush()
        except LineLost:
            return
        await self.stream.close()


def _command_name(arguments: Arguments) -> str:
    name = arguments.atom()
    if name == "UID":
        arguments.space()
        name = f"UID {arguments.atom()}"
    return name
