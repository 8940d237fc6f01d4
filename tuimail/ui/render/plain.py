"""Plain mode: what a screen reader reads. Words in place of marks, one mail a line. Pure."""

from typing import Final

from tuimail.model.cells import cut
from tuimail.model.claimed import named
from tuimail.model.flags import Flag, labels_of
from tuimail.model.safe import Safe, safe_line
from tuimail.ui.roles import StyleRole

from .dates import date_cells, date_words
from .layout import RowLook
from .rows import ListedMessage, Piece, RowPlace, cropped
from .status import StatusFacts

_WORDS: Final = {
    Flag.FLAGGED: "flagged",
    Flag.ANSWERED: "answered",
    Flag.FORWARDED: "forwarded",
}
ASCII: Final = str.maketrans(
    {
        **dict.fromkeys("“”„", '"'),
        **dict.fromkeys("\u2018\u2019", "'"),
        **dict.fromkeys("\u2013\u2014─━", "-"),
        **dict.fromkeys("│┃▌▐", "|"),
        **dict.fromkeys("├└┌┐┘┤┬┴┼", " "),
        "⟦": "[",
        "⟧": "]",
        **dict.fromkeys("↻✓○●★▸▾■□", " "),
        "…": ".",
        "·": ",",
        "•": "*",
        "←": "<",
        "→": ">",
        "↑": "^",
        "↓": "v",
    }
)
"""Signs of ours by what any terminal and any voice has; each is one cell, as before."""


def plain_row(row: ListedMessage, look: RowLook, place: RowPlace) -> list[Piece]:
    """Return a mail as a sentence, exactly `look.width` cells: what it is, who, what about, when.

    What comes first tells most: a voice is cut off by the next key.
    """
    is_unread = Flag.SEEN not in row.flags or row.thread_unread > 0
    marks = [word for flag, word in _WORDS.items() if flag in row.flags]
    first = [
        *(["selected"] if place.is_selected else []),
        *(["unread"] if is_unread else []),
        *([f"{row.thread_count} mails"] if row.thread_count > 1 else []),
        *(["answer"] if place.depth else []),
        *([row.became] if row.became else []),
        *marks,
    ]
    sender = named(row.sender_name.raw, row.sender_address.raw)
    name = safe_line(row.recipients if look.shows_recipients else sender, 60)
    who = "me" if place.is_own else name.strip() or "nobody"
    who = f"to {who}" if look.shows_recipients else who
    subject = safe_line(row.subject, 400).strip() or "no subject"
    last = [
        *labels_of(row.flags),
        *(["attachment"] if row.has_attachments else []),
        *([row.account] if look.shows_account else []),
        date_words(
            row.date, look.now, look.date_format, date_cells(look.date_format, look.width)
        ).strip(),
    ]
    end = safe_line(", " + ", ".join(last), 200)
    begin = safe_line(", ".join(first) + ", " if first else "", 100)
    room = max(10, look.width - len(end) - len(begin))
    role = StyleRole.UNREAD if is_unread else StyleRole.ROW
    said = cut(safe_line(f"{who}: {subject}"), room)
    return cropped([(Safe(f"{begin}{said}{end}"), role)], look.width)


def plain_title(facts: StatusFacts, width: int) -> list[Piece]:
    """Return the first line: where one is and how much there is, nothing that moves with a key."""
    mails = "1 mail" if facts.total == 1 else f"{facts.total:,} mails"
    more = " or more" if facts.has_more else ""
    unread = f", {facts.unread:,} unread" if facts.unread else ""
    tab = f", {facts.tab}" if facts.tab else ""
    words = f"{facts.place}, {mails}{more}{unread}{tab}"
    return cropped([(cut(Safe(words), width), StyleRole.HEADING)], width)
