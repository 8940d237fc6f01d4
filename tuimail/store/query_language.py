"""The search language: what a person types becomes a tree. See `parse`."""

from dataclasses import dataclass
from datetime import datetime

from tuimail.model.query import Node


@dataclass(frozen=True, slots=True)
class Parsed:
    """A search and what may be worth telling about it."""

    node: Node
    warnings: tuple[str, ...]
    """Sentences of ours, quoting what was typed."""


def parse(text: str, now: datetime) -> Parsed:
    """Return the search a text stands for; `now` (with time zone) is what days are counted from.

    Raises:
        UserError: the hint has two lines, the text and a caret under the place.
    """
    raise NotImplementedError


def parse_query(text: str, now: datetime) -> Node:
    """Return `parse(text, now).node`."""
    raise NotImplementedError
