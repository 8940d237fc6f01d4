"""Grouping operations, and which flags a mailbox can keep."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from tuimail.model.ids import AccountName, MessageKey, OperationId
from tuimail.model.operation import Operation, OperationKind
from tuimail.sync.push_plan import flags_refused, grouped

SEEN, FLAGGED = frozenset({"\\Seen"}), frozenset({"\\Flagged"})


def operation(number: int, key: int, kind=OperationKind.FLAGS, **changes) -> Operation:
    base = Operation(
        id=OperationId(number),
        batch=1,
        account=AccountName("work"),
        kind=kind,
        mailbox="INBOX",
        uid_validity=1,
        uid=key,
        key=MessageKey(key),
    )
    return replace(base, **changes)


def shape(groups: list[list[Operation]]) -> list[list[int]]:
    return [[one.id for one in group] for group in groups]


def test_the_same_change_of_many_messages_is_one_group():
    operations = [operation(n, n, add=SEEN) for n in range(1, 6)]
    assert shape(grouped(operations)) == [[1, 2, 3, 4, 5]]


def test_interleaved_changes_of_different_messages_are_two_groups():
    operations = [
        operation(1, 1, add=SEEN),
        operation(2, 1, OperationKind.MOVE, destination="Trash"),
        operation(3, 2, add=SEEN),
        operation(4, 2, OperationKind.MOVE, destination="Trash"),
    ]
    assert shape(grouped(operations)) == [[1, 3], [2, 4]]


def test_a_change_never_overtakes_another_of_the_same_message():
    operations = [
        operation(1, 1, add=SEEN),
        operation(2, 1, remove=SEEN),
        operation(3, 1, add=SEEN),
    ]
    assert shape(grouped(operations)) == [[1], [2], [3]]


def appended(number: int, key: int = 0, message_id: str = "", mailbox="Sent") -> Operation:
    kind, flags = OperationKind.APPEND, frozenset({f"${number}"})
    return operation(number, key, kind, message_id=message_id, mailbox=mailbox, add=flags)


def test_mails_for_one_mailbox_are_one_group_whatever_their_flags():
    assert shape(grouped([appended(n, n) for n in (1, 2, 3)])) == [[1, 2, 3]]
    assert shape(grouped([appended(n, 0, f"m{n}") for n in (1, 2)])) == [[1, 2]]
    assert shape(grouped([appended(1, 1), appended(2, 2, mailbox="Work")])) == [[1], [2]]


def test_a_mail_that_may_be_there_by_the_one_before_goes_after_it():
    assert shape(grouped([appended(1, 7), appended(2, 8), appended(3, 7)])) == [[1, 2], [3]]
    assert shape(grouped([appended(1, 0, "m"), appended(2, 0, "m")])) == [[1], [2]]
    assert shape(grouped([appended(1), appended(2)])) == [[1], [2]]
    assert shape(grouped([appended(1, 7, "m"), appended(2, 0, "m")])) == [[1], [2]]


@given(
    st.lists(
        st.tuples(st.integers(1, 4), st.sampled_from([SEEN, FLAGGED]), st.booleans()), max_size=30
    )
)
def test_every_message_sees_its_changes_in_order(changes):
    operations = [
        operation(n, key, **({"add": flags} if adds else {"remove": flags}))
        for n, (key, flags, adds) in enumerate(changes)
    ]
    done = [one for group in grouped(operations) for one in group]
    assert sorted(one.id for one in done) == list(range(len(changes)))
    for key in range(1, 5):
        ids = [one.id for one in done if one.key == key]
        assert ids == sorted(ids)


def test_flags_a_mailbox_cannot_keep_are_named():
    change = operation(1, 1, add=frozenset({"\\Seen", "$Work"}), remove=FLAGGED)
    assert flags_refused(frozenset({"\\seen", "\\Flagged"}), change) == {"$Work"}
    assert flags_refused(frozenset({"\\Seen", "\\*"}), change) == FLAGGED
    assert flags_refused(frozenset(), change) == {"\\Seen", "$Work", "\\Flagged"}
