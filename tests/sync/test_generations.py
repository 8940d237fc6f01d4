"""UIDVALIDITY changes while operations wait: each finds its own message again, or says it cannot."""

import os
from dataclasses import replace
from random import Random

import pytest

from tests.sync.fake_remote import FakeMailbox, FakeMessage, mail, message_id_of
from tests.sync.walk import ACCOUNT, Walk, walk_in
from tuimail.model.flags import Flag
from tuimail.model.mailbox import Role
from tuimail.model.operation import OperationKind, OperationState
from tuimail.store.bodies import bodies_here
from tuimail.store.operations import operations_in_batch

ROUNDS = 200 if os.environ.get("PROOF_FULL") else 6
OPERATIONS = 50
MESSAGES = 120
KINDS = (
    OperationKind.FLAGS,
    OperationKind.FLAGS,
    OperationKind.MOVE,
    OperationKind.COPY,
    OperationKind.EXPUNGE,
)


def lookalike(number: int) -> bytes:
    """A mail that bears the Message-ID, date, author and subject of another, but not its size."""
    return mail(number, body="Hello, and somewhat more.")


def new_generation(old: FakeMailbox, random: Random) -> tuple[FakeMailbox, set[bytes]]:
    """Give every message a UID that was another one's; some are lost, some come. Return the lost."""
    fresh = FakeMailbox(old.uid_validity + 1, role=old.role)
    messages = list(old.messages.values())
    random.shuffle(messages)
    for message in messages[MESSAGES // 5 :]:
        fresh.put(message.raw, message.flags)
    for message in messages[: MESSAGES // 10]:  # what is like a lost one and is another
        number = int(message_id_of(message.raw).split("@")[0][1:])
        fresh.put(lookalike(number) if message.raw == mail(number) else mail(number))
    for number in range(5):
        fresh.put(mail(90_000 + number))
    return fresh, {message.raw for message in messages} - {m.raw for m in fresh.messages.values()}


def contents(walk: Walk) -> dict[tuple[str, bytes], list[frozenset[str]]]:
    """What lies where with which flags, by mailbox and exact content."""
    found: dict[tuple[str, bytes], list[frozenset[str]]] = {}
    for name, box in walk.server.mailboxes.items():
        for message in box.messages.values():
            found.setdefault((name, message.raw), []).append(message.flags)
    return found


def ask(walk: Walk, random: Random) -> dict[int, tuple[OperationKind, bytes]]:
    """Ask for a change of so many different messages; return what of each, by operation."""
    box = walk.server.mailboxes["INBOX"]
    asked = {}
    for uid in random.sample(sorted(box.messages), OPERATIONS):
        kind = random.choice(KINDS)
        change = {"add": frozenset({"$Todo"})} if kind is OperationKind.FLAGS else {}
        has_place = kind in (OperationKind.MOVE, OperationKind.COPY)
        destination = "Work" if has_place else ""
        asked[walk.ask(kind, uid, "INBOX", destination, **change)] = (kind, box.messages[uid].raw)
    return asked


def expect(before, asked, lost):
    """What must lie where in the end: each change on its own message, where that is there still."""
    after = {place: list(flags) for place, flags in before.items()}
    for kind, raw in asked.values():
        if raw in lost:
            continue
        flags = after["INBOX", raw].pop()
        if kind is OperationKind.FLAGS:
            after["INBOX", raw].append(flags | {"$Todo"})
        if kind is OperationKind.COPY:
            after["INBOX", raw].append(flags)
        if kind in (OperationKind.COPY, OperationKind.MOVE):
            after.setdefault(("Work", raw), []).append(flags)
    return {place: flags for place, flags in after.items() if flags}


async def play(walk: Walk, random: Random) -> int:
    """Change UIDVALIDITY under pending operations; return how many found their message again."""
    walk.server.capabilities |= {"QRESYNC"} if random.random() < 0.5 else set()
    walk.server.capabilities -= {"CONDSTORE", "QRESYNC"} if random.random() < 0.3 else set()
    walk.server.mailboxes["Work"] = FakeMailbox(role=Role.ARCHIVE)
    box = walk.server.mailboxes["INBOX"]
    for number in range(MESSAGES // 2):
        box.put(mail(number), frozenset({random.choice((Flag.SEEN, Flag.FLAGGED))}))
        box.put(lookalike(number))
    await walk.sync()
    asked = ask(walk, random)
    walk.server.mailboxes["INBOX"], lost = new_generation(box, random)
    expected = expect(contents(walk), asked, lost)
    await walk.sync()
    walk.agenda.wish_refresh(walk.server.mailboxes)
    await walk.sync()
    assert contents(walk) == expected
    assert walk.here() == walk.server.everything()
    assert walk.pending() == []
    ended = {one.id: one.state for one in operations_in_batch(walk.store, 1)}
    refused = {number for number, state in ended.items() if state is OperationState.REFUSED}
    assert refused == {number for number, (_, raw) in asked.items() if raw in lost}
    assert any("no longer in INBOX" in hint for hint in walk.hints()) == bool(refused)
    return len(asked) - len(refused)


@pytest.mark.proof
async def test_no_operation_that_waits_is_applied_to_a_wrong_message(tmp_path):
    found = 0
    for seed in range(ROUNDS):
        with walk_in(tmp_path / str(seed)) as walk:
            found += await play(walk, Random(seed))
    print(
        f"UIDVALIDITY changed {ROUNDS} times under {OPERATIONS} operations: {found} found their"
        f" message again, {ROUNDS * OPERATIONS - found} were given back, 0 applied to a wrong one"
    )


async def test_bodies_of_a_generation_are_not_fetched_again_for_the_next(tmp_path):
    with walk_in(tmp_path) as walk:
        box = walk.server.mailboxes["INBOX"]
        for number in range(20):
            box.put(mail(number))
        await walk.sync()
        keys = [walk.key(uid) for uid in box.messages]
        fresh = FakeMailbox(2, role=box.role)
        for message in reversed(box.messages.values()):
            fresh.messages[fresh.uid_next] = FakeMessage(message.raw, message.flags, 0, 1)
            fresh.uid_next += 1
        walk.server.mailboxes["INBOX"] = fresh
        walk.server.calls.clear()
        walk.agenda.wish_refresh(["INBOX"])
        await walk.sync()
        assert all(bodies_here(walk.store, [key]) for key in keys)
        assert not any(call.startswith(("body", "bodies")) for call in walk.server.calls)
        assert walk.here() == walk.server.everything()


async def test_another_user_of_the_server_is_not_taken_for_the_one_before(tmp_path) -> None:
    with walk_in(tmp_path) as walk:
        for number in range(1, 4):
            walk.server.mailboxes["INBOX"].put(mail(number))
        await walk.sync()
        walk.ask(OperationKind.EXPUNGE, 2)
        box = walk.server.mailboxes["INBOX"] = FakeMailbox()  # as at Gmail, of the same UIDVALIDITY
        for number in range(11, 14):
            box.put(mail(number))
        assert ACCOUNT.imap is not None
        walk.account = replace(ACCOUNT, imap=replace(ACCOUNT.imap, username="carol"))
        walk.begin()
        await walk.sync()
        assert sorted(box.messages) == [1, 2, 3]
        assert walk.message_id(2) == "m12@example.org"
        assert (walk.shown("INBOX"), walk.pending()) == (3, [])
