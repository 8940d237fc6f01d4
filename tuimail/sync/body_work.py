"""Takes those steps of an account's agenda that are about bodies."""

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from functools import partial
from typing import Final

from tuimail.errors import NetworkError, NotFound, ProtocolError, Scope, TuimailError
from tuimail.events import BodyArrived, BodyFailed, Progress, Task
from tuimail.model.account import Account
from tuimail.model.ids import MessageKey
from tuimail.store.lacking import page, survey
from tuimail.store.messages import Place

from .agenda import Agenda
from .bodies import Bodies, Open, Overtaken, Sorted
from .body_progress import BodyProgress
from .body_queue import LARGE_BYTES
from .remote import Remote
from .steps import BodyStep, CountBodies, FetchBodies, FetchBody, FindBodies
from .surroundings import Surroundings
from .threads import to_its_end

MAX_CUTS_AT_BODY: Final = 2
"""Dovecot hangs up at a mail whose file is broken: asked for it first on every connection, an
account would never come to anything else."""
PROGRESS_STEPS: Final = 50
"""A large mail that somebody waits for tells this often at most."""


class BodyWork:
    """The part of a working connection that fetches bodies."""

    def __init__(self, account: Account, agenda: Agenda, surroundings: Surroundings) -> None:
        self.account = account
        self.agenda = agenda
        self.tell = surroundings.on_event
        self._around = surroundings
        self._bodies = Bodies(surroundings.store, account, surroundings.reading.searchable)
        self._cuts_at: Counter[MessageKey] = Counter()
        self.progress = BodyProgress(
            account.name, agenda.bodies, surroundings.on_event, surroundings.monotonic
        )

    async def take(self, remote: Remote, open_mailbox: Open, step: BodyStep) -> None:
        """Take one step.

        Raises:
            NetworkError, StoreError: the line was cut, the store cannot be used.
            ProtocolError: the connection cannot go on.
        """
        match step:
            case CountBodies():
                await self._count(step)
            case FindBodies():
                await self._find(step)
            case FetchBodies():
                await self._fetch_together(remote, open_mailbox, step)
            case FetchBody():
                await self._fetch(remote, open_mailbox, step)

    async def _count(self, step: CountBodies) -> None:
        mailbox = self.agenda.pulls.targets[step.mailbox].id
        self.agenda.bodies.begin_count(step.mailbox)
        since = self.account.offline_of(step.mailbox).since(int(self._around.clock()))
        found = await to_its_end(survey, self._around.store, mailbox, since)
        self.agenda.counted_bodies(step.mailbox, found)

    async def _find(self, step: FindBodies) -> None:
        mailbox = self.agenda.pulls.targets[step.mailbox].id
        store = self._around.store
        found = await to_its_end(page, store, mailbox, step.since, step.below)
        self.agenda.found_bodies(step.mailbox, *found)

    async def _fetch_together(self, remote: Remote, open_mailbox: Open, step: FetchBodies) -> None:
        self.progress.go_on()
        sort_out = partial(self._bodies.sort_out, step.keys, step.ahead_of, self._comes_alone)
        found = await to_its_end(sort_out)
        self.agenda.wishes.out_of_sight(found.unwanted)
        self._kept(found.here, 0)
        self.agenda.bodies.leave_alone(found.rest)
        if not found.together:
            return
        try:
            state = await open_mailbox(found.mailbox)
        except ProtocolError as error:
            if error.scope is not Scope.COMMAND:
                raise
            self._cannot_open(step, found, error)
            return
        if state.uid_validity == found.together[0].uid_validity:
            await self._fetch_slices(remote, step, found.together)
        else:
            self._cannot_open(step, found, None)

    def _comes_alone(self, key: MessageKey) -> bool:
        return self.agenda.bodies.comes_alone(key) or key in self._cuts_at

    def _cannot_open(self, step: FetchBodies, found: Sorted, problem: ProtocolError | None) -> None:
        """Go on without a mailbox that is refused, or that is to be pulled first."""
        self.agenda.wishes.out_of_sight([place.key for place in found.together])
        if problem is None:
            self.agenda.bodies.drop(found.mailbox)
            self.agenda.wish_refresh([found.mailbox])
        elif step.ahead_of:
            self.agenda.refused(step.ahead_of, problem)

    async def _fetch_slices(
        self, remote: Remote, step: FetchBodies, places: Sequence[Place]
    ) -> None:
        """Fetch as much by each command as is quickly there, until something else comes first."""
        for together in self._slices(places):
            try:
                lacking = await self._bodies.fetch_together(remote, together, self._kept)
            except (NetworkError, ProtocolError) as error:
                if isinstance(error, NetworkError) or error.scope is not Scope.COMMAND:
                    self.agenda.bodies.cut_among(len(together))
                    raise
                lacking = [place.key for place in together]
            self.agenda.bodies.leave_alone(lacking)
            if self.agenda.is_overtaken(step):
                return

    def _slices(self, places: Sequence[Place]) -> Iterator[list[Place]]:
        at = 0
        while at < len(places):
            together, size_bytes = [places[at]], places[at].size_bytes
            for place in places[at + 1 :]:
                size_bytes += place.size_bytes
                if size_bytes > self.progress.at_once_bytes:
                    break
                together.append(place)
            at += len(together)
            yield together

    def _kept(self, keys: Collection[MessageKey], size_bytes: int) -> None:
        """So many bodies are in the store; who waits for one of them is told."""
        for key in keys:
            if self.agenda.wishes.is_awaited(key):
                self.tell(BodyArrived(key))
        self.agenda.has_bodies(keys)
        if keys:
            self.progress.came(len(keys), size_bytes)

    async def _fetch(self, remote: Remote, open_mailbox: Open, step: FetchBody) -> None:
        if self._cuts_at[step.key] >= MAX_CUTS_AT_BODY and not self.agenda.wishes.is_wished(
            step.key
        ):
            self.agenda.has_bodies([step.key])  # left alone until somebody opens it
            return
        self.progress.go_on()
        is_wished = self.agenda.wishes.is_wished(step.key)
        teller = _Teller(self, step)
        try:
            size_bytes = await self._bodies.fetch(
                remote, open_mailbox, step.key, teller.take, is_wished=is_wished
            )
        except Overtaken:
            return  # it stays on the agenda, and what came of a large one in the store
        except NotFound as error:
            self._failed(step, error)
        except (NetworkError, ProtocolError) as error:
            self._ended(step, error, teller)
        else:
            del self._cuts_at[step.key]
            self.tell(BodyArrived(step.key))
            self.agenda.has_bodies([step.key])
            self.progress.came(1, max(0, size_bytes - max(teller.at, 0)))
        finally:
            teller.end()

    def _ended(
        self, step: FetchBody, error: NetworkError | ProtocolError, teller: "_Teller"
    ) -> None:
        """Go on without a body; where the line went with it, only the first time try it again.

        A cut after a part of it came says nothing against the mail: the rest comes next time.
        """
        if isinstance(error, ProtocolError) and error.scope is Scope.COMMAND:
            self._failed(step, error)
            return
        self._cuts_at[step.key] = 0 if teller.has_moved else self._cuts_at[step.key] + 1
        if self._cuts_at[step.key] >= MAX_CUTS_AT_BODY:
            self._failed(step, error)
        raise error

    def _failed(self, step: FetchBody, error: TuimailError) -> None:
        if not step.ahead_of:
            self.tell(BodyFailed(step.key, error.hint))
        self.agenda.has_bodies([step.key], error)


class _Teller:
    """Tells how far one body has come, and gives it up for something that comes first."""

    def __init__(self, work: BodyWork, step: FetchBody) -> None:
        self._work = work
        self._step = step
        self._told = -1
        self._total = 0
        self.at = -1
        """Bytes that are here and measured; -1 before the first word."""
        self.has_moved = False
        """Whether a part of it came."""

    def take(self, done: int, total: int) -> None:
        """So much of it is here; not whole, it may be given up."""
        agenda = self._work.agenda
        if done < total and agenda.is_overtaken(self._step):
            raise Overtaken
        if self.at < 0 and done < total:
            self.at = done  # what an earlier connection brought is not the speed of this one
        came = max(0, done - max(self.at, 0))
        if came:
            self.has_moved = True
            agenda.passes.moved()
        self._work.progress.came(0, came, done)
        self.at, self._total = done, total
        step = done * PROGRESS_STEPS // max(total, 1)
        is_awaited = not self._step.ahead_of or agenda.wishes.is_wished(self._step.key)
        if is_awaited and total >= LARGE_BYTES and step > self._told:
            self._told = step
            self._tell(done)

    def end(self) -> None:
        """Say that it is over, whatever became of it."""
        if 0 <= self._told < PROGRESS_STEPS:
            self._tell(self._total)

    def _tell(self, done: int) -> None:
        self._work.tell(Progress(self._work.account.name, Task.MESSAGE, "", done, self._total))
