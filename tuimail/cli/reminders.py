"""How the command line tells of answers that are waited for."""

from tuimail.model.reminder import Reminder, ReminderState
from tuimail.model.safe import Safe

from .terminal import iso_time, short_time


def reminder_json(reminder: Reminder | None) -> dict[str, object] | None:
    """Return what is wished for a mail; None where nothing is."""
    if reminder is None:
        return None
    return {"due": iso_time(reminder.due), "state": reminder.state.value}


def reminder_lines(reminder: Reminder | None) -> list[Safe]:
    """Return the line for people; none once it has ended."""
    match reminder:
        case Reminder(due=due, state=ReminderState.DUE):
            return [Safe(f"    nobody answered by {short_time(due)}")]
        case Reminder(due=due, state=ReminderState.WAITING):
            return [Safe(f"    an answer is waited for until {short_time(due)}")]
        case _:
            return []
