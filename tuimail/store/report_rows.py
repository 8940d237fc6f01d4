"""What was reported of one mail, read for its story."""

from typing import Final

from tuimail.model.ids import MessageKey, OutgoingId
from tuimail.model.report import Grade, ReportAction, ReportKind
from tuimail.model.reported import Reported, ReportRow
from tuimail.model.safe import Untrusted, safe_line

from .database import Database, Row, Store

_REPORTS: Final = """select time, address, kind, action, grade, reporting_mta, explanation,
    message_key from report where outgoing = ? order by id"""
_LAST_LINE: Final = """select l.reports_delivery from line l join submission s
    on s.id = l.submission where s.outgoing = ? order by l.time desc, l.attempt desc limit 1"""


def reported_of(store: Store, outgoing_id: OutgoingId) -> Reported:
    """Return what came back about a mail, and whether its server reports at all."""
    lines = store.rows(Database.LOCAL, _LAST_LINE, (outgoing_id,))
    rows = store.rows(Database.LOCAL, _REPORTS, (outgoing_id,))
    return Reported(tuple(map(_row, rows)), bool(lines[0][0]) if lines else None)


def _row(row: Row) -> ReportRow:
    time, address, kind, action, grade, who, explanation, key = row
    return ReportRow(
        time=time,
        address=address,
        kind=ReportKind(kind),
        action=ReportAction(action) if action else None,
        grade=Grade(grade),
        who=Untrusted(who),
        explanation=safe_line(explanation),
        message_key=MessageKey(key),
    )
