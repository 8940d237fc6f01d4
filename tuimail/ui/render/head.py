"""The head of a mail in the reader, which stays in sight.

It is drawn by us and lies above the text, where no mail can draw: what it says about the sender
and our warnings cannot be imitated from inside.
"""

from collections.abc import Iterator, Sequence

from tuimail.model.address import Address
from tuimail.model.caution import Caution
from tuimail.model.cells import cut, cut_address, fit, width_of
from tuimail.model.part import Line, Part, RenderedMail, Span
from tuimail.model.safe import Safe, safe_line
from tuimail.ui.roles import StyleRole

from .dates import long_date, size_words
from .rows import Piece
from .wrap import Row, wrap

_NOTHING = Safe("")
_LABEL_CELLS = 8
_NAME_CELLS = 16
"""A name keeps this much beside an address that is too long."""
_MAX_WARNINGS = 3


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


def _warnings(warnings: Sequence[Caution], width: int) -> Iterator[Row]:
    for caution in warnings[:_MAX_WARNINGS]:
        yield [(cut(Safe(f" ! {caution.text}"), width), StyleRole.WARNING)]
    if len(warnings) > _MAX_WARNINGS:
        more = f" ! and {len(warnings) - _MAX_WARNINGS} more warnings"
        yield [(cut(Safe(more), width), StyleRole.WARNING)]
