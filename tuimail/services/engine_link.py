"""The way from a screen or a command to the background process: wishes out, events in.

Every wish is a hint on top of the durable store: if the background process is down, nothing is
lost, it looks into the store when it starts.
"""

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from types import TracebackType
from typing import Final, Self

from tuimail.config.profile import Profile
from tuimail.credentials.secret import Secret
from tuimail.errors import ExitStatus
from tuimail.events import Event
from tuimail.model.ids import AccountName, MessageKey
from tuimail.model.safe import Untrusted

READY_TIMEOUT_S: Final = 15.0
"""A background process that has not said hello after this long is reported as unavailable."""
BODY_TIMEOUT_S: Final = 120.0
"""How long a reader waits for one body."""

Ask = Callable[[AccountName, str], Awaitable[Secret]]
"""(account, prompt) -> the secret; cancelled when another screen has answered first."""


@dataclass(frozen=True, slots=True)
class MailboxPass:
    """What one pass did to one mailbox."""

    name: Untrusted
    total: int
    unread: int
    new: int
    changed: int
    vanished: int


@dataclass(frozen=True, slots=True)
class AccountPass:
    """What one pass over one account did."""

    account: AccountName
    mailboxes: tuple[MailboxPass, ...]
    seconds: float
    hint: str
    """A sentence where the pass failed; empty when it went well."""
    exit_status: ExitStatus


class EngineLink:
    """A line to the background process; starts it when needed and again after a crash.

    `on_event` is called in the event loop for each event, `EngineLost` and `EngineFound` among
    them. With `ask` given, this screen answers questions for a password.
    """

    def __init__(
        self,
        profile: Profile,
        on_event: Callable[[Event], None] | None = None,
        ask: Ask | None = None,
    ) -> None:
        raise NotImplementedError

    async def __aenter__(self) -> Self:
        """Begin to connect; returns at once, `ready` waits for the hello."""
        raise NotImplementedError

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        raise NotImplementedError

    @property
    def is_connected(self) -> bool:
        """Whether the background process has said hello and is still there."""
        raise NotImplementedError

    async def ready(self, timeout_s: float = READY_TIMEOUT_S) -> None:
        """Wait until the background process is there.

        Raises:
            EngineUnavailable: it could not be started or did not answer within `timeout_s`.
        """
        raise NotImplementedError

    async def sync(
        self,
        account: AccountName | None = None,
        mailbox: str | None = None,
        *,
        headers_only: bool = False,
    ) -> list[AccountPass]:
        """Make one pass over one account or all, and return what it did.

        Pending operations are carried out first. Returns when every named account is done; one
        that failed has a `hint` and an `exit_status`.

        Raises:
            EngineUnavailable: the background process cannot be reached.
            UserError: no such account or mailbox.
        """
        raise NotImplementedError

    def push(self) -> None:
        """Say that operations wait in the store. Never waits, never fails."""
        raise NotImplementedError

    def send(self) -> None:
        """Say that outgoing mail waits in the store. Never waits, never fails."""
        raise NotImplementedError

    def reload(self) -> None:
        """Say that the configuration changed. Never waits, never fails."""
        raise NotImplementedError

    async def body(self, key: MessageKey, timeout_s: float = BODY_TIMEOUT_S) -> None:
        """Have one body fetched before all others; returns when it is in the store.

        Raises:
            NotFound: the message is on no server any more.
            NetworkError: the server cannot be reached, or not within `timeout_s`.
            ProtocolError: the server refused.
            EngineUnavailable: the background process cannot be reached.
        """
        raise NotImplementedError

    def want_bodies(self, keys: Iterable[MessageKey]) -> None:
        """Say which messages are visible: their bodies come ahead of the others."""
        raise NotImplementedError

    def cancel(self, task: str) -> None:
        """Stop a long task by the id its `Progress` events carry."""
        raise NotImplementedError

    def answer(self, question: str, secret: Secret) -> None:
        """Answer a `SecretAsked`, where no `ask` was given."""
        raise NotImplementedError

    async def create_mailbox(self, account: AccountName, name: str) -> None:
        """Create a mailbox on the server and list it.

        Raises:
            ProtocolError: the server refused.
            NetworkError: the server cannot be reached.
            EngineUnavailable: the background process cannot be reached.
        """
        raise NotImplementedError

    async def stop(self) -> None:
        """Ask the background process to finish what it is at and end; it is not started again."""
        raise NotImplementedError
