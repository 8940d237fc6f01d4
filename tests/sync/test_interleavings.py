"""Server changes, local changes, cuts and crashes in any order end with both sides equal."""

import os
from collections import Counter
from random import Random

import pytest

from tests.sync.fake_remote import FakeMailbox, mail, message_id_of
from tests.sync.walk import Walk, walk_in
from tuimail.errors import StoreError
from tuimail.model.flags import Flag
from tuimail.model.mailbox import Role
from tuimail.model.operation import OperationKind
from tuimail.store.mailboxes import mailbox_rows

ROUNDS = 1_000 if os.environ.get("PROOF_FULL") else 25
STEPS = 14
BOXES = ("INBOX", "Work", "Trash")
FLAGS = (Flag.SEEN, Flag.FLAGGED, "$Todo")


class Story:
    """One random story and what must come of it."""

    def __init__(self, walk: Walk, seed: int) -> None:
        self.walk = walk
        self.random = Random(seed)
        self.server = walk.server
        self.number = 0
        self.wanted = Counter()
        """Message-ID -> copies that must exist in the end."""
        self.asked: set[str] = set()
        """Messages with changes asked for here: the other client leaves them alone."""
        self.server.mailboxes |= {"Work": FakeMailbox(), "Trash": FakeMailbox(role=Role.TRASH)}
        self.server.capabilities -= {
            name for name in ("MOVE", "CONDSTORE", "UIDPLUS") if self.random.random() < 0.3
        }
        if "CONDSTORE" in self.server.capabilities:
            more = ("QRESYNC", "LIST-STATUS")
            self.server.capabilities |= {name for name in more if self.random.random() < 0.5}
        for _ in range(12):
            self.deliver()

    def deliver(self) -> None:
        self.number += 1
        box = self.server.mailboxes[self.random.choice(BOXES)]
        box.put(mail(self.number))
        self.wanted[f"m{self.number}@example.org"] += 1

    def other_client(self) -> None:
        """Flags anything; moves and deletes only what nobody here has touched."""
        name = self.random.choice(BOXES)
        box = self.server.mailboxes[name]
        if not box.messages:
            return
        uid = self.random.choice(list(box.messages))
        message_id = message_id_of(box.messages[uid].raw)
        act = self.random.randrange(4)
        if act < 2 or message_id in self.asked:
            box.flag(uid, frozenset({self.random.choice(FLAGS)}))
        elif act == 2:
            box.remove(uid)
            self.wanted[message_id] -= 1
        else:
            target = self.server.mailboxes[self.random.choice(BOXES)]
            target.put(box.messages[uid].raw, box.messages[uid].flags)
            box.remove(uid)

    def person(self) -> None:
        """Acts on what is here, as far as it still is what the server has."""
        name = self.random.choice(BOXES)
        known = self.walk.here().get(name, {})
        box = self.server.mailboxes[name]
        present = [uid for uid in known if uid in box.messages]
        if not present:
            return
        uid = self.random.choice(present)
        message_id = self.walk.message_id(uid, name)
        if message_id != message_id_of(box.messages[uid].raw):
            return  # UIDVALIDITY moved on: what is seen here is found again by its content
        destination = self.random.choice([other for other in BOXES if other != name])
        match self.random.randrange(4):
            case 0 | 1:
                flag = frozenset({self.random.choice(FLAGS)})
                change = {self.random.choice(["add", "remove"]): flag}
                self.walk.ask(OperationKind.FLAGS, uid, name, **change)
            case 2 if message_id not in self.asked:
                self.walk.ask(OperationKind.MOVE, uid, name, destination)
            case 3 if message_id not in self.asked:
                self.walk.ask(OperationKind.COPY, uid, name, destination)
                self.wanted[message_id] += 1
        self.asked.add(message_id)

    def new_generation(self) -> None:
        name = self.random.choice(BOXES)
        old = self.server.mailboxes[name]
        fresh = FakeMailbox(old.uid_validity + 1, self.random.randrange(1, 9), role=old.role)
        for message in old.messages.values():
            fresh.put(message.raw, message.flags)
        self.server.mailboxes[name] = fresh

    async def sync_with_a_cut(self) -> None:
        self.server.cut_after = self.random.randrange(25)
        self.server.is_cut_before_effect = self.random.random() < 0.5
        self.walk.agenda.wish_push()
        self.walk.agenda.wish_refresh(BOXES)
        await self.walk.connection()
        self.server.cut_after = None
        if self.random.random() < 0.3:
            self.walk.begin()

    def copies(self) -> Counter[str]:
        """Message-ID -> copies on the server.

        Without UIDPLUS the original of a move stays, marked \\Deleted, where a cut parted it from
        its copy: nothing can remove it alone.
        """
        can_remove = "UIDPLUS" in self.server.capabilities
        return Counter(
            message_id_of(message.raw)
            for box in self.server.mailboxes.values()
            for message in box.messages.values()
            if can_remove or Flag.DELETED not in message.flags
        )

    async def go(self) -> None:
        for _ in range(STEPS):
            match self.random.randrange(8):
                case 0 | 1:
                    self.other_client()
                case 2:
                    self.deliver()
                case 3 | 4 | 5:
                    self.person()
                case 6:
                    await self.sync_with_a_cut()
                case 7 if self.random.random() < 0.3:
                    self.new_generation()
        for _ in range(3):  # the second time the counters of moved-to mailboxes are looked at
            self.walk.agenda.wish_refresh(BOXES)
            await self.walk.sync()


@pytest.mark.proof
async def test_any_story_ends_with_both_sides_equal_nothing_lost_nothing_doubled(tmp_path):
    for seed in range(ROUNDS):
        with walk_in(tmp_path / str(seed)) as walk:
            story = Story(walk, seed)
            await story.go()
            where = f"seed {seed}"
            assert walk.here() == walk.server.everything(), where
            assert walk.pending() == [], where
            assert story.copies() == +story.wanted, where
            assert _shown_as_held(walk), where
    print(f"{ROUNDS} stories of {STEPS} steps: equal {ROUNDS}, lost 0, doubled 0")


def _shown_as_held(walk: Walk) -> bool:
    """Nothing is shown that the server does not hold, and counters are right."""
    try:
        rows = mailbox_rows(walk.store)
    except StoreError:
        return False
    return all(row.total == len(walk.here()[row.name.raw]) for row in rows)
