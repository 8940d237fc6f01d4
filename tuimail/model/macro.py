"""A macro: actions recorded under a key, each with its count and the answer it got."""

from dataclasses import dataclass
from typing import Final

MAX_STEPS: Final = 500
"""A longer recording is cut short: nobody means to record so much."""
MAX_PLAYS: Final = 1_000
"""How often a macro is played at once at most."""


@dataclass(frozen=True, slots=True)
class Step:
    """One action of a macro."""

    action: str
    """Its id."""
    argument: str = ""
    """What it was about, or what a person answered."""
    count: int = 1
    has_count: bool = False
    """Whether the person typed the count."""


def text_of(steps: tuple[Step, ...]) -> str:
    """Return steps as they are kept, one a line: `3 archive`, `move Lists`."""
    return "\n".join(_line_of(step) for step in steps)


def steps_of(text: str) -> tuple[Step, ...]:
    """Return the steps of a text that `text_of` made."""
    return tuple(_step_of(line) for line in text.split("\n") if line)


def _line_of(step: Step) -> str:
    count = f"{step.count} " if step.has_count else ""
    argument = " ".join(step.argument.splitlines())
    return f"{count}{step.action} {argument}".rstrip()


def _step_of(line: str) -> Step:
    count, _, rest = line.partition(" ")
    has_count = count.isdecimal()
    action, _, argument = (rest if has_count else line).partition(" ")
    return Step(action, argument, int(count) if has_count else 1, has_count)
