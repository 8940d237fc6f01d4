"""A mail in the reader: its head, which stays in sight, and its text wrapped to the pane.

The head is drawn by us and lies above the text, where no mail can draw: what it says about the
sender and our warnings cannot be imitated from inside.
"""

import re
import time
from collections.abc import Iterator, Sequence

from tuimail.model.address import Address
from tuimail.model.cells import cut, cut_address, fit, width_of
from tuimail.model.part import Line, Part, RenderedMail, Span
from tuimail.model.safe import Safe, safe_line
from tuimail.ui.roles import StyleRole

from .dates import size_words
from .rows import Piece

_NOTHING = Safe("")
_LABEL_CELLS = 8
_NAME_CELLS = 16
"""A name keeps this much beside an address that is too long."""
_MAX_WARNINGS = 3
_WORDS = re.compile(r"\s+|\S+")
_ROLES = {
    "text": StyleRole.TEXT,
    "quote1": StyleRole.QUOTE1,
    "quote2": StyleRole.QUOTE2,
    "quote3": StyleRole.QUOTE3,
    "signature": StyleRole.SIGNATURE,
    "heading": StyleRole.HEADING,
    "link": StyleRole.LINK,
    "dim": StyleRole.DIM,
    "bold": StyleRole.HEADING,
    "patch.add": StyleRole.SUCCESS,
    "patch.del": StyleRole.ERROR,
    "patch.hunk": StyleRole.LINK,
}

Row = Sequence[Piece]
"""One line of the screen."""


def head_of(
    mail: RenderedMail, width: int, subject_rows: int = 2, labels: Safe = _NOTHING
) -> list[Row]:
    """Return the head: subject, author with address, date, recipients, files, warnings."""
    envelope = mail.envelope
    rows: list[Row] = subject_of(safe_line(envelope.subject), width, subject_rows)
    rows.append(_author(envelope.from_, envelope.date, width))
    for label, people in (("To", envelope.to), ("Cc", envelope.cc)):
        if people:
            rows.append(_people(label, people, width))
    reply_to = [a for a in envelope.reply_to if a.addr_spec != envelope.author.addr_spec]
    if reply_to:
        rows.append(_people("Reply", reply_to, width))
    if labels:
        rows.append(_field("Labels", labels, width))
    if mail.attachments:
        rows.append(_field("Files", files_words(mail.attachments), width))
    if mail.remote_hosts:
        hosts = ", ".join(mail.remote_hosts[:4])
        more = len(mail.remote_hosts) - 4
        words = f"not loaded: {hosts}{f' and {more} more' if more > 0 else ''}"
        rows.append(_field("Remote", Safe(words), width))
    rows += _warnings(mail.warnings, width)
    return rows


def subject_of(subject: Safe, width: int, max_rows: int) -> list[Row]:
    """Return the subject as the first rows of a head."""
    words = Line(
        (Span((subject.strip() and Safe(subject.strip())) or Safe("(no subject)"), "heading"),)
    )
    wrapped = list(wrap(words, max(1, width - 2)))
    if len(wrapped) > max_rows:
        rest = Safe("".join(text for row in wrapped[max_rows - 1 :] for text, _ in row))
        wrapped[max_rows - 1 :] = [[(cut(rest, max(1, width - 2)), StyleRole.HEADING)]]
    return [[(Safe(" "), StyleRole.TEXT), *row] for row in wrapped]


def files_words(attachments: Sequence[Part]) -> Safe:
    """Say which files hang on a mail, numbered from 1."""
    names = [
        f"{n} {safe_line(part.filename, 60) or part.content_type} ({size_words(part.size_bytes)})"
        for n, part in enumerate(attachments, 1)
    ]
    return Safe(" · ".join(names))


def long_date(date: int | None) -> Safe:
    """Return a date with its weekday and year: Tue 17 Nov 2026 14:32."""
    return _date(date, "%a %d %b %Y %H:%M")


def exact_date(date: int) -> Safe:
    """Return a date to the second: Tue 17 Nov 14:32:05."""
    return _date(date, "%a %d %b %H:%M:%S")


def _date(date: int | None, form: str) -> Safe:
    if date is None:
        return Safe("no date")
    try:
        return Safe(time.strftime(form, time.localtime(date)))
    except (ValueError, OverflowError, OSError):
        return Safe("no date")


def wrap(line: Line, width: int) -> Iterator[Row]:
    """Yield the rows of a logical line, each at most `width` cells.

    Fixed lines are broken at the edge, others at words; a word longer than the pane is broken
    where it must be.
    """
    pieces = [(span.text, _ROLES.get(span.role, StyleRole.TEXT)) for span in line.spans]
    if sum(width_of(text) for text, _ in pieces) <= width:
        yield pieces
        return
    hang = Safe(" " * max(0, min(line.indent, width // 2, width - 2)))
    row: list[Piece] = []
    used = 0
    for text, role in _tokens(pieces, width - len(hang), is_fixed=line.is_fixed):
        cells = width_of(text)
        if used + cells > width:
            yield row
            if text.isspace() and not line.is_fixed:
                row, used = [(hang, StyleRole.TEXT)], len(hang)
                continue
            row, used = [(hang, StyleRole.TEXT)], len(hang)
        row.append((text, role))
        used += cells
    if used > len(hang) or not row:
        yield row


def plain_rows(text: Safe, width: int) -> Iterator[Row]:
    """Yield the rows of text that is shown as it is: broken at the edge, never at words."""
    for line in text.split("\n"):
        yield from wrap(Line((Span(Safe(line)),), is_fixed=True), width)


def _tokens(pieces: Sequence[Piece], width: int, *, is_fixed: bool) -> Iterator[Piece]:
    """Yield what is not broken: words and blanks, or single clusters of what is too long."""
    for text, role in pieces:
        words = [text] if is_fixed else [Safe(word) for word in _WORDS.findall(text)]
        for word in words:
            if width_of(word) <= (0 if is_fixed else width):
                yield word, role
            else:
                yield from ((chunk, role) for chunk in _chunks(word, 1 if is_fixed else width))


def _chunks(word: Safe, width: int) -> Iterator[Safe]:
    """Yield pieces of a long word; clusters (joined emoji, marks) stay whole where they fit."""
    start, used = 0, 0
    for index, character in enumerate(word):
        joined = index > 0 and (word[index - 1] == "\u200d" or width_of(character) == 0)
        cells = 0 if joined else width_of(character)
        if used + cells > width and index > start:
            yield Safe(word[start:index])
            start, used = index, 0
        used += cells
    if start < len(word):
        yield Safe(word[start:])


def _author(people: Sequence[Address], date: int | None, width: int) -> Row:
    when = long_date(date)
    room = width - _LABEL_CELLS - 3
    has_date = room - width_of(when) >= 34
    if has_date:
        room -= width_of(when) + 2
    pieces = _person(people[0] if people else Address("", ""), room)
    if len(people) > 1:
        pieces.append((Safe(f" and {len(people) - 1} more"), StyleRole.WARNING))
    used = sum(width_of(text) for text, _ in pieces)
    gap = Safe(" " * max(1, width - _LABEL_CELLS - 2 - used - width_of(when)))
    tail = [(gap, StyleRole.TEXT), (when, StyleRole.DIM)] if has_date else []
    return [*_label("From"), *pieces, *tail]


def _person(person: Address, room: int) -> list[Piece]:
    """Name and address; both give way where they must, the domain last."""
    name = safe_line(person.name, 200).strip()
    beside = min(width_of(name), _NAME_CELLS) + 3 if name else 0
    least = width_of(person.domain) + 5
    address_room = max(12, min(room, max(room - beside, least)))
    address = cut_address(safe_line(person.addr_spec, 400) or "no address", address_room)
    left = room - width_of(address) - 3
    if not name or left < 4:
        return [(address, StyleRole.SENDER)]
    return [
        (cut(name, left), StyleRole.SENDER),
        (Safe(f" <{address}>"), StyleRole.VALUE),
    ]


def _people(label: str, people: Sequence[Address], width: int) -> Row:
    names = [safe_line(a.name or a.addr_spec, 100) for a in people[:12]]
    more = f" and {len(people) - 12} more" if len(people) > 12 else ""
    return _field(label, Safe(f"{', '.join(names)}{more}"), width)


def _field(label: str, words: Safe, width: int) -> Row:
    return [*_label(label), (cut(words, max(1, width - _LABEL_CELLS - 2)), StyleRole.VALUE)]


def _label(label: str) -> list[Piece]:
    return [(fit(f" {label}", _LABEL_CELLS), StyleRole.LABEL)]


def _warnings(warnings: Sequence[Safe], width: int) -> Iterator[Row]:
    for sentence in warnings[:_MAX_WARNINGS]:
        yield [(cut(Safe(f" ! {sentence}"), width), StyleRole.WARNING)]
    if len(warnings) > _MAX_WARNINGS:
        more = f" ! and {len(warnings) - _MAX_WARNINGS} more warnings"
        yield [(cut(Safe(more), width), StyleRole.WARNING)]
