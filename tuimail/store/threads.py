"""Threads by References: messages that name each other, directly or through others, are one.

So are those that the server gives one thread id (OBJECTID, Gmail).

Equal to JWZ's algorithm without its subject step, which is in `subjects`. Done as messages come, in
any order: every Message-ID seen or referred to is remembered with its thread; a message that knows
several threads makes them one. A thread's id is the row id of the first of its messages seen here.
"""

from collections.abc import Iterable, Sequence

from .database import Writing
from .statement import sql, with_ids


class Threads:
    """The threads one batch of messages touches: known ones, new ones, and those made one."""

    def __init__(self, known: Iterable[tuple[int, int]]) -> None:
        """`known` are (hash, thread) pairs, with merged threads resolved."""
        self._of_hash = dict(known)
        self._known = set(self._of_hash)
        self._parent: dict[int, int] = {}
        self._stored = set(self._of_hash.values())

    def join(self, row_id: int, hashes: Sequence[int]) -> None:
        """Put a message into its thread; the first of its hashes is its own, its content key."""
        of_hash = self._of_hash
        met = {self._root(of_hash[h]) for h in hashes if h in of_hash}
        thread = min(met) if met else row_id
        if len(met) > 1:
            self._parent.update((other, thread) for other in met if other != thread)
        for one in hashes:
            of_hash.setdefault(one, thread)

    def thread_of(self, one: int) -> int:
        """Return the thread of a hash, once the whole batch was joined."""
        return self._root(self._of_hash[one])

    def new_hashes(self) -> list[tuple[int, int]]:
        """Return (hash, thread) pairs to be stored, in key order."""
        of_hash, root = self._of_hash, self._root
        new = sorted(of_hash.keys() - self._known)
        return [(one, root(of_hash[one])) for one in new]

    def merged(self) -> list[tuple[int, int]]:
        """Return (old, new) ids of stored threads that became part of another."""
        return [(old, self._root(old)) for old in self._parent if old in self._stored]

    def _root(self, thread: int) -> int:
        parent = self._parent
        while thread in parent:
            above = parent[thread]
            if above in parent:
                parent[thread] = parent[above]  # keeps the paths short
            thread = above
        return thread


def known_hashes(
    writing: Writing, hashes: Iterable[int]
) -> tuple[list[tuple[int, int]], dict[int, int]]:
    """Return (hash, thread) pairs known of these hashes, and the row ids of content keys."""
    rows = writing.rows(
        with_ids(
            "select r.hash, coalesce(a.new, r.thread), r.message from refhash r"
            " left join alias a on a.old = r.thread where r.hash in (:ids)",
            hashes,
        )
    )
    return [(h, t) for h, t, _ in rows], {h: m for h, _, m in rows if m is not None}


def merge(writing: Writing, merged: Iterable[tuple[int, int]]) -> None:
    """Carry the losing side of merges over: its placements first, then its messages."""
    touch = "update mailbox set gen = gen + 1 where id in (select p.mailbox from placement p"
    for old, new in merged:
        # two rows of a folded list become one, also where no mail has come into it
        which = "join message m on m.id = p.message where m.thread = ?)"
        writing.run(sql(touch, which), (old,))
        writing.run(
            "update placement set thread = ? where message in"
            " (select id from message where thread = ?)",
            (new, old),
        )
        writing.run("update message set thread = ? where thread = ?", (new, old))
        writing.run("update alias set new = ? where new = ?", (new, old))
        writing.run("insert or replace into alias values(?, ?)", (old, new))
