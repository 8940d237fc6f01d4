"""What a list has to take out and put in for some messages, so that nothing else is read."""

from bisect import bisect_left
from collections.abc import Collection
from dataclasses import dataclass
from operator import neg
from typing import TYPE_CHECKING

from tuimail.model.view import Grouping, View

from .database import Database, Store
from .lists import in_view, placed
from .statement import sql, with_ids

if TYPE_CHECKING:
    from array import array


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
    shown the other way this does not say enough: see `lists.listed`.
    """
    if view.grouping is Grouping.FLAT:
        into = frozenset(placed(store, view, row_ids))
        return Difference(frozenset(row_ids) - into, into)
    which = "(select thread from message where id in (:ids))"
    lies_here = sql("exists(select 1 from placement p where p.message = m.id", in_view(view), ")")
    text = sql("select m.id, m.thread,", lies_here, "from message m where m.thread in", which)
    newest: dict[int, int] = {}
    members = set(row_ids)
    for message, thread, is_here in store.rows(Database.CACHE, with_ids(text, row_ids)):
        members.add(message)
        if is_here:
            newest[thread] = max(message, newest.get(thread, 0))
    into = frozenset(newest.values())
    return Difference(frozenset(members) - into, into)


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
