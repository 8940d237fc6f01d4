"""Searches as mutt writes them (`~f bob ~U`), in the words of the search bar. Pure."""

import re
from collections.abc import Iterator
from typing import Final

from tuimail.errors import UserError
from tuimail.model.safe import safe_line

_TOKEN: Final = re.compile(
    r'(?P<space>\s+)|(?P<sign>[()|!])|(?P<pattern>[~=%][a-zA-Z](?=\s|$|[()|!"]))'
    r"""|(?P<word>(?:-?[\w-]+:)?"[^"]*"|'[^']*'|[^\s()|]+)"""
)
_PLAIN: Final = {
    "A": "",
    "F": "is:flagged",
    "N": "is:unread",
    "O": "is:unread",
    "Q": "is:replied",
    "R": "is:read",
    "U": "is:unread",
    "X": "has:attachment",
}
"""Patterns that stand alone."""
_FIELDS: Final = {
    "B": ("",),
    "b": ("body:",),
    "c": ("cc:",),
    "C": ("to:", "cc:"),
    "f": ("from:",),
    "L": ("from:", "to:", "cc:"),
    "s": ("subject:",),
    "t": ("to:",),
    "y": ("tag:",),
}
"""Patterns that something follows, and the fields it is looked for in."""
_RANGES: Final = {("d", "<"): "newer:", ("d", ">"): "older:", ("z", ">"): "larger:"}
"""Patterns followed by a comparison: age and size."""
_WRITTEN: Final = {
    "d": "An age is written ~d <7d or ~d >2w here.",
    "z": "A size is written ~z >1M here.",
}


def searched(text: str) -> str:
    """Return a mutt pattern as a search; text that holds none is left as it is.

    Raises:
        UserError: a pattern that has no like here.
    """
    if not any(match["pattern"] for match in _TOKEN.finditer(text)):
        return text
    return " ".join(_words(iter(_tokens(text)))).replace("( ", "(").replace(" )", ")")


def _tokens(text: str) -> Iterator[re.Match[str]]:
    return (match for match in _TOKEN.finditer(text) if not match["space"])


def _words(tokens: Iterator[re.Match[str]]) -> Iterator[str]:
    negation = ""
    for token in tokens:
        word = token[0]
        if word == "!":
            negation = "" if negation else "-"
            continue
        if word == "|":
            yield "OR"
            continue
        if token["pattern"]:
            word = _pattern(word[1], tokens)
        if not word and negation:
            raise UserError("~A is every mail: nothing is left without it.")
        if word:
            yield word if word == ")" else f"{negation}{word}"
        negation = ""


def _pattern(letter: str, tokens: Iterator[re.Match[str]]) -> str:
    if letter in _PLAIN:
        return _PLAIN[letter]
    following = next(tokens, None)
    value = following[0] if following is not None and following["word"] else ""
    if len(value) > 1 and value[0] == value[-1] == "'":
        value = f'"{value[1:-1]}"'
    if letter in _FIELDS and value:
        found = [f"{field}{value}" for field in _FIELDS[letter]]
        return found[0] if len(found) == 1 else f"({' OR '.join(found)})"
    if (letter, value[:1]) in _RANGES:
        return f"{_RANGES[letter, value[:1]]}{value[1:]}"
    if (letter, "<") in _RANGES or (letter, ">") in _RANGES:
        raise UserError(_WRITTEN[letter])
    known = " ".join(f"~{one}" for one in sorted([*_PLAIN, *_FIELDS, "d", "z"], key=str.casefold))
    if letter in _FIELDS:
        raise UserError(f"Something must follow ~{letter}.")
    raise UserError(safe_line(f"~{letter} is not known here; known are {known}."))
