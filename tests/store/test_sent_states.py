import pytest

from tests.store.makers import set_recipient, set_state
from tuimail.model.flags import Flag
from tuimail.model.ids import AccountName, OutgoingId
from tuimail.model.outgoing import OutgoingState, Remark
from tuimail.store.database import Database, Store
from tuimail.store.delivery_marks import unmarked
from tuimail.store.outgoing import NewOutgoing, put_outgoing
from tuimail.store.outgoing_decisions import call_known
from tuimail.store.outgoing_history import RecipientState
from tuimail.store.sent_states import Became, sent_states, sent_under

PEOPLE = ("bob@x.example", "dan@x.example")


def put(store: Store, name: str, message_id: str, created: int = 1) -> OutgoingId:
    new = NewOutgoing(
        OutgoingId(name), message_id, AccountName("work"), "s", "me@x", PEOPLE, b"x", created, 1
    )
    return put_outgoing(store, new)


def fail(store: Store, outgoing: OutgoingId) -> None:
    with store.writing(Database.LOCAL) as writing:
        writing.run(
            "update recipient set state = 'bounced' where address = ? and submission in"
            " (select id from submission where outgoing = ?)",
            (PEOPLE[0], outgoing),
        )
    set_state(store, outgoing, OutgoingState.BOUNCED)


def test_what_became_of_several_mails_is_read_in_one_step(store: Store) -> None:
    put(store, "one", "1@x")
    two = put(store, "two", "2@x")
    fail(store, two)
    assert sent_states(store, ["1@x", "2@x", "3@x", "\udcff"]) == {
        "1@x": Became(OutgoingState.QUEUED, needs_attention=False),
        "2@x": Became(OutgoingState.BOUNCED, needs_attention=True),
    }
    assert sent_states(store, []) == {}


def test_what_a_person_has_dealt_with_needs_no_attention(store: Store) -> None:
    one = put(store, "one", "1@x")
    fail(store, one)
    assert sent_states(store, ["1@x"])["1@x"].needs_attention
    call_known(store, one, 5, Remark.KNOWN, "You called it known.")
    assert sent_states(store, ["1@x"])["1@x"] == Became(OutgoingState.BOUNCED, False)


def test_of_a_mail_sent_twice_the_newer_counts(store: Store) -> None:
    put(store, "new", "1@x", 9)
    old = put(store, "old", "1@x", 2)
    set_state(store, old, OutgoingState.ACCEPTED)
    assert sent_states(store, ["1@x"])["1@x"].state is OutgoingState.QUEUED
    assert sent_under(store, "1@x") == "new"
    assert sent_under(store, "2@x") is None


@pytest.mark.parametrize(
    ("other", "expected"), [(OutgoingState.REFUSED, [Flag.NOT_DELIVERED]), (None, [])]
)
def test_a_sure_refusal_is_told_beside_a_bounce_that_is_not_sure(store: Store, other, expected):
    one = put(store, "one", "1@x")
    for address in PEOPLE[1:]:
        set_recipient(store, one, address, RecipientState(other or OutgoingState.ACCEPTED))
    fail(store, one)
    assert [mark.keyword for mark in unmarked(store, AccountName("work"), 0)] == expected
