"""The lines of a mail being written that are not typed into."""

import re
from collections.abc import Sequence

from tuimail.model.address import Address
from tuimail.model.cells import cut, fit
from tuimail.model.draft import Attachment, Draft, DraftKind
from tuimail.model.outgoing import SendOptions
from tuimail.model.safe import Safe, safe_line
from tuimail.ui.roles import StyleRole

from .dates import long_date, short_date, size_words
from .rows import Piece, cropped

DAY_S = 86_400
_TITLES = {
    DraftKind.NEW: "New mail",
    DraftKind.REPLY: "Reply",
    DraftKind.REPLY_ALL: "Reply to all",
    DraftKind.REPLY_LIST: "Reply to the list",
    DraftKind.FORWARD: "Forward",
    DraftKind.EDIT: "Draft",
}
_ATOMS = re.compile(r"[\w!#$%&'*+/=?^`{|}~ -]*")
"""Display names that need no quotes (RFC 5322 section 3.2.3, and letters of any script)."""


def title_of(draft: Draft) -> Safe:
    """Say what kind of mail is being written."""
    return Safe(_TITLES[draft.kind])


def title_pieces(what: Safe, saved: int, width: int) -> list[Piece]:
    """Return the line above the fields: what this is, and since when it is written down."""
    title = Safe(f" {what}")
    kept = Safe(f"kept {short_date(saved, saved).strip()} " if saved else "")
    gap = Safe(" " * max(1, width - len(title) - len(kept)))
    return cropped(
        [(title, StyleRole.HEADING), (gap, StyleRole.TEXT), (kept, StyleRole.DIM)], width
    )


def from_pieces(person: Address, label_cells: int, width: int) -> list[Piece]:
    """Return the author's line."""
    words = cut(person_words(person), max(1, width - label_cells - 1))
    return [(fit(" From", label_cells), StyleRole.LABEL), (words, StyleRole.VALUE)]


def files_pieces(files: Sequence[Attachment], label_cells: int, width: int) -> list[Piece]:
    """Return the attachments' line, numbered from 1."""
    names = [
        f"{n} {safe_line(file.filename, 80)} ({size_words(file.size_bytes)})"
        for n, file in enumerate(files, 1)
    ]
    words = cut(" · ".join(names), max(1, width - label_cells - 1))
    return [(fit(" Files", label_cells), StyleRole.LABEL), (words, StyleRole.ATTACHMENT)]


def options_pieces(
    options: SendOptions, remind_days: int | None, label_cells: int, width: int
) -> list[Piece]:
    """Return the line of how it is sent; nothing where that is as usual."""
    said = [
        f"goes {long_date(options.at)}" if options.at is not None else "",
        "tells when it was delivered" if options.wants_success else "",
        f"reminds after {days_words(remind_days)}" if remind_days else "",
        f"gives up after {days_words(options.give_up_s // DAY_S)}" if options.give_up_s else "",
    ]
    words = " · ".join(filter(None, said))
    if not words:
        return []
    shown = cut(words, max(1, width - label_cells - 1))
    return [(fit(" Options", label_cells), StyleRole.LABEL), (shown, StyleRole.VALUE)]


def days_words(days: int) -> Safe:
    """Say a number of days."""
    return Safe("1 day" if days == 1 else f"{days} days")


def person_words(person: Address) -> Safe:
    """Return an address as it is typed: `Name <addr>`, the name quoted where it must be."""
    address = safe_line(person.addr_spec, 400)
    name = safe_line(person.name, 200).strip()
    if not name:
        return address
    if not _ATOMS.fullmatch(name):
        name = Safe('"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"')
    return Safe(f"{name} <{address}>")
