"""Which split each mail of the inboxes is in, kept beside where it lies, and counted.

A mail is looked at when it comes, and again when it comes back to an inbox or, where a split asks
for marks, when these change: until then its split is 0. When the splits change, all are looked at
anew, the newest first, in steps (`step`): the cache keeps how far that has come. Words are looked
for as searches do, in a small index of the headers at hand, made for that and forgotten.
"""

import re
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from hashlib import blake2b
from typing import Final

from tuimail.errors import QueryError
from tuimail.model.ids import MailboxId
from tuimail.model.places import Places
from tuimail.model.query import (
    And,
    Field,
    Has,
    HasA,
    Is,
    Node,
    Not,
    Or,
    State,
    Word,
)
from tuimail.model.split import Slice, SplitId

from .database import Database, Store, Writing
from .index import HEADERS
from .mailboxes import mailbox_rows
from .query_language import parse
from .search import condition_of_header
from .splits import MAX_SPLITS, are_on, splits
from .statement import sql, with_ids

A_STEP: Final = 1_000
"""Mails looked at in one transaction: some 20 ms."""
NO_SPLIT: Final = -1
"""Of a mail that was looked at and is in none."""

_STAMP, _BELOW, _BY_FLAGS = "splits", "splits_below", "splits_by_flags"
"""In the cache: by which splits mails are told apart; below which row id mails are still to be
looked at; whether a split asks for marks."""
_MAX_ID: Final = (1 << 62) - 1
_MARKS: Final = frozenset({State.FLAGGED, State.REPLIED, State.DRAFT})
_CHANGING: Final = frozenset(
    {
        *(State.UNREAD, State.READ, State.BOUNCED, State.DELAYED),
        *(State.SNOOZED, State.MUTED),
    }
)
_IN_HEADER: Final = frozenset(
    {Field.ANY, Field.FROM, Field.TO, Field.CC, Field.SUBJECT, Field.LIST, Field.TAG}
)
_A_DAY: Final = datetime(2026, 1, 1, tzinfo=UTC)
"""From which no date of a split may be counted: the day on which a mail is looked at is chance."""
_NAMES_PLACES: Final = re.compile(r"(?:in|account):|is:(?:sent|draft)", re.IGNORECASE)
_INBOXES: Final = "(select id from mailbox where role = 'inbox')"
_INDEX: Final = """create virtual table if not exists temp.ft using fts5(subject, sender, rcpt,
    body, attach, content='', tokenize="unicode61 remove_diacritics 2")"""


@dataclass(frozen=True, slots=True)
class Counts:
    """Of one split in some mailboxes."""

    total: int
    unread: int


@dataclass(frozen=True, slots=True)
class Rules:
    """The splits as mails are told apart by them."""

    nodes: tuple[tuple[SplitId, Node], ...]
    asks_for_marks: bool

    @property
    def stamp(self) -> int:
        """A number that moves when any mail may be in another split."""
        digest = blake2b(repr(self.nodes).encode(), digest_size=7).digest()
        return int.from_bytes(digest, "big")


def parse_split(text: str, places: Places) -> Node:
    """Return what a split asks for.

    Raises:
        QueryError: it cannot be understood, or asks for what does not stand in a mail's header or
            changes by itself.
    """
    node = parse(text, _A_DAY, places).node
    if node == And(()):
        raise QueryError("A split needs a word to go by.", text, 0)
    if any(isinstance(leaf, Is) and leaf.state in _CHANGING for leaf in _leaves(node)):
        raise QueryError("A split cannot ask for what changes while you read.", *_at(text, "is"))
    if not all(map(_is_of_header, _leaves(node))):
        why = "A split cannot ask for what is not known when a mail comes."
        raise QueryError(why, *_at(text, "body|filename|id|has"))
    if node != parse(text, _A_DAY + timedelta(days=400), places).node:
        why = "A split cannot go by age: mails would wander from day to day."
        raise QueryError(why, *_at(text, "older|newer|before|after|on"))
    return node


def _at(text: str, keys: str) -> tuple[str, int]:
    """Return a text, and where in it one of these keys stands first."""
    found = re.search(rf"(?<![^\s(-])(?:{keys}):", text, re.IGNORECASE)
    return text, found.start() if found else 0


def sort_in(store: Store, writing: Writing, arrived: Sequence[int] = ()) -> None:
    """Put what came, and what came back, into its split; inside a transaction of the cache.

    `arrived` are row ids that were put into a mailbox just now.
    """
    rules = rules_of(store)
    if rules is None:
        return
    if _value(writing, _STAMP) != rules.stamp:
        _begin_anew(writing, rules)
    if arrived:
        _look(store, writing, rules, arrived)
    if _value(writing, _BELOW) is not None or not (waiting := _waiting(writing)):
        return
    if sum(waiting.values()) > A_STEP:
        _put(writing, _BELOW, _MAX_ID)
        return
    _look_again(store, writing, rules, _not_looked_at(writing, waiting))


def is_due(store: Store) -> bool:
    """Whether `step` has something to do; without a lock."""
    rules = rules_of(store)
    if rules is None:
        return False
    which = "select name, value from state where name in (?, ?)"
    kept: dict[str, int] = dict(store.rows(Database.CACHE, which, (_STAMP, _BELOW)))
    if kept.get(_STAMP) != rules.stamp or _BELOW in kept:
        return True
    return any(count for _, count in store.rows(Database.CACHE, _WAITING))


def step(store: Store) -> bool:
    """Look at some mails that are to be looked at anew; return whether there may be more."""
    rules = rules_of(store)
    if rules is None:
        return False
    with store.writing(Database.CACHE) as writing:
        sort_in(store, writing)
        below = _value(writing, _BELOW)
        if below is None:
            return False
        next_ones, cut_off = _below(writing, below)
        _look_again(store, writing, rules, next_ones)
        if cut_off is not None:
            _put(writing, _BELOW, cut_off)
        else:
            writing.run("delete from state where name = ?", (_BELOW,))
    return True


def counts(store: Store, mailboxes: Sequence[MailboxId]) -> dict[SplitId, Counts]:
    """Return how many mails of some mailboxes are in each split: from counters alone."""
    text = with_ids(
        "select split, sum(total), sum(unread) from split_count where mailbox in (:ids)"
        " and split > 0 group by split",
        mailboxes,
    )
    found = store.rows(Database.CACHE, text)
    return {SplitId(split): Counts(total, unread) for split, total, unread in found}


def slice_condition(shown: Slice | None) -> str:
    """Return the condition on placements of what is shown, empty where all is."""
    if shown is None:
        return ""
    if shown.id:
        return with_ids("and split > 0 and split in (:ids)", (shown.id,))
    return with_ids("and split not in (:ids)", shown.others)


def rules_of(store: Store) -> Rules | None:
    """Return by what mails are told apart; None where they are not."""
    if not are_on(store):
        return None
    nodes: list[tuple[SplitId, Node]] = []
    for one in splits(store):
        with suppress(QueryError):  # of an older program: it holds nothing
            nodes.append((one.id, _node(store, one.query)))
    leaves = [leaf for _, node in nodes for leaf in _leaves(node)]
    return Rules(tuple(nodes), any(map(_is_mark, leaves)))


def _node(store: Store, query: str) -> Node:
    """Return what a split asks for that was looked at once."""
    if _NAMES_PLACES.search(query):
        return parse(query, _A_DAY, Places(mailbox_rows(store))).node
    return _node_anywhere(query)


@lru_cache(maxsize=4 * MAX_SPLITS)
def _node_anywhere(query: str) -> Node:
    """Return what a query stands for that names no mailbox: parsed once, not with each mail."""
    return parse(query, _A_DAY, Places(())).node


def _begin_anew(writing: Writing, rules: Rules) -> None:
    _put(writing, _STAMP, rules.stamp)
    _put(writing, _BELOW, _MAX_ID)
    writing.run("delete from state where name = ?", (_BY_FLAGS,))
    if rules.asks_for_marks:
        _put(writing, _BY_FLAGS, 1)


def _look_again(store: Store, writing: Writing, rules: Rules, messages: Sequence[int]) -> None:
    """Look at mails that are here already: lists of their inboxes are to be read again."""
    _look(store, writing, rules, messages)
    shown = with_ids("(select mailbox from placement where message in (:ids))", messages)
    writing.run(sql("update mailbox set gen = gen + 1 where role = 'inbox' and id in", shown))


def _look(store: Store, writing: Writing, rules: Rules, messages: Sequence[int]) -> None:
    """Put mails into the first split that they match."""
    if not messages:
        return
    conditions = [(one, condition_of_header(store, node)) for one, node in rules.nodes]
    if any("temp.ft" in condition.text for _, condition in conditions):
        writing.run(_INDEX)
        writing.run("insert into temp.ft(ft) values('delete-all')")
        insert = sql("insert into temp.ft(rowid, subject, sender, rcpt, body, attach)", HEADERS)
        writing.run(with_ids(sql(insert, "order by m.id"), set(messages)))
    cases = [f"when {condition.text} then {int(one)}" for one, condition in conditions]
    case = sql("case", *cases, f"else {NO_SPLIT} end") if cases else str(NO_SPLIT)
    writing.run(
        with_ids(
            sql(
                "update placement as p set split = coalesce((select",
                case,
                f"from message m where m.id = p.message), {NO_SPLIT})",
                "where p.message in (:ids) and p.mailbox in",
                _INBOXES,
            ),
            messages,
        ),
        [value for _, condition in conditions for value in condition.parameters],
    )


_WAITING: Final = sql(
    "select b.id, b.total - coalesce((select sum(c.total) from split_count c",
    "where c.mailbox = b.id), 0) from mailbox b where b.role = 'inbox'",
)


def _waiting(writing: Writing) -> dict[int, int]:
    """Return how many mails of each inbox were not looked at."""
    return {mailbox: count for mailbox, count in writing.rows(_WAITING) if count > 0}


def _not_looked_at(writing: Writing, waiting: dict[int, int]) -> list[int]:
    which = "select message from placement where mailbox = ? and split = 0 limit ?"
    found = (writing.rows(which, (mailbox, count)) for mailbox, count in waiting.items())
    return [row[0] for rows in found for row in rows]


def _below(writing: Writing, bound: int) -> tuple[list[int], int | None]:
    """Return the next mails of the inboxes, newest first, and below which others follow, if any."""
    inboxes = [row[0] for row in writing.rows(sql("select id from", _INBOXES))]
    limit = max(A_STEP // max(1, len(inboxes)), A_STEP // 10)
    which = "select message from placement where mailbox = ? and message < ?"
    which = sql(which, "order by message desc limit ?")
    found = [writing.rows(which, (mailbox, bound, limit)) for mailbox in inboxes]
    cut_off: int | None = max((rows[-1][0] for rows in found if len(rows) == limit), default=None)
    ids = {row[0] for rows in found for row in rows if cut_off is None or row[0] >= cut_off}
    return sorted(ids, reverse=True), cut_off


def _value(writing: Writing, name: str) -> int | None:
    found = writing.rows("select value from state where name = ?", (name,))
    return int(found[0][0]) if found else None


def _put(writing: Writing, name: str, value: int) -> None:
    writing.run("insert or replace into state values(?, ?)", (name, value))


def _leaves(node: Node) -> Iterable[Node]:
    match node:
        case And(nodes) | Or(nodes):
            for one in nodes:
                yield from _leaves(one)
        case Not(inner):
            yield from _leaves(inner)
        case _:
            yield node


def _is_of_header(leaf: Node) -> bool:
    match leaf:
        case Word(field):
            return field in _IN_HEADER
        case HasA(what):
            return what in (Has.ATTACHMENT, Has.LIST)
        case _:
            return True


def _is_mark(leaf: Node) -> bool:
    match leaf:
        case Is(state):
            return state in _MARKS
        case Word(Field.TAG):
            return True
        case _:
            return False
