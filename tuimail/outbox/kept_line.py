"""The line of one account to its submission server, kept for the mails that follow."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from tuimail.errors import NetworkError, ProtocolError, Scope
from tuimail.model.account import Server
from tuimail.model.outgoing import Phase
from tuimail.protocols.sasl import Revealing
from tuimail.protocols.smtp.connection import Timeouts
from tuimail.protocols.smtp.facts import ServerFacts
from tuimail.protocols.smtp.mail import MailObject
from tuimail.protocols.smtp.outcome import Observer, SubmissionFailed, SubmissionResult
from tuimail.protocols.smtp.session import Session, open_session

_CONFUSED: Final = (503, 530)
"""To MAIL: out of turn, or not signed in. Both speak of the line, which was signed in."""


@dataclass(frozen=True, slots=True)
class _Kept:
    session: Session
    server: Server
    secret: Revealing
    used: float
    """Seconds UTC: a suspended machine does not count on."""


class _Nobody:
    """Observes no mail."""

    async def phase(self, phase: Phase) -> None:
        """Have nothing to write down."""

    def progress(self, sent: int, total: int) -> None:
        """Have nothing to tell."""


class KeptLine:
    """Opened by the first mail, closed when no other has followed for a while."""

    def __init__(self, timeouts: Timeouts, clock: Callable[[], float] = time.time) -> None:
        """`clock` gives seconds UTC."""
        self._timeouts = timeouts
        self._clock = clock
        self._kept: _Kept | None = None
        self._closing: asyncio.TimerHandle | None = None
        self._known: tuple[Server, ServerFacts] | None = None

    def facts(self, server: Server) -> ServerFacts | None:
        """Return what this server was seen to be when a line to it was opened last."""
        return self._known[1] if self._known is not None and self._known[0] == server else None

    async def send(
        self, server: Server, secret: Revealing, mail: MailObject, observer: Observer
    ) -> SubmissionResult:
        """Hand one mail over, on the line that is there if it can be used.

        One that was closed meanwhile, or takes no more mails, is replaced without a word: nothing
        of this mail was sent on it.

        Raises:
            SubmissionFailed: see `Session.send`.
        """
        session = self._take(server, secret)
        if session is not None:
            try:
                return await self._send_on(session, server, secret, mail, observer)
            except SubmissionFailed as failure:
                if not _is_worn_out(failure):
                    raise
        session = await self._open(server, secret, observer)
        return await self._send_on(session, server, secret, mail, observer)

    async def look(self, server: Server, secret: Revealing) -> ServerFacts:
        """Return what the server offers; the line stays open for what follows.

        Raises:
            SubmissionFailed: no line could be made.
        """
        session = self._take(server, secret)
        if session is None:
            session = await self._open(server, secret, _Nobody())
        self._keep(session, server, secret)
        return session.facts

    def close(self) -> None:
        """Say goodbye on the line that is kept."""
        kept, self._kept = self._kept, None
        self._stop_timer()
        if kept is not None:
            kept.session.close()

    async def _open(self, server: Server, secret: Revealing, observer: Observer) -> Session:
        session = await open_session(server, secret, observer, self._timeouts)
        self._known = (server, session.facts)
        return session

    async def _send_on(
        self,
        session: Session,
        server: Server,
        secret: Revealing,
        mail: MailObject,
        observer: Observer,
    ) -> SubmissionResult:
        try:
            return await session.send(mail, observer)
        finally:
            self._keep(session, server, secret)

    def _take(self, server: Server, secret: Revealing) -> Session | None:
        """Return the session that is kept, if it is of use."""
        kept = self._kept
        if kept is not None:
            is_same = (kept.server, kept.secret) == (server, secret)
            is_young = 0 <= self._clock() - kept.used < self._timeouts.idle
            if is_same and is_young and kept.session.is_usable:
                self._kept = None
                self._stop_timer()
                return kept.session
        self.close()
        return None

    def _keep(self, session: Session, server: Server, secret: Revealing) -> None:
        if not session.is_usable:
            session.close()
            return
        self._kept = _Kept(session, server, secret, self._clock())
        loop = asyncio.get_running_loop()
        self._closing = loop.call_later(self._timeouts.idle, self.close)

    def _stop_timer(self) -> None:
        if self._closing is not None:
            self._closing.cancel()
            self._closing = None


def _is_worn_out(failure: SubmissionFailed) -> bool:
    """Whether the line failed, and not the mail, before anything of its content was sent."""
    if failure.reply is not None:
        is_confused = failure.phase is Phase.ENVELOPE and failure.reply.code in _CONFUSED
        return is_confused or (failure.reply.code == 421 and failure.phase is not Phase.FINAL_DOT)
    if failure.phase not in (Phase.CONNECT, Phase.ENVELOPE):
        return False
    cause = failure.cause  # out of step: the server's goodbye came just before our command
    is_out_of_step = isinstance(cause, ProtocolError) and cause.scope is Scope.CONNECTION
    return is_out_of_step or isinstance(cause, NetworkError)
