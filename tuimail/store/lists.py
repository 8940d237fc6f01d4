"""Lists of messages: ids of a view, rows of a window, counters."""

from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from tuimail.model.ids import (
    AccountName,
    MailboxId,
    MessageKey,
    MessageRef,
    RowId,
    ThreadId,
)
from tuimail.model.message import MessageRow
from tuimail.model.query import Between, Order
from tuimail.model.safe import Untrusted
from tuimail.model.sort import NEWEST_FIRST, SortBy
from tuimail.model.split import Slice
from tuimail.model.view import Grouping, View

from . import props, sorting
from .arranging import sorted_rows, trees_of
from .database import Database, Row, Store
from .keywords import flags_of_mask
from .row_ids import date_of
from .search import Statement, compile_ranked, compile_search
from .split_members import counts, slice_condition
from .statement import sql, with_ids

_ROW: Final = """select m.id, m.key, a.name, a.id, p.mailbox, m.sender, m.addr, m.rcpt, m.subject,
    p.flags, m.size, m.props, p.thread, m.snippet, m.msgid, m.list
    from message m cross join placement p cross join mailbox b cross join account a"""
_JOINED: Final = "p.message = m.id and b.id = p.mailbox and a.id = b.account"
_UNREAD: Final = """from placement p indexed by placement_unread
    where p.flags & 1 = 0 and p.mailbox <> 0"""
"""Left to itself SQLite walks the whole mailbox, thirty times as long."""
_PREFERRED: Final = "case b.role when 'inbox' then 0 when 'trash' then 8 when 'junk' then 9"
"""Where a message is shown in several mailboxes, this one speaks for it."""


_FEW: Final = 1_000
"""Up to so many messages it is cheaper to look at each than at all that is unread."""
MAX_UNFOLDED: Final = 50
"""A longer thread is not unfolded for what is unread in it: it would fill screens."""
_UNREAD_LOOKED_AT: Final = 200
"""The newest unread mails of each mailbox, whose threads are unfolded."""
OF_THREAD: Final = 4
"""So many messages are read for one row where threads are folded, and so many more if too few."""


@dataclass(frozen=True, slots=True)
class Listed:
    """What one reading of a view gave."""

    ids: "array[int]"
    """Its rows in its order; of a folded thread the first message."""
    messages: "array[int]"
    """What the rows stand for, none folded."""
    is_whole: bool
    """Whether these are all there are."""


def view_ids(store: Store, view: View, limit: int | None = None) -> "array[int]":
    """Return the row ids of a view in its order; of a folded thread the first message."""
    return listed(store, view, limit).ids[:limit]


def listed(store: Store, view: View, rows: int | None = None) -> Listed:
    """Read all of a view, or its beginning: at least `rows` rows of it, if it has as many.

    The beginning of what is folded is folded alike, and so is that with some threads unfolded: of
    these, all is read. Not so in a search, of which it is not known what else of them it finds, nor
    where a list is sorted by anything but its date.
    """
    if rows is None or (view.query is not None and view.unfolded) or view.sort != NEWEST_FIRST:
        return _listed(store, view, None)
    limit = rows if view.grouping is Grouping.FLAT else rows * OF_THREAD
    found = _listed(store, view, limit)
    while len(found.ids) < rows and not found.is_whole:
        limit *= OF_THREAD
        found = _listed(store, view, limit)
    return found


def count(store: Store, view: View) -> int:
    """Return how many rows a view has: where none is folded, in one step that holds nobody up."""
    if view.grouping is Grouping.THREADS or view.others:
        return len(view_ids(store, view))
    statements = _flat(store, replace(view, order=Order.DATE, sort=NEWEST_FIRST))  # the least work
    counted = (
        store.rows(Database.CACHE, sql("select count(*) from (", text, ")"), parameters)
        for text, parameters in statements
    )
    return sum(rows[0][0] for rows in counted)


def count_at_most(store: Store, view: View, limit: int) -> int:
    """Return how many messages a flat view has, at most `limit`: no more are looked for."""
    counted = 0
    for text, parameters in _flat(store, replace(view, order=Order.DATE)):
        part = sql("select count(*) from (", text, "limit ?)")
        counted += store.rows(Database.CACHE, part, (*parameters, limit - counted))[0][0]
    return counted


def newest_unread(store: Store, limit: int) -> tuple[Between, ...]:
    """Return the time since which at most `limit` mails are unread; nothing where no more are."""
    every = "select coalesce(sum(unread), 0) from mailbox"
    if store.rows(Database.CACHE, every)[0][0] <= limit:
        return ()
    text = sql("select p.message", _UNREAD, "order by p.message desc limit 1 offset ?")
    found = store.rows(Database.CACHE, text, (limit,))
    return (Between(date_of(found[0][0]) + 1, None),) if found else ()


def unread_count(store: Store, view: View, messages: "array[int]") -> int:
    """Return how many mails of a view are unread: from counters; of a search, among `messages`."""
    if view.query is None and view.slice is not None:
        return _unread_in(store, view.mailboxes, view.slice)
    if view.query is None:
        which = _in_mailboxes("where id in (:ids)", view.mailboxes)
        text = sql("select coalesce(sum(unread), 0) from mailbox", which)
        count: int = store.rows(Database.CACHE, text)[0][0]
        return count
    if len(messages) <= _FEW:
        which = sql("where flags & 1 = 0 and mailbox <> 0 and message in (:ids)", _within(view))
        text = with_ids(sql("select distinct message from placement p", which), messages)
        return len(store.ids(Database.CACHE, text))
    unread = store.ids(Database.CACHE, sql("select p.message", _UNREAD, _within(view)))
    return len(set(unread).intersection(messages))


def flagged_count(store: Store, view: View) -> int:
    """Return how many mails that lie in a view's mailboxes are flagged, whatever is searched."""
    text = "select count(distinct message) from placement p where p.flags & 4 <> 0"
    which = sql(text, "and p.mailbox <> 0", _within(view))
    count: int = store.rows(Database.CACHE, which)[0][0]
    return count


def _unread_in(store: Store, mailboxes: Sequence[MailboxId], shown: Slice) -> int:
    """Return how many mails of a split are unread, or of what is in none: from counters."""
    of_split = counts(store, mailboxes)
    if shown.id:
        return of_split[shown.id].unread if shown.id in of_split else 0
    text = sql("select coalesce(sum(unread), 0) from mailbox where id in (:ids)")
    every: int = store.rows(Database.CACHE, with_ids(text, mailboxes))[0][0]
    return every - sum(of_split[one].unread for one in shown.others if one in of_split)


def rows_of(store: Store, view: View, row_ids: Sequence[int]) -> list[MessageRow]:
    """Return the rows of these ids, in their order; ids that are gone are left out."""
    if not row_ids:
        return []
    within = _in_mailboxes("and p.mailbox in (:ids)", view.thread_mailboxes)
    first = _in_mailboxes("p.mailbox not in (:ids),", view.mailboxes)
    where = sql(_ROW, "where m.id in (:ids) and", _JOINED, within, "order by", first, _by_role())
    found = store.rows(Database.CACHE, with_ids(where, row_ids))
    folded = {row[12] for row in found if view.folds(row[12])}
    of_thread = _thread_counts(store, view, folded)
    rows: dict[int, MessageRow] = {}
    for row in found:
        if row[0] not in rows:
            rows[row[0]] = _message_row(store, row, *of_thread.get(row[12], (1, -1)))
    return [rows[row_id] for row_id in row_ids if row_id in rows]


def rows_of_ids(store: Store, row_ids: Sequence[RowId]) -> list[MessageRow]:
    """Return every place in which these messages are shown, in the order of the ids."""
    if not row_ids:
        return []
    where = sql(_ROW, "where m.id in (:ids) and", _JOINED, "order by", _by_role())
    place = {row_id: index for index, row_id in enumerate(row_ids)}
    found = store.rows(Database.CACHE, with_ids(where, row_ids))
    found.sort(key=lambda row: place[row[0]])
    return [_message_row(store, row) for row in found]


def placed(store: Store, view: View, row_ids: Iterable[int]) -> dict[int, int]:
    """Return those of these rows that lie in a view's mailboxes, each with its thread."""
    which = sql("where p.message in (:ids) and p.mailbox <> 0", _within(view))
    text = sql("select distinct p.message, p.thread from placement p", which)
    return dict(store.rows(Database.CACHE, with_ids(text, row_ids)))


def depths(store: Store, view: View, shown: Iterable[int]) -> dict[int, int]:
    """Return how deep rows lie in the trees of unfolded threads; those at the top are left out.

    `shown` are the view's row ids.
    """
    if not view.unfolded:
        return {}
    thread_of = dict.fromkeys(shown, 0) if view.query is not None else {}
    found = trees_of(store, view, view.unfolded, thread_of)
    return {row: depth for rows in found.values() for row, depth in rows if depth}


def own_answers(store: Store, view: View) -> frozenset[int]:
    """Return what stands in unfolded threads out of mailboxes of sent mail alone."""
    if view.thread_mailboxes == view.mailboxes or not view.unfolded:
        return frozenset()
    lies_in = "exists(select 1 from placement p where p.message = m.id and p.mailbox in (:ids))"
    here, sent = with_ids(lies_in, view.mailboxes), with_ids(lies_in, view.sent)
    text = with_ids("select m.id from message m where m.thread in (:ids)", view.unfolded)
    return frozenset(store.ids(Database.CACHE, sql(text, "and", sent, "and not", here)))


def unread_threads(store: Store, view: View) -> frozenset[ThreadId]:
    """Return threads of several mails, not many, in which something newer is unread."""
    text = sql(
        "select thread from placement indexed by placement_unread",
        "where flags & 1 = 0 and mailbox = ? order by message desc limit ?",
    )
    threads = {
        row[0]
        for mailbox in view.mailboxes
        for row in store.rows(Database.CACHE, text, (mailbox, _UNREAD_LOOKED_AT))
    }
    counts = _thread_counts(store, view, threads)
    return frozenset(ThreadId(t) for t, (n, _) in counts.items() if 1 < n <= MAX_UNFOLDED)


def unread_of_thread(store: Store, view: View, thread_id: ThreadId) -> list[RowId]:
    """Return a thread's unread messages in a view's mailboxes, oldest first."""
    text = sql(
        "select distinct m.id from message m cross join placement p where m.thread = ?",
        "and p.message = m.id and p.mailbox <> 0 and p.flags & 1 = 0",
        _within(view),
        "order by m.id",
    )
    return [RowId(row[0]) for row in store.rows(Database.CACHE, text, (thread_id,))]


def thread_rows(store: Store, thread_id: ThreadId) -> list[MessageRow]:
    """Return every message of a thread, oldest first, each once."""
    where = "where m.thread = coalesce((select new from alias where old = ?1), ?1) and"
    order = sql("order by m.id,", _by_role())
    found = store.rows(Database.CACHE, sql(_ROW, where, _JOINED, order), (thread_id,))
    once = {row[0]: row for row in reversed(found)}
    return [_message_row(store, once[row_id]) for row_id in sorted(once)]


def unread_rows(store: Store, view: View, shown: "array[int]") -> dict[RowId, list[MessageRef]]:
    """Return which of a view's rows are unread, with the unread mails each of them stands for.

    `shown` are the view's row ids. The index of what is unread is read, never the whole list.
    """
    which = sql("select p.message, p.mailbox, p.thread", _UNREAD, _within(view))
    places = store.rows(Database.CACHE, which)
    rows = set(shown) if places else set()
    row_of_thread: dict[int, int] = {}
    if view.grouping is Grouping.THREADS or view.others:
        members = with_ids(
            "select thread, id from message where thread in (:ids)", {place[2] for place in places}
        )
        found = store.rows(Database.CACHE, members)
        row_of_thread = {thread: row_id for thread, row_id in found if row_id in rows}
    stand_for: dict[RowId, list[MessageRef]] = {}
    for message, mailbox, thread in places:
        row_id = message if message in rows else row_of_thread.get(thread, message)
        if row_id in rows:
            ref = MessageRef(RowId(message), MailboxId(mailbox))
            stand_for.setdefault(RowId(row_id), []).append(ref)
    return stand_for


def _listed(store: Store, view: View, limit: int | None) -> Listed:
    """Read the first `limit` messages of a view, or all, and make rows of them."""
    if view.grouping is Grouping.FLAT and not (view.others or view.sort.by is SortBy.THREAD):
        messages = _messages(store, view, limit)
        ids = sorting.in_order(store, view.sort, messages)
    elif view.query is None and view.mailboxes:
        # The thread is in the placement: no join.
        which = sql("where mailbox in (:ids)", slice_condition(view.slice))
        text = sql("select message, thread from placement", with_ids(which, view.mailboxes))
        text = sql(text, "order by message desc limit ?")
        pairs = store.rows(Database.CACHE, text, (_all_or(limit),))
        messages = array("q", [message for message, _ in pairs])
        ids = sorted_rows(store, view, pairs)
    else:
        messages = _messages(store, view, limit)
        ids = sorted_rows(store, view, _with_threads(store, messages))
    return Listed(ids, messages, is_whole=limit is None or len(messages) < limit)


def _messages(store: Store, view: View, limit: int | None) -> "array[int]":
    found = array("q")
    for text, parameters in _flat(store, view):
        left = _all_or(None if limit is None else limit - len(found))
        found += store.ids(Database.CACHE, sql(text, "limit ?"), (*parameters, left))
    return found


def _all_or(limit: int | None) -> int:
    """Return a limit as SQLite takes it."""
    return -1 if limit is None else limit


def _with_threads(store: Store, messages: "array[int]") -> list[tuple[int, int]]:
    text = with_ids("select id, thread from message where id in (:ids)", messages)
    thread_of: dict[int, int] = dict(store.rows(Database.CACHE, text))
    return [(row_id, thread_of[row_id]) for row_id in messages if row_id in thread_of]


def _flat(store: Store, view: View) -> list[Statement]:
    if view.query is not None and view.is_ranked:
        return compile_ranked(store, view.query, view.mailboxes, slice_condition(view.slice))
    if view.query is not None:
        return [compile_search(store, view.query, view.mailboxes, slice_condition(view.slice))]
    return [_unsearched(view)]


def _unsearched(view: View) -> Statement:
    if len(view.mailboxes) == 1 and view.slice is None:
        which = "select distinct message from placement where mailbox = ? order by message desc"
        return which, view.mailboxes
    which = _in_mailboxes("and mailbox in (:ids)", view.mailboxes)
    return (
        sql(
            "select distinct message from placement where mailbox <> 0",
            which,
            slice_condition(view.slice),
            "order by message desc",
        ),
        (),
    )


def _thread_counts(store: Store, view: View, threads: set[int]) -> dict[int, tuple[int, int]]:
    if not threads:
        return {}
    read = "p.flags & 1"
    if view.thread_mailboxes != view.mailboxes:
        read = with_ids("p.flags & 1 or p.mailbox not in (:ids)", view.mailboxes)
    text = sql(
        f"select m.thread, count(distinct m.id), count(distinct iif({read}, null, m.id))",
        "from message m cross join placement p where m.thread in (:ids)",
        "and p.message = m.id and p.mailbox <> 0",
        _in_mailboxes("and p.mailbox in (:ids)", view.thread_mailboxes),
        "group by m.thread",
    )
    rows = store.rows(Database.CACHE, with_ids(text, threads))
    return {thread: (total, unread) for thread, total, unread in rows}


def in_view(view: View) -> str:
    """Return the condition that a placement `p` is shown in a view's mailboxes."""
    return sql("and p.mailbox <> 0", _within(view))


def _within(view: View) -> str:
    within = _in_mailboxes("and p.mailbox in (:ids)", view.mailboxes)
    return sql(within, slice_condition(view.slice)) if view.slice is not None else within


def _in_mailboxes(condition: str, mailboxes: Sequence[MailboxId]) -> str:
    return with_ids(condition, mailboxes) if mailboxes else ""


def _by_role() -> str:
    return sql(_PREFERRED, "when 'all' then 7 else 1 end, b.id")


def _message_row(store: Store, row: Row, count: int = 1, unread: int = -1) -> MessageRow:
    row_id, key, account, account_id, mailbox, name, address, recipients, subject = row[:9]
    mask, size, bits, thread, snippet, message_id, list_id = row[9:]
    return MessageRow(
        row_id=RowId(row_id),
        key=MessageKey(key),
        account=AccountName(account),
        mailbox_id=MailboxId(mailbox),
        date=date_of(row_id),
        sender_name=Untrusted(name),
        sender_address=Untrusted(address),
        recipients=Untrusted(recipients),
        subject=Untrusted(subject),
        flags=flags_of_mask(store, account_id, mask),
        size_bytes=size,
        has_attachments=bool(bits & props.HAS_ATTACHMENTS),
        thread_id=ThreadId(thread),
        thread_count=count,
        thread_unread=1 - (mask & 1) if unread < 0 else unread,
        snippet=Untrusted(snippet),
        message_id=Untrusted(message_id),
        list_id=Untrusted(list_id),
    )
