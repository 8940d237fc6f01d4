"""What a person does who reads: mailboxes, lists, threads, one mail, its files."""

from array import array
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import chain, islice
from typing import Final

from tuimail.errors import NotFound
from tuimail.mime.mail_warnings import ASKS_FOR_RECEIPT
from tuimail.mime.parse import CALENDAR_TYPES
from tuimail.model.flags import Flag, labels_of
from tuimail.model.ids import AccountName, MailboxId, MessageKey, RowId, ThreadId, key_of_public_id
from tuimail.model.mailbox import MailboxRow, Role
from tuimail.model.message import MessageRow
from tuimail.model.part import RenderedMail
from tuimail.model.places import Places, roles_by_name
from tuimail.model.query import And, Order
from tuimail.model.safe import Safe, ours, safe_line
from tuimail.model.sort import NEWEST_FIRST, SortBy
from tuimail.model.view import Grouping, View
from tuimail.store import arranging, bodies, differences, lists, messages, sorting, trees
from tuimail.store import mailboxes as boxes
from tuimail.store.drafts import count_drafts
from tuimail.store.index import count_waiting
from tuimail.store.keywords import keyword_names
from tuimail.store.later_marks import with_later
from tuimail.store.lists import Listed
from tuimail.store.query_language import parse
from tuimail.store.query_text import together, with_order

from . import rendering
from .mail import Mail, zone_of

_WITHOUT_ANSWERS: Final = (Role.SENT, Role.DRAFTS, Role.TRASH, Role.JUNK, Role.ALL)
"""Mailboxes in whose threads one's own answers are not looked for."""


@dataclass(frozen=True, slots=True)
class Search:
    """A search ready to be shown."""

    view: View
    warnings: tuple[Safe, ...]


def mailboxes(mail: Mail, account: AccountName | None = None) -> list[MailboxRow]:
    """Return the mailboxes of one account or all; the person's roles count over the server's.

    Accounts come in the order of the configuration; what is no longer configured is left out.
    """
    by_account: dict[AccountName, list[MailboxRow]] = {}
    for row in boxes.mailbox_rows(mail.store, account):
        by_account.setdefault(row.account, []).append(row)
    found: list[MailboxRow] = []
    for configured in mail.config.accounts:
        rows = by_account.get(configured.name, [])
        roles = roles_by_name(configured, [row.listed for row in rows])
        found += [replace(row, role=roles.get(row.name.raw)) for row in rows]
    return found


def mailbox_for_role(mail: Mail, account: AccountName, role: Role) -> MailboxRow | None:
    """Return the mailbox for a role: the person's choice, else what the server says, else None."""
    return next((b for b in mailboxes(mail, account) if b.role is role and b.is_selectable), None)


def archive_of(mail: Mail, account: AccountName) -> MailboxRow | None:
    """Return where mail is put away: the archive, else the mailbox of all mail, else None."""
    archive = mailbox_for_role(mail, account, Role.ARCHIVE)
    return archive or mailbox_for_role(mail, account, Role.ALL)


def mailbox_by_name(mail: Mail, name: str, account: AccountName | None = None) -> list[MailboxRow]:
    """Return mailboxes a person means by a name, a role (`trash`) or `account/name`."""
    return Places(mailboxes(mail, account)).named(name)


def unified_inbox(mail: Mail, grouping: Grouping = Grouping.FLAT) -> View:
    """Return the view over the inboxes of all accounts."""
    known = mailboxes(mail)
    inboxes = [row for row in known if row.role is Role.INBOX]
    sent = _sent(mail, known)
    return View(ours("Inbox"), _or_none(inboxes), grouping=grouping, sent=sent)


def mailbox_view(mail: Mail, mailbox_id: MailboxId, grouping: Grouping = Grouping.FLAT) -> View:
    """Return the view of one mailbox. Raises NotFound."""
    row = boxes.mailbox_row(mail.store, mailbox_id)
    known = mailboxes(mail, row.account)
    role = next((one.role for one in known if one.id == mailbox_id), row.role)
    sent = () if role in _WITHOUT_ANSWERS else _sent(mail, known)
    return View(safe_line(row.name), (mailbox_id,), grouping=grouping, sent=sent)


def own_answers(mail: Mail, view: View) -> frozenset[int]:
    """Return the rows of a view that are one's own answers, inside its unfolded threads."""
    return lists.own_answers(mail.store, view)


def unfolding_unread(mail: Mail, view: View) -> View:
    """Return a view as it is begun: threads unfolded in which something is unread, if so set."""
    is_wanted = mail.config.settings.expand_unread and view.grouping is Grouping.THREADS
    if not is_wanted or view.query is not None or view.others:
        return view
    return replace(view, others=lists.unread_threads(mail.store, view))


def depths(mail: Mail, view: View, shown: "array[int]") -> dict[int, int]:
    """Return how deep rows lie in unfolded threads; those at the top are left out."""
    return lists.depths(mail.store, view, shown)


def everything(mail: Mail, grouping: Grouping = Grouping.FLAT) -> View:
    """Return the view over every mailbox of the accounts there are."""
    known = boxes.known_accounts(mail.store)
    has_others = not known.issubset(account.name for account in mail.config.accounts)
    return View(
        ours("All mail"), _or_none(mailboxes(mail)) if has_others else (), grouping=grouping
    )


def search(mail: Mail, text: str, within: View | None = None) -> Search:
    """Return the search a text stands for, over everything or within a view.

    Raises:
        QueryError: it cannot be understood.
    """
    base = within or everything(mail)
    parsed = parse(text, datetime.now(zone_of(mail)), Places(mailboxes(mail)))
    node = parsed.node if base.query is None else And((base.query, parsed.node))
    order = parsed.order or base.order
    words = with_order(together(base.query_text, text), order) if base.query_text else text.strip()
    sort = NEWEST_FIRST if parsed.order is Order.RELEVANCE else base.sort
    view = replace(base, query=node, query_text=words, order=order, sort=sort, saved="")
    warnings = tuple(safe_line(warning) for warning in parsed.warnings)
    if waiting := count_waiting(mail.store):
        which = "1 mail that has" if waiting == 1 else f"{waiting:,} mails that have"
        warnings += (ours(f"{which} just come cannot be found by words yet."),)
    return Search(view, warnings)


def ordered(view: View, order: Order) -> View:
    """Return a search with another order; its text says so."""
    words = with_order(view.query_text, order)
    return replace(view, order=order, query_text=words, sort=NEWEST_FIRST)


def search_view(mail: Mail, text: str, within: View | None = None) -> View:
    """Return `search(...).view`."""
    return search(mail, text, within).view


def view_ids(mail: Mail, view: View, limit: int | None = None) -> "array[int]":
    """Return the row ids of a view, newest first."""
    return lists.view_ids(mail.store, view, limit)


def listed(mail: Mail, view: View, rows: int | None = None) -> Listed:
    """Read all of a view, or its beginning: at least `rows` rows of it, if it has as many."""
    return lists.listed(mail.store, view, rows)


def count(mail: Mail, view: View) -> int:
    """Return how many rows a view has."""
    return lists.count(mail.store, view)


def ids_kept(
    mail: Mail,
    view: View,
    found: "array[int]",
    before: Collection[int],
    shown: Sequence[int] = (),
) -> "array[int]":
    """Return a search's rows as it stays open, in its order: what is found now and was before.

    What was found `before` stays though it does not match any more, as an unread mail that was
    opened: not once it has left the view's mailboxes. A thread stays one row, its first. By
    relevance, such a mail stays at its place among those `shown`.
    """
    still = lists.placed(mail.store, view, set(before).difference(found))
    if not still:
        return found
    if view.is_ranked:
        threads = set(lists.placed(mail.store, view, found).values())
        return _kept_in_place(
            found,
            {i for i, t in still.items() if not (view.folds(ThreadId(t)) and t in threads)},
            shown,
        )
    if view.grouping is Grouping.FLAT and not (view.others or view.sort.by is SortBy.THREAD):
        every = array("q", sorted({*found, *still}, reverse=True))
        return sorting.in_order(mail.store, view.sort, every)
    pairs = lists.placed(mail.store, view, found) | still
    return arranging.sorted_rows(mail.store, view, sorted(pairs.items(), reverse=True))


def _kept_in_place(found: "array[int]", still: set[int], shown: Sequence[int]) -> "array[int]":
    ids = found[:]
    for index, row_id in enumerate(shown):
        if row_id in still:
            ids.insert(index, row_id)
    ids.extend(sorted(still.difference(shown), reverse=True))
    return ids


def after_deeds(
    mail: Mail, view: View, ids: "array[int]", touched: Collection[int], found: Collection[int]
) -> "array[int] | None":
    """Return a view's rows as deeds with these messages leave them; nothing else is looked at.

    None where that does not tell where one belongs: in a flat list by threads, and where a thread
    that is unfolded has another newest mail. Of a search stay those that were `found`: a thread
    that is found by another of its mails is not shown by that one, nor comes back what has no
    place without the others.
    """
    if view.others:
        return differences.with_trees(mail.store, view, ids, touched)
    if view.query is None:
        change = differences.difference(mail.store, view, touched)
    else:  # what stands for a thread is the newest mail found, which need not be its newest
        each = replace(view, grouping=Grouping.FLAT)
        change = differences.difference(mail.store, each, touched)
        is_plain = view.grouping is Grouping.FLAT and not view.is_ranked
        back = change.into.intersection(found) if is_plain else frozenset[int]()
        change = replace(change, into=back)
    if view.is_newest_first:
        return differences.with_difference(ids, change)
    now = array("q", [row_id for row_id in ids if row_id not in change.out])
    lacking = change.into.difference(now)
    if lacking and view.sort.by is SortBy.THREAD and view.grouping is Grouping.FLAT:
        return None
    sorting.put_in(mail.store, view.sort, now, lacking)
    return now


def rows(mail: Mail, view: View, row_ids: Sequence[int]) -> list[MessageRow]:
    """Return the rows of these ids; ids that are gone are left out."""
    return with_later(mail.store, lists.rows_of(mail.store, view, row_ids))


def unread_count(mail: Mail, view: View, messages: "array[int]") -> int:
    """Return how many mails of a view are unread; `messages` is what a search found, all of it."""
    return lists.unread_count(mail.store, view, messages)


def flagged_count(mail: Mail, view: View) -> int:
    """Return how many mails of a view are flagged; 0 of a search, which says so itself."""
    return 0 if view.query is not None else lists.flagged_count(mail.store, view)


def drafts_kept(mail: Mail) -> int:
    """Return how many mails are kept here that were begun and not sent."""
    return count_drafts(mail.store)


def labels(mail: Mail) -> list[str]:
    """Return the keywords people gave messages of any account, in order."""
    return labels_of(keyword_names(mail.store))


def next_unread(
    mail: Mail, view: View, shown: "array[int]", after: int, read: Collection[int] = ()
) -> RowId | None:
    """Return the next unread row below index `after`, else from the top, or None if all is read.

    `shown` are the view's row ids as they are shown, `read` those that are read by now though the
    store may not know it yet.
    """
    unread = lists.unread_rows(mail.store, view, shown).keys() - read
    if not unread:
        return None
    order = chain(islice(shown, after + 1, None), islice(shown, after + 1))
    return next((RowId(row_id) for row_id in order if row_id in unread), None)


def row_of_id(mail: Mail, public_id: str) -> list[MessageRow]:
    """Return the places of the message people know by this id; raises NotFound."""
    key = key_of_public_id(public_id)
    refs = messages.find_key(mail.store, key) if key is not None else []
    found = lists.rows_of_ids(mail.store, [ref.row_id for ref in refs[:1]])
    if not found:
        raise NotFound(f"There is no message {safe_line(public_id)!r} here. Ids: tuimail list")
    return found


def thread(mail: Mail, thread_id: ThreadId) -> list[MessageRow]:
    """Return the messages of a thread, oldest first."""
    return lists.thread_rows(mail.store, thread_id)


def parent(mail: Mail, row: MessageRow) -> MessageRow | None:
    """Return the mail that a mail answers, wherever it lies; None where it is not here."""
    members = trees.members_of(mail.store, [row.thread_id], ())
    above = {
        one: parent for of in members.values() for one, parent in trees.parents(of).items()
    }.get(row.row_id)
    found = lists.rows_of_ids(mail.store, [RowId(above)]) if above is not None else []
    return found[0] if found else None


def unread_of_thread(mail: Mail, view: View, row: MessageRow, after: int = 0) -> MessageRow | None:
    """Return the oldest unread mail that a folded thread's row stands for, newer than `after`.

    `after` is a row id. None if there is none.
    """
    unread = lists.unread_of_thread(mail.store, view, row.thread_id)
    single = replace(view, grouping=Grouping.FLAT, others=frozenset())
    found = lists.rows_of(mail.store, single, [row_id for row_id in unread if row_id > after][:1])
    return found[0] if found else None


def body(mail: Mail, key: MessageKey) -> bytes | None:
    """Return a mail's exact bytes, or None if they are not here yet."""
    return bodies.body_of(mail.store, key)


def rendered(mail: Mail, key: MessageKey, *, prefer_html: bool = False) -> RenderedMail | None:
    """Return a mail as a reader shows it, or None if its bytes are not here yet."""
    return rendering.rendered(mail, key, prefer_html=prefer_html)


def rendered_for(
    mail: Mail,
    row: MessageRow,
    waiting: rendering.Waiting | None = None,
    *,
    prefer_html: bool = False,
) -> RenderedMail | None:
    """Return `rendered`, what an invitation says told for this person: own time, own answers.

    Raises:
        GivenUp: by who waits.
    """
    if waiting is not None:
        waiting = replace(waiting, on_beginning=_unless_calendar(waiting.on_beginning))
    shown = rendering.rendered(mail, row.key, waiting, prefer_html=prefer_html)
    if shown is None or not holds_calendar(shown):
        return shown
    from .invitations import retold  # loads what reads calendars, for mails that need it

    return retold(mail, row, shown)


def _unless_calendar(tell: Callable[[RenderedMail], None]) -> Callable[[RenderedMail], None]:
    def told(beginning: RenderedMail) -> None:
        if not holds_calendar(beginning):
            tell(beginning)

    return told


def holds_calendar(shown: RenderedMail) -> bool:
    """Whether a mail that is read holds a calendar, as invitations do. Pure."""
    return any(part.content_type in CALENDAR_TYPES for part in shown.parts)


def asks_for_receipt(shown: RenderedMail, row: MessageRow) -> bool:
    """Whether a mail that is read asks for a receipt and nobody has answered that. Pure.

    Whom it is to go to, and whether one can be sent at all, `receipts.asked` says.
    """
    return ASKS_FOR_RECEIPT in shown.warnings and Flag.MDN_SENT not in row.flags


def server_uid(mail: Mail, row: MessageRow) -> int:
    """Return the UID of a row on its server; 0 while it is on its way there."""
    places = messages.places_of_key(mail.store, row.key)
    return next((place.uid for place in places if place.mailbox_id == row.mailbox_id), 0)


def version(mail: Mail) -> tuple[int, ...]:
    """Return numbers that move when anybody has written to the store."""
    return mail.store.data_version()


def _sent(mail: Mail, known: Iterable[MailboxRow]) -> tuple[MailboxId, ...]:
    """Return the mailboxes of sent mail, if one's own answers are to stand in threads."""
    if not mail.config.settings.own_replies:
        return ()
    return tuple(row.id for row in known if row.role is Role.SENT)


def _or_none(rows: Sequence[MailboxRow]) -> tuple[MailboxId, ...]:
    """Return the ids of mailboxes; no mailbox would mean every mailbox, so -1 is none."""
    return tuple(row.id for row in rows) or (MailboxId(-1),)
