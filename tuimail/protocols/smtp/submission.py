"""Hand one mail to a submission server (RFC 6409), step by step, every reply kept."""

from dataclasses import dataclass
from typing import Protocol

from tuimail.errors import TuimailError
from tuimail.model.account import Server
from tuimail.model.outgoing import Phase

from .replies import Reply


class Password(Protocol):
    """A secret that is seen only where it is used."""

    def reveal(self) -> str:
        """Return the secret itself."""
        ...


class Observer(Protocol):
    """Is told how far an attempt has come."""

    async def phase(self, phase: Phase) -> None:
        """Write the phase down, durable, before the step is taken."""
        ...

    def progress(self, sent: int, total: int) -> None:
        """Take note of how many bytes of the mail have been handed to the line."""
        ...


@dataclass(frozen=True, slots=True)
class SubmissionEnvelope:
    """The envelope (RFC 5321 section 2.3.1): plain addr-specs, domains as A-labels."""

    sender: str
    recipients: tuple[str, ...]


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
class ServerFacts:
    """What is known of the server once signed in."""

    host: str
    """As configured."""
    greeting: str
    """The name in its EHLO reply; a stranger's words."""
    tls: str
    """Version and cipher, for example `TLSv1.3 TLS_AES_256_GCM_SHA384`."""
    extensions: tuple[str, ...]
    """EHLO keywords with their parameters, upper case, as offered after sign-in or TLS."""
    max_size: int
    """Bytes the server takes at most (RFC 1870); 0 where it does not say."""


@dataclass(frozen=True, slots=True)
class SubmissionResult:
    """The server took the mail for at least one recipient."""

    recipients: tuple[RecipientReply, ...]
    final: Reply
    """To the final dot."""
    queue_id: str
    server: ServerFacts


class SubmissionFailed(TuimailError):
    """The mail was not taken, or nobody knows: `is_uncertain`."""

    def __init__(
        self,
        cause: TuimailError,
        phase: Phase,
        recipients: tuple[RecipientReply, ...] = (),
        reply: Reply | None = None,
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

    @property
    def is_uncertain(self) -> bool:
        """Whether the server may have taken the mail: the dot was sent and no reply came."""
        return self.phase is Phase.FINAL_DOT and self.reply is None


async def submit(
    server: Server,
    secret: Password,
    envelope: SubmissionEnvelope,
    raw: bytes,
    observer: Observer,
) -> SubmissionResult:
    """Submit one mail.

    Raises:
        SubmissionFailed: with the phase, the replies so far and the cause. Also when no recipient
            was accepted (phase ENVELOPE): then nothing of the mail was sent.
    """
    raise NotImplementedError


async def check_sign_in(server: Server, secret: Password) -> ServerFacts:
    """Connect, make the line safe, sign in and say goodbye: for testing an account.

    Raises:
        NetworkError, TlsError, SignInRefused, ProtocolError: what is in the way.
    """
    raise NotImplementedError
