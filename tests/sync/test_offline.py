"""1,000 changes asked for offline, while another client changes the same mail: what comes of each.

The model is small: what the other client did has happened; then each change asked for here is done
in its order where its message lies then, flag by flag, and comes to nothing where it does not lie there.
"""

import os
from dataclasses import dataclass, field
from random import Random

import pytest

from tests.sync.fake_remote import FakeMailbox, mail, message_id_of
from tests.sync.walk import Walk, walk_in
from tuimail.model.flags import Flag, Flags
from tuimail.model.mailbox import Role
from tuimail.model.operation import OperationKind, OperationState
from tuimail.store.operations import operations_in_batch

OPERATIONS = 1_000 if os.environ.get("PROOF_FULL") else 60
SERVERS = 10 if os.environ.get("PROOF_FULL") else 4
ROUNDS = 10
BOXES = ("INBOX", "Work", "Trash")
FLAGS = (Flag.SEEN, Flag.FLAGGED, Flag.ANSWERED, "$Todo")


@dataclass
class Asked:
    """One change, as a person saw it."""

    id: int
    kind: OperationKind
    message: str
    mailbox: str
    destination: str = ""
    add: Flags = frozenset()
    remove: Flags = frozenset()


@dataclass
class Model:
    """Where each message lies with which flags, once everything is done."""

    lies_in: dict[str, str] = field(default_factory=dict)
    flags: dict[str, Flags] = field(default_factory=dict)
    copies: list[tuple[str, str, Flags]] = field(default_factory=list)
    in_vain: set[int] = field(default_factory=set)

    def apply(self, asked: Asked) -> None:
        if self.lies_in.get(asked.message) != asked.mailbox:
            self.in_vain.add(asked.id)
            return
        match asked.kind:
            case OperationKind.FLAGS:
                flags = self.flags[asked.message]
                self.flags[asked.message] = (flags | asked.add) - asked.remove
            case OperationKind.MOVE:
                self.lies_in[asked.message] = asked.destination
            case OperationKind.COPY:
                copy = (asked.message, asked.destination, self.flags[asked.message])
                self.copies.append(copy)
            case OperationKind.EXPUNGE:
                del self.lies_in[asked.message]

    def everything(self) -> list[tuple[str, str, Flags]]:
        held = [(one, box, self.flags[one]) for one, box in self.lies_in.items()]
        return _sorted([*held, *self.copies])


class Offline:
    """A person offline and another client online, on one account."""

    def __init__(self, walk: Walk, random: Random) -> None:
        self.walk, self.random, self.model = walk, random, Model()
        self.shown: dict[str, str] = {}
        """Where the person sees each message that may still be acted on."""
        self.uids: dict[str, int] = {}
        """Its UID where it has not been moved here since the last time online."""
        self.asked: list[Asked] = []
        self.ids: list[int] = []
        walk.server.mailboxes |= {"Work": FakeMailbox(), "Trash": FakeMailbox(role=Role.TRASH)}
        for number in range(OPERATIONS // 2):
            name = random.choice(BOXES)
            walk.server.mailboxes[name].put(mail(number))
            self.model.lies_in[f"m{number}@example.org"] = name
            self.model.flags[f"m{number}@example.org"] = frozenset()

    async def online(self) -> None:
        """Be online until everything is done; the line is cut on the way."""
        self.walk.server.cut_after = self.random.randrange(5, 120)
        self.walk.server.is_cut_before_effect = self.random.random() < 0.5
        await self.walk.sync()
        self.walk.server.cut_after = None
        for _ in range(2):
            self.walk.agenda.wish_refresh(BOXES)
            await self.walk.sync()
        copied = {message for message, _, _ in self.model.copies}
        self.shown, self.uids = {}, {}
        for name, box in self.walk.server.mailboxes.items():
            for uid, message in box.messages.items():
                message_id = message_id_of(message.raw)
                if message_id not in copied:
                    self.shown[message_id], self.uids[message_id] = name, uid

    def person(self) -> None:
        """Ask for a change of what is shown."""
        message = self.random.choice(sorted(self.shown))
        mailbox = self.shown[message]
        uid = self.uids.get(message, 0)
        kinds = [OperationKind.FLAGS] * 6 + [OperationKind.MOVE] * 3
        kind = self.random.choice([*kinds, OperationKind.COPY, OperationKind.EXPUNGE])
        change: dict[str, Flags] = {}
        destination = ""
        if kind is OperationKind.FLAGS:
            change = {self.random.choice(("add", "remove")): frozenset({self.random.choice(FLAGS)})}
        elif kind is not OperationKind.EXPUNGE:
            destination = self.random.choice([one for one in BOXES if one != mailbox])
        key = self.keys[message]
        number = self.walk.ask(kind, uid, mailbox, destination, key=key, **change)
        self.asked.append(Asked(number, kind, message, mailbox, destination, **change))
        self.ids.append(number)
        if kind is OperationKind.MOVE:
            self.shown[message] = destination
            self.uids.pop(message, None)
        elif kind is not OperationKind.FLAGS:
            del self.shown[message]  # what lies there twice is told apart by nobody

    def other_client(self) -> None:
        """Flag, move or delete anything, also what the person acts on."""
        message = self.random.choice(sorted(self.model.lies_in))
        name = self.model.lies_in[message]
        box = self.walk.server.mailboxes[name]
        uid = next(u for u, m in box.messages.items() if message_id_of(m.raw) == message)
        act = self.random.randrange(8)
        if act < 5:
            flag = frozenset({self.random.choice(FLAGS)})
            add, remove = (flag, frozenset()) if act < 3 else (frozenset(), flag)
            box.flag(uid, add, remove)
            self.model.flags[message] = (self.model.flags[message] | add) - remove
        elif act < 7:
            target = self.random.choice([one for one in BOXES if one != name])
            self.walk.server.mailboxes[target].put(box.messages[uid].raw, box.messages[uid].flags)
            box.remove(uid)
            self.model.lies_in[message] = target
        else:
            box.remove(uid)
            del self.model.lies_in[message]

    def begin_round(self) -> None:
        self.keys = {one: self.walk.key(uid, self.shown[one]) for one, uid in self.uids.items()}

    def end_round(self) -> None:
        for one in self.asked:
            self.model.apply(one)
        self.asked = []

    def held(self) -> list[tuple[str, str, Flags]]:
        return _sorted(
            (message_id_of(message.raw), name, message.flags)
            for name, box in self.walk.server.mailboxes.items()
            for message in box.messages.values()
        )


def _sorted(held):
    return sorted(held, key=lambda one: (one[0], one[1], sorted(one[2])))


async def live(walk: Walk, seed: int) -> int:
    """Go through all rounds; return how many changes came to what the model says."""
    random = Random(seed)
    walk.server.capabilities |= {"QRESYNC", "LIST-STATUS"} if seed % 2 else set()
    walk.server.capabilities -= {"CONDSTORE", "QRESYNC"} if seed % 4 == 0 else set()
    story = Offline(walk, random)
    await story.online()
    for _ in range(ROUNDS):
        story.begin_round()
        for _ in range(OPERATIONS // ROUNDS):
            story.person()
            if random.random() < 0.3:
                story.other_client()
        story.end_round()
        await story.online()
        assert story.held() == story.model.everything()
        assert walk.here() == walk.server.everything()
    states = {one.id: one.state for one in operations_in_batch(walk.store, 1)}
    back = {number for number, state in states.items() if state is OperationState.REFUSED}
    assert back <= story.model.in_vain  # a server says OK to flags of a message that is gone
    assert all(state in (OperationState.DONE, OperationState.REFUSED) for state in states.values())
    return len(story.ids)


@pytest.mark.proof
async def test_what_is_asked_offline_comes_to_what_the_model_says(tmp_path):
    for seed in range(SERVERS):
        with walk_in(tmp_path / str(seed)) as walk:
            count = await live(walk, seed)
            assert count == OPERATIONS
            print(f"offline, kind of server {seed % 4}: {count} of {OPERATIONS} as the model says")
