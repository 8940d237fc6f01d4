"""A search as text: its tokens, put together with another, with other words for mailboxes. Pure."""

import re
from collections.abc import Callable, Sequence
from typing import Final

from tuimail.model.query import Order

SORT: Final = "sort"
TOKEN: Final = re.compile(
    r"""(?P<open>\()|(?P<close>\))|(?P<phrase>"(?:[^"]|"")*"(?!"))|(?P<unclosed>".*)"""
    r"""|(?P<word>[^\s()"]+)""",
    re.DOTALL,
)
_PLAIN_WORD: Final = re.compile(r"""(?!-|OR\Z)[^\s()":]*[^\s()":*]""")
KEY: Final = re.compile(r"(?P<key>[A-Za-z][A-Za-z-]*):(?P<value>.*)", re.DOTALL)
_OR: Final = "OR"
_IN: Final = "in"


def quoted(text: str) -> str:
    """Return what stands for exactly this text in a search, in quotes where it must be."""
    return text if _PLAIN_WORD.fullmatch(text) else '"' + text.replace('"', '""') + '"'


def with_order(text: str, order: Order) -> str:
    """Return a search that can be understood, asking for another order."""
    kept, end = [], 0
    for token in TOKEN.finditer(text):
        if token.lastgroup == "word" and token[0].lower().startswith(f"{SORT}:"):
            kept.append(text[end : token.start()].rstrip())
            end = token.end()
    kept.append(text[end:])
    words = "".join(kept).strip()
    return words if order is Order.DATE else f"{words} {SORT}:{order}".strip()


def together(first: str, second: str) -> str:
    """Return a search for what two find that can be understood; neither says what comes first."""
    said = (with_order(text, Order.DATE) for text in (first, second))
    return " ".join(f"({words})" if _has_or(words) else words for words in said if words)


def within(text: str, places: Sequence[str]) -> str:
    """Return a search that can be understood, within mailboxes named by these words."""
    return together(f"{_IN}:{_any_of(places)}", text)


def with_places(text: str, words_for: Callable[[str], Sequence[str]]) -> str:
    """Return a search with other words for mailboxes; what cannot be understood stays.

    `words_for` says which words mean now what a word meant; as many as one are put in its place.
    """
    pieces, end = [], 0
    for start, stop, word in _places(text):
        words = words_for(word)
        if list(words) != [word]:
            pieces += [text[end:start], _any_of(words)]
            end = stop
    return "".join([*pieces, text[end:]])


def _any_of(words: Sequence[str]) -> str:
    either = f" {_OR} ".join(map(quoted, words))
    return either if len(words) == 1 else f"({either})"


def _has_or(text: str) -> bool:
    """Tell whether an OR stands outside of parentheses."""
    depth = 0
    for token in TOKEN.finditer(text):
        depth += {"open": 1, "close": -1}.get(token.lastgroup or "", 0)
        if token[0] == _OR and not depth:
            return True
    return False


def _places(text: str) -> list[tuple[int, int, str]]:
    """Return each word of a search that names mailboxes: where it begins and ends, and itself."""
    found: list[tuple[int, int, str]] = []
    groups = [False]
    """Of each parenthesis that is open, whether words in it name mailboxes."""
    key_end, is_key_in = -1, False
    for token in TOKEN.finditer(text):
        names = is_key_in if token.start() == key_end else groups[-1]
        match token.lastgroup:
            case "open":
                groups.append(names)
            case "close":
                groups = groups[:-1] or [False]
            case "phrase" if names:
                found.append((*token.span(), token[0][1:-1].replace('""', '"')))
            case "word":
                start = token.end() - len(token[0].lstrip("-"))
                keyed = KEY.match(text[start : token.end()])
                if keyed is None:
                    if names and token[0] != _OR and start < token.end():
                        found.append((start, token.end(), text[start : token.end()]))
                    continue
                is_in = keyed["key"].lower() == _IN
                if keyed["value"] and is_in:
                    found.append((start + keyed.start("value"), token.end(), keyed["value"]))
                elif not keyed["value"]:
                    key_end, is_key_in = token.end(), is_in
    return found
