"""A profile whose inbox holds bombs, made in a process of its own: its memory is not looked at.

python -m tests.proofs.bomb_profile FOLDER NAME...
"""

import sys
from email.utils import formatdate
from pathlib import Path

from tests.hostile.bombs import BOMBS
from tests.ui.screens import NEWEST, fill
from tuimail.config.profile import Profile
from tuimail.mime.headers import parse_envelope
from tuimail.model.ids import AccountName
from tuimail.model.part import Searchable
from tuimail.store.bodies import put_body
from tuimail.store.mailboxes import mailbox_named
from tuimail.store.messages import Arrival, key_of, put_messages

NOTHING = Searchable("", "", "", has_attachments=False)


def main(folder: str, names: list[str]) -> None:
    profile = Profile.at(Path(folder))
    profile.prepare()
    mail = fill(profile, messages=5)
    inbox = mailbox_named(mail.store, AccountName("alice"), "INBOX")
    assert inbox is not None
    for number, name in enumerate(names):
        date = NEWEST + 3_600 * (100 - number)
        stated = f"Subject: bomb {number}\r\nDate: {formatdate(date)}\r\n"
        raw = BOMBS[name]().replace(b"Subject: s\r\n", stated.encode(), 1)
        envelope = parse_envelope(raw[:256_000])
        arrival = Arrival(1_000 + number, frozenset(), date, len(raw), envelope)
        (row_id,) = put_messages(mail.store, inbox.id, [arrival])
        put_body(mail.store, key_of(mail.store, row_id), raw, NOTHING)
    mail.close()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
