"""Statements put together: only from what stands in this program; values are bound."""

from collections.abc import Iterable
from enum import StrEnum


def sql(*pieces: str) -> str:
    """Return a statement put together from pieces written in this program; values are bound."""
    return " ".join(pieces)


def listed(words: Iterable[StrEnum]) -> str:
    """Return members of a closed set as a statement lists them."""
    return "(" + ", ".join(f"'{word}'" for word in words) + ")"


def with_ids(statement: str, ids: Iterable[int]) -> str:
    """Return the statement with `:ids` replaced by numbers: a literal list costs the least."""
    return statement.replace(":ids", ",".join(map(str, map(int, ids))))
