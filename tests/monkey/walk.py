"""One walk: random moves in the program, each looked at, and the whole way back by undo."""

import json
import os
import re
import signal
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path

from tests.program import TUIMAIL
from tests.pty_session import PtyTimeout, is_computing
from tuimail.ui.actions import Context
from tuimail.ui.keymap_file import load_keymap
from tuimail.ui.keys import Keymap

from .moves import CONFIRM, FOR_EVER, Monkey, Move, sent_for
from .server import differences, lost, state
from .watch import Watched
from .world import Start, World, new_world

QUIET_S, ESC_S = 0.03, 0.12
"""A key's consequences are over after so long a quiet; an Esc followed sooner is alt."""
BEFORE_YES_S = 0.3
"""A question that is still to come is waited for before a `y` that is not meant for one."""
MOST_WAITS = 100
PATIENCE_S = 60.0
FAULT = "A fault in tuimail"
UNJUDGED_AFTER_RESIZE = 3
"""Moves; rows drawn for the size before may still come."""
NOTHING_LEFT = "There is nothing to undo."
MOST_UNDOS, UNDOS_AT_ONCE = 3_000, 10
LEAVES = ("quit", "palette", "command", "help", "macro.play")
"""What may end the program: a key of its own, or one that lets an action be chosen."""
_MAILS = re.compile(r"([\d,]+) (?:mail|message)|(this mail|its one mail)")


@dataclass
class Told:
    """What a walk has found out."""

    keys: int = 0
    starts: int = 1
    undone: int = 0
    given_up: int = 0
    """Mails that a yes gave up for ever."""
    moves: list[Move] = field(default_factory=list)


class Walk:
    """The program under the monkey's hands."""

    def __init__(self, start: Start, world: World) -> None:
        self.told = Told()
        self._start, self._world = start, world
        self._keymap = load_keymap(start.keymap, None)
        self._unjudged = 0
        self.session = self._open()

    def make(self, moves: Iterable[Move]) -> None:
        """Make the moves; fail where something is not as it must be."""
        for move in moves:
            self.told.moves.append(move)
            if move.size is not None:
                self._resize(move.size)
            else:
                self._press(move)
            self._look()

    def leave(self) -> None:
        """End the program as the system does; what was done is kept."""
        if self.session.exit_status is None:
            self.session.until(lambda _: self._is_awake(), PATIENCE_S)
            os.kill(self.session.pid, signal.SIGTERM)
            status = self._ended()
            is_fine = status == 0 or (status == -signal.SIGTERM and self._was_asked_to_leave())
            assert is_fine, f"told to end it ended with {status}"
        self.session.close()

    def _ended(self) -> int:
        """Wait until the program has ended, also one that goes to sleep only now."""
        end_s = time.monotonic() + PATIENCE_S
        while self.session.exit_status is None:
            if time.monotonic() > end_s:
                raise AssertionError(f"it did not end; the screen:\n{self.session.text()}")
            self._is_awake()
            self.session.pump(0.1)
        return self.session.exit_status

    def take_all_back(self) -> None:
        """Undo until nothing is left, in a program that was started anew."""
        self.session = self._open()
        keys = sequence(self._keymap, "undo")
        for _ in range(MOST_UNDOS // UNDOS_AT_ONCE):
            self.session.send(sent_for(keys * UNDOS_AT_ONCE))
            self.session.settle(0.3, PATIENCE_S)
            self.told.undone += UNDOS_AT_ONCE
            self._look()
            if NOTHING_LEFT in self.session.text():
                return
        raise AssertionError("there is always something left to undo")

    def _open(self) -> Watched:
        argv = [*TUIMAIL, *self._world.program.profile.arguments]
        environ = self._world.program.environ
        session = Watched(argv, size=self._start.size, env=environ, cwd=self._world.home)
        session.until("in step", PATIENCE_S)
        return session

    def _resize(self, size: tuple[int, int]) -> None:
        """Change the size; it is answered in any case, so this shows that the program lives."""
        session, came = self.session, self.session.sent_count()
        is_other = size != session.size
        session.resize(*size)
        if is_other:
            session.until(lambda _: self._is_awake() and session.sent_count() > came, PATIENCE_S)
        session.settle(QUIET_S)
        self._unjudged = UNJUDGED_AFTER_RESIZE

    def _is_awake(self) -> bool:
        """Wake it if it was put to sleep, as a shell does with `fg`."""
        status = Path(f"/proc/{self.session.pid}/stat").read_text()
        is_stopped = status.rpartition(")")[2].split()[0] == "T"
        if is_stopped:
            os.kill(self.session.pid, signal.SIGCONT)
        return not is_stopped

    def _until_at_rest(self) -> None:
        """Wait while the program computes: on a busy machine it may be quiet before it answers."""
        session = self.session
        for _ in range(MOST_WAITS):
            if session.exit_status is not None or not is_computing(session.pid):
                return
            session.settle(QUIET_S, 1.0)

    def _press(self, move: Move) -> None:
        session = self.session
        says_yes = any("y" in key.lower() for key in move.keys)
        if move.agrees:
            self.told.given_up += mails_asked_about(session.text())
        elif says_yes:
            session.settle(BEFORE_YES_S)
        asked = len(session.asked)
        before = [session.text()]
        for keys in [move.keys] if move.in_one_breath else [(key,) for key in move.keys]:
            with suppress(OSError):  # it has gone: that is looked at afterwards
                session.send(sent_for(keys))
            self.told.keys += len(keys)
            session.settle(ESC_S if keys[-1] == "Esc" else QUIET_S, 1.0)
            self._until_at_rest()
        if says_yes and not move.agrees:  # it may have said so to a question all the same
            questions = [*before, *session.asked[asked:]]
            self.told.given_up += sum(mails_asked_about(shown) for shown in questions)

    def _look(self) -> None:
        session = self.session
        if session.exit_status is not None:
            self._start_again()
            return
        self._is_awake()
        shown = session.text()
        assert FAULT not in shown, "a fault was shown"
        if self._unjudged:
            self._unjudged -= 1
            session.forget_beyond()
            return
        assert not (rows := session.too_wide()), "wider than the terminal:\n" + "\n".join(rows)
        assert not (rows := session.torn()), "torn:\n" + "\n".join(rows)

    def _start_again(self) -> None:
        """Open the program once more; it may only have ended because it was asked to."""
        status = self.session.exit_status
        assert status == 0, f"it ended with {status}"
        assert self._was_asked_to_leave(), "it left without being asked to"
        self.session.close()
        self.told.starts += 1
        self.session = self._open()

    def _was_asked_to_leave(self) -> bool:
        """Say whether a key of late may have been the end of what leaves.

        `alt+q` counts as `q`: on a machine that is very busy the program reads it as Esc and q.
        """
        pressed = "".join(key for move in self.told.moves[-40:] for key in move.keys)
        ends = {keys[-1] for action in LEAVES for keys in sequences(self._keymap, action)}
        return any(end in pressed for end in ends)


def sequence(keymap: Keymap, action: str) -> tuple[str, ...]:
    """Return the keys of an action in the list."""
    found = keymap.bindings(Context.LIST).items()
    return next(keys for keys, binding in found if binding.action == action)


def sequences(keymap: Keymap, action: str) -> list[tuple[str, ...]]:
    """Return all keys of an action, wherever they work."""
    return [
        keys
        for context in Context
        for keys, binding in keymap.bindings(context).items()
        if binding.action == action
    ]


def mails_asked_about(shown: str) -> int:
    """Return how many mails the question on the screen would remove for ever."""
    lines = [line.strip() for line in shown.split("\n")]
    at = next((n for n, line in enumerate(lines) if line.startswith(CONFIRM.strip())), len(lines))
    asked = " ".join(lines[max(0, at - 4) : at])
    if FOR_EVER not in asked:
        return 0
    return sum(
        int(number.replace(",", "") or 0) if number else 1 for number, _ in _MAILS.findall(asked)
    )


def walked(start: Start, given: Sequence[Move] = ()) -> Told:
    """Walk by chance, or the given way; fail with the way where something is wrong."""
    with new_world(start) as world:
        first = state(world.host)
        walk = Walk(start, world)
        try:
            walk.make(given or _by_chance(walk, start))
            walk.leave()
            walk.take_all_back()
            walk.leave()
            world.program.done("sync")
            now = state(world.host)
            gone = lost(first, now)
            assert len(gone) <= walk.told.given_up, f"lost without a yes: {gone}"
            changed = differences(first, now, gone)
            assert not changed, "undone, and not as at first:\n" + "\n".join(changed)
            assert "Traceback" not in world.log(), "a fault was logged"
        except (AssertionError, PtyTimeout) as error:
            shown, log = walk.session.text(), world.log()[-3000:]
            way = json.dumps([asdict(move) for move in walk.told.moves], ensure_ascii=True)
            raise AssertionError(
                f"{error}\n{shown}\n{log}\n{start}, after {walk.told.keys} keys, "
                f"{walk.told.starts} starts; the way:\n{way}"
            ) from error
        finally:
            walk.session.close()
        return walk.told


def _by_chance(walk: Walk, start: Start) -> Iterator[Move]:
    monkey = Monkey(start.seed, start.keymap, start.size)
    while walk.told.keys < start.keys:
        yield monkey.next(walk.session.text(), may_delete=start.may_delete)
