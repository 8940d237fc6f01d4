"""The way of a copy into Sent, as the history of its mail tells it."""

import pytest

from tuimail.model.ids import OutgoingId
from tuimail.model.operation import OperationKind, OperationState
from tuimail.model.outgoing import CopyStep, OutgoingState
from tuimail.store.database import Store
from tuimail.store.operations import finish_many, newest_append, pending
from tuimail.store.outgoing import (
    NewOutgoing,
    RecipientState,
    history,
    outgoing_row,
    put_outgoing,
)
from tuimail.store.sent_copies import ask_for_copy, copy_step, note_copy, without_copy

from .makers import HOME, WORK, operation, set_recipient

MAIL = OutgoingId("m1")
BEGIN = 1_000
LATER = 1 << 33
TAKEN = [OutgoingState.ACCEPTED, OutgoingState.DELIVERED]


@pytest.fixture
def sent(store: Store) -> Store:
    """A store with a mail that the server has taken."""
    people = ("bob@x.example", "carol@x.example")
    put_outgoing(store, NewOutgoing(MAIL, "m1@x", WORK, "s", "me@x", people, b"raw", BEGIN, BEGIN))
    set_recipient(store, MAIL, "bob@x.example", RecipientState(OutgoingState.ACCEPTED))
    return store


def copy():
    return operation(OperationKind.APPEND, "Sent", 0, 0, message_id="m1@x")


def test_a_taken_mail_is_found_until_its_copy_is_in_sent(sent: Store) -> None:
    assert without_copy(sent, WORK, TAKEN, BEGIN) == [MAIL]
    assert without_copy(sent, HOME, TAKEN, BEGIN) == []
    assert without_copy(sent, WORK, TAKEN, LATER) == []
    for step in CopyStep:
        note_copy(sent, MAIL, BEGIN, (step, "Sent"))
        is_there = step is CopyStep.FILED
        assert without_copy(sent, WORK, TAKEN, BEGIN) == ([] if is_there else [MAIL])
        assert copy_step(sent, MAIL) is step


def test_a_mail_nobody_took_needs_no_copy(sent: Store) -> None:
    set_recipient(sent, MAIL, "bob@x.example", RecipientState(OutgoingState.REFUSED))
    assert without_copy(sent, WORK, TAKEN, BEGIN) == []


def test_a_step_and_its_operations_are_written_together(sent: Store) -> None:
    assert copy_step(sent, MAIL) is None
    note_copy(sent, MAIL, BEGIN, (CopyStep.RECORDED, "Sent"), [copy()])
    assert [one.mailbox for one in pending(sent, WORK)] == ["Sent"]
    (line,) = [event for event in history(sent, MAIL) if event.what == CopyStep.RECORDED]
    assert line.detail.raw == "Sent"


def test_the_newest_copy_counts_whatever_became_of_it(sent: Store) -> None:
    assert newest_append(sent, WORK, "m1@x") is None
    for _ in range(2):
        note_copy(sent, MAIL, BEGIN, (CopyStep.RECORDED, "Sent"), [copy()])
        ids = [one.id for one in pending(sent, WORK)]
        finish_many(sent, ids, OperationState.REFUSED, "over quota")
        newest = newest_append(sent, WORK, "m1@x")
        assert newest is not None
        assert (newest.id, newest.state, newest.reply) == (
            ids[0], OperationState.REFUSED, "over quota",
        )  # fmt: skip
    assert newest_append(sent, HOME, "m1@x") is None


def test_why_there_is_no_copy_is_told_with_the_mail(sent: Store) -> None:
    assert outgoing_row(sent, MAIL).copy_problem == ""
    note_copy(sent, MAIL, BEGIN, (CopyStep.REFUSED, "[OVERQUOTA] \x1b[31mfull: 100 %."))
    problem = outgoing_row(sent, MAIL).copy_problem
    assert problem.startswith("Accepted, but no copy in Sent: [OVERQUOTA]")
    assert "full: 100 %. Retry" in problem
    assert "\x1b" not in problem
    note_copy(sent, MAIL, BEGIN, (CopyStep.NO_MAILBOX, ""))
    assert "choose a mailbox" in outgoing_row(sent, MAIL).copy_problem
    note_copy(sent, MAIL, BEGIN, (CopyStep.FILED, "Sent"))
    assert outgoing_row(sent, MAIL).copy_problem == ""


def test_only_a_copy_that_was_refused_can_be_asked_for_again(sent: Store) -> None:
    assert not ask_for_copy(sent, MAIL, BEGIN)
    note_copy(sent, MAIL, BEGIN, (CopyStep.REFUSED, "no"))
    assert ask_for_copy(sent, MAIL, BEGIN)
    assert copy_step(sent, MAIL) is CopyStep.ASKED_AGAIN
    assert not ask_for_copy(sent, MAIL, BEGIN)
