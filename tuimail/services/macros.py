"""Macros: keep what was recorded, find it again, and refuse one that would never end."""

from collections.abc import Mapping

from tuimail.errors import UserError
from tuimail.model.macro import MAX_STEPS, Step
from tuimail.model.safe import safe_line
from tuimail.store.macros import macro, macros, put_macro

from .mail import Mail

PLAY = "macro.play"
"""The id of the action by which a macro plays another."""


def known_macros(mail: Mail) -> Mapping[str, tuple[Step, ...]]:
    """Return every macro by its name."""
    return macros(mail.store)


def keep_macro(mail: Mail, name: str, steps: tuple[Step, ...]) -> None:
    """Keep a macro under a name, over an older one.

    Raises:
        UserError: it would play itself, also by way of others.
    """
    known = {**macros(mail.store), name: steps}
    expanded(known, name)
    put_macro(mail.store, name, steps)


def steps_to_play(mail: Mail, name: str) -> list[Step]:
    """Return what a macro does, those it plays taken apart.

    Raises:
        NotFound: there is no such macro.
        UserError: it plays itself, or is too long.
    """
    macro(mail.store, name)
    return expanded(macros(mail.store), name)


def expanded(
    known: Mapping[str, tuple[Step, ...]], name: str, within: tuple[str, ...] = ()
) -> list[Step]:
    """Return the steps of a macro with those of the macros it plays in their place.

    Raises:
        UserError: it plays itself or one that is not there, or has more than MAX_STEPS.
    """
    shown = safe_line(name, 20)
    if name in within:
        raise UserError(f"Macro {shown} would play itself without end.")
    if name not in known:
        raise UserError(f"There is no macro {shown}.")
    steps: list[Step] = []
    for step in known[name]:
        if step.action == PLAY:
            played = expanded(known, step.argument, (*within, name))
            steps += played * min(step.count, MAX_STEPS + 1)
        else:
            steps.append(step)
        if len(steps) > MAX_STEPS:
            raise UserError(f"Macro {shown} has more than {MAX_STEPS} steps.")
    return steps
