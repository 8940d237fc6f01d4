"""What a list has to take out and put in for some messages, so that nothing else is read."""

from array import array
from bisect import bisect_left
from collections.abc import Collection
from dataclasses import dataclass
from operator import neg

from tuimail.model.view import Grouping, View

from .arranging import sorted_rows
from .database import Database, Store
from .lists import in_view, placed
from .statement import sql, with_ids


@dataclass(frozen=True, slots=True)
class Difference:
    """Rows of a view as they are now, as far as some messages and their threads go."""

    out: frozenset[int]
    """No rows of it any more."""
    into: frozenset[int]
    """Rows of it, whether or not they were before."""


def difference(store: Store, view: View, row_ids: Collection[int]) -> Difference:
    """Look at these messages, and where threads are folded at those of their threads.

    A search is not made again: what lies in its mailboxes counts as found. Where some threads are
    shown the other way this does not say enough: see `with_trees`.
    """
    if view.grouping is Grouping.FLAT:
        into = frozenset(placed(store, view, row_ids))
        return Difference(frozenset(row_ids) - into, into)
    members = _members(store, view, row_ids)
    newest = (max((one for one, is_here in of.items() if is_here), default=0) for of in members)
    into = frozenset(newest) - {0}
    return Difference(frozenset(row_ids).union(*members) - into, into)


def with_trees(
    store: Store, view: View, ids: "array[int]", row_ids: Collection[int]
) -> "array[int] | None":
    """Return rows among which some threads are unfolded as they are now, as `difference` does.

    None where a thread may stand elsewhere now: it comes back, or its newest mail is another one.
    """
    shown = frozenset(ids)
    thread_of = dict.fromkeys(row_ids, 0)
    rows: dict[int, list[int]] = {0: []}
    for members in _members(store, view, row_ids):
        thread = min(members)
        here = [row_id for row_id, is_here in members.items() if is_here]
        if here and _may_stand_elsewhere(max(here), members.keys() & set(row_ids), shown):
            return None
        thread_of.update(dict.fromkeys(members, thread))
        rows[thread] = _rows_of(store, view, here)
    now, put = array("q"), set[int]()
    for row_id in ids:
        thread = thread_of.get(row_id, -1)
        if thread < 0:
            now.append(row_id)
        elif thread not in put:
            put.add(thread)
            now.extend(rows[thread])
    return now if put.issuperset(thread for thread, of in rows.items() if of) else None


def _may_stand_elsewhere(newest: int, touched: Collection[int], shown: Collection[int]) -> bool:
    """Whether a thread's newest mail may be another one than before these were `touched`."""
    newest_touched = max(touched)
    return newest < newest_touched or (newest == newest_touched and newest not in shown)


def _rows_of(store: Store, view: View, here: Collection[int]) -> list[int]:
    """Return the rows of a thread of which these mails lie in a view's mailboxes."""
    if not here:
        return []
    newest = max(here)
    return list(sorted_rows(store, view, [(newest, placed(store, view, [newest])[newest])]))


def _members(store: Store, view: View, row_ids: Collection[int]) -> list[dict[int, bool]]:
    """Return the mails of each thread of these, and whether it lies in a view's mailboxes."""
    which = "(select thread from message where id in (:ids))"
    lies_here = sql("exists(select 1 from placement p where p.message = m.id", in_view(view), ")")
    text = sql("select m.id, m.thread,", lies_here, "from message m where m.thread in", which)
    found: dict[int, dict[int, bool]] = {}
    for message, thread, is_here in store.rows(Database.CACHE, with_ids(text, row_ids)):
        found.setdefault(thread, {})[message] = bool(is_here)
    return list(found.values())


def with_difference(ids: "array[int]", change: Difference) -> "array[int]":
    """Return rows that stand newest first as a difference leaves them."""
    now = ids[:]
    for row_id in change.out:
        place = bisect_left(now, -row_id, key=neg)
        if place < len(now) and now[place] == row_id:
            now.pop(place)
    for row_id in change.into:
        place = bisect_left(now, -row_id, key=neg)
        if place == len(now) or now[place] != row_id:
            now.insert(place, row_id)
    return now
