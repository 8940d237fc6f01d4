"""Patches that came as mails: the series one belongs to, as `git am` takes it."""

from collections.abc import Iterator, Sequence
from typing import Final

from tuimail.errors import NotFound, UserError
from tuimail.mime.mbox import mbox_entry
from tuimail.mime.patch_subject import PatchPlace, patch_place
from tuimail.model.message import MessageRow

from . import reading
from .attachments import parsed_mail
from .mail import Mail

MAX_PATCHES: Final = 500
MAX_BYTES: Final = 64 << 20
"""Of a whole series."""
_ENDINGS: Final = (".patch", ".diff")


def series(mail: Mail, row: MessageRow) -> list[MessageRow]:
    """Return the patches of the series that a mail belongs to, in their order; else the mail alone.

    A series is of one conversation, one version and one sender; of a patch sent twice the newer
    one counts (see `sent_twice`).

    Raises:
        UserError: there is no patch, not all of them are here, or there are too many.
        NotFound: the mail's bytes are not here.
    """
    place = patch_place(row.subject.raw)
    if place is None or row.inside_of is not None:
        _require_patch(mail, row)
        return [row]
    if not place.number <= place.total <= MAX_PATCHES:
        raise UserError(f"This says it is patch {place.number} of {place.total}.")
    found = dict(_patches_of(mail, row, place))
    if place.number:
        found[place.number] = row
    lacking = [str(n) for n in range(1, place.total + 1) if n not in found]
    if lacking:
        raise UserError(f"Of {place.total} patches these are not here: {', '.join(lacking[:20])}.")
    return [found[n] for n in range(1, place.total + 1)]


def sent_twice(mail: Mail, row: MessageRow) -> list[int]:
    """Return the numbers of the other patches of a series of which there are several mails.

    Whoever knows the conversation can write one more in the sender's name.
    """
    place = patch_place(row.subject.raw)
    if place is None or row.inside_of is not None:
        return []
    mails: dict[int, set[str]] = {}
    for number, one in _patches_of(mail, row, place):
        mails.setdefault(number, set()).add(one.message_id.raw)
    mails.pop(place.number, None)  # it is taken as it is at hand
    return sorted(number for number, ids in mails.items() if len(ids) > 1)


def as_mbox(mail: Mail, rows: Sequence[MessageRow]) -> bytes:
    """Return mails as one mbox ("mboxrd") in their order.

    Raises:
        NotFound: the bytes of one are not here.
        UserError: they are too large together.
    """
    entries: list[bytes] = []
    for row in rows:
        raw = reading.body(mail, row.key)
        if raw is None:
            raise NotFound("A mail of the series is not here yet.")
        entries.append(mbox_entry(raw, row.sender_address.raw, row.date))
        if sum(map(len, entries)) > MAX_BYTES:
            raise UserError("These patches are too large.")
    return b"".join(entries)


def _patches_of(mail: Mail, row: MessageRow, place: PatchPlace) -> Iterator[tuple[int, MessageRow]]:
    """Yield the patches of a series with their numbers, the newest last."""
    for one in reading.thread(mail, row.thread_id):
        its = patch_place(one.subject.raw)
        if its is not None and _is_of(its, place) and _sender(one) == _sender(row):
            yield its.number, one


def _require_patch(mail: Mail, row: MessageRow) -> None:
    """Look for one in the texts of a mail whose subject says nothing of it, and in its files."""
    from tuimail.mime.patch import holds_patch  # not at the start

    with parsed_mail(mail, row.key) as parsed:
        for part in parsed.leaves:
            is_named = part.filename.raw.lower().endswith(_ENDINGS)
            is_looked_at = is_named or part.content_type.startswith("text/")
            if is_looked_at and holds_patch(parsed.text(part)):
                return
    raise UserError("There is no patch in this mail.")


def _is_of(one: PatchPlace, other: PatchPlace) -> bool:
    return (one.version, one.total) == (other.version, other.total) and 0 < one.number <= one.total


def _sender(row: MessageRow) -> str:
    return row.sender_address.raw.lower()
