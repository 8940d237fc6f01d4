"""What is to be done for one account, and what comes first. No input or output.

Everything here can be lost: after a crash it is made anew from the store and the server.
"""

import asyncio
from collections.abc import Collection, Iterable, Mapping, Sequence

from tuimail.errors import NetworkError, TuimailError
from tuimail.model.ids import MessageKey
from tuimail.model.mailbox import MailboxChange
from tuimail.store.lacking import Lacking, Survey

from .asking import Asking, Askings
from .body_queue import BodyQueue
from .passes import Counted, PassEnd, Passes
from .pull import Pulled, Target
from .pull_queue import PullQueue
from .steps import (
    AskServer,
    Backlog,
    BodyStep,
    FetchBodies,
    FetchBody,
    ListMailboxes,
    Manage,
    Push,
    Standing,
    Step,
)
from .wishes import BodyWishes, settle


class Agenda:
    """What one account still has to do; `changed` is set whenever something was added."""

    def __init__(self) -> None:
        self.changed = asyncio.Event()
        self.pulls = PullQueue()
        self.is_watched = False
        """INBOX is watched by a connection of its own."""
        self.is_all_watched = False
        """So is every other mailbox."""
        self.has_counters = False
        """The list of mailboxes tells their counters."""
        self.passes = Passes()
        self._is_push_due = True
        self._is_pushing = False
        self._has_more_to_push = False
        self._is_list_due = True
        self._changes: list[Manage] = []
        self.bodies = BodyQueue()
        self.wishes = BodyWishes(self.bodies.comes_alone)
        self._askings = Askings()
        self.help_wanted = asyncio.Event()
        """Set while bodies wait behind something else."""
        self.bodies_wanted = asyncio.Event()
        """Set whenever there may be a body to take for the second line."""
        self.has_helper = False
        """A second line fetches bodies: the first one leaves them to it."""
        self._taken: Step | None = None
        self._helped: BodyStep | None = None
        self._is_resting = False

    def wish_push(self) -> None:
        """Operations wait."""
        self._is_push_due = True
        self.changed.set()

    def wish_body(self, key: MessageKey) -> asyncio.Future[None]:
        """Want a body before all others."""
        end = self.wishes.wish(key)
        self._want_bodies()
        return end

    def wish_bodies(self, keys: Iterable[MessageKey]) -> None:
        """Want these bodies soon, the first one first, and no longer those wanted before."""
        self.wishes.see(keys)
        self._want_bodies()

    def wish_change(self, change: MailboxChange) -> asyncio.Future[None]:
        """Want the mailboxes changed."""
        end: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._changes.append(Manage(change, end))
        self.changed.set()
        return end

    def wish_search(self, asking: Asking) -> None:
        """Have the server asked, as somebody looks at what comes of it."""
        self._askings.add(asking)
        self.changed.set()

    def wish_pass(
        self, mailbox: str = "", *, headers_only: bool = False
    ) -> asyncio.Future[PassEnd]:
        """Want a walk over the account or one mailbox."""
        self._is_list_due = self._is_push_due = True
        self._is_resting = False
        self.changed.set()
        return self.passes.add(mailbox, headers_only=headers_only)

    def wish_refresh(self, names: Iterable[str]) -> None:
        """Look into these mailboxes again."""
        self.pulls.refresh(names)
        self.changed.set()

    def has_news(self, names: Collection[str]) -> None:
        """The server said of its own accord that these mailboxes changed."""
        self.wish_refresh(names)
        if not all(name in self.pulls.targets for name in names):
            self._is_list_due = True  # one came, went or was renamed

    def wish_counters(self) -> None:
        """Ask for the counters of every mailbox, and pull those that moved.

        With the list where the server can, else of each but INBOX, which is watched.
        """
        if self.has_counters:
            self._is_list_due = True
        else:
            self.pulls.ask_counters()
        self.changed.set()

    def take_step(self) -> Step | None:
        """Return what comes first, or None when everything is done.

        A wish for the same that comes while the step is taken is a step of its own again.
        """
        self._taken = self._next_step()
        self._want_help()
        return self._taken

    def take_body_step(self) -> BodyStep | None:
        """Return which bodies come first on a second line, or None when there are none.

        While the first line is still at bodies, only what somebody else waits for.
        """
        taken, self._helped = self._taken, None
        if isinstance(taken, FetchBody):
            self._helped = self.wishes.next_wished(but=taken.key)
        elif not isinstance(taken, BodyStep):
            self._helped = self._next_body()
        return self._helped

    def needs_help(self) -> bool:
        """Whether bodies wait behind something else on the only line."""
        is_busy = self._taken is not None and not isinstance(self._taken, BodyStep)
        return is_busy and not self.has_helper and self._lacks_bodies()

    def end_help(self) -> None:
        """The second line is gone: bodies are the first one's again."""
        self.has_helper, self._helped = False, None
        self.changed.set()

    def listed(
        self, targets: Sequence[Target], counted: Mapping[str, Standing], *, is_first: bool
    ) -> list[Target]:
        """Take in the mailboxes that are there, and pull those that may have changed.

        `counted` says what the list told of their counters. Returns those that are known to be in
        step, if somebody waits for them or it is the first time on a connection.
        """
        self._is_list_due = False
        self.bodies.keep({target.name for target in targets})
        wanted = self.passes.listed([target.name for target in targets])
        equal = self.pulls.listed(targets, counted, wanted, is_first=is_first)
        self.changed.set()
        self.settle()
        return equal

    def pushed(
        self, touched: Iterable[str], parked: Iterable[str], *, has_more: bool = False
    ) -> None:
        """Operations were carried out as far as they can be before these mailboxes are pulled.

        Where there are more, they come after what somebody looks at.
        """
        self._is_pushing = False
        self._has_more_to_push = has_more
        self.pulls.park(parked)
        self.wish_refresh(touched)
        self.settle()

    def pulled(self, pulled: Pulled) -> None:
        """A mailbox was pulled; what is missing becomes its backlog, unless fetching rests."""
        name = pulled.target.name
        self.passes.count(name, Counted(pulled.new, pulled.changed, pulled.vanished))
        if pulled.new or pulled.backlog:
            self.bodies.doubt(name)
        self.pulls.keep_backlog(pulled, is_resting=self._is_resting)

    def fetched(self, name: str, new: int = 0, changed: int = 0) -> None:
        """A part of a mailbox's backlog was worked off."""
        self.passes.count(name, Counted(new=new, changed=changed))

    def in_step(self, name: str) -> None:
        """Every header of a mailbox is here."""
        if self.pulls.in_step(name):
            self._is_push_due = True
        self.passes.headers_done(name)
        if not self._is_resting:
            self.bodies.expect(name)
        self._check_bodies(name)

    def counted_bodies(self, name: str, lacking: Survey) -> None:
        """What a mailbox lacks was counted."""
        self.bodies.put(name, lacking)
        self._check_bodies(name)

    def found_bodies(self, name: str, found: Sequence[Lacking], below: int) -> None:
        """Those bodies a mailbox lacks next; below that row id there may be more."""
        self.bodies.put_page(name, found, below)
        self._check_bodies(name)

    def _check_bodies(self, name: str) -> None:
        if self.bodies.is_over(name):
            self.passes.bodies_done(name)
        self._want_help()
        self.settle()

    def refused(self, name: str, problem: TuimailError) -> None:
        """The server refused a mailbox: go on with the others."""
        self.pulls.drop(name)
        self.bodies.drop(name)
        self.passes.refused(name, problem)
        self.settle()

    def may_go_on(self, step: Backlog) -> bool:
        """Whether nothing comes before the rest of a backlog, and nobody stopped it."""
        is_visible_next = self.wishes.has_visible and not self.has_helper
        is_next = not (self._is_pressed() or is_visible_next or self.pulls.has_counters_to_ask)
        return is_next and self._taken is step

    def is_overtaken(self, step: FetchBody | FetchBodies) -> bool:
        """Whether bodies are to be given up: for what comes first, or as fetching was stopped."""
        if step is not self._taken and step is not self._helped:
            return True
        if isinstance(step, FetchBody) and self.wishes.is_wished(step.key):
            return False
        if step is self._taken and self.has_helper:
            return True  # the second line goes on with it
        if step is self._helped:  # on a line of its own only bodies come before bodies
            return bool(self.wishes.wished or (step.ahead_of and self.wishes.has_visible))
        is_before = (
            self.wishes.has_visible or self.pulls.has_counters_to_ask or self.pulls.has_backlog
        )
        is_late = step.ahead_of and is_before
        return self._is_pressed() or bool(is_late)

    def has_bodies(self, keys: Collection[MessageKey], problem: TuimailError | None = None) -> None:
        """Bodies came, or cannot come."""
        self.wishes.ended(keys, problem)
        if keys and problem is None:
            self.passes.moved()
        for name in self.bodies.came(keys):
            self.passes.bodies_done(name)
        self.settle()

    def managed(self, step: Manage, problem: TuimailError | None = None) -> None:
        """The mailboxes were changed, or not."""
        self._changes.remove(step)
        self._is_list_due = True
        settle(step.end, problem)

    def cancel(self) -> None:
        """Stop fetching until somebody wishes for a pass; new mail and operations still go on."""
        self._is_resting = True
        self.pulls.rest()
        self.bodies.clear()
        self.wishes.forget_visible()
        self._taken = self._helped = None
        stopped = NetworkError("Fetching was stopped. Check for mail to go on.")
        self.has_bodies(self.wishes.wished, stopped)
        self._askings.give_up(stopped)
        self.passes.give_up(stopped)

    def cut(self, error: TuimailError) -> None:
        """The line was cut: what was begun begins again on the next one."""
        self.pulls.clear()
        self.bodies.clear()
        self._is_pushing = False
        self._is_push_due = self._is_list_due = True
        self._askings.give_up(error)
        self.passes.cut(error)

    def unreachable(self, error: TuimailError) -> None:
        """There is no line: whoever waits is told."""
        self.has_bodies(self.wishes.wished, error)
        for step in list(self._changes):
            self.managed(step, error)
        self._askings.give_up(error)
        self.passes.give_up(error)

    def settle(self) -> None:
        """End the passes that are done, unless operations are still to be carried out."""
        is_pushed = not (self._is_push_due or self._is_pushing or self._has_more_to_push)
        if is_pushed and not self.pulls.is_waited_for:
            self.passes.settle()

    def _is_pressed(self) -> bool:
        """Whether there is something that nothing older may hold up."""
        is_due = (
            self._is_push_due or self._is_list_due or (self.wishes.wished and not self.has_helper)
        )
        return bool(is_due or self._changes or self.pulls.has_news)

    def _want_bodies(self) -> None:
        self._want_help()
        self.changed.set()

    def _want_help(self) -> None:
        self.bodies_wanted.set()
        if self.needs_help():
            self.help_wanted.set()

    def _lacks_bodies(self) -> bool:
        return self._next_body() is not None

    def _next_body(self) -> BodyStep | None:
        wished = self.wishes.next_wished()
        return wished or self.wishes.next_visible() or self.bodies.next_step(self.passes.single())

    def _next_step(self) -> Step | None:
        wished = None if self.has_helper else self.wishes.next_wished()
        if wished is not None:
            return wished
        if self._is_push_due:
            return self._push()
        if self._changes:
            return self._changes[0]
        inbox = self.pulls.take_inbox()
        if inbox is not None:
            return inbox
        if self._is_list_due:
            return ListMailboxes()
        asked = self._askings.next()
        return AskServer(*asked) if asked else self._next_pull() or self._next_later()

    def _push(self) -> Push:
        self._is_push_due, self._is_pushing, self._has_more_to_push = False, True, False
        return Push()

    def _next_pull(self) -> Step | None:
        return self.pulls.take_news() or (None if self.has_helper else self.wishes.next_visible())

    def _next_later(self) -> Step | None:
        if self._has_more_to_push:
            return self._push()
        later = self.pulls.take_later()
        if later is not None or self.has_helper:
            return later
        return self.bodies.next_step(self.passes.single())
