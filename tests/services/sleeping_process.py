"""A process in which a person puts mail off and wakes it without end: PROFILE SEED.

Tests kill it, and the engine beside it, at any moment.
"""

import random
import sys
import time
from itertools import count
from pathlib import Path

from tuimail.config.profile import Profile
from tuimail.errors import UserError
from tuimail.model.ids import AccountName, MessageRef
from tuimail.services import reading, snooze, undo, waking
from tuimail.services.mail import Mail, open_mail
from tuimail.store.mailboxes import mailbox_named

ALICE = AccountName("alice")


def some(mail: Mail, name: str, chance: random.Random) -> list[MessageRef]:
    """Return up to three mails of a mailbox."""
    box = mailbox_named(mail.store, ALICE, name)
    if box is None:
        return []
    view = reading.mailbox_view(mail, box.id)
    rows = reading.rows(mail, view, reading.view_ids(mail, view))
    return [row.ref for row in chance.sample(rows, min(3, len(rows)))]


def act(mail: Mail, chance: random.Random) -> None:
    """Do one thing."""
    match chance.randrange(5):
        case 0 | 1:
            until = int(time.time()) + chance.choice([1, 3600])
            snooze.snooze(mail, some(mail, "INBOX", chance), until)
        case 2:
            snooze.unsnooze(mail, some(mail, "Snoozed", chance))
        case 3:
            undo.undo(mail)
        case _:
            waking.wake_due(mail)


def main() -> None:
    mail = open_mail(Profile.at(Path(sys.argv[1])))
    chance = random.Random(int(sys.argv[2]))
    for number in count():
        try:
            act(mail, chance)
        except UserError:
            continue  # nothing to undo, or nothing that sleeps
        print(number, flush=True)


if __name__ == "__main__":
    main()
