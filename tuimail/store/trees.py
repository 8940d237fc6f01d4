"""Unfolded threads as trees: which mail answers which, by References and In-Reply-To.

As JWZ's algorithm does: a mail hangs below the nearest mail it names that is there; what is missing
between is passed over. Walks are loops, and a circle is cut at its oldest mail, since strangers
write what mails name.
"""

from array import array
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from tuimail.model.ids import MailboxId

from .database import Database, Store
from .statement import sql, with_ids


class Member(NamedTuple):
    """A mail of a thread."""

    row_id: int
    own: int | None
    """The hash of its Message-ID; None where it has none."""
    named: Sequence[int]
    """Hashes of the Message-IDs it names, the nearest last."""


def members_of(
    store: Store, threads: Iterable[int], mailboxes: Sequence[MailboxId]
) -> dict[int, list[Member]]:
    """Return the mails of threads that lie in some mailboxes, or in any where none is named."""
    within = with_ids("and p.mailbox in (:ids)", mailboxes) if mailboxes else ""
    text = sql(
        "select m.thread, m.id, m.msgid <> '', m.refs from message m where m.thread in (:ids) and",
        "exists (select 1 from placement p where p.message = m.id and p.mailbox <> 0",
        within,
        ")",
    )
    found: dict[int, list[Member]] = defaultdict(list)
    for thread, row_id, is_named, refs in store.rows(Database.CACHE, with_ids(text, threads)):
        hashes = array("q", refs or b"")
        own = hashes[0] if is_named and hashes else None
        found[thread].append(Member(row_id, own, hashes if own is None else hashes[1:]))
    return found


def parents(members: Iterable[Member]) -> dict[int, int]:
    """Return which mail each one hangs below, by row ids; those at the top are left out. Pure."""
    ordered = sorted(members, key=lambda member: member.row_id)
    owner: dict[int, int] = {}
    for member in ordered:
        if member.own is not None:
            owner.setdefault(member.own, member.row_id)
    above: dict[int, int] = {}
    for member in ordered:
        named = (owner[one] for one in reversed(member.named) if one in owner)
        parent = next((one for one in named if one != member.row_id), None)
        if parent is not None:
            above[member.row_id] = parent
    _cut_circles(above)
    return above


def tree(members: Sequence[Member]) -> list[tuple[int, int]]:
    """Return (row id, depth) as a tree is read: answers below what they answer, by date. Pure.

    The oldest mail at the top has depth 0; others that hang below nothing have depth 1.
    """
    above = parents(members)
    below: dict[int, list[int]] = defaultdict(list)
    tops: list[int] = []
    for row_id in sorted((member.row_id for member in members), reverse=True):
        (below[above[row_id]] if row_id in above else tops).append(row_id)
    waiting = [(row_id, 1) for row_id in tops[:-1]] + [(row_id, 0) for row_id in tops[-1:]]
    rows = []
    while waiting:
        row_id, depth = waiting.pop()
        rows.append((row_id, depth))
        waiting += [(answer, depth + 1) for answer in below[row_id]]
    return rows


def _cut_circles(above: dict[int, int]) -> None:
    """Let the oldest mail of each circle hang below nothing."""
    known: set[int] = set()
    for start in sorted(above):
        path: dict[int, None] = {}
        at = start
        while at in above and at not in known and at not in path:
            path[at] = None
            at = above[at]
        if at in path:
            walked = list(path)
            del above[min(walked[walked.index(at) :])]
        known.update(path)
