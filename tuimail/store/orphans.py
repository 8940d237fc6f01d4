"""Messages that lie in no mailbox any more: kept a while, since a moved mail comes back."""

import time
from collections.abc import Iterable

from .database import Writing
from .statement import with_ids


def note_orphans(writing: Writing, messages: Iterable[int]) -> None:
    """Remember since when these lie nowhere, as far as they do."""
    writing.run(
        with_ids(
            "insert or ignore into orphan select id, ? from message where id in (:ids)"
            " and not exists(select 1 from placement where placement.message = message.id)",
            messages,
        ),
        (int(time.time()),),
    )


def forget_orphans(writing: Writing, messages: Iterable[int]) -> None:
    """These lie somewhere again."""
    writing.run(with_ids("delete from orphan where message in (:ids)", messages))


def orphan_all_in(writing: Writing, mailbox_id: int) -> None:
    """Remember which messages lie nowhere once this server mailbox is emptied."""
    writing.run(
        "insert or ignore into orphan select p.message, ? from placement p where p.smailbox = ?"
        " and not exists(select 1 from placement q where q.message = p.message"
        " and q.smailbox <> p.smailbox)",
        (int(time.time()), mailbox_id),
    )
