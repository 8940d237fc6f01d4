"""A process in which a person decides about mails without end, for tests that kill it: FOLDER."""

import sys
import time
from dataclasses import replace
from itertools import count
from pathlib import Path

from tuimail.model.ids import OutgoingId
from tuimail.model.outgoing import OutgoingState
from tuimail.services import delivery, next_steps, writing
from tuimail.services.mail import Mail
from tuimail.store.expiry import expire_overdue
from tuimail.store.outgoing_attempts import Outcome, claim_due, end_claim, recover
from tuimail.store.outgoing_history import RecipientState

from .letters import NORTH, ann

WRONG, RIGHT = "anna@exmaple.org", "anna@example.org"


def say(what: str, outgoing_id: str) -> None:
    """Say that something is durable."""
    print(what, outgoing_id, flush=True)


def sent(mail: Mail) -> OutgoingId:
    """Hand a mail over."""
    draft = writing.new_draft(mail, NORTH.name, f"{WRONG}, bob@south.test")
    outgoing_id = writing.send(mail, replace(draft, subject="s", body="b"), 0)
    say("sent", outgoing_id)
    return outgoing_id


def answered(mail: Mail, state: OutgoingState) -> OutgoingId:
    """Send a mail that comes to this for one of its recipients."""
    sent(mail)
    claim = claim_due(mail.store, NORTH.name, int(time.time()), 100)
    assert claim is not None
    states = {
        address: RecipientState(state if address == WRONG else OutgoingState.ACCEPTED)
        for address in claim.recipients
    }
    end_claim(mail.store, claim, Outcome(states), 1, 1 << 33)
    return claim.outgoing_id


def decide(mail: Mail) -> None:
    """Decide everything once."""
    refused, uncertain = OutgoingState.REFUSED, OutgoingState.UNCERTAIN
    new = next_steps.correct(mail, answered(mail, refused), WRONG, RIGHT, 0)
    say("corrected", new)
    delivery.cancel(mail, new)
    say("cancelled", new)
    vouched = answered(mail, uncertain)
    next_steps.arrived(mail, vouched)
    say("arrived", vouched)
    known = answered(mail, refused)
    next_steps.known(mail, known)
    say("known", known)
    anew = answered(mail, refused)
    say("draft", next_steps.edit(mail, anew).id)
    waiting = answered(mail, OutgoingState.QUEUED)
    new = next_steps.correct(mail, waiting, WRONG, RIGHT, 0)
    say("corrected", new)
    expire_overdue(mail.store, NORTH.name, 1 << 34, 1, "Given up.")
    say("expired", new)


def main() -> None:
    mail = ann(Path(sys.argv[1]))
    recover(mail.store, 1)
    for row in delivery.outbox(mail, all_mail=True):
        if row.state is OutgoingState.QUEUED:
            delivery.cancel(mail, row.id)
    print("begun", flush=True)
    for _ in count():
        decide(mail)


if __name__ == "__main__":
    main()
