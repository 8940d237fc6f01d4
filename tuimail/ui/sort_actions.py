"""The actions that say in which order a list stands."""

from typing import Final

from .actions import Action, Context

_L = (Context.LIST,)

SORTING: Final = (
    Action(
        "sort.date",
        "Sort by date",
        "Sort the list by date, newest first; again, oldest first.",
        _L,
    ),
    Action(
        "sort.sender",
        "Sort by sender",
        "Sort the list by sender, A to Z; again, Z to A.",
        _L,
    ),
    Action(
        "sort.subject",
        "Sort by subject",
        "Sort the list by subject without Re:, A to Z; again, Z to A.",
        _L,
    ),
    Action(
        "sort.size",
        "Sort by size",
        "Sort the list by size, largest first; again, smallest first.",
        _L,
    ),
    Action(
        "sort.thread",
        "Sort by thread",
        "Keep the mails of a thread together, newest thread first; again, oldest first.",
        _L,
    ),
)
