"""Which operations go to the server together, and which a mailbox cannot take. Pure."""

from collections.abc import Iterable, Sequence
from typing import Final

from tuimail.model.flags import ANY_KEYWORD, ANY_LABEL, NO_FLAGS, Flags, is_label
from tuimail.model.operation import Operation, OperationKind

IMPORTS_AT_ONCE: Final = 20
"""Mails from files: a second or two, for which a body that is opened may have to wait."""

_Change = tuple[OperationKind, str, str, Flags, Flags]


def grouped(operations: Iterable[Operation]) -> list[list[Operation]]:
    """Put operations that are the same change of different messages into one group.

    Groups are in order. An operation joins an earlier group only if no later group touches its
    message, so that every message sees its changes in the order they were asked for.
    """
    groups: list[list[Operation]] = []
    last_of_change: dict[_Change, int] = {}
    last_of_message: dict[int | str, int] = {}
    for operation in operations:
        change = _change(operation)
        index = last_of_change.get(change, -1)
        message = operation.key or operation.message_id
        is_alone = operation.kind is OperationKind.APPEND and not message
        if is_alone or index < 0 or last_of_message.get(message, -1) >= index:
            index = len(groups)
            groups.append([])
        groups[index].append(operation)
        last_of_change[change] = last_of_message[message] = index
    return groups


def without_later_imports(operations: Sequence[Operation]) -> list[Operation]:
    """Return what is carried out at once: of many mails from files, the first few alone."""
    imports = [one.id for one in operations if one.kind is OperationKind.APPEND and one.key]
    later = set(imports[IMPORTS_AT_ONCE:])
    return [one for one in operations if one.id not in later]


def flags_refused(permanent: Flags, operation: Operation) -> Flags:
    """Return the flags of a change that a mailbox with these permanent flags cannot keep."""
    known = {flag.lower() for flag in permanent}
    return frozenset(
        flag
        for flag in operation.add | operation.remove
        if flag.lower() not in known and _promise(flag) not in permanent
    )


def _promise(flag: str) -> str:
    """Return what among the flags a mailbox keeps says that it takes a new one of this kind."""
    if flag.startswith("\\"):
        return flag
    return ANY_LABEL if is_label(flag) else ANY_KEYWORD


def _change(operation: Operation) -> _Change:
    if operation.kind is OperationKind.APPEND:  # each has its own flags; imports go by themselves
        source = "file" if operation.key else ""
        return operation.kind, operation.mailbox, source, NO_FLAGS, NO_FLAGS
    return (
        operation.kind,
        operation.mailbox,
        operation.destination,
        operation.add,
        operation.remove,
    )
