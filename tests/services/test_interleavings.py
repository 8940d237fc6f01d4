"""Acting, pulling, pushing and undoing in any order: what is shown is what the person meant.

A small server holds the truth, an engine carries out operations one by one and pulls mailboxes at
random moments. As long as the server refuses nothing and nobody else acts, no interleaving may
show a message anywhere but where the person put it last.
"""

import os
import random
from collections.abc import Callable

import pytest

from tests.store.makers import WORK, arrival, assert_counters_right, box_id, view
from tuimail.errors import UserError
from tuimail.model.flags import Flags
from tuimail.model.ids import MessageRef
from tuimail.model.operation import Operation, OperationKind, OperationState
from tuimail.model.uid_set import UidSet
from tuimail.services import triage, undo
from tuimail.services.mail import Mail
from tuimail.store import operations
from tuimail.store.database import Database
from tuimail.store.lists import rows_of, view_ids
from tuimail.store.messages import (
    known_flags,
    known_uids,
    put_messages,
    remove_uids,
    set_flags,
)
from tuimail.store.projection import apply_projection

RUNS = 400 if os.environ.get("PROOF_FULL") else 25
STEPS = 60
NAMES = ("INBOX", "Archive", "Trash")
Shown = dict[int, tuple[str, Flags]]


class Server:
    """Mailboxes with UIDs that are never given twice."""

    def __init__(self, messages: int) -> None:
        self.boxes: dict[str, dict[int, tuple[int, Flags]]] = {name: {} for name in NAMES}
        self.next_uid = dict.fromkeys(NAMES, 1)
        for number in range(1, messages + 1):
            self.add("INBOX", number, frozenset())

    def add(self, name: str, number: int, flags: Flags) -> int:
        uid = self.next_uid[name]
        self.next_uid[name] += 1
        self.boxes[name][uid] = (number, flags)
        return uid

    def carry_out(self, op: Operation, uid: int) -> int:
        """Do what an operation asks; return the new UID of a move."""
        number, flags = self.boxes[op.mailbox][uid]
        if op.kind is OperationKind.FLAGS:
            self.boxes[op.mailbox][uid] = (number, (flags | op.add) - op.remove)
            return 0
        del self.boxes[op.mailbox][uid]
        return self.add(op.destination, number, flags)

    def shown(self) -> Shown:
        return {
            number: (name, flags)
            for name, box in self.boxes.items()
            for number, flags in box.values()
        }


class World:
    """A person, an engine and a server."""

    def __init__(self, mail: Mail, seed: int, messages: int = 6) -> None:
        self.mail = mail
        self.store = mail.store
        self.chance = random.Random(seed)
        self.server = Server(messages)
        self.meant: Shown = self.server.shown()
        self.done: list[Shown] = []
        self.undone: list[Shown] = []
        for name in NAMES:
            self.pull(name)

    def pull(self, name: str) -> None:
        box, truth = box_id(self.store, name), self.server.boxes[name]
        known = known_flags(self.store, box)
        new = [u for u in truth if u not in known]
        put_messages(self.store, box, [arrival(u, *truth[u][1], number=truth[u][0]) for u in new])
        changed = [(u, truth[u][1]) for u in truth if u in known and known[u] != truth[u][1]]
        set_flags(self.store, box, changed)
        remove_uids(self.store, box, UidSet.of(u for u in known if u not in truth))

    def push_one(self) -> None:
        waiting = operations.pending(self.store, WORK)
        if not waiting:
            return
        op = waiting[0]
        assert operations.start(self.store, [op.id]) == [op.id]
        if self.chance.random() < 0.2:
            self.pull(self.chance.choice(NAMES))
        place = operations.locate(self.store, op)
        if place is None:
            self.pull(op.mailbox)
            place = operations.locate(self.store, op)
        assert place is not None, op
        new_uid = self.server.carry_out(op, place.uid)
        if self.chance.random() < 0.3:
            self.pull(self.chance.choice(NAMES))
        told = operations.Location(7, new_uid) if new_uid and self.chance.random() < 0.5 else None
        moved = {op.id: told} if told else {}
        operations.finish_many(self.store, [op.id], OperationState.DONE, moved_to=moved)

    def refs(self, numbers: list[int]) -> list[MessageRef]:
        rows = {row.subject.raw: row for row in self.rows()}
        return [rows[f"Subject {number}"].ref for number in numbers]

    def rows(self) -> list:
        boxes = [box_id(self.store, name) for name in NAMES]
        return [
            row
            for box in boxes
            for row in rows_of(self.store, view(box), view_ids(self.store, view(box)))
        ]

    def act(self) -> None:
        numbers = self.chance.sample(sorted(self.meant), self.chance.randrange(1, 3))
        before = dict(self.meant)
        refs = self.refs(numbers)
        if self.chance.random() < 0.5:
            target = self.chance.choice(NAMES)
            count = triage.move(self.mail, refs, target).count
            self.meant |= {n: (target, self.meant[n][1]) for n in numbers}
        else:
            flag = self.chance.choice(["\\Seen", "\\Flagged", "project"])
            is_added = self.chance.random() < 0.6
            change = triage.add_flags if is_added else triage.remove_flags
            count = change(self.mail, refs, frozenset({flag})).count
            for n in numbers:
                name, flags = self.meant[n]
                self.meant[n] = (name, flags | {flag} if is_added else flags - {flag})
        if count:
            self.done.append(before)
            self.undone.clear()

    def undo(self) -> None:
        if not self.done:
            with pytest.raises(UserError):
                undo.undo(self.mail)
            return
        undo.undo(self.mail)
        self.undone.append(self.meant)
        self.meant = self.done.pop()

    def redo(self) -> None:
        if not self.undone:
            with pytest.raises(UserError):
                undo.redo(self.mail)
            return
        undo.redo(self.mail)
        self.done.append(self.meant)
        self.meant = self.undone.pop()

    def shown(self) -> Shown:
        rows = self.rows()
        names = {box_id(self.store, name): name for name in NAMES}
        found = {int(r.subject.raw.split()[1]): (names[r.mailbox_id], r.flags) for r in rows}
        assert len(rows) == len(found), "a message is shown twice"
        return found

    def step(self) -> None:
        acts: list[Callable[[], None]] = [
            self.act,
            self.act,
            self.push_one,
            self.push_one,
            lambda: self.pull(self.chance.choice(NAMES)),
            self.undo,
            self.redo,
            lambda: apply_projection(self.store) and None,
        ]
        self.chance.choice(acts)()


@pytest.mark.proof
def test_what_is_shown_is_what_was_meant(mail: Mail) -> None:
    for run in range(RUNS):
        store = mail.store
        _empty(mail)
        world = World(mail, run)
        for step in range(STEPS):
            world.step()
            assert world.shown() == world.meant, f"run {run}, step {step}"
        assert_counters_right(store)
        while operations.pending(store, WORK):
            world.push_one()
            assert world.shown() == world.meant
        for name in NAMES:
            world.pull(name)
            assert world.shown() == world.meant
        assert world.server.shown() == world.meant
        expected = store.rows(Database.CACHE, "select count(*) from placement where smailbox = 0")
        assert expected == [(0,)]


@pytest.mark.proof
def test_refusals_and_strangers_converge_to_the_server(mail: Mail) -> None:
    for run in range(RUNS):
        _empty(mail)
        world = World(mail, run, messages=8)
        chance = world.chance
        for _ in range(STEPS):
            match chance.randrange(6):
                case 0 | 1:
                    rows = world.rows()
                    picked = [r.ref for r in chance.sample(rows, min(2, len(rows)))]
                    triage.move(mail, picked, chance.choice(NAMES))
                case 2:
                    rows = world.rows()
                    picked = [r.ref for r in chance.sample(rows, min(2, len(rows)))]
                    triage.toggle_seen(mail, picked)
                case 3:
                    _push_or_refuse(world)
                case 4:
                    world.pull(chance.choice(NAMES))
                case _:
                    _stranger(world)
            assert_counters_right(mail.store)
        while operations.pending(mail.store, WORK):
            _push_or_refuse(world)
        for name in NAMES:
            arriving = operations.expected(mail.store, box_id(mail.store, name))
            world.pull(name)
            operations.settle(mail.store, arriving)
        assert world.shown() == world.server.shown(), f"run {run}"
        assert_counters_right(mail.store)


def _push_or_refuse(world: World) -> None:
    waiting = operations.pending(world.store, WORK)
    if not waiting:
        return
    op = waiting[0]
    operations.start(world.store, [op.id])
    place = operations.locate(world.store, op)
    if place is None:
        world.pull(op.mailbox)
        place = operations.locate(world.store, op)
    exists = place is not None and place.uid in world.server.boxes[op.mailbox]
    if not exists or world.chance.random() < 0.3:
        operations.finish_many(world.store, [op.id], OperationState.REFUSED, "NO not today")
        return
    world.server.carry_out(op, place.uid)
    operations.finish_many(world.store, [op.id], OperationState.DONE)


def _stranger(world: World) -> None:
    name = world.chance.choice(NAMES)
    box = world.server.boxes[name]
    if not box:
        return
    uid = world.chance.choice(sorted(box))
    number, flags = box[uid]
    match world.chance.randrange(3):
        case 0:
            del box[uid]
        case 1:
            box[uid] = (number, flags ^ {"\\Seen"})
        case _:
            del box[uid]
            world.server.add(world.chance.choice(NAMES), number, flags)


def _empty(mail: Mail) -> None:
    store = mail.store
    with store.writing(Database.LOCAL) as writing:
        for table in ("operation", "batch"):
            writing.run(f"delete from {table}")
    apply_projection(store)
    for name in NAMES:
        box = box_id(store, name)
        remove_uids(store, box, known_uids(store, box))
