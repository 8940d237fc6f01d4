"""What became of handing a mail over: taken, or not, or nobody knows."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from tuimail.errors import TuimailError
from tuimail.model.outgoing import Phase

from .facts import ServerFacts
from .replies import Heard, Reply


class Observer(Protocol):
    """Is told how far an attempt has come."""

    async def phase(self, phase: Phase) -> None:
        """Write the phase down, durable, before the step is taken."""
        ...

    def progress(self, sent: int, total: int) -> None:
        """Take note of how many bytes of the mail have been handed to the line."""
        ...


@dataclass(frozen=True, slots=True)
class RecipientReply:
    """What the server said to one RCPT."""

    address: str
    reply: Reply

    @property
    def accepted(self) -> bool:
        """Whether the server takes the mail for this recipient."""
        return self.reply.is_positive


@dataclass(frozen=True, slots=True)
class SubmissionResult:
    """The server took the mail for at least one recipient."""

    recipients: tuple[RecipientReply, ...]
    """Those it was asked for: where it takes few at once, not all of the mail's."""
    final: Reply
    """To the final dot, or the last chunk."""
    queue_id: str
    server: ServerFacts
    heard: tuple[Heard, ...] = ()
    """Everything said on the line about this mail; on a new line its beginning too."""
    barred: Mapping[str, str] = field(default_factory=dict)
    """Recipients the server cannot be asked for at all, each with a sentence that says why."""
    is_held: bool = False
    """Whether it keeps the mail until the time wished for."""


class SubmissionFailed(TuimailError):
    """The mail was not taken, or nobody knows: `is_uncertain`."""

    def __init__(
        self,
        cause: TuimailError,
        phase: Phase,
        recipients: tuple[RecipientReply, ...] = (),
        reply: Reply | None = None,
        heard: tuple[Heard, ...] = (),
    ) -> None:
        """Keep what was learnt before the failure.

        `cause` is a NetworkError, TlsError, SignInRefused or ProtocolError; `reply` is the reply
        that refused the mail as a whole, where there was one.
        """
        super().__init__(cause.hint)
        self.cause = cause
        self.phase = phase
        self.recipients = recipients
        self.reply = reply
        self.heard = heard
        self.barred: Mapping[str, str] = {}
        """As in `SubmissionResult`."""

    @property
    def is_uncertain(self) -> bool:
        """Whether the server may have taken the mail: its end was sent and no reply came."""
        return self.phase is Phase.FINAL_DOT and self.reply is None
