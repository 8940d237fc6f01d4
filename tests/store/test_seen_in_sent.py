"""A copy in Sent says that a mail was taken: but not from those to whom another attempt was lost."""

from tuimail.model.ids import OutgoingId
from tuimail.model.outgoing import OutgoingState, Phase
from tuimail.store.database import Store
from tuimail.store.outgoing import NewOutgoing, put_outgoing, requeue
from tuimail.store.outgoing_attempts import Outcome, claim_due, end_claim
from tuimail.store.outgoing_history import RecipientState, ReplyRecord
from tuimail.store.seen_in_sent import Lost, uncertain_mails

from .makers import WORK

S = OutgoingState
MAIL = OutgoingId("m")
BOB, CY = "bob@x.example", "cy@x.example"
TAKEN = ReplyRecord(Phase.FINAL_DOT, "", 250, "2.0.0", "Ok", "mx")
FOR_NOW = ReplyRecord(Phase.FINAL_DOT, "", 451, "4.3.0", "Later", "mx")


def put(store: Store, *people: str) -> None:
    put_outgoing(store, NewOutgoing(MAIL, "m@x", WORK, "s", "me@x", people, b"raw", 1, 1))


def attempt(store: Store, *replies: ReplyRecord, **states: OutgoingState) -> None:
    """Send it; each whose local part is named gets that state."""
    claim = claim_due(store, WORK, 100, 100)
    assert claim is not None
    became = {
        address: RecipientState(states[address.partition("@")[0]]) for address in claim.recipients
    }
    end_claim(store, claim, Outcome(became, replies), 100, 100)


def test_a_lost_answer_is_looked_for_also_after_one_that_put_it_off(store: Store) -> None:
    put(store, BOB)
    attempt(store, FOR_NOW, bob=S.QUEUED)
    attempt(store, bob=S.UNCERTAIN)
    assert uncertain_mails(store, WORK) == [Lost(MAIL, "m@x", 1)]


def test_the_copy_is_of_what_others_got_before(store: Store) -> None:
    put(store, BOB, CY)
    attempt(store, TAKEN, bob=S.ACCEPTED, cy=S.QUEUED)
    attempt(store, cy=S.UNCERTAIN)
    assert uncertain_mails(store, WORK) == []


def test_the_copy_is_of_what_came_back(store: Store) -> None:
    put(store, BOB)
    attempt(store, TAKEN, bob=S.BOUNCED)
    assert requeue(store, MAIL, 100) == 1
    attempt(store, bob=S.UNCERTAIN)
    assert uncertain_mails(store, WORK) == []
