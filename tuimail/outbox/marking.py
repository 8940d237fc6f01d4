"""Keywords on the copy of a mail in Sent, by which other programs see what became of it."""

from collections.abc import Iterable
from typing import Final

from tuimail.model.flags import ANY_KEYWORD, NO_FLAGS, Flag, Flags, canonical_flag
from tuimail.model.ids import AccountName, MailboxId, OutgoingId
from tuimail.model.operation import Operation, OperationKind
from tuimail.store.database import Store
from tuimail.store.delivery_marks import copies_in_sent, put_marks, unmarked
from tuimail.store.mailboxes import sync_state
from tuimail.store.targets import Target, operation_on, targets

LOOKED_BACK_S: Final = 30 * 86_400
"""The copy of an older mail stays as it is."""
MARKS: Flags = frozenset({Flag.DELIVERED.value, Flag.NOT_DELIVERED.value})


def mark_sent(store: Store, account: AccountName, now: int) -> list[MailboxId]:
    """Have the copies in Sent say what is surely known; return the mailboxes that show it.

    `now` is in seconds UTC. A copy that is not here yet is marked when it is. A server that keeps
    no keywords is left alone.
    """
    marked: list[tuple[OutgoingId, str]] = []
    operations: list[Operation] = []
    for one in unmarked(store, account, now - LOOKED_BACK_S):
        copies = targets(store, copies_in_sent(store, account, one.message_id))
        if copies:
            marked.append((one.id, one.keyword))
            operations += _marking(store, copies, one.keyword)
    return put_marks(store, marked, operations) if marked else []


def _marking(store: Store, copies: Iterable[Target], keyword: str) -> Iterable[Operation]:
    wanted = frozenset({keyword}) if keyword else NO_FLAGS
    for copy in copies:
        add, remove = wanted - copy.flags, (MARKS - wanted) & copy.flags
        if (add or remove) and not copy.is_read_only and _keeps(store, copy.mailbox_id, wanted):
            yield operation_on(copy, OperationKind.FLAGS, add=add, remove=remove)


def _keeps(store: Store, mailbox_id: MailboxId, wanted: Flags) -> bool:
    """Whether a mailbox takes new keywords, or has these already (RFC 9051 section 7.1)."""
    kept = sync_state(store, mailbox_id).permanent_flags
    return ANY_KEYWORD in kept or wanted <= set(map(canonical_flag, kept))
