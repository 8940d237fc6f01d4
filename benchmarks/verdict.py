"""Figures beside their limits, each with a verdict; one missed ends with status 1."""

import sys
from typing import NoReturn


class Verdicts:
    """Prints figures as they come and remembers whether each kept its limit."""

    def __init__(self) -> None:
        self.missed: list[str] = []

    def at_most(
        self, name: str, figure: float, limit: float, unit: str = "", note: str = ""
    ) -> None:
        """Judge a figure; `note` says what it was made from."""
        verdict = "kept" if figure <= limit else "MISSED"
        if verdict != "kept":
            self.missed.append(name)
        shown = f"{_number(figure)}{unit} (at most {_number(limit)}{unit})"
        print(f"{name:52} {shown:32} {verdict:7} {note}".rstrip(), flush=True)

    def end(self) -> NoReturn:
        """Leave with 0 where every limit was kept, else 1."""
        if self.missed:
            print(f"{len(self.missed)} limits were missed")
        sys.exit(1 if self.missed else 0)


def _number(value: float) -> str:
    return f"{value:,.0f}" if value == int(value) or abs(value) >= 100 else f"{value:.2f}"
