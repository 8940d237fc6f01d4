"""The MIME tree of a mail (RFC 2046 section 5.1): spans of the bytes, found without recursion."""

import re
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from .fields import MAX_HEADER_BYTES, Fields, header_span, parse_fields
from .octets import Octets
from .params import parse_parameters
from .words import one_line

MAX_DEPTH: Final = 50
MAX_PARTS: Final = 1_000
MAX_BOUNDARY_CHARS: Final = 200
"""RFC 2046 allows 70."""
_MAX_TYPE_CHARS = 200
_GUESSED_WITHIN_BYTES = 64 * 1024
_NEAR_BYTES = 1_000
"""What is looked at of a line to tell what it is."""
MAX_LOOKALIKES: Final = 1_000_000
"""Lines that begin like a delimiter and are none; beyond it none is looked for (0.7 s of them)."""

_TYPE = re.compile(r"[!#$%&'*+.^_`|~0-9a-z-]+/[!#$%&'*+.^_`|~0-9a-z-]+")
_FIELD_START = re.compile(rb"[!-9;-~]+[ \t]*:")
_REST_OF_DELIMITER = re.compile(rb"(--)?\s*?(?:\n|\Z)")
_LOOKS_LIKE_BOUNDARY = re.compile(rb"^--([^\s-][^\s]{0,199}|-[^\s]{5,199})[ \t]*\r?$", re.MULTILINE)


class Flaw(StrEnum):
    """What was wrong with a mail's structure, as sentences for people."""

    TOO_DEEP = "Parts nested more than 50 deep are shown as they are."
    TOO_MANY = "This mail has more than 1000 parts; the rest is left out."
    NO_BOUNDARY = "The parts of this mail cannot be told apart; it is shown as it is."
    GUESSED_BOUNDARY = "The boundary between the parts of this mail is not named; it was guessed."
    NOT_CLOSED = "This mail ends before its last part does; it may be cut off."
    HEADER_CUT = "A header of this mail is larger than 256 kB; only its beginning was read."


@dataclass(slots=True)
class Node:
    """One entity: the mail itself, a multipart or a leaf. `raw[start:end]` is its body."""

    number: str
    """Section number (RFC 9051 section 6.4.5.1); empty for a mail that is a multipart."""
    fields: Fields
    content_type: str
    parameters: dict[str, str]
    start: int
    end: int
    depth: int = 0
    is_raw: bool = False
    """Meant to be a multipart but could not be split: a leaf, shown as it is."""
    children: list["Node"] = field(default_factory=list)

    @property
    def subtype(self) -> str:
        """The part of the content type after the slash."""
        return self.content_type.partition("/")[2]


def build_tree(raw: Octets) -> tuple[Node, frozenset[Flaw]]:
    """Return the tree of a mail and what was wrong with it. Never raises."""
    builder = _Builder(raw)
    root = builder.build()
    return root, frozenset(builder.flaws)


def leaves(root: Node) -> Iterator[Node]:
    """Yield the leaves in the order of the bytes."""
    waiting = [root]
    while waiting:
        node = waiting.pop()
        if node.children:
            waiting.extend(reversed(node.children))
        else:
            yield node


class _Builder:
    """Splits breadth first, so that caps cut off what is deep before what is near."""

    def __init__(self, raw: Octets) -> None:
        self.raw = raw
        self.flaws: set[Flaw] = set()
        self.parts = 0

    def build(self) -> Node:
        root = self._entity(0, len(self.raw), "", "text/plain", 0)
        waiting = deque([root])
        while waiting:
            node = waiting.popleft()
            if node.content_type.startswith("multipart/"):
                self._split(node)
                waiting.extend(node.children)
        if not root.children:
            root.number = "1"
        return root

    def _entity(self, start: int, end: int, number: str, default_type: str, depth: int) -> Node:
        header_end, body = header_span(self.raw, start, end)
        begins = self.raw[start : min(header_end, start + _NEAR_BYTES)]
        if depth and header_end > start and not _FIELD_START.match(begins):
            header_end = body = start  # a part without the blank line that ends its header
        fields = parse_fields(self.raw[start : min(header_end, start + MAX_HEADER_BYTES + 1)])
        if not depth and header_end > start and not fields.all:
            body = start  # no mail at all: shown as it is
        if fields.is_cut:
            self.flaws.add(Flaw.HEADER_CUT)
        stated, parameters = parse_parameters(fields.first("content-type"))
        stated = stated.lower()[:_MAX_TYPE_CHARS]
        content_type = stated if _TYPE.fullmatch(stated) else default_type
        return Node(number, fields, content_type, parameters, body, end, depth)

    def _split(self, node: Node) -> None:
        if node.depth >= MAX_DEPTH:
            self._give_up(node, Flaw.TOO_DEEP)
            return
        spans = self._spans(node)
        if not spans:
            if self.raw[node.start : min(node.end, node.start + _GUESSED_WITHIN_BYTES)].strip():
                self._give_up(node, Flaw.NO_BOUNDARY)
            return
        default = "message/rfc822" if node.subtype == "digest" else "text/plain"
        for index, (start, end) in enumerate(spans, 1):
            if self.parts >= MAX_PARTS:
                self.flaws.add(Flaw.TOO_MANY)
                break
            self.parts += 1
            number = f"{node.number}.{index}" if node.number else str(index)
            node.children.append(self._entity(start, end, number, default, node.depth + 1))

    def _give_up(self, node: Node, flaw: Flaw) -> None:
        self.flaws.add(flaw)
        node.is_raw = True

    def _spans(self, node: Node) -> list[tuple[int, int]]:
        """Return where the children lie; nothing where no delimiter line can be found."""
        stated = one_line(node.parameters.get("boundary", ""))[:MAX_BOUNDARY_CHARS].rstrip()
        if stated:
            spans = self._spans_between(b"--" + stated.encode(), node)
            if spans:
                return spans
        window = min(node.end, node.start + _GUESSED_WITHIN_BYTES)
        found = _LOOKS_LIKE_BOUNDARY.search(self.raw[node.start : window])
        if found is None:
            return []
        spans = self._spans_between(b"--" + found[1].removesuffix(b"--"), node)
        if spans:
            self.flaws.add(Flaw.GUESSED_BOUNDARY)
        return spans

    def _spans_between(self, delimiter: bytes, node: Node) -> list[tuple[int, int]]:
        spans: list[tuple[int, int]] = []
        opened: int | None = None
        for line_start, line_end, is_last in _delimiters(self.raw, delimiter, node):
            if opened is not None:
                spans.append((opened, max(opened, _before_break(self.raw, line_start))))
            opened = None if is_last else line_end
            if is_last or len(spans) > MAX_PARTS:
                break
        if opened is not None:
            spans.append((opened, node.end))
            self.flaws.add(Flaw.NOT_CLOSED)
        return spans


def _delimiters(raw: Octets, delimiter: bytes, node: Node) -> Iterator[tuple[int, int, bool]]:
    """Yield (start of line, start of next line, closes) of each delimiter line in a body.

    A line counts only as a whole: `--ab` is not a delimiter of boundary `a`.
    """
    start = node.start - 1
    if not raw.startswith(delimiter, node.start, node.end):
        start = raw.find(b"\n" + delimiter, node.start, node.end)
        if start < 0:
            return
    lookalikes = 0
    while lookalikes < MAX_LOOKALIKES:
        done = start + 1 + len(delimiter)
        whole = _REST_OF_DELIMITER.match(raw[done : min(node.end, done + _NEAR_BYTES)])
        if whole is None:
            lookalikes += 1
        else:
            yield start + 1, done + whole.end(), whole[1] is not None
            done += whole.end() - 1
        start = raw.find(b"\n" + delimiter, done, node.end)
        if start < 0:
            return


def _before_break(raw: Octets, line_start: int) -> int:
    """The line break before a delimiter belongs to the delimiter."""
    before = raw[max(0, line_start - 2) : line_start]
    if before.endswith(b"\r\n"):
        return line_start - 2
    return line_start - 1 if before.endswith((b"\n", b"\r")) else line_start
