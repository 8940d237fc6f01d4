"""Changes people asked for, durable before they are acted on, and replayed to the server in order.

The engine's walk: `pending` -> `start` (false: it was cancelled meanwhile) -> `locate` -> act ->
`finish`. An operation that was started and not finished when the engine died is pending again.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from tuimail.model.ids import AccountName, MailboxId, MessageKey, OperationId
from tuimail.model.operation import Operation, OperationState

from .database import Store


@dataclass(frozen=True, slots=True)
class Location:
    """Where the message of an operation lies on the server now."""

    uid_validity: int
    uid: int


def record(store: Store, operations: Sequence[Operation]) -> list[OperationId]:
    """Write operations down, durable; `id` is given here. `batch` 0 stays outside undo."""
    raise NotImplementedError


def pending(store: Store, account: AccountName | None = None) -> list[Operation]:
    """Return what waits for the server, in the order it was asked for."""
    raise NotImplementedError


def start(store: Store, ids: Sequence[OperationId]) -> list[OperationId]:
    """Mark operations as being carried out; return those that were still wanted."""
    raise NotImplementedError


def locate(store: Store, operation: Operation) -> Location | None:
    """Return where the operation's message lies on the server, or None if it is not known (yet)."""
    raise NotImplementedError


def finish(
    store: Store,
    operation_id: OperationId,
    state: OperationState,
    reply: str = "",
    moved_to: Location | None = None,
) -> None:
    """End an operation (DONE or REFUSED) and show what follows from it.

    A refused one drops out, so the old state shows again. `moved_to` is the COPYUID, if told.
    """
    raise NotImplementedError


def cancel(store: Store, ids: Sequence[OperationId]) -> list[OperationId]:
    """Cancel operations that were not started; return those that could be."""
    raise NotImplementedError


def settle(store: Store, mailbox_id: MailboxId, before: int) -> None:
    """Stop showing expected messages in a mailbox: a whole pull begun at `before` (seconds UTC,
    rounded down) has fetched everything that operations finished earlier have put there.
    """
    raise NotImplementedError


def uids_with_key(store: Store, mailbox_id: MailboxId, key: MessageKey) -> list[int]:
    """Return UIDs under which a message lies in a mailbox on the server."""
    raise NotImplementedError
