"""Address fields of received mail (RFC 5322 section 3.4), read in one pass whatever they hold.

The rule where a field is malformed: an address is what stands last and whole, never a part that
only looks like one. `alice@example.org]<bob@example.net>` is from bob, and
`alice@example.org)bob@example.net` is one address that is no good, shown as it is.
"""

import re
from functools import lru_cache
from typing import Final

from tuimail.model.address import Address

from .words import decode_words, one_line

MAX_ADDRESSES: Final = 2_000
MAX_FIELD_CHARS: Final = 128 * 1024
MAX_NAME_CHARS: Final = 1_000
MAX_ADDR_SPEC_CHARS: Final = 1_000
"""RFC 5321 allows 320; more is kept to show what was sent."""
_MAX_CACHED_CHARS = 256
"""The same people write again and again; a long field does not come twice."""

_ATOM = r"[^\s<>(),:;\"\\\[\]@]+"
_PLAIN = re.compile(
    rf'(?:"([^"\\]*)"[ \t]*|([^"\\<>(),:;@\[\]]*))<({_ATOM}@{_ATOM})>[ \t]*(?:,[ \t]*|$)'
    rf"|({_ATOM}@{_ATOM})[ \t]*(?:,[ \t]*|$)"
)
_QUOTED = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"', re.DOTALL)
_TOKEN = re.compile(
    r'=\?[^?\s]{1,80}\?[bBqQ]\?[^?\s]*\?=|[^\s"\\()<>,:;]+|\s+|\\.?|["()<>,:;]', re.DOTALL
)
_COMMENT_PIECE = re.compile(r"[^\\()]+|\\.?|[()]", re.DOTALL)
_PAIR = re.compile(r"\\(.)", re.DOTALL)


def parse_addresses(body: str) -> tuple[Address, ...]:
    """Return the addresses of a field body, groups dissolved, at most MAX_ADDRESSES.

    Never raises. Names are decoded (RFC 2047); an addr-spec may be empty or malformed. Something
    comes back for everything but an empty body, an empty group and punctuation alone.
    """
    if len(body) <= _MAX_CACHED_CHARS:
        return _cached(body)
    return _parsed(body[:MAX_FIELD_CHARS])


def address_count(body: str) -> int:
    """Return about how many addresses a body holds, cheaply, also above the cap."""
    return body.count("@")


def _parsed(body: str) -> tuple[Address, ...]:
    found: list[Address] = []
    position = len(body) - len(body.lstrip())
    while position < len(body) and len(found) < MAX_ADDRESSES:
        match = _PLAIN.match(body, position)
        if match is None:
            rest = _Reader(MAX_ADDRESSES - len(found))
            return tuple(found + rest.read(body[position:]))
        quoted, phrase, angled, bare = match.groups()
        name, addr_spec = quoted or phrase, angled or bare
        if not addr_spec.isprintable():
            addr_spec = one_line(addr_spec)
        found.append(Address(_name(name) if name else "", addr_spec))
        position = match.end()
    return tuple(found)


_cached = lru_cache(maxsize=8_192)(_parsed)


def _name(raw: str) -> str:
    cut = raw[:MAX_NAME_CHARS].strip()
    if "=?" in cut:
        return one_line(decode_words(cut)).strip()
    return cut if cut.isprintable() else one_line(cut).strip()


class _Reader:
    """One pass over a body that is not plain: what was read of the address at hand."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self.found: list[Address] = []
        self.words: list[str] = []
        self.comment = ""
        self.angled: list[str] | None = None
        """What stood between < and >; None where there was no <."""
        self.is_in_angle = False
        self.has_closing_quote = True

    def read(self, body: str) -> list[Address]:
        position = 0
        while position < len(body) and len(self.found) < self.limit:
            char = body[position]
            if char == '"':
                position = self._quoted(body, position)
            elif char == "(":
                position = self._comment(body, position)
            else:
                match = _TOKEN.match(body, position)
                position = match.end() if match else position + 1
                self._token(match[0] if match else char)
        self._finish()
        return self.found[: self.limit]

    def _quoted(self, body: str, position: int) -> int:
        # One search that finds no end is enough: a second could cost as much again.
        match = _QUOTED.match(body, position) if self.has_closing_quote else None
        if match is None:
            self.has_closing_quote = False
            return position + 1
        text = match[0]
        if self.is_in_angle or body.startswith("@", match.end()):
            self._put(text)  # a quoted local part keeps its quotes
        else:
            self._put(_PAIR.sub(r"\1", text[1:-1]))
        return match.end()

    def _comment(self, body: str, position: int) -> int:
        depth = 0
        pieces: list[str] = []
        while position < len(body):
            match = _COMMENT_PIECE.match(body, position)
            piece = match[0] if match else body[position]
            position += len(piece)
            depth += (piece == "(") - (piece == ")")
            if depth == 0:
                break
            pieces.append(piece)
        self.comment = self.comment or "".join(pieces[1:])[:MAX_NAME_CHARS]
        return position

    def _token(self, token: str) -> None:
        match token:
            case "<" if not self.is_in_angle:
                if self.angled is not None:
                    self._finish()  # two <> in one: both are shown
                self.angled, self.is_in_angle = [], True
            case ">":
                self.is_in_angle = False
            case "," if not self._is_in_route():
                self._finish()
            case ";" if not self.is_in_angle:
                self._finish()
            case ":" if not self.is_in_angle:
                self.words, self.comment = [], ""  # the name of a group
            case _:
                self._put(token)

    def _is_in_route(self) -> bool:
        """`<@relay,@relay:user@host>`, RFC 5322 section 4.4."""
        return self.is_in_angle and (self.angled or [""])[0].startswith("@")

    def _put(self, token: str) -> None:
        if not self.is_in_angle or self.angled is None:
            self.words.append(" " if token.isspace() else token)
        elif not token.isspace():
            self.angled.append(token)

    def _finish(self) -> None:
        """End the address at hand and take it where it holds anything."""
        *before, last = _chunks(self.words)
        text = " ".join([*before, last])
        if self.angled is not None:
            self._take(text or self.comment, _without_route("".join(self.angled)))
        elif "@" in last:
            self._take(" ".join(before) or self.comment, last)
        elif text:
            is_local = not before and "=?" not in text and "@" not in text
            self._take(self.comment if is_local else text, text if is_local else "")
        self.words, self.comment = [], ""
        self.angled, self.is_in_angle = None, False

    def _take(self, name: str, addr_spec: str) -> None:
        shown = one_line(addr_spec)[:MAX_ADDR_SPEC_CHARS]
        if name or shown:
            self.found.append(Address(_name(name), shown))


def _without_route(angled: str) -> str:
    stripped = angled.strip()
    return stripped.rpartition(":")[2] if stripped.startswith("@") else stripped


def _chunks(words: list[str]) -> list[str]:
    """Join words that no space parts, also around an @; at least one, perhaps empty."""
    chunks: list[list[str]] = [[]]
    is_new = False
    for word in words:
        if word == " ":
            is_new = bool(chunks[-1])
            continue
        if is_new and not (word.startswith("@") or chunks[-1][-1].endswith("@")):
            chunks.append([])
        chunks[-1].append(word)
        is_new = False
    return ["".join(chunk) for chunk in chunks]
