"""New mail in a few safe words, for a notification: who and what, of a few mails out of many."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from tuimail.model.claimed import named
from tuimail.model.ids import MessageKey
from tuimail.model.message import MessageRow
from tuimail.model.safe import Safe, safe_line
from tuimail.store.lists import rows_of_ids
from tuimail.store.messages import rows_with_keys

from .mail import Mail

NAMED: Final = 3
"""Mails of one notification that are named; the others are counted."""
MAX_NAME_CHARS: Final = 40
MAX_SUBJECT_CHARS: Final = 100


@dataclass(frozen=True, slots=True)
class Announcement:
    """A notification."""

    title: Safe
    lines: tuple[Safe, ...]


def announcement(rows: Sequence[MessageRow], count: int) -> Announcement:
    """Return the words for `count` new mails, of which `rows` are the newest, newest first."""
    if count == 1 and rows:
        name = _who(rows[0])
        return Announcement(Safe(f"New mail from {name}"), (_subject(rows[0]),))
    named = [Safe(f"{_who(row)}: {_subject(row)}") for row in rows[:NAMED]]
    if count > len(named):
        named.append(Safe(f"and {count - len(named):,} more"))
    return Announcement(Safe(f"{count:,} new mails"), tuple(named))


def announced(mail: Mail, keys: Sequence[int], count: int) -> Announcement:
    """Return the words for `count` new mails, of which those with these keys are the newest."""
    row_ids = rows_with_keys(mail.store, map(MessageKey, keys))
    rows = {int(row.key): row for row in rows_of_ids(mail.store, sorted(row_ids))}
    return announcement([rows[key] for key in keys if key in rows], count)


def _who(row: MessageRow) -> Safe:
    name = named(row.sender_name.raw, row.sender_address.raw)
    return Safe(safe_line(name, MAX_NAME_CHARS).strip() or "an unknown sender")


def _subject(row: MessageRow) -> Safe:
    return Safe(safe_line(row.subject, MAX_SUBJECT_CHARS).strip() or "(no subject)")
