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
    if view.grouping is Grouping.THREADS:
        return _among_folded(store, view, list(pairs))
    groups = dict(_groups(view, pairs))
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


def _among_folded(store: Store, view: View, pairs: Sequence[tuple[int, int]]) -> "array[int]":
    """Return folded threads, and trees in the places of those that are unfolded."""
    head_of: dict[int, int] = {}
    unfolded = view.unfolded
    for message, thread in pairs:
        if thread in unfolded:
            head_of.setdefault(thread, message)
    trees = trees_of(store, view, head_of, dict(pairs) if view.query is not None else ())
    tree_at = {head_of[thread]: [row_id for row_id, _ in rows] for thread, rows in trees.items()}
    rows = array("q")
    for head in sorting.in_order(store, view.sort, array("q", _heads(pairs))):
        if head in tree_at:
            rows.extend(tree_at[head])
        else:
            rows.append(head)
    return rows


def _groups(view: View, pairs: Iterable[tuple[int, int]]) -> Iterator[tuple[int, Sequence[int]]]:
    """Yield the first message of what stands together in a flat list, and all of it in order."""
    members: dict[int, dict[int, None]] = {}
    for message, thread in pairs:
        is_alone = thread not in view.others and view.sort.by is not SortBy.THREAD
        members.setdefault(-message if is_alone else thread, {})[message] = None
    for thread, group in members.items():
        newest_first = list(group)
        if view.folds(ThreadId(thread)):
            yield newest_first[0], newest_first[:1]
        else:
            yield newest_first[0], newest_first[:: -1 if view.sort.is_reversed else 1]
