"""Which mail goes next, and in which order a mail's history stands."""

import pytest

from tuimail.model.ids import OutgoingId
from tuimail.model.outgoing import OutgoingState, Phase, Remark, SendOptions
from tuimail.store.blobs import put_blob, read_blob
from tuimail.store.database import Database, Store
from tuimail.store.outgoing import (
    NewOutgoing,
    blob_of,
    cancel,
    history,
    outgoing_row,
    outgoing_rows,
    put_outgoing,
    requeue,
    undoable,
)
from tuimail.store.outgoing_attempts import (
    JUST_ASKED_S,
    LEAST_HELD_S,
    Outcome,
    claim_due,
    claim_later,
    end_claim,
    set_phase,
)
from tuimail.store.outgoing_history import RecipientState, ReplyRecord, add_event

from .makers import WORK, set_recipient, set_state

S = OutgoingState
BEGIN = 10_000


def put(store: Store, name: str, created: int = BEGIN, **fields: object) -> OutgoingId:
    base: dict[str, object] = {
        "message_id": f"{name}@x",
        "account": WORK,
        "subject": "s",
        "sender": "me@x",
        "recipients": ("bob@x.example",),
        "raw": name.encode(),
        "created": created,
        "not_before": created,
    }
    return put_outgoing(store, NewOutgoing(id=OutgoingId(name), **(base | fields)))  # type: ignore[arg-type]


def order(store: Store, now: int) -> list[str]:
    """Send everything that is due; return in which order it goes."""
    went = []
    while claim := claim_due(store, WORK, now, 100):
        went.append(claim.outgoing_id)
        taken = dict.fromkeys(claim.recipients, RecipientState(S.ACCEPTED))
        end_claim(store, claim, Outcome(taken), now, now)
    return went


def test_what_a_person_just_sent_goes_before_a_hundred_that_wait(store: Store) -> None:
    for number in range(100):
        put(store, f"waits{number}", BEGIN - 100 + number)
    put(store, "sent", asked=BEGIN)
    claim = claim_due(store, WORK, BEGIN, 100)
    assert claim is not None
    assert claim.outgoing_id == "sent"


def test_what_was_asked_for_again_goes_behind_what_was_just_sent_and_before_the_rest(
    store: Store,
) -> None:
    for name in ("first", "second"):
        put(store, name, BEGIN - 50)
    put(store, "again", BEGIN - 20)
    claim = claim_due(store, WORK, BEGIN - 60, 100)
    assert claim is None
    put(store, "failed", BEGIN - 90)
    failed = claim_due(store, WORK, BEGIN - 60, 100)
    assert failed is not None
    end_claim(store, failed, Outcome({"bob@x.example": RecipientState(S.REFUSED)}), BEGIN, BEGIN)
    assert requeue(store, OutgoingId("failed"), BEGIN) == 1
    put(store, "sent one", asked=BEGIN)
    put(store, "sent two", BEGIN + 1, asked=BEGIN + 1)
    assert order(store, BEGIN + 2) == ["sent one", "sent two", "failed", "first", "second", "again"]


def test_what_was_asked_for_a_while_ago_waits_with_the_others(store: Store) -> None:
    put(store, "early", BEGIN)
    put(store, "asked", BEGIN + 1, asked=BEGIN + 1)
    assert order(store, BEGIN + 2 + JUST_ASKED_S) == ["early", "asked"]


def test_a_mail_for_later_is_offered_to_a_server_that_holds_it(store: Store) -> None:
    at = BEGIN + 10 * LEAST_HELD_S
    put(store, "now")
    put(store, "later", not_before=at, undo_until=BEGIN + 10, options=SendOptions(at=at))
    assert claim_later(store, WORK, BEGIN + 9, 100) is None
    claim = claim_later(store, WORK, BEGIN + 10, 100)
    assert claim is not None
    assert (claim.outgoing_id, claim.send_at) == ("later", at)
    put_off = Outcome({"bob@x.example": RecipientState(S.QUEUED)})
    end_claim(store, claim, put_off, BEGIN + 10, BEGIN + 70)
    assert claim_later(store, WORK, BEGIN + 11, 100) is None
    assert claim_later(store, WORK, BEGIN + 70, 100) is not None


def test_what_was_asked_for_now_is_not_held_any_more(store: Store) -> None:
    at = BEGIN + 10 * LEAST_HELD_S
    later = put(store, "later", not_before=at, options=SendOptions(at=at))
    assert requeue(store, later, BEGIN) == 1
    assert claim_later(store, WORK, BEGIN, 100) is None
    assert order(store, BEGIN) == ["later"]


def test_only_a_mail_in_its_window_can_be_undone(store: Store) -> None:
    put(store, "none")
    put(store, "raw", undo_until=BEGIN + 10)
    assert undoable(store, BEGIN) is None


@pytest.mark.parametrize(
    ("code", "enhanced", "told"),
    [(250, "2.0.0", "250 2.0.0 ok"), (220, "", "220 ok"), (None, "", "ok")],
)
def test_a_reply_is_told_with_what_codes_it_has(store: Store, code, enhanced, told) -> None:
    sent = put(store, "m")
    claim = claim_due(store, WORK, BEGIN, 100)
    assert claim is not None
    replies = (ReplyRecord(Phase.CONNECT, "", code, enhanced, "ok", "h"),)
    taken = {"bob@x.example": RecipientState(S.ACCEPTED)}
    end_claim(store, claim, Outcome(taken, replies), BEGIN, BEGIN)
    assert history(store, sent)[-1].detail.raw == told


def test_what_has_the_same_second_stands_as_it_happened(store: Store) -> None:
    sent = put(store, "m")
    for code, state in ((451, S.QUEUED), (250, S.ACCEPTED)):
        claim = claim_due(store, WORK, BEGIN, 100)
        assert claim is not None
        replies = (
            ReplyRecord(Phase.ENVELOPE, "bob@x.example", 250, "", "ok", "h"),
            ReplyRecord(Phase.FINAL_DOT, "", code, "", "said", "h"),
        )
        outcome = Outcome({"bob@x.example": RecipientState(state)}, replies)
        end_claim(store, claim, outcome, BEGIN, BEGIN)
    add_event(store, sent, BEGIN, Remark.KNOWN)
    told = [(one.what, one.detail.raw.split(" ")[0]) for one in history(store, sent)]
    assert told == [
        ("queued", ""),
        ("sending", "attempt"),
        (Phase.ENVELOPE, "250"),
        (Phase.FINAL_DOT, "451"),
        ("sending", "attempt"),
        (Phase.ENVELOPE, "250"),
        (Phase.FINAL_DOT, "250"),
        (Remark.KNOWN, ""),
    ]


def test_what_one_submission_comes_to_says_nothing_of_another(store: Store) -> None:
    sent = put(store, "m")
    second = put_blob(store, b"second")
    with store.writing(Database.LOCAL) as writing:
        made = "insert into submission(outgoing, sender, blob) values(?, 'me@x', ?)"
        other = writing.insert(made, (sent, second))
        to = (
            "insert into recipient(submission, address, state) values(?, 'bob@x.example', 'queued')"
        )
        writing.run(to, (other,))
    assert read_blob(store, blob_of(store, sent)) == b"m"
    first = claim_due(store, WORK, BEGIN, 100)
    assert first is not None
    end_claim(store, first, Outcome({"bob@x.example": RecipientState(S.REFUSED)}), BEGIN, BEGIN)
    assert [one.state for one in outgoing_row(store, sent).recipients] == [S.REFUSED, S.QUEUED]
    again = claim_due(store, WORK, BEGIN, 100)
    assert again is not None
    assert (again.submission, again.blob) == (other, second)
    end_claim(store, again, Outcome({"bob@x.example": RecipientState(S.ACCEPTED)}), BEGIN, BEGIN)
    assert [one.state for one in outgoing_row(store, sent).recipients] == [S.REFUSED, S.ACCEPTED]
    assert read_blob(store, blob_of(store, sent)) == b"second"


def test_all_that_is_not_final_is_listed_however_old(store: Store) -> None:
    people = ("bob@x.example", "cy@x.example")
    for state in S:
        name = f"mail {state.value}"
        put(store, name, recipients=people)
        set_recipient(store, OutgoingId(name), people[0], RecipientState(S.REFUSED))
        set_recipient(store, OutgoingId(name), people[1], RecipientState(state))
        set_state(store, OutgoingId(name), S.REFUSED)
    now = 1 << 34
    listed = {row.id.removeprefix("mail ") for row in outgoing_rows(store, now=now)}
    assert listed == {"draft", "queued", "sending", "held", "delayed", "uncertain"}


def test_a_mail_some_have_is_not_called_cancelled(store: Store) -> None:
    people = ("bob@x.example", "cy@x.example")
    sent = put(store, "m", recipients=people)
    claim = claim_due(store, WORK, BEGIN, 100)
    assert claim is not None
    states = {people[0]: RecipientState(S.ACCEPTED), people[1]: RecipientState(S.QUEUED)}
    end_claim(store, claim, Outcome(states), BEGIN, BEGIN)
    assert cancel(store, sent, BEGIN)
    assert outgoing_row(store, sent).state is S.ACCEPTED


def test_at_the_final_dot_it_is_too_late(store: Store) -> None:
    sent = put(store, "m")
    claim = claim_due(store, WORK, BEGIN, 100)
    assert claim is not None
    set_phase(store, claim, Phase.FINAL_DOT)
    assert not cancel(store, sent, BEGIN)
    assert outgoing_row(store, sent).state is S.SENDING
