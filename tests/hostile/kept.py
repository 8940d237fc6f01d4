"""Mails put into somebody's store in one go, as if the engine had fetched them."""

from collections.abc import Sequence

from tests.services.letters import NORTH
from tuimail.mime.headers import parse_envelope
from tuimail.mime.render import searchable_text
from tuimail.model.ids import MessageRef
from tuimail.services.mail import Mail
from tuimail.store.bodies import Whole, put_bodies
from tuimail.store.mailboxes import mailbox_named
from tuimail.store.messages import Arrival, key_of, put_messages

RECEIVED = 1_700_000_000
"""When the first of them came."""


def keep(mail: Mail, raws: Sequence[bytes], first_uid: int = 1) -> list[MessageRef]:
    """Put mails into the inbox of `letters.ann`, with their bytes; return where they lie."""
    inbox = mailbox_named(mail.store, NORTH.name, "INBOX")
    assert inbox is not None
    arrivals = [
        Arrival(uid, frozenset(), RECEIVED + uid, len(raw), parse_envelope(raw))
        for uid, raw in enumerate(raws, first_uid)
    ]
    row_ids = put_messages(mail.store, inbox.id, arrivals)
    keys = [key_of(mail.store, row_id) for row_id in row_ids]
    wholes = [Whole(key, raw, searchable_text(raw)) for key, raw in zip(keys, raws, strict=True)]
    put_bodies(mail.store, wholes)
    return [MessageRef(row_id, inbox.id) for row_id in row_ids]
