"""The subject step of threads: an answer that names no other mail joins the one it answers.

JWZ's algorithm joins by subject as well. Here only a mail that says `Re:` and has no References and
no In-Reply-To (an *answer*) is joined: to the newest mail before it, at most `WINDOW_S` old, that
has the same base subject, says no `Re:` and names no other mail (a *beginning*). So two beginnings
never become one by their subject. Whatever the order in which mails come, the threads are the same:
where a beginning comes late and stands between an answer and the one it was joined to, the thread
is taken apart and put together anew, out of the hashes by which its mails name each other.
"""

from array import array
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

from .database import Writing
from .row_ids import DATE_SHIFT
from .statement import sql, with_ids
from .threads import merge

WINDOW_S: Final = 30 * 86_400
"""An older mail of the same subject is another conversation."""
MAX_JOINED: Final = 1_000
"""Mails of a thread that is joined or taken apart by subject; a larger one is left as it is."""
MAX_ANSWERS: Final = 500
"""Answers looked at for one beginning that comes late."""
_INSERT: Final = "insert or ignore into base_subject(hash, message, is_answer)"
_BEGINNING: Final = (
    "select b.message, m.thread from base_subject b cross join message m on m.id = b.message"
    " where b.hash = ? and b.is_answer = 0 and b.message < ? and b.message >= ?"
    " order by b.message desc limit 1"
)
_NEXT: Final = (
    "select min(message) from base_subject where hash = ? and is_answer = 0 and message > ?"
)
_ANSWERS: Final = (
    "select b.message from base_subject b cross join message m on m.id = b.message"
    " where b.hash = ? and b.is_answer = 1 and b.message > ? and b.message < ?"
    " order by b.message limit ?"
)


class Subject(NamedTuple):
    """What a mail without references says by its subject."""

    hash: int
    """Of the base subject and the account."""
    message: int
    is_answer: bool


def join_by_subject(writing: Writing, subjects: Sequence[Subject]) -> None:
    """Put new mails without references into the threads they answer. Inside a transaction."""
    writing.insert_many(_INSERT, sorted(subjects))
    new = {one.message for one in subjects}
    answers = {one.message: one.hash for one in subjects if one.is_answer}
    which = with_ids(
        "select distinct hash from base_subject where is_answer = 1 and hash in (:ids)",
        {one.hash for one in subjects if not one.is_answer},
    )
    with_answers = (
        {row[0] for row in writing.rows(which)} if len(answers) < len(subjects) else set()
    )
    for one in subjects:
        if not one.is_answer and one.hash in with_answers:
            answers.update((answer, one.hash) for answer in _answers_to(writing, one))
    for thread in _threads_of(writing, answers.keys() - new):
        _take_apart(writing, thread)
    for answer, hashed in sorted(answers.items()):
        _join(writing, answer, hashed)


def _answers_to(writing: Writing, beginning: Subject) -> list[int]:
    """Return the answers that a beginning, and no later one, may have."""
    end = ((beginning.message >> DATE_SHIFT) + WINDOW_S + 1) << DATE_SHIFT
    later = writing.rows(_NEXT, (beginning.hash, beginning.message))[0][0]
    until = min(end, later) if later is not None else end
    found = writing.rows(_ANSWERS, (beginning.hash, beginning.message, until, MAX_ANSWERS))
    return [row[0] for row in found]


def _beginning_of(writing: Writing, answer: int, hashed: int) -> tuple[int, int] | None:
    """Return the mail an answer belongs to, with its thread."""
    since = ((answer >> DATE_SHIFT) - WINDOW_S) << DATE_SHIFT
    found = writing.rows(_BEGINNING, (hashed, answer, since))
    return (found[0][0], found[0][1]) if found else None


def _join(writing: Writing, answer: int, hashed: int) -> None:
    beginning = _beginning_of(writing, answer, hashed)
    own = _threads_of(writing, [answer])
    if beginning is None or not own or own == {beginning[1]}:
        return
    both = sorted({*own, beginning[1]})
    which = with_ids("select count(*) from message where thread in (:ids)", both)
    if writing.rows(which)[0][0] <= MAX_JOINED:
        merge(writing, [(both[1], both[0])])


def _threads_of(writing: Writing, messages: Iterable[int]) -> set[int]:
    which = with_ids("select distinct thread from message where id in (:ids)", messages)
    return {row[0] for row in writing.rows(which)}


def _take_apart(writing: Writing, thread: int) -> None:
    """Make threads anew of one, as references and subjects have them now."""
    text = "select id, key, refs from message where thread = ? order by id limit ?"
    members = writing.rows(text, (thread, MAX_JOINED + 1))
    if len(members) > MAX_JOINED:
        return
    hashes = {row_id: [key, *array("q", refs or b"")] for row_id, key, refs in members}
    which = with_ids(
        "select message, hash from base_subject where is_answer = 1 and message in (:ids)", hashes
    )
    links = {}
    for answer, hashed in writing.rows(which):
        beginning = _beginning_of(writing, answer, hashed)
        if beginning is not None and beginning[0] in hashes:
            links[answer] = beginning[0]
    for group in _groups(hashes, links):
        named = thread if thread in group else min(group)
        # Also where it stays: its hashes may lead here by the id of a thread that moves.
        named_by = {one for row_id in group for one in hashes[row_id]}
        own = with_ids("update refhash set thread = ? where hash in (:ids)", named_by)
        writing.run(own, (named,))
        if named != thread:
            _move(writing, group, named)


def _groups(hashes: dict[int, list[int]], links: dict[int, int]) -> list[list[int]]:
    """Return mails that name each other or answer one another, directly or through others."""
    parent: dict[int, int] = {}

    def root(one: int) -> int:
        while parent.setdefault(one, one) != one:
            parent[one] = one = parent[parent[one]]
        return one

    owner: dict[int, int] = {}
    for row_id, named in hashes.items():
        for one in named:
            parent[root(row_id)] = root(owner.setdefault(one, row_id))
    for answer, beginning in links.items():
        parent[root(answer)] = root(beginning)
    groups: dict[int, list[int]] = defaultdict(list)
    for row_id in hashes:
        groups[root(row_id)].append(row_id)
    return list(groups.values())


def _move(writing: Writing, group: Sequence[int], thread: int) -> None:
    """Make a thread of its own of some mails; whoever holds an old id of it is led there."""
    shown = with_ids("(select mailbox from placement where message in (:ids))", group)
    writing.run(sql("update mailbox set gen = gen + 1 where id in", shown))
    for text in (
        "update placement set thread = ? where message in (:ids)",
        "update message set thread = ? where id in (:ids)",
        "update alias set new = ? where old in (:ids)",
    ):
        writing.run(with_ids(text, group), (thread,))
    writing.run("delete from alias where old = ?", (thread,))
