"""Being told when nobody answers a sent mail: "no answer in N days"."""

from collections.abc import Sequence
from dataclasses import dataclass
from time import time
from typing import Final

from tuimail.errors import NotFound, UserError
from tuimail.model.ids import OutgoingId
from tuimail.model.outgoing import OutgoingRow
from tuimail.model.reminder import Reminder, ReminderState
from tuimail.store import reminders as kept
from tuimail.store.outgoing import outgoing_row

from .mail import Mail

DAY_S: Final = 86_400
MAX_DAYS: Final = 3_650
_UNITS: Final = {"d": 1, "w": 7}


@dataclass(frozen=True, slots=True)
class Reminding:
    """A reminder and the mail it is about."""

    reminder: Reminder
    mail: OutgoingRow


def days_of(text: str) -> int:
    """Return the days that a person means by `3`, `3d` or `2w`; 0 for none. Raises UserError."""
    number, unit = (text[:-1], text[-1]) if text[-1:] in _UNITS else (text, "d")
    if not (number.isascii() and number.isdigit() and len(number) <= 4):
        raise UserError(f"{text!r}: write days or weeks, such as 3d or 2w.")
    days = int(number) * _UNITS[unit]
    if days > MAX_DAYS:
        raise UserError(f"{text!r}: at most {MAX_DAYS} days.")
    return days


def remind(mail: Mail, outgoing_id: OutgoingId, days: int) -> Reminder | None:
    """Tell of a mail if nobody has answered it so many days after it is sent.

    It takes the place of what was wished before; 0 days are none. Raises NotFound.
    """
    row = outgoing_row(mail.store, outgoing_id)
    if days <= 0:
        kept.drop_reminder(mail.store, outgoing_id)
        return None
    return _wait(mail, outgoing_id, max(row.created, row.not_before) + days * DAY_S)


def remind_again(mail: Mail, outgoing_id: OutgoingId, days: int) -> Reminder:
    """Tell of a mail again so many days from now, unless it is answered. Raises NotFound."""
    outgoing_row(mail.store, outgoing_id)
    return _wait(mail, outgoing_id, int(time()) + days * DAY_S)


def dismiss(mail: Mail, outgoing_id: OutgoingId) -> None:
    """Wait no more for an answer to a mail.

    Raises:
        NotFound: nobody waits for one.
    """
    if not kept.end_reminder(mail.store, outgoing_id, ReminderState.DISMISSED):
        raise NotFound("No answer to this mail is waited for.")


def reminder_of(mail: Mail, outgoing_id: OutgoingId) -> Reminder | None:
    """Return what is wished for a mail; None where nothing ever was."""
    return kept.reminder_of(mail.store, outgoing_id)


def due(mail: Mail) -> Sequence[Reminding]:
    """Return mails that nobody answered in time and the person has not seen to, oldest first."""
    return _with_mail(mail, kept.open_reminders(mail.store, [ReminderState.DUE]))


def waiting(mail: Mail) -> Sequence[Reminding]:
    """Return mails whose answer is waited for, also in vain by now; the next due one first."""
    return _with_mail(mail, kept.open_reminders(mail.store))


def _wait(mail: Mail, outgoing_id: OutgoingId, due: int) -> Reminder:
    kept.put_reminder(mail.store, outgoing_id, due)
    return Reminder(outgoing_id, due, ReminderState.WAITING)


def _with_mail(mail: Mail, found: Sequence[Reminder]) -> Sequence[Reminding]:
    return [Reminding(one, outgoing_row(mail.store, one.outgoing_id)) for one in found]
