"""What became of the mails of a list: read for what is in sight, never for the whole list."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import Final

from tuimail.model.flags import Flag
from tuimail.model.ids import MailboxId
from tuimail.model.message import MessageRow
from tuimail.model.outgoing import WANTS_A_PERSON, OutgoingState
from tuimail.store.sent_states import Became, sent_states

from .mail import Mail

_MARKS: Final = {
    Flag.NOT_DELIVERED: OutgoingState.BOUNCED,
    Flag.DELIVERED: OutgoingState.DELIVERED,
}


def marked(
    mail: Mail, rows: Sequence[MessageRow], came_in: Collection[MailboxId] = ()
) -> list[MessageRow]:
    """Return rows that say of each mail sent from here what became of it.

    What lies in one of the mailboxes of `came_in` was sent by others, whatever Message-ID it bears.
    """
    sent = {row.row_id for row in rows if row.message_id.raw and row.mailbox_id not in came_in}
    names = {row.message_id.raw for row in rows if row.row_id in sent}
    states = sent_states(mail.store, names) if names else {}
    return [
        _marked(row, states.get(row.message_id.raw)) if row.row_id in sent else row for row in rows
    ]


def _marked(row: MessageRow, became: Became | None) -> MessageRow:
    if became is None:
        return _as_others_say(row)
    is_dealt_with = became.state in WANTS_A_PERSON and not became.needs_attention
    return replace(row, became=became.state, is_dealt_with=is_dealt_with)


def _as_others_say(row: MessageRow) -> MessageRow:
    """Return a row of a mail sent elsewhere with what another program has marked it with.

    Nothing can be done about it from here.
    """
    told = next((state for flag, state in _MARKS.items() if flag in row.flags), None)
    return row if told is None else replace(row, became=told, is_dealt_with=True)
