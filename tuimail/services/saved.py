"""Saved searches: kept under a name, opened as mailboxes are."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Final

from tuimail.errors import NotFound, QueryError, UserError
from tuimail.model.ids import AccountName
from tuimail.model.mailbox import MailboxRow
from tuimail.model.places import Places
from tuimail.model.query import And, Is, State
from tuimail.model.safe import Safe, safe_line
from tuimail.model.saved_search import SavedSearch
from tuimail.model.view import Grouping, View
from tuimail.store import lists
from tuimail.store import saved_searches as store_of
from tuimail.store.deeds import Deed, DeedKind
from tuimail.store.journal import note_deeds
from tuimail.store.query_text import with_order, with_places, within

from . import reading
from .mail import Mail

MAX_COUNTED: Final = 999
"""Unread mails of a saved search; more are not counted."""
MAX_UNREAD: Final = 5_000
"""So many of the newest unread mails are looked at: counting is not to grow with what nobody
reads."""


def saved_searches(mail: Mail) -> list[SavedSearch]:
    """Return every search that was kept, by name."""
    return store_of.saved_searches(mail.store)


def save_search(mail: Mail, name: str, query: str) -> SavedSearch:
    """Keep a search, over an older one of this name; return it.

    Raises:
        QueryError: it cannot be understood.
        UserError: the name will not do.
    """
    before = _kept(mail, name)
    kept = _save(mail, name, query)
    if before != kept:
        _journal(mail, "kept", before, kept)
    return kept


def rename_search(mail: Mail, name: str, new: str) -> SavedSearch:
    """Give a search another name; return it. Raises NotFound or UserError."""
    before = store_of.saved_search(mail.store, name)
    renamed = store_of.rename_saved_search(mail.store, name, new)
    if before != renamed:
        _journal(mail, "renamed", before, renamed)
    return renamed


def delete_search(mail: Mail, name: str) -> SavedSearch:
    """Forget a search, not what it finds; return what it was. Raises NotFound."""
    forgotten = store_of.delete_saved_search(mail.store, name)
    _journal(mail, "forgotten", forgotten, None)
    return forgotten


def text_of(mail: Mail, view: View) -> str:
    """Return the search over everything that finds what a search within some mailboxes shows.

    Raises:
        UserError: a mailbox is gone, or no word means it alone.
    """
    if not view.mailboxes:
        return view.query_text
    every = reading.mailboxes(mail)
    words = _words_for([row for row in every if row.id in view.mailboxes], Places(every))
    return with_order(within(view.query_text, words), view.order)


def follow(mail: Mail, words_for: Callable[[str], Sequence[str]]) -> None:
    """Have searches go on meaning the mailboxes they mean, whose names have changed.

    `words_for` says which words mean now what a word meant.
    """
    for one in saved_searches(mail):
        query = with_places(one.query, words_for)
        if query != one.query:
            with suppress(QueryError):  # as it grows too long: then it stays as it is
                _save(mail, one.name.raw, query)


def saved_view(mail: Mail, name: str, grouping: Grouping = Grouping.FLAT) -> View:
    """Return the view of a saved search.

    Raises:
        NotFound: there is none of this name.
        QueryError: it cannot be understood any more.
    """
    saved = store_of.saved_search(mail.store, name)
    view = reading.search(mail, saved.query).view
    title = safe_line(saved.name)
    return replace(view, title=title, saved=saved.name.raw, grouping=grouping)


def unread_of(mail: Mail, saved: SavedSearch) -> int:
    """Return how many unread mails a saved search finds, at most MAX_COUNTED.

    Raises:
        QueryError: it cannot be understood any more.
    """
    view = reading.search(mail, saved.query).view
    assert view.query is not None
    among = lists.newest_unread(mail.store, MAX_UNREAD)
    unread = replace(view, query=And((view.query, Is(State.UNREAD), *among)))
    return lists.count_at_most(mail.store, unread, MAX_COUNTED)


def _save(mail: Mail, name: str, query: str) -> SavedSearch:
    reading.search(mail, query)
    return store_of.put_saved_search(mail.store, name, query)


def _kept(mail: Mail, name: str) -> SavedSearch | None:
    with suppress(NotFound):
        return store_of.saved_search(mail.store, name)
    return None


def _journal(mail: Mail, what: str, before: SavedSearch | None, after: SavedSearch | None) -> None:
    """Have undo know what became of a search; under another name it is two things."""
    deeds = []
    none = AccountName("")
    if before is not None and after is not None and before.name.raw == after.name.raw:
        name = before.name.raw
        deeds.append(Deed(DeedKind.SEARCH, none, name, before.query, after.query))
    else:
        if before is not None:
            deeds.append(Deed(DeedKind.SEARCH, none, before.name.raw, before.query, None))
        if after is not None:
            deeds.append(Deed(DeedKind.SEARCH, none, after.name.raw, None, after.query))
    shown = after or before
    name = safe_line(shown.name, 60) if shown is not None else ""
    note_deeds(mail.store, Safe(f"search “{name}” {what}"), deeds)


def _words_for(rows: Sequence[MailboxRow], places: Places) -> list[str]:
    """Return words that mean these mailboxes and no others: one, if they are all for one role."""
    for role in {row.role for row in rows if row.role is not None}:
        if places.named(role.value) == list(rows):
            return [role.value]
    words = [word for row in rows if (word := places.word_for(row)) is not None]
    if not words or len(words) < len(rows):
        raise UserError("This cannot be kept: no search can name just the mailboxes shown.")
    return words
