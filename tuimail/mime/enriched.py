"""text/enriched (RFC 1896), which older programs wrote, as plain text."""

import re
from itertools import islice
from typing import Final

ENRICHED_TYPES: Final = frozenset({"text/enriched", "text/richtext"})
_TOKEN = re.compile(r"<<|</?([A-Za-z0-9-]{1,60})>|\n+")
_MAX_DEPTH = 1_000
_MAX_TOKENS = 200_000
"""Commands and line breaks; a mail has dozens. What is behind them stays as it is."""


def plain_of_enriched(text: str) -> str:
    """Return the text without its commands. Never raises; what is no command stays.

    One line break is a blank and n are n - 1, but where `nofill` says that lines are lines.
    """
    pieces = list[str]()
    done = unfilled = parameters = 0
    text = text.replace("\r\n", "\n")
    for found in islice(_TOKEN.finditer(text), _MAX_TOKENS):
        if not parameters:
            pieces.append(text[done : found.start()])
        done = found.end()
        command, is_end = (found[1] or "").lower(), found[0].startswith("</")
        if command == "param":
            parameters = 0 if is_end else 1  # they do not nest
        elif command == "nofill":
            unfilled = max(0, min(_MAX_DEPTH, unfilled + (-1 if is_end else 1)))
        elif not parameters:
            pieces.append(_plain(found[0], is_filled=not unfilled))
    if not parameters:
        pieces.append(text[done:])
    return "".join(pieces)


def _plain(token: str, *, is_filled: bool) -> str:
    if token == "<<":  # noqa: S105 (how it writes <)
        return "<"
    if not token.startswith("\n"):
        return ""
    if not is_filled:
        return token
    return token[1:] or " "
