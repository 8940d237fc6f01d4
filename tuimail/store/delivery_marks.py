"""Which sent mails bear a keyword that says what became of them, and which are to."""

from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

from tuimail.model.flags import Flag
from tuimail.model.ids import AccountName, MailboxId, MessageRef, OutgoingId, RowId
from tuimail.model.mailbox import Role
from tuimail.model.operation import Operation
from tuimail.model.outgoing import OutgoingState
from tuimail.model.report import SURE, ReportAction

from .database import Database, Store
from .operations import insert_operations
from .outgoing import ON_THE_WAY
from .projection import project_new
from .reference_hashes import ReferenceHashes
from .statement import listed, sql, with_ids
from .text import storable

_IS_SURE: Final = sql(
    "exists(select 1 from report r where r.outgoing = o.id and r.action = ? and r.grade in",
    listed(SURE),
    ")",
)
_UNMARKED: Final = sql(
    "select id, message_id, wanted from (select o.id, o.message_id, o.marked, o.created, case"
    " when o.state in",
    listed((*ON_THE_WAY, OutgoingState.UNCERTAIN)),
    "then o.marked when exists(select 1 from submission s join recipient r on r.submission = s.id"
    " where s.outgoing = o.id and r.state in",
    listed((OutgoingState.REFUSED, OutgoingState.EXPIRED)),
    ") then ? when o.state = 'bounced' and",
    _IS_SURE,
    "then ? when o.state = 'delivered' and",
    _IS_SURE,
    "then ? else '' end as wanted from outgoing o where o.account = ? and o.changed >= ?)"
    " where wanted <> marked order by created",
)
_COPIES: Final = """select p.message, p.mailbox from message m join placement p on p.message = m.id
    join mailbox b on b.id = p.mailbox join account a on a.id = b.account
    where m.thread in (select coalesce(l.new, r.thread) from refhash r
    left join alias l on l.old = r.thread where r.hash in (:ids))
    and m.msgid = ? and a.name = ? and b.role = ?"""


class Unmarked(NamedTuple):
    """A mail whose copy does not say what is known of it."""

    id: OutgoingId
    message_id: str
    keyword: str
    """The one it is to have; empty for none."""


def unmarked(store: Store, account: AccountName, since: int) -> list[Unmarked]:
    """Return such mails that changed since then, in seconds UTC, the oldest first.

    What was reported but is not sure is told to no other program.
    """
    parameters = (
        *(Flag.NOT_DELIVERED, ReportAction.FAILED, Flag.NOT_DELIVERED),
        *(ReportAction.DELIVERED, Flag.DELIVERED, account, since),
    )
    rows = store.rows(Database.LOCAL, _UNMARKED, parameters)
    return [Unmarked(OutgoingId(one), message_id, wanted) for one, message_id, wanted in rows]


def copies_in_sent(store: Store, account: AccountName, message_id: str) -> list[MessageRef]:
    """Return where the copies of a sent mail are shown in the mailbox for sent mail."""
    hashes = ReferenceHashes(account.encode() + b"\0").of([message_id])
    parameters = (storable(message_id), account, Role.SENT)
    rows = store.rows(Database.CACHE, with_ids(_COPIES, hashes), parameters)
    return [MessageRef(RowId(message), MailboxId(mailbox)) for message, mailbox in rows]


def put_marks(
    store: Store, marked: Iterable[tuple[OutgoingId, str]], operations: Sequence[Operation]
) -> list[MailboxId]:
    """Write down which keywords mails bear now, and the operations that set them: all or nothing.

    Returns the mailboxes that show it.
    """
    with store.writing(Database.LOCAL) as writing:
        writing.run_many(
            "update outgoing set marked = ? where id = ?", [(word, one) for one, word in marked]
        )
        insert_operations(writing, operations)
    return project_new(store) if operations else []
