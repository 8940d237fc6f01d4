"""What an action acts on: messages as they lie in a mailbox, shown and on the server."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from tuimail.model.flags import NO_FLAGS, Flags
from tuimail.model.ids import (
    AccountName,
    MailboxId,
    MessageKey,
    MessageRef,
    OperationId,
    RowId,
)
from tuimail.model.operation import Operation, OperationKind

from .database import Database, Row, Store
from .keywords import flags_of_mask
from .statement import sql, with_ids

_TARGETS: Final = """select p.message, p.mailbox, b.name, a.id, a.name,
    iif(p.smailbox = p.mailbox, b.uid_validity, 0), iif(p.smailbox = p.mailbox, p.ref, 0),
    m.key, p.flags, b.is_read_only
    from placement p cross join message m on m.id = p.message
    cross join mailbox b on b.id = p.mailbox cross join account a on a.id = b.account
    where p.mailbox = ? and p.message in (:ids) order by p.message desc"""


@dataclass(frozen=True, slots=True)
class Target:
    """One message in one mailbox, as it is shown."""

    row_id: RowId
    mailbox_id: MailboxId
    mailbox: str
    account: AccountName
    uid_validity: int
    uid: int
    """0 while the message is on its way into this mailbox: then its key decides."""
    key: MessageKey
    flags: Flags
    is_read_only: bool


def keys_on_the_move(store: Store) -> set[int]:
    """Return keys of messages some operation moves or has moved, until seen where they went.

    What is asked of them next cannot name a UID: they will have another one by then, even where
    they are shown in their old place again.
    """
    rows: list[Row] = []
    for which in ("state = 'pending'", "state = 'done' and settled = 0"):
        statement = sql("select key from operation where", which, "and kind = 'move'")
        rows += store.rows(Database.LOCAL, statement)
    return {row[0] for row in rows}


def targets(store: Store, refs: Sequence[MessageRef]) -> list[Target]:
    """Return what these references mean now; those that are gone are left out."""
    of_mailbox: dict[int, set[int]] = {}
    for ref in refs:
        of_mailbox.setdefault(ref.mailbox_id, set()).add(ref.row_id)
    found = []
    moving = keys_on_the_move(store)
    for mailbox_id, messages in of_mailbox.items():
        rows = store.rows(Database.CACHE, with_ids(_TARGETS, messages), (mailbox_id,))
        for row in rows:
            row_id, mailbox, name, account_id, account, validity, uid, key, mask, read_only = row
            found.append(
                Target(
                    row_id=RowId(row_id),
                    mailbox_id=MailboxId(mailbox),
                    mailbox=name,
                    account=AccountName(account),
                    uid_validity=0 if key in moving else validity,
                    uid=0 if key in moving else uid,
                    key=MessageKey(key),
                    flags=flags_of_mask(store, account_id, mask),
                    is_read_only=bool(read_only),
                )
            )
    return found


def operation_on(
    target: Target,
    kind: OperationKind,
    *,
    destination: str = "",
    add: Flags = NO_FLAGS,
    remove: Flags = NO_FLAGS,
) -> Operation:
    """Return a change of a message, still to be recorded."""
    return Operation(
        id=OperationId(0),
        batch=0,
        account=target.account,
        kind=kind,
        mailbox=target.mailbox,
        uid_validity=target.uid_validity,
        uid=target.uid,
        key=target.key,
        destination=destination,
        add=add,
        remove=remove,
    )
