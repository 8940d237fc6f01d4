"""The head of a mail in the reader, which stays in sight.

It is drawn by us and lies above the text, where no mail can draw: what it says about the sender
and our warnings cannot be imitated from inside.
"""

from collections.abc import Iterator, Sequence
from itertools import chain, repeat

from tuimail.model.address import Address
from tuimail.model.caution import Caution, Weight
from tuimail.model.cells import cut, cut_address, fit, width_of
from tuimail.model.message import Envelope
from tuimail.model.part import Line, Part, RenderedMail, Span
from tuimail.model.safe import Safe, safe_line
from tuimail.ui.roles import StyleRole

from .dates import long_date, size_words
from .remote import remote_words
from .rows import Piece
from .wrap import Row, wrap

_NOTHING = Safe("")
_LABEL_CELLS = 8
_NAME_CELLS = 16
"""A name keeps this much beside an address that is too long."""
_LEAST_CELLS = 12
"""An address takes so much of a narrow pane."""
_LISTED_NAME_CELLS = 30
"""Of a name among others."""
_MORE_CELLS = 14
"""Room for how many others there are."""
_WARNING_ROWS = 3
"""For each row the subject may take."""
_MARGIN_CELLS = 3


def head_of(
    mail: RenderedMail,
    width: int,
    subject_rows: int = 2,
    labels: Safe = _NOTHING,
    more: Safe = _NOTHING,
) -> list[Row]:
    """Return the head: subject, author with address, date, recipients, files, warnings.

    `more` says where warnings are shown for which there is no room.
    """
    envelope = mail.envelope
    rows: list[Row] = subject_of(safe_line(envelope.subject), width, subject_rows)
    rows.append(_author(envelope.from_, envelope.date, width))
    rows += _people("", envelope.from_[1:], width, subject_rows)
    rows += _people("Sender", _submitter(envelope), width, 1)
    rows += _people("To", envelope.to, width, subject_rows)
    rows += _people("Cc", envelope.cc, width, subject_rows)
    reply_to = [a for a in envelope.reply_to if a.addr_spec != envelope.author.addr_spec]
    rows += _people("Reply", reply_to, width, subject_rows)
    if envelope.list_id:
        rows.append(_field("List", safe_line(envelope.list_id), width))
    if labels:
        rows.append(_field("Labels", labels, width))
    if mail.attachments:
        rows.append(_field("Files", files_words(mail.attachments), width))
    if remote := remote_words(mail):
        rows.append(_field("Remote", remote, width))
    return rows + _warnings(mail.warnings, width, _WARNING_ROWS * subject_rows, more)


def warning_rows(caution: Caution, width: int) -> list[Row]:
    """Return a warning wrapped, so that no domain in it is lost; notes are quieter."""
    is_note = caution.weight is Weight.NOTE
    role = StyleRole.DIM if is_note else StyleRole.WARNING
    wrapped = wrap(Line((Span(caution.text),)), max(1, width - _MARGIN_CELLS - 1))
    marks = chain([Safe(" · " if is_note else " ! ")], repeat(Safe(" " * _MARGIN_CELLS)))
    return [
        [(mark, role), *((text, role) for text, _ in row)]
        for mark, row in zip(marks, wrapped, strict=False)
    ]


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
    """Say which files hang on a mail, numbered from 1; pictures of its text are only counted."""
    pictures = sum(part.is_picture_of_text for part in attachments)
    names = [
        f"{n} {_file_name(part)} ({size_words(part.size_bytes)})"
        for n, part in enumerate(attachments, 1)
        if not part.is_picture_of_text
    ]
    if pictures:
        names.append(f"{pictures} picture{'s' * (pictures > 1)} of the text")
    return Safe(" · ".join(names))


def _file_name(part: Part) -> Safe:
    return safe_line(part.filename, 60) or safe_line(part.content_type, 60)


def _author(people: Sequence[Address], date: int | None, width: int) -> Row:
    when = long_date(date)
    room = width - _LABEL_CELLS - 3
    has_date = room - width_of(when) >= 34
    if has_date:
        room -= width_of(when) + 2
    others = Safe(f" and {len(people) - 1} more" if len(people) > 1 else "")
    if room - width_of(others) < _LEAST_CELLS:
        others = _NOTHING
    pieces = _person(people[0] if people else Address("", ""), room - width_of(others))
    if others:
        pieces.append((others, StyleRole.WARNING))
    used = sum(width_of(text) for text, _ in pieces)
    gap = Safe(" " * max(1, width - _LABEL_CELLS - 2 - used - width_of(when)))
    tail = [(gap, StyleRole.TEXT), (when, StyleRole.DIM)] if has_date else []
    return [*_label("From"), *pieces, *tail]


def _person(
    person: Address, room: int, role: StyleRole = StyleRole.SENDER, name_cells: int = 200
) -> list[Piece]:
    """Name and address; both give way where they must, the domain last."""
    name = cut(safe_line(person.name, 200).strip(), name_cells)
    if name.casefold() == person.addr_spec.casefold():
        name = _NOTHING
    beside = min(width_of(name), _NAME_CELLS) + 3 if name else 0
    least = width_of(person.domain) + 5
    address_room = max(min(_LEAST_CELLS, room), min(room, max(room - beside, least)))
    address = cut_address(safe_line(person.addr_spec, 400) or "no address", address_room)
    left = room - width_of(address) - 3
    if not name or left < 4:
        return [(address, role)]
    return [(cut(name, left), role), (Safe(f" <{address}>"), StyleRole.VALUE)]


def _people(label: str, people: Sequence[Address], width: int, max_rows: int) -> Iterator[Row]:
    """Yield rows of people, each with the address: whoever has no room is counted."""
    room = max(1, width - _LABEL_CELLS - 2)
    row, used, rows = _label(label), 0, 1
    for count, person in enumerate(people):
        pieces = _person(person, room, StyleRole.VALUE, _LISTED_NAME_CELLS)
        cells = sum(width_of(text) for text, _ in pieces)
        is_last = count + 1 == len(people)
        kept = _MORE_CELLS if rows == max_rows and not is_last else 0
        if used and used + cells + 2 + kept > room:
            if rows == max_rows:
                words = cut(Safe(f" and {len(people) - count} more"), room - used)
                yield [*row, (words, StyleRole.VALUE)]
                return
            yield [*row, (Safe(","), StyleRole.VALUE)]
            row, used, rows = _label(""), 0, rows + 1
        if used:
            row.append((Safe(", "), StyleRole.VALUE))
        row += pieces
        used += cells + (2 if used else 0)
    if people:
        yield row


def _submitter(envelope: Envelope) -> Sequence[Address]:
    """Return who sent it in the author's name, if that is somebody else's and no list."""
    sender = envelope.sender
    if sender is None or envelope.list_id or not sender.addr_spec:
        return ()
    authors = {author.domain for author in envelope.from_}
    return () if sender.domain in authors else (sender,)


def _field(label: str, words: Safe, width: int) -> Row:
    return [*_label(label), (cut(words, max(1, width - _LABEL_CELLS - 2)), StyleRole.VALUE)]


def _label(label: str) -> list[Piece]:
    return [(fit(f" {label}", _LABEL_CELLS), StyleRole.LABEL)]


def _warnings(warnings: Sequence[Caution], width: int, max_rows: int, more: Safe) -> list[Row]:
    """Return the worst warnings, each whole, and how many others there are."""
    rows: list[Row] = []
    for count, caution in enumerate(warnings):
        wrapped = warning_rows(caution, width)
        if count and len(rows) + len(wrapped) > max_rows:
            left = len(warnings) - count
            words = f" ! and {left} more{f': {more}' if more else ' warnings'}"
            rows.append([(cut(Safe(words), width), StyleRole.WARNING)])
            break
        rows += wrapped
    return rows
