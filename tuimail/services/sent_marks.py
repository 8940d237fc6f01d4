"""What became of the mails of a list: read for what is in sight, never for the whole list."""

from collections.abc import Sequence
from dataclasses import replace

from tuimail.model.message import MessageRow
from tuimail.model.outgoing import WANTS_A_PERSON
from tuimail.store.sent_states import Became, sent_states

from .mail import Mail


def marked(mail: Mail, rows: Sequence[MessageRow]) -> list[MessageRow]:
    """Return rows that say of each mail sent from here what became of it."""
    names = {row.message_id.raw for row in rows if row.message_id.raw}
    states = sent_states(mail.store, names) if names else {}
    return [_marked(row, states.get(row.message_id.raw)) for row in rows]


def _marked(row: MessageRow, became: Became | None) -> MessageRow:
    if became is None:
        return row
    is_dealt_with = became.state in WANTS_A_PERSON and not became.needs_attention
    return replace(row, became=became.state, is_dealt_with=is_dealt_with)
