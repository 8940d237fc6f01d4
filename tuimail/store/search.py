"""A search as SQL: full-text where words are looked for, conditions on placements for the rest.

What only concerns words becomes one full-text expression, whose hits come newest first without
sorting; the rest is asked of each hit. Where a search has no word, placements are walked.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import reduce
from operator import or_
from typing import Final, assert_never

from tuimail.model.ids import MailboxId, key_of_public_id
from tuimail.model.later import WatchKind
from tuimail.model.query import (
    And,
    Between,
    Field,
    Has,
    HasA,
    Is,
    Node,
    Not,
    Or,
    Size,
    State,
    Within,
    Word,
)

from . import props
from .database import Database, Store, Value
from .keywords import masks_of
from .reference_hashes import ReferenceHashes
from .row_ids import DATE_SHIFT
from .search_parts import (
    Condition,
    Match,
    all_of,
    as_condition,
    joined,
    need_message,
    negated,
    without,
)
from .search_words import cc_condition, match_of, text_condition
from .snoozes import snoozes
from .statement import sql, with_ids
from .watches import threads_watched

Statement = tuple[str, Sequence[Value]]

FEW: Final = 5_000
"""Up to so many placements it is cheaper to begin with them than with the words."""
RANKED: Final = 30_000
"""So many of the newest hits of one word are ranked, fewer of several: 50 ms for short texts."""
_NOTHING: Final = "0"
_BY_DATE: Final = "order by f.rowid desc"
_BY_RANK: Final = "order by bm25(f.ft, 6.0, 4.0, 2.0, 1.0, 2.0), f.rowid desc"
"""A word in the subject says more than one in the text."""
_LAST_RANKED: Final = (
    "select rowid from search.ft where ft match ? order by rowid desc limit 1 offset ?"
)
_MAX_ID: Final = (1 << 62) - 1


@dataclass(frozen=True, slots=True)
class CopyOnly:
    """A word among Cc and Bcc: full-text knows recipients only together."""

    text: str


def compile_ranked(
    store: Store, node: Node, mailboxes: Sequence[MailboxId], within: str = ""
) -> list[Statement]:
    """Return statements whose rows, one after the other, are the ids of matching messages.

    The newest `RANKED` hits come by relevance, older ones by date; where a search has no word, all.
    """
    return _Compiler(store, mailboxes, within).ranked(node)


def compile_search(
    store: Store, node: Node, mailboxes: Sequence[MailboxId], within: str = ""
) -> Statement:
    """Return the statement whose rows are the ids of matching messages, newest first.

    `within` narrows the placements looked at: `and ...` of our own words, or empty.
    """
    return _Compiler(store, mailboxes, within).statement(node)


def condition_of_header(store: Store, node: Node) -> Condition:
    """Return the condition for a mail that matches, by its header alone.

    Words are looked for in `temp.ft`, which holds the headers in question.
    """
    part = _Compiler(store, ()).condition(node)
    return replace(part, text=part.text.replace("search.ft", "temp.ft"))


class _Compiler:
    def __init__(self, store: Store, mailboxes: Sequence[MailboxId], within: str = "") -> None:
        self._store = store
        self._within = within
        self._mailboxes = mailboxes

    def condition(self, node: Node) -> Condition:
        """Return what is asked of each mail."""
        part = self._compile(node)
        return as_condition(part) if isinstance(part, Match) else part

    def statement(self, node: Node) -> Statement:
        match, conditions = self._together(node)
        if match is None:
            return self._walk(conditions)
        return self._streamed(match, [*self._few(node), *conditions])

    def ranked(self, node: Node) -> list[Statement]:
        """Return the statements for the hits that are ranked and for the older ones, by date."""
        match, conditions = self._together(node)
        if match is None:
            return [self._walk(conditions)]
        conditions = [*self._few(node), *conditions]
        many = max(1, RANKED // match.words) - 1
        last = self._store.rows(Database.CACHE, _LAST_RANKED, (match.expression, many))
        if not last:
            return [self._streamed(match, conditions, by=_BY_RANK)]
        newest = Condition("p.message >= ?", last[0], is_of_id=True)
        older = Condition("p.message < ?", last[0], is_of_id=True)
        return [
            self._streamed(match, [newest, *conditions], by=_BY_RANK),
            self._streamed(match, [older, *conditions]),
        ]

    def _walk(self, conditions: Sequence[Condition]) -> Statement:
        join = "cross join message m on m.id = p.message" if need_message(conditions) else ""
        text = sql(
            "select distinct p.message from placement p",
            join,
            "where",
            self._where(conditions),
            "order by p.message desc",
        )
        return text, [v for c in conditions for v in c.parameters]

    def _streamed(
        self, match: Match, conditions: Sequence[Condition], by: str = _BY_DATE
    ) -> Statement:
        bounds = [c for c in conditions if c.is_of_id]
        others = [c for c in conditions if not c.is_of_id]
        join = "cross join message m on m.id = p.message" if need_message(others) else ""
        text = sql(
            "select f.rowid from search.ft f where f.ft match ?",
            *(sql("and", c.text.replace("p.message", "f.rowid")) for c in bounds),
            "and exists(select 1 from placement p",
            join,
            "where p.message = f.rowid and",
            self._where(others),
            ")",
            by,
        )
        return text, [match.expression, *(v for c in (*bounds, *others) for v in c.parameters)]

    def _where(self, conditions: Sequence[Condition]) -> str:
        here = (
            with_ids("p.mailbox in (:ids)", self._mailboxes)
            if self._mailboxes
            else "p.mailbox <> 0"
        )
        here = sql(here, self._within)
        return " and ".join([here, *(f"({c.text})" for c in conditions)])

    def _together(self, node: Node) -> tuple[Match | None, list[Condition]]:
        """Return the one full-text expression of everything that concerns words, and the rest."""
        matches: list[Match] = []
        others: list[Match] = []
        conditions: list[Condition] = []
        for one in _flattened(node):
            part = self._compile(one.node if isinstance(one, Not) else one)
            if isinstance(part, Condition):
                conditions.append(negated(part) if isinstance(one, Not) else part)
            else:
                (others if isinstance(one, Not) else matches).append(part)
        if not matches:
            return None, [*map(negated, others), *conditions]
        return without(all_of(matches), others), conditions

    def _few(self, node: Node) -> list[Condition]:
        """Return what narrows the hits to a few placements before each is looked at, if any does.

        Else a common word with a filter that hits nothing looks at every hit in vain.
        """
        for where in self._sides(node):
            few = sql("select count(*) from (select 1 from placement where", where, "limit ?)")
            count = self._store.rows(Database.CACHE, few, (FEW + 1,))[0][0]
            if not count:
                return [Condition(_NOTHING, is_of_id=True)]
            if count <= FEW:
                among = sql("+p.message in (select message from placement where", where, ")")
                return [Condition(among, is_of_id=True)]
        return []

    def _sides(self, node: Node) -> Iterator[str]:
        """Yield conditions on placements that an index counts."""
        if self._mailboxes:
            yield with_ids("mailbox in (:ids)", self._mailboxes)
        for one in _flattened(node):
            match one:
                case Within(mailboxes):
                    yield with_ids("mailbox in (:ids)", mailboxes)
                case Is(State.UNREAD):
                    yield "flags & 1 = 0"
                case Is(state) if state in _MARKS:
                    yield f"{_IS_MARKED} and flags & {_MARKS[state]}"
                case Word(Field.TAG, name):
                    mask = reduce(or_, (bit for _, bit in masks_of(self._store, name)), 0)
                    yield f"{_IS_MARKED} and flags & {mask}"
                case _:
                    pass

    def _compile(self, node: "Node | CopyOnly") -> Match | Condition:
        found: Match | Condition
        match node:
            case And(nodes):
                found = self._both(nodes)
            case Or(nodes):
                found = self._either(nodes)
            case Not(inner):
                found = negated(self._compile(inner))
            case Word():
                found = self._word(node)
            case CopyOnly(text):
                found = Condition(*cc_condition(text), needs_message=True)
            case Within(mailboxes):
                found = Condition(with_ids("p.mailbox in (:ids)", mailboxes))
            case Is(state):
                found = self._is(state)
            case _:
                found = _of_message(node)
        return found

    def _both(self, nodes: Sequence[Node]) -> Match | Condition:
        match, conditions = self._together(And(tuple(nodes)))
        if match is not None and not conditions:
            return match
        return joined(" and ", [*([as_condition(match)] if match else []), *conditions], "1")

    def _either(self, nodes: Sequence[Node]) -> Match | Condition:
        parts = [self._compile(n) for n in nodes]
        matches = [p for p in parts if isinstance(p, Match)]
        either = " OR ".join(f"({m.expression})" for m in matches)
        any_match = [Match(either, sum(m.words for m in matches))] if matches else []
        conditions = [p for p in parts if isinstance(p, Condition)]
        if not conditions:
            return any_match[0]
        return joined(" or ", [*map(as_condition, any_match), *conditions], _NOTHING)

    def _word(self, word: Word) -> Match | Condition:
        found: Match | Condition
        match word.field:
            case Field.LIST:
                how = "lower(m.list) = ?" if word.is_phrase else "instr(lower(m.list), ?) > 0"
                found = Condition(how, (word.text.lower(),), needs_message=True)
            case Field.TAG:
                found = self._tag(word.text)
            case Field.ID:
                found = self._id(word.text)
            case Field.CC:
                found = self._both([word])
            case _:
                expression = match_of(word)
                found = (
                    Condition(*text_condition(word), needs_message=True)
                    if expression is None
                    else Match(expression)
                )
        return found

    def _is(self, state: State) -> Condition:
        if state is State.BOUNCED:
            return self._sent("'bounced', 'refused', 'expired'")
        if state is State.DELAYED:
            return self._sent("'delayed'")
        if state is State.SNOOZED:
            keys = {one.key for one in snoozes(self._store)}
            known = "p.message in (select message from refhash where hash in (:ids))"
            return Condition(with_ids(known, keys))
        if state is State.MUTED:
            threads = threads_watched(self._store, WatchKind.MUTED)
            return Condition(with_ids("p.thread in (:ids)", threads))
        if state is State.AUTOMATIC:
            return Condition(_AUTOMATIC, (props.IS_AUTOMATIC,), needs_message=True)
        return Condition(_FLAG_CONDITIONS[state])

    def _tag(self, name: str) -> Condition:
        """Each account has bits of its own."""
        of_account = "p.mailbox in (select id from mailbox where account = ?) and p.flags & ?"
        conditions = [Condition(of_account, pair) for pair in masks_of(self._store, name)]
        return joined(" or ", conditions, _NOTHING)

    def _id(self, text: str) -> Condition:
        key = key_of_public_id(text)
        if key is not None:
            return Condition("p.message = (select message from refhash where hash = ?)", (key,))
        name = text.strip("<>")
        accounts = self._store.rows(Database.CACHE, "select name from account")
        hashes = [
            ReferenceHashes(account.encode() + b"\0").of([name])[0]
            for (account,) in accounts
            if name
        ]
        threads = with_ids(
            "m.thread in (select coalesce(a.new, r.thread) from refhash r"
            " left join alias a on a.old = r.thread where r.hash in (:ids)) and m.msgid = ?",
            hashes,
        )
        return Condition(threads, (name,), needs_message=True)

    def _sent(self, states: str) -> Condition:
        """Mails of ours of which this became for somebody, the newest 500."""
        newest = sql(
            "select message_id from outgoing o where exists(select 1 from submission s"
            " join recipient r on r.submission = s.id where s.outgoing = o.id and r.state in (",
            states,
            ")) order by created desc limit 500",
        )
        sent = tuple(row[0] for row in self._store.rows(Database.LOCAL, newest))
        marks = ", ".join("?" * len(sent))
        return Condition(sql("m.msgid in (", marks, ")"), sent, needs_message=True)


_MARKS: Final = {State.REPLIED: 2, State.FLAGGED: 4, State.DRAFT: 16}
_NOBODY: Final = ("noreply", "no-reply", "no_reply", "donotreply", "do-not-reply", "mailer-daemon")
_IS_NOBODY: Final = [f"m.addr like '{who.replace('_', '^_')}@%' escape '^'" for who in _NOBODY]
_AUTOMATIC: Final = " or ".join(["m.props & ?", *_IS_NOBODY])
_IS_MARKED: Final = "flags & -2 <> 0"
"""In the words of the index `placement_marked`."""
_FLAG_CONDITIONS: Final = {
    State.UNREAD: "p.flags & 1 = 0",
    State.READ: "p.flags & 1 = 1",
} | {state: f"p.flags & {bit}" for state, bit in _MARKS.items()}


def _flattened(node: Node) -> list["Node | CopyOnly"]:
    """Return the parts of nested ANDs; a word in Cc is one in any recipient and in the copies."""
    found: list[Node | CopyOnly] = []
    waiting: list[Node] = [node]
    while waiting:
        one = waiting.pop()
        if isinstance(one, And):
            waiting.extend(reversed(one.nodes))
        elif isinstance(one, Word) and one.field is Field.CC:
            found += [Word(Field.TO, one.text, one.is_phrase), CopyOnly(one.text)]
        else:
            found.append(one)
    return found


def _of_message(node: HasA | Between | Size) -> Match | Condition:
    match node:
        case HasA(what):
            return _has(what)
        case Between(since, until):
            return _between(since, until)
        case Size(larger, smaller):
            return _size(larger, smaller)
        case _:
            assert_never(node)


def _has(what: Has) -> Match | Condition:
    match what:
        case Has.ATTACHMENT:
            return Condition("m.props & ?", (props.HAS_ATTACHMENTS,), needs_message=True)
        case Has.LINK:
            return Match('body : ("http" OR "https" OR "www")')
        case Has.LIST:
            return Condition("m.list <> ''", needs_message=True)
        case Has.INVITE:
            by_name = as_condition(Match('attach : "ics"'))
            by_type = Condition("m.props & ?", (props.IS_INVITE,), needs_message=True)
            return joined(" or ", [by_name, by_type], _NOTHING)
        case _:
            assert_never(what)


def _between(since: int | None, until: int | None) -> Condition:
    low = max(since or 0, 0) << DATE_SHIFT
    high = (until << DATE_SHIFT) - 1 if until is not None else _MAX_ID
    bounds = (min(low, _MAX_ID), min(high, _MAX_ID))
    return Condition("p.message between ? and ?", bounds, is_of_id=True)


def _size(larger: int | None, smaller: int | None) -> Condition:
    if larger is not None:
        return Condition("m.size > ?", (larger,), needs_message=True)
    return Condition("m.size < ?", (smaller,), needs_message=True)
