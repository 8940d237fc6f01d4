"""Rows of a list out of its messages: threads folded or as trees, each where its order puts it."""

from array import array
from collections.abc import Container, Iterable, Iterator, Sequence
from itertools import chain

from tuimail.model.ids import ThreadId
from tuimail.model.sort import SortBy
from tuimail.model.view import Grouping, View

from . import sorting
from .database import Store
from .trees import members_of, tree


def sorted_rows(store: Store, view: View, pairs: Iterable[tuple[int, int]]) -> "array[int]":
    """Return a view's rows in its order from its messages, each with its thread, newest first.

    A folded thread is its first message, and stands where that one does. Among folded ones an
    unfolded thread stands where its first message would, as a tree; in a flat list each message
    stays where its key puts it.
    """
    if view.grouping is Grouping.THREADS and not view.others:
        return sorting.in_order(store, view.sort, array("q", _heads(pairs)))
    groups = dict(_groups(store, view, pairs))
    heads = sorting.in_order(store, view.sort, array("q", groups))
    return array("q", chain.from_iterable(groups[head] for head in heads))


def trees_of(
    store: Store, view: View, threads: Iterable[int], found: Container[int]
) -> dict[int, list[tuple[int, int]]]:
    """Return trees of threads; in a search, of what it `found` of them."""
    members = members_of(store, threads, view.thread_mailboxes)
    if view.query is not None:
        members = {t: [m for m in ms if m.row_id in found] for t, ms in members.items()}
    return {thread: tree(of_thread) for thread, of_thread in members.items()}


def _heads(pairs: Iterable[tuple[int, int]]) -> Iterator[int]:
    seen: set[int] = set()
    for message, thread in pairs:
        if thread not in seen:
            seen.add(thread)
            yield message


def _groups(
    store: Store, view: View, pairs: Iterable[tuple[int, int]]
) -> Iterator[tuple[int, Sequence[int]]]:
    """Yield the first message of what stands together, and all of it in its own order."""
    members: dict[int, dict[int, None]] = {}
    for message, thread in pairs:
        is_alone = view.grouping is Grouping.FLAT and thread not in view.others
        is_alone = is_alone and view.sort.by is not SortBy.THREAD
        members.setdefault(-message if is_alone else thread, {})[message] = None
    of_view = {message: 0 for group in members.values() for message in group}
    trees = trees_of(store, view, view.unfolded.intersection(members), of_view)
    for thread, group in members.items():
        newest_first = list(group)
        if thread in trees:
            yield newest_first[0], [row_id for row_id, _ in trees[thread]]
        elif view.folds(ThreadId(thread)):
            yield newest_first[0], newest_first[:1]
        else:
            yield newest_first[0], newest_first[:: -1 if view.sort.is_reversed else 1]
