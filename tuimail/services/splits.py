"""Splits: the inboxes shown in parts, one tab for each."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Final, TypeVar

from tuimail.errors import NotFound
from tuimail.model.ids import AccountName
from tuimail.model.mailbox import MailboxRow, Role
from tuimail.model.places import Places
from tuimail.model.safe import Safe, Untrusted, ours, safe_line
from tuimail.model.split import REST, Slice, Split, SplitId
from tuimail.model.view import View
from tuimail.store import split_members
from tuimail.store import splits as store_of
from tuimail.store.deeds import Deed, DeedKind
from tuimail.store.journal import note_deeds

from . import reading
from .mail import Mail

_T = TypeVar("_T")

AT_ONCE_STEPS: Final = 2
"""The newest mails are told apart before anybody waits for the background process."""
_ALL: Final = ours("All")
_REST: Final = ours("Other")
_PUBLIC: Final = frozenset(
    (
        *("aol.com", "fastmail.com", "gmail.com", "gmx.de", "gmx.net", "googlemail.com"),
        *("hotmail.com", "icloud.com", "live.com", "mail.com", "mail.ru", "me.com", "msn.com"),
        *("outlook.com", "posteo.de", "proton.me", "protonmail.com", "qq.com", "t-online.de"),
        *("web.de", "yahoo.com", "yandex.ru", "ymail.com", "zoho.com"),
    )
)
"""Domains of many people, whose mail is no mail of a team."""


@dataclass(frozen=True, slots=True)
class Tab:
    """One part of the inboxes."""

    name: Safe
    shown: Slice | None
    """None for all that lies there."""
    unread: int


def shipped(mail: Mail) -> tuple[tuple[str, str], ...]:
    """Return the splits there are until somebody makes others: names and queries."""
    domains = {
        account.address.addr_spec.rpartition("@")[2].lower() for account in mail.config.accounts
    }
    own = " OR ".join(f"from:@{domain}" for domain in sorted(domains - _PUBLIC) if domain)
    people = "-has:list -is:automatic"
    team = (("Team", f"({own}) {people}"),) if own else ()
    return (
        ("People", f"{people} -({own})" if own else people),
        *team,
        ("Lists", "has:list"),
        ("Notifications", "is:automatic"),
    )


def are_on(mail: Mail) -> bool:
    """Whether the inboxes are shown in parts."""
    return store_of.are_on(mail.store)


def turn(mail: Mail, *, on: bool) -> None:
    """Show the inboxes in parts, or as one list again; the first time the shipped splits come."""

    def act() -> None:
        if on and not store_of.splits(mail.store):
            for name, query in shipped(mail):
                store_of.add_split(mail.store, name, query)
        store_of.turn(mail.store, on=on)

    _journalled(mail, f"splits {'shown' if on else 'hidden'}", act)


def splits(mail: Mail) -> list[Split]:
    """Return every split in its order."""
    return store_of.splits(mail.store)


def check(mail: Mail, query: str) -> None:
    """Make sure that mails can be told apart by a query.

    Raises:
        QueryError: why not, and where.
    """
    split_members.parse_split(query, Places(reading.mailboxes(mail)))


def add(mail: Mail, name: str, query: str) -> Split:
    """Add a split behind the others and show splits; raises QueryError or UserError."""
    check(mail, query)

    def act() -> Split:
        made = store_of.add_split(mail.store, name, query)
        store_of.turn(mail.store, on=True)
        return made

    return _journalled(mail, f"split “{safe_line(name, 30)}” made", act)


def change(mail: Mail, split: Split, *, name: str = "", query: str = "") -> Split:
    """Give a split another name or query; raises QueryError, UserError or NotFound."""
    name, query = name or split.name.raw, query or split.query
    check(mail, query)
    act = partial(store_of.change_split, mail.store, split.id, name=name, query=query)
    return _journalled(mail, f"split “{safe_line(split.name, 30)}” changed", act)


def move(mail: Mail, split: Split, places: int) -> None:
    """Ask a split so many places later, or earlier: the first that a mail matches has it."""
    known = splits(mail)
    others = [one for one in known if one.id != split.id]
    at = next((n for n, one in enumerate(known) if one.id == split.id), 0)
    at = min(max(at + places, 0), len(others))
    act = partial(store_of.put_splits, mail.store, [*others[:at], split, *others[at:]])
    _journalled(mail, f"split “{safe_line(split.name, 30)}” moved", act)


def remove(mail: Mail, split: Split) -> None:
    """Forget a split; its mails go to those behind it, or to the rest."""
    left = [one for one in splits(mail) if one.id != split.id]
    act = partial(store_of.put_splits, mail.store, left)
    _journalled(mail, f"split “{safe_line(split.name, 30)}” removed", act)


def put_back(mail: Mail, kept: str) -> None:
    """Make the splits those again that the journal kept; one that was removed is what it was."""
    on, rows = json.loads(kept)
    wanted = [Split(SplitId(split_id), Untrusted(name), query) for split_id, name, query in rows]
    store_of.put_splits(mail.store, wanted)
    store_of.turn(mail.store, on=on)
    _begin(mail)


def named(mail: Mail, name: str) -> Split:
    """Return the split people call so, in any case. Raises NotFound."""
    wanted = name.strip().casefold()
    for one in splits(mail):
        if one.name.raw.casefold() == wanted:
            return one
    raise NotFound(f"There is no split “{safe_line(name, 40)}”.")


def tabs(mail: Mail, view: View, mailboxes: Sequence[MailboxRow]) -> tuple[Tab, ...]:
    """Return the parts in which a list is shown: none but for inboxes, and while splits are off.

    Their unread mails come from counters.
    """
    shown = [row for row in mailboxes if row.id in view.mailboxes]
    is_inboxes = len(shown) == len(view.mailboxes) and all(row.role is Role.INBOX for row in shown)
    if not shown or not is_inboxes or not are_on(mail):
        return ()
    known = splits(mail)
    counted = split_members.counts(mail.store, view.mailboxes)
    every = sum(row.unread for row in shown)
    of_split = [counted[one.id].unread if one.id in counted else 0 for one in known]
    rest = Slice(REST, tuple(one.id for one in known))
    return (
        Tab(_ALL, None, every),
        *(Tab(safe_line(o.name), Slice(o.id), n) for o, n in zip(known, of_split, strict=True)),
        Tab(_REST, rest, max(0, every - sum(of_split))),
    )


def sliced(mail: Mail, view: View) -> View:
    """Return a view as it stands now that splits may have changed: of one that is gone, all."""
    if view.slice is None:
        return view
    known = tuple(one.id for one in splits(mail))
    if not are_on(mail) or (view.slice.id and view.slice.id not in known):
        return replace(view, slice=None)
    return replace(view, slice=Slice(view.slice.id, () if view.slice.id else known))


def split_of(mail: Mail, shown: Slice | None) -> Split | None:
    """Return the split that is shown; None where all or the rest is."""
    wanted = SplitId(0) if shown is None else shown.id
    return next((one for one in splits(mail) if one.id == wanted), None)


def _journalled(mail: Mail, sentence: str, act: Callable[[], _T]) -> _T:
    """Change splits, and have undo know of it."""
    before = _kept(mail)
    made = act()
    after = _kept(mail)
    if before != after:
        deed = Deed(DeedKind.SPLITS, AccountName(""), "", before, after)
        note_deeds(mail.store, safe_line(sentence), [deed])
    _begin(mail)
    return made


def _kept(mail: Mail) -> str:
    """Return the splits, and whether they are shown, as the journal keeps them."""
    rows = [(one.id, one.name.raw, one.query) for one in splits(mail)]
    return json.dumps([are_on(mail), rows])


def _begin(mail: Mail) -> None:
    """Tell the newest mails apart; the background process sees to the others."""
    for _ in range(AT_ONCE_STEPS):
        if not split_members.step(mail.store):
            return
