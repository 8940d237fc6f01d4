"""Where a mail lies by now that was left open: it may have been moved, or thrown away."""

from dataclasses import replace

from tuimail.model.flags import Flag
from tuimail.model.message import MessageRow
from tuimail.store import lists, messages

from .mail import Mail


def row_again(mail: Mail, row: MessageRow) -> MessageRow | None:
    """Return the row of a mail as it is now, where it lay or lies by now; None if it is gone.

    A mail inside of another lies where that one does.
    """
    key = row.key if row.inside_of is None else row.inside_of
    found = lists.rows_of_ids(mail.store, [row.row_id])
    if not found or found[0].key != key:
        places = messages.find_key(mail.store, key)
        found = lists.rows_of_ids(mail.store, [place.row_id for place in places[:1]])
    where_it_lay = (one for one in found if one.mailbox_id == row.mailbox_id)
    now = next(where_it_lay, found[0] if found else None)
    if now is None or row.inside_of is None:
        return now
    return replace(
        row,
        row_id=now.row_id,
        mailbox_id=now.mailbox_id,
        flags=now.flags | {Flag.SEEN},
        thread_id=now.thread_id,
        later=now.later,
    )
