"""Stores and messages for tests."""

from hashlib import blake2b
from pathlib import Path

from tuimail.model.address import Address
from tuimail.model.ids import AccountName, MailboxId, MessageRef, OperationId, OutgoingId, RowId
from tuimail.model.mailbox import ListedMailbox, Role
from tuimail.model.message import Envelope
from tuimail.model.operation import Operation, OperationKind
from tuimail.model.outgoing import OutgoingState
from tuimail.model.safe import ours
from tuimail.model.view import Grouping, View
from tuimail.store.database import Database, Store, open_store
from tuimail.store.mailboxes import (
    SyncState,
    mailbox_named,
    put_mailboxes,
    put_sync_state,
)
from tuimail.store.messages import Arrival
from tuimail.store.outgoing_history import RecipientState, update_recipient, update_state

WORK = AccountName("work")
HOME = AccountName("home")
BEGIN = 1_700_000_000
MAILBOXES = (
    ListedMailbox("INBOX", "/", Role.INBOX, is_selectable=True),
    ListedMailbox("Archive", "/", Role.ARCHIVE, is_selectable=True),
    ListedMailbox("Trash", "/", Role.TRASH, is_selectable=True),
    ListedMailbox("Junk", "/", Role.JUNK, is_selectable=True),
    ListedMailbox("Sent", "/", Role.SENT, is_selectable=True),
)


def store_with_mailboxes(folder: Path, *accounts: AccountName) -> Store:
    store = open_store(folder)
    for account in accounts or (WORK,):
        put_mailboxes(store, account, MAILBOXES)
        for listed in MAILBOXES:
            box = box_id(store, listed.name, account)
            put_sync_state(store, box, SyncState(7, permanent_flags=frozenset({"\\*"})))
    return store


def box_id(store: Store, name: str, account: AccountName = WORK) -> MailboxId:
    row = mailbox_named(store, account, name)
    assert row is not None
    return row.id


def envelope(number: int, **changes: object) -> Envelope:
    message_id = f"m{number}@host.example"
    fields: dict[str, object] = {
        "message_id": message_id,
        "date": BEGIN + number,
        "subject": f"Subject {number}",
        "from_": (Address("Alice Berg", "alice@example.org"),),
        "sender": None,
        "reply_to": (),
        "to": (Address("Bob", "bob@example.org"),),
        "cc": (),
        "bcc": (),
        "in_reply_to": (),
        "references": (),
        "list_id": "",
        "content_type": "text/plain",
    }
    fields.update(changes)
    identity = blake2b(repr(fields).encode(), digest_size=8).hexdigest().encode()
    fields.setdefault("identity", (message_id.encode(), identity, b"", b""))
    return Envelope(**fields)  # type: ignore[arg-type]


def arrival(uid: int, *flags: str, number: int | None = None, **changes: object) -> Arrival:
    number = uid if number is None else number
    return Arrival(uid, frozenset(flags), BEGIN + number, 1_000, envelope(number, **changes))


def view(*mailboxes: MailboxId, grouping: Grouping = Grouping.FLAT) -> View:
    return View(ours("test"), mailboxes, grouping=grouping)


def operation(
    kind: OperationKind, mailbox: str, uid: int, key: int, **changes: object
) -> Operation:
    fields: dict[str, object] = {
        "id": OperationId(0),
        "batch": 0,
        "account": WORK,
        "kind": kind,
        "mailbox": mailbox,
        "uid_validity": 7 if uid else 0,
        "uid": uid,
        "key": key,
    }
    return Operation(**(fields | changes))  # type: ignore[arg-type]


def ref(row_id: int, mailbox: MailboxId) -> MessageRef:
    return MessageRef(RowId(row_id), mailbox)


def set_recipient(
    store: Store, outgoing_id: OutgoingId, address: str, state: RecipientState
) -> None:
    newest = "select max(id) from submission where outgoing = ?"
    ((submission,),) = store.rows(Database.LOCAL, newest, (outgoing_id,))
    with store.writing(Database.LOCAL) as writing:
        update_recipient(writing, submission, address, state)


def set_state(store: Store, outgoing_id: OutgoingId, state: OutgoingState) -> None:
    with store.writing(Database.LOCAL) as writing:
        update_state(writing, outgoing_id, state, None, "")


def assert_counters_right(store: Store) -> None:
    wrong = store.rows(
        Database.CACHE,
        "select name, total, unread from mailbox b where total <> (select count(*) from placement"
        " where mailbox = b.id) or unread <> (select count(*) from placement where mailbox = b.id"
        " and flags & 1 = 0)",
    )
    assert wrong == []
