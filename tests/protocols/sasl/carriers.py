"""How IMAP, POP3 and SMTP carry an exchange: the server's side of each, as a test plays it."""

from __future__ import annotations

from dataclasses import dataclass, field

from tests.protocols.imap.dialogue import FAST as IMAP_FAST
from tests.protocols.pop3.dialogue import FAST as POP3_FAST
from tests.protocols.scripted import Peer
from tuimail.model.account import Server
from tuimail.model.secret import Secret
from tuimail.protocols.imap.connection import check_sign_in as check_imap
from tuimail.protocols.pop3.signin import check_sign_in as check_pop3
from tuimail.protocols.smtp.connection import Timeouts
from tuimail.protocols.smtp.session import check_sign_in as check_smtp

SMTP_FAST = Timeouts(connect=3, greeting=2, command=2)


@dataclass
class Carrier:
    """One connection's sign-in; remembers which mechanisms were begun."""

    begun: list[bytes] = field(default_factory=list)

    async def begin(self, peer: Peer, offered: str) -> list[bytes]:
        """Greet, offer mechanisms; return the first command's mechanism and initial response."""
        raise NotImplementedError

    async def ask(self, peer: Peer, challenge: bytes) -> bytes:
        """Ask, and return the answer."""
        await peer.say(self.asks + challenge)
        return await peer.line()

    async def yes(self, peer: Peer) -> None:
        """Let them in."""
        raise NotImplementedError

    async def no(self, peer: Peer, words: bytes = b"no") -> None:
        """Refuse, and see whether anything else is tried."""
        await peer.say(self.refuses + words)
        while line := await peer.line():
            self.note(line)
            await peer.say(self.refuses + b"what?")

    def note(self, line: bytes) -> None:
        """Take note of a command that begins to sign in."""
        words = line.upper().split()
        if any(word in (b"AUTH", b"AUTHENTICATE", b"LOGIN", b"USER", b"PASS") for word in words):
            self.begun.append(line)

    async def check(self, server: Server, secret: Secret) -> None:
        """Sign in as a client."""
        raise NotImplementedError

    asks = b"+ "
    refuses = b""


class Imap(Carrier):
    refuses = b"%T NO [AUTHENTICATIONFAILED] "

    async def begin(self, peer: Peer, offered: str) -> list[bytes]:
        mechanisms = " ".join(f"AUTH={name}" for name in offered.split())
        await peer.say(f"* OK [CAPABILITY IMAP4rev1 SASL-IR {mechanisms}] hi".encode())
        command = await peer.command()
        self.note(command)
        return command.split()[1:]

    async def yes(self, peer: Peer) -> None:
        await peer.say(b"%T OK [CAPABILITY IMAP4rev1] in")
        await peer.answer(b"LOGOUT")

    async def check(self, server: Server, secret: Secret) -> None:
        await check_imap(server, secret, IMAP_FAST)


class Pop3(Carrier):
    refuses = b"-ERR [AUTH] "

    async def begin(self, peer: Peer, offered: str) -> list[bytes]:
        await peer.say(b"+OK hi")
        assert await peer.line() == b"CAPA"
        await peer.say(b"+OK", b"USER", f"SASL {offered}".encode(), b".")
        command = await peer.line()
        self.note(command)
        return command.split()[1:]

    async def yes(self, peer: Peer) -> None:
        await peer.say(b"+OK in")
        assert await peer.line() == b"CAPA"
        await peer.say(b"+OK", b".")
        assert await peer.line() == b"QUIT"
        await peer.say(b"+OK bye")

    async def check(self, server: Server, secret: Secret) -> None:
        await check_pop3(server, secret, POP3_FAST)


class Smtp(Carrier):
    asks = b"334 "
    refuses = b"535 5.7.8 "

    async def begin(self, peer: Peer, offered: str) -> list[bytes]:
        await peer.say(b"220 mail ESMTP")
        assert (await peer.line()).startswith(b"EHLO ")
        await peer.say(b"250-mail", f"250 AUTH {offered}".encode())
        command = await peer.line()
        self.note(command)
        return command.split()[1:]

    async def yes(self, peer: Peer) -> None:
        await peer.say(b"235 2.7.0 in")
        assert (await peer.line()).startswith(b"EHLO ")
        await peer.say(b"250-mail", b"250 8BITMIME")
        await peer.drained()

    async def check(self, server: Server, secret: Secret) -> None:
        await check_smtp(server, secret, SMTP_FAST)


CARRIERS = (Imap, Pop3, Smtp)
