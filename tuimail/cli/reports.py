"""How the command line tells of the reports about a mail."""

from tuimail.model.ids import public_id
from tuimail.model.reported import ReportRow

from .terminal import iso_time


def report_json(report: ReportRow) -> dict[str, object]:
    """Return what one report says of one recipient, with the id of the mail it came in."""
    return {
        "id": public_id(report.message_key),
        "time": iso_time(report.time),
        "address": report.address,
        "kind": report.kind.value,
        "action": report.action.value if report.action is not None else None,
        "grade": report.grade.value,
        "who": report.who.raw,
        "explanation": report.explanation,
    }
