"""Plain text to lines: format=flowed (RFC 3676), quotes, signature, links and patches."""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from tuimail.model.draft import SIGNATURE_LINE
from tuimail.model.part import Line, Span
from tuimail.model.safe import Safe, safe_block

from .armour import BEGINS, armoured
from .budget import MAX_LINES
from .columns import Typed, fixed_lines, may_hold_tables
from .link_spans import plain_marks, spans_with_links
from .links import LinkTable
from .patch import PatchReaders, may_hold_patch

_MAX_DEPTH_SHOWN = 20

_BREAK = re.compile(r"(?<!\r)\r++\n|\r")
"""A carriage return alone ends a line too: dropped, it would join two words."""
_QUOTE = re.compile(r"(?:[ ]?>){1,40}[ ]?")
_BULLET = re.compile(r"[ ]{0,12}(?:[-*+o\u2022\u2023\u2013]|\(?\d{1,3}[.)])[ ]{1,4}(?=\S)")
_NONE: Final = frozenset[int]()
_STRIPPED_SIGNATURE_LINES = 12
"""A bare `--` this near to the end counts too: some programs strip the blank."""


def text_to_lines(
    text: str,
    links: LinkTable,
    *,
    is_flowed: bool = False,
    is_delsp: bool = False,
    max_lines: int = MAX_LINES,
) -> tuple[Line, ...]:
    """Return the logical lines of a text/plain part. Never raises.

    Beyond `max_lines` there is one that says that the rest is left out.
    """
    if "\r" in text:
        text = _BREAK.sub("\n", text)
    text = plain_marks(safe_block(text))
    raw_lines = text.rstrip("\n").split("\n", max_lines)
    is_cut = len(raw_lines) > max_lines
    del raw_lines[max_lines:]
    if is_flowed:
        raw_lines = list(unflowed(raw_lines, is_delsp=is_delsp))
    lines = list(_lines(text, raw_lines, links))
    if is_cut:
        lines.append(Line((Span(Safe("(The rest of this text is left out.)"), "dim"),)))
    return tuple(lines)


def unflowed(raw_lines: Iterable[str], *, is_delsp: bool) -> Iterator[str]:
    """Yield paragraphs of format=flowed text, each with `> ` per quote depth in front."""
    depth, pieces = 0, list[str]()
    for raw in raw_lines:
        body = raw.lstrip(">")
        line_depth = len(raw) - len(body)
        body = body.removeprefix(" ")
        if pieces and (line_depth != depth or body == SIGNATURE_LINE):
            yield _paragraph(depth, pieces)
            pieces = []
        depth = line_depth
        is_open = body.endswith(" ") and body != SIGNATURE_LINE
        pieces.append(body[:-1] if is_open and is_delsp else body)
        if not is_open:
            yield _paragraph(depth, pieces)
            pieces = []
    if pieces:
        yield _paragraph(depth, pieces)


def quote_role(depth: int) -> str:
    """Return the role of text quoted `depth` times."""
    return f"quote{(depth - 1) % 3 + 1}" if depth else "text"


def _paragraph(depth: int, pieces: Sequence[str]) -> str:
    return "> " * min(depth, _MAX_DEPTH_SHOWN) + "".join(pieces)


def _lines(text: str, raw_lines: Sequence[str], links: LinkTable) -> Iterator[Line]:
    """Yield a line for each of `text`, which `raw_lines` are the lines of."""
    typed = [_typed(raw) for raw in raw_lines]
    tables, code = fixed_lines(typed) if may_hold_tables(text) else (_NONE, _NONE)
    dim = frozenset(armoured(typed)) if BEGINS in text else _NONE
    patches = PatchReaders() if may_hold_patch(text) else None
    own_role = "text"
    stripped_from = max(0, len(raw_lines) - _STRIPPED_SIGNATURE_LINES)
    for index, (raw, line) in enumerate(zip(raw_lines, typed, strict=True)):
        if patches is not None:
            ahead = typed[index + 1 : index + 3] if "--- " in raw else ()
            if role := patches.role_of(raw, line, ahead):
                yield _patch_line(raw, line if patches.is_quoted else Typed(raw, 0), role)
                continue
        if raw == SIGNATURE_LINE or (raw == "--" and index >= stripped_from):
            own_role = "signature"
        role = quote_role(line.depth) if line.depth else own_role
        if index in code or index in dim:
            yield _line(raw, line, "dim" if index in dim else "code", links, is_fixed=True)
        else:
            yield _line(raw, line, role, links, is_fixed=index in tables)


def _typed(raw: str) -> Typed:
    if ">" not in raw[:2]:
        return Typed(raw, 0)
    quoted = _QUOTE.match(raw)
    return Typed(raw[quoted.end() :], quoted[0].count(">")) if quoted else Typed(raw, 0)


def _line(raw: str, line: Typed, role: str, links: LinkTable, *, is_fixed: bool) -> Line:
    if line.depth:
        indent = len(raw) - len(line.text)
    else:
        bullet = _BULLET.match(raw)
        indent = bullet.end() if bullet else 0
    return Line(spans_with_links(raw, role, links), indent, line.depth, is_fixed)


def _patch_line(raw: str, line: Typed, role: str) -> Line:
    front = len(raw) - len(line.text)
    marks = (Span(Safe(raw[:front]), quote_role(line.depth)),) if front else ()
    return Line((*marks, Span(Safe(line.text), role)), front, line.depth, is_fixed=True)
