"""The two kinds of parts a search is compiled to, and how they are put together."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from .database import Value
from .statement import sql

_MATCH_IN: Final = "in (select rowid from search.ft where ft match ?)"


@dataclass(frozen=True, slots=True)
class Match:
    """A full-text expression."""

    expression: str
    words: int = 1
    """How many words or phrases are in it."""


@dataclass(frozen=True, slots=True)
class Condition:
    """A condition on `p` (placement) and, if so marked, `m` (message)."""

    text: str
    parameters: tuple[Value, ...] = ()
    needs_message: bool = False
    is_of_id: bool = False
    """It concerns `p.message` alone: asked of a full-text hit before its placements."""


def all_of(matches: Sequence[Match]) -> Match:
    """Return the expression for what all of these hold."""
    if len(matches) == 1:
        return matches[0]
    words = sum(m.words for m in matches)
    return Match(" AND ".join(f"({m.expression})" for m in matches), words)


def without(match: Match, others: Sequence[Match]) -> Match:
    """Return the expression for what one holds and none of the others does."""
    expression = " NOT ".join(f"({m.expression})" for m in (match, *others))
    return Match(expression, match.words) if others else match


def as_condition(match: Match) -> Condition:
    """Return the same asked of one message."""
    return Condition(sql("+p.message", _MATCH_IN), (match.expression,), is_of_id=True)


def negated(part: Match | Condition) -> Condition:
    """Return the condition for everything else."""
    if isinstance(part, Match):
        return Condition(sql("+p.message not", _MATCH_IN), (part.expression,), is_of_id=True)
    text = f"not coalesce(({part.text}), 0)"
    return Condition(text, part.parameters, part.needs_message, part.is_of_id)


def joined(by: str, parts: Sequence[Condition], empty: str) -> Condition:
    """Return conditions put together by `and` or `or`; `empty` where there are none."""
    return Condition(
        by.join(f"({p.text})" for p in parts) or empty,
        tuple(v for p in parts for v in p.parameters),
        need_message(parts),
        bool(parts) and all(p.is_of_id for p in parts),
    )


def need_message(conditions: Sequence[Condition]) -> bool:
    """Return whether any of these looks at the message itself."""
    return any(c.needs_message for c in conditions)
