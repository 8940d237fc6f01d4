"""Batches of operations: what one key press did, and how it is undone and done again."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from tuimail.model.ids import OperationId
from tuimail.model.operation import Operation

from .database import Store


class BatchKind(StrEnum):
    """How a batch came about."""

    ACT = "act"
    UNDO = "undo"
    REDO = "redo"


@dataclass(frozen=True, slots=True)
class Batch:
    """One entry of the undo journal."""

    id: int
    kind: BatchKind
    sentence: str
    """What was done, in our words, without anything a stranger wrote."""
    created: int
    of: int
    """The batch this one undoes or does again; 0 for ACT."""


def record_batch(
    store: Store, operations: Sequence[Operation], sentence: str, kind: BatchKind, of: int = 0
) -> tuple[int, list[OperationId]]:
    """Write a batch and its operations down, durable, in one transaction."""
    raise NotImplementedError


def undoable(store: Store) -> Batch | None:
    """Return the batch that undo would take back."""
    raise NotImplementedError


def redoable(store: Store) -> Batch | None:
    """Return the batch that redo would take back: an undo with no newer act after it."""
    raise NotImplementedError


def operations_of(store: Store, batch: int) -> list[Operation]:
    """Return the operations of a batch in their order, in whatever state."""
    raise NotImplementedError
