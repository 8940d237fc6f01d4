"""Carries out on the server what people asked for, in order, safe to repeat after any cut."""

import asyncio
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field, replace
from typing import Final

from tuimail.errors import NotFound, ProtocolError, Scope
from tuimail.events import Event, MailboxesChanged, OperationsChanged, Progress, Task
from tuimail.model.flags import NO_FLAGS, Flag, name_of_flag
from tuimail.model.ids import AccountName, MessageKey, OperationId
from tuimail.model.operation import Operation, OperationKind, OperationState
from tuimail.model.safe import safe_line
from tuimail.model.uid_set import UidSet
from tuimail.store.blobs import read_blob
from tuimail.store.database import Store
from tuimail.store.operations import (
    NOWHERE,
    Location,
    begun,
    finish_many,
    locate,
    pending,
    start,
    unbind,
)

from .copies import copies, has_copy
from .filing import Letter, file_one, file_together
from .pulls import Pulls
from .push_plan import IMPORTS_AT_ONCE, flags_refused, grouped, without_later_imports
from .remote import Moved, Remote, RemoteState

MAX_AT_ONCE: Final = 1_000
"""Messages changed by one command: what has been done is then told and written down."""
MAX_TOGETHER_BYTES: Final = 4 << 20
"""Of mails that are filed by one command: they are in memory together."""
MAX_NAME_CHARS: Final = 80
"""Of a mailbox name within a sentence."""


@dataclass(slots=True)
class Pushed:
    """What a push did."""

    had_nothing: bool = True
    """Nothing was pending, so no mailbox was opened."""
    has_more: bool = False
    """Mails from files still wait; what people do goes before the next of them."""
    touched: set[str] = field(default_factory=set)
    """Mailboxes to pull, because something went there or left."""
    filled: set[str] = field(default_factory=set)
    """Mailboxes that mails from files went into."""
    parked: set[str] = field(default_factory=set)
    """Mailboxes to pull before operations can go on: their messages are not found there yet."""
    hints: list[str] = field(default_factory=list)
    """Sentences about what was refused."""


class Pusher:
    """Replays the pending operations of one account."""

    def __init__(
        self,
        store: Store,
        account: AccountName,
        on_event: Callable[[Event], None],
        pulls: Pulls,
    ) -> None:
        self._store = store
        self._account = account
        self._on_event = on_event
        self._pulls = pulls
        self._doubted: dict[OperationId, Location] = {}
        """Operations that may have reached the server before a cut or a crash, and the least UID
        that can have come of each."""

    async def push(self, remote: Remote) -> Pushed:
        """Carry out everything that is pending.

        Raises:
            NetworkError: the line was cut; what was not finished is still pending.
            ProtocolError: the connection or the account cannot go on.
        """
        pushed = Pushed()
        self._doubted = await asyncio.to_thread(begun, self._store, self._account)
        most = IMPORTS_AT_ONCE + 1  # one more, to know whether there are more
        every = await asyncio.to_thread(pending, self._store, self._account, most)
        waiting = without_later_imports(every)
        pushed.has_more = len(waiting) < len(every)
        blocked: set[MessageKey] = set()
        for group in grouped(waiting):
            free = [one for one in group if one.key not in blocked or not one.key]
            blocked.update(one.key for one in group if one not in free)
            if free:
                blocked.update(await self._carry_out(remote, free, pushed))
        if not pushed.has_more:
            pushed.parked |= pushed.filled  # whoever waits for them is to find them here
        if waiting:
            pushed.had_nothing = False
            self._tell(pushed)
        return pushed

    async def _carry_out(
        self, remote: Remote, group: list[Operation], pushed: Pushed
    ) -> set[MessageKey]:
        """Carry out one group; return the messages whose later operations must wait."""
        first = group[0]
        try:
            if first.kind is OperationKind.APPEND:
                await self._append(remote, group, pushed)
                return set()
            state = await remote.open(first.mailbox)
            problem = _problem(state, first)
            if problem:
                await self._refuse(group, problem, "", pushed)
                return set()
            located, parked = await self._located(group, state, pushed)
            if located and not self._pulls.is_fresh(first.mailbox):
                parked |= await self._without_gone(remote, located)
            if parked:
                pushed.parked.add(first.mailbox)
            await self._act(remote, first, located, pushed)
            return parked
        except ProtocolError as error:
            if error.scope is not Scope.COMMAND:
                raise
            await self._refuse(group, error.hint, error.reply, pushed)
            return set()

    async def _located(
        self, group: list[Operation], state: RemoteState, pushed: Pushed
    ) -> tuple[dict[int, Operation], set[MessageKey]]:
        """Return the operations whose message is known to lie here by UID, and the other keys."""
        located: dict[int, Operation] = {}
        parked: set[MessageKey] = set()
        gone: list[Operation] = []
        for operation in group:
            location = await asyncio.to_thread(self._locate, operation)
            if location is not None and location.uid_validity == state.uid_validity:
                located[location.uid] = operation
            elif location is None and self._pulls.is_since(operation.mailbox, operation.id):
                gone.append(operation)
            else:
                parked.add(operation.key)
        if gone:
            where = safe_line(group[0].mailbox, MAX_NAME_CHARS)
            await self._refuse(gone, f"The message is no longer in {where}.", "", pushed)
        return located, parked

    async def _without_gone(self, remote: Remote, located: dict[int, Operation]) -> set[MessageKey]:
        """Take out operations whose UID is gone; return their messages, to be found by content.

        A server says OK to what concerns no message, and another program may have moved one away
        and back. What was begun before a cut is left: it may have moved the message itself.
        """
        asked = UidSet.of(uid for uid, one in located.items() if one.id not in self._doubted)
        if not asked:
            return set()
        there: set[int] = set()
        async with aclosing(remote.flags(asked)) as batches:
            async for rows in batches:
                there.update(row.uid for row in rows)
        gone = [located.pop(uid) for uid in asked if uid not in there]
        await asyncio.to_thread(unbind, self._store, gone)
        return {one.key for one in gone}

    def _locate(self, operation: Operation) -> Location | None:
        """Find a message by UID, or by its key where UIDs mean something else by now."""
        found = locate(self._store, operation)
        return found or locate(self._store, replace(operation, uid=0))

    async def _act(
        self, remote: Remote, first: Operation, located: dict[int, Operation], pushed: Pushed
    ) -> None:
        ids = [operation.id for operation in located.values()]
        could_double = _could_double(remote, first)
        least = await _next_uid(remote, first.destination) if ids and could_double else NOWHERE
        wanted = set(await asyncio.to_thread(start, self._store, ids, least)) if ids else set()
        doubted = self._doubted.keys() & wanted
        alive = {uid: one for uid, one in located.items() if one.id in wanted}
        if doubted and could_double:
            alive = await self._without_arrived(remote, first, alive, doubted, pushed)
        done = 0
        for piece in _pieces(alive):
            operations = [alive[uid] for uid in piece]
            done += len(operations)
            try:
                moved = await _command(remote, first, piece)
            except ProtocolError as error:
                if error.scope is not Scope.COMMAND:
                    raise
                await self._refuse(operations, error.hint, error.reply, pushed)
                continue
            pushed.touched.update(_touched(first))
            landed = {
                alive[old].id: Location(moved.uid_validity, new)
                for old, new in moved.uids
                if old in piece
            }
            await self._finish(operations, OperationState.DONE, moved_to=landed)
            if len(alive) > MAX_AT_ONCE:
                told = (self._account, Task.CHANGES, first.mailbox, done, len(alive))
                self._on_event(Progress(*told))

    async def _without_arrived(
        self,
        remote: Remote,
        first: Operation,
        alive: dict[int, Operation],
        doubted: set[OperationId],
        pushed: Pushed,
    ) -> dict[int, Operation]:
        """Finish the copies that an earlier attempt made after all; return what is left to do.

        A copy that lay there before that attempt is another's, of the same message perhaps.
        """
        suspects = {uid: one for uid, one in alive.items() if one.id in doubted}
        originals = await copies(remote, UidSet.of(suspects), also_leaving=True)
        state = await remote.open(first.destination, read_only=True)
        arrived: dict[int, Operation] = {}
        for uid, original in originals.items():
            if uid not in suspects:
                continue
            least = self._doubted[suspects[uid].id]
            is_current = state.uid_validity == least.uid_validity
            if await has_copy(remote, original, least.uid if is_current else 0):
                arrived[uid] = suspects[uid]
        await remote.open(first.mailbox)
        if arrived and first.kind is OperationKind.MOVE:
            await _take_away(remote, UidSet.of(arrived))
        if arrived:
            pushed.touched.update(_touched(first))
            await self._finish(list(arrived.values()), OperationState.DONE)
        return {uid: one for uid, one in alive.items() if uid not in arrived}

    async def _append(self, remote: Remote, group: list[Operation], pushed: Pushed) -> None:
        state = await remote.open(group[0].mailbox, read_only=True)
        together: list[Letter] = []
        for operation in group:
            try:
                raw = await asyncio.to_thread(read_blob, self._store, operation.blob)
            except NotFound as error:
                await self._refuse([operation], error.hint, "", pushed)
                continue
            if together and sum(len(one.raw) for one in together) + len(raw) > MAX_TOGETHER_BYTES:
                await self._file(remote, state, together, pushed)
                together = []
            together.append(Letter(operation, raw))
        await self._file(remote, state, together, pushed)

    async def _file(
        self, remote: Remote, state: RemoteState, letters: list[Letter], pushed: Pushed
    ) -> None:
        """Put mails into the open mailbox by one command, or each by its own if that is refused."""
        asked = [one.operation.id for one in letters]
        wanted = set(await asyncio.to_thread(start, self._store, asked)) if asked else set()
        letters = [one for one in letters if one.operation.id in wanted]
        if len(letters) > 1 and remote.can_append_several:
            try:
                uids = await file_together(remote, letters)
            except ProtocolError as error:
                if error.scope is not Scope.COMMAND:
                    raise
                # All or none: which of them the server does not take is seen one by one.
            else:
                await self._note_filed(state, letters, uids, pushed)
                return
        for letter in letters:
            try:
                uid = await file_one(remote, letter)
            except ProtocolError as error:
                if error.scope is not Scope.COMMAND:
                    raise
                await self._refuse([letter.operation], error.hint, error.reply, pushed)
            else:
                await self._note_filed(state, [letter], [uid], pushed)

    async def _note_filed(
        self, state: RemoteState, letters: list[Letter], uids: list[int], pushed: Pushed
    ) -> None:
        filed = [letter.operation for letter in letters]
        pushed.touched.update(operation.mailbox for operation in filed)
        pushed.filled.update(operation.mailbox for operation in filed if operation.key)
        landed = {
            operation.id: Location(state.uid_validity, uid)
            for operation, uid in zip(filed, uids, strict=True)
            if uid
        }
        await self._finish(filed, OperationState.DONE, moved_to=landed)

    async def _refuse(
        self, operations: Sequence[Operation], hint: str, reply: str, pushed: Pushed
    ) -> None:
        await self._finish(operations, OperationState.REFUSED, reply or hint)
        # Changes that nobody asked for by hand (batch 0) are dropped without a word, but for mail.
        if any(one.batch or one.kind is OperationKind.APPEND for one in operations):
            pushed.hints.append(safe_line(hint))

    async def _finish(
        self,
        operations: Sequence[Operation],
        state: OperationState,
        reply: str = "",
        moved_to: Mapping[OperationId, Location] | None = None,
    ) -> None:
        ids = [operation.id for operation in operations]
        await asyncio.to_thread(finish_many, self._store, ids, state, reply, moved_to)

    def _tell(self, pushed: Pushed) -> None:
        self._on_event(OperationsChanged(self._account, " ".join(dict.fromkeys(pushed.hints))))
        self._on_event(MailboxesChanged(self._account))


def _pieces(uids: Iterable[int]) -> Iterator[UidSet]:
    """Yield UIDs in pieces that one command carries, ascending."""
    ascending = sorted(uids)
    for begin in range(0, len(ascending), MAX_AT_ONCE):
        yield from UidSet.of(ascending[begin : begin + MAX_AT_ONCE]).pieces()


async def _take_away(remote: Remote, uids: UidSet) -> None:
    """Remove the originals of what was copied, as far as the server can name them."""
    if remote.can_expunge:
        await remote.expunge(uids)
    else:
        await remote.change_flags(uids, frozenset({Flag.DELETED}), NO_FLAGS)


async def _command(remote: Remote, first: Operation, uids: UidSet) -> Moved:
    match first.kind:
        case OperationKind.FLAGS:
            await remote.change_flags(uids, first.add, first.remove)
        case OperationKind.MOVE:
            return await remote.move(uids, first.destination)
        case OperationKind.COPY:
            return await remote.copy(uids, first.destination)
        case OperationKind.EXPUNGE:
            await remote.expunge(uids)
        case OperationKind.APPEND:
            raise AssertionError("an APPEND names no UIDs")
    return Moved(0, ())


def _touched(first: Operation) -> set[str]:
    """Return the mailboxes whose list of messages a change altered."""
    match first.kind:
        case OperationKind.FLAGS:
            return set()
        case OperationKind.MOVE:
            return {first.mailbox, first.destination}
        case OperationKind.COPY:
            return {first.destination}
        case _:
            return {first.mailbox}


async def _next_uid(remote: Remote, mailbox: str) -> Location:
    """Return which UID what comes into a mailbox next has at least, if the server says."""
    try:
        state = await remote.status(mailbox)
    except ProtocolError as error:
        if error.scope is not Scope.COMMAND:
            raise
        return NOWHERE  # what is done there is refused as well, and that is said
    return Location(state.uid_validity, state.uid_next)


def _could_double(remote: Remote, first: Operation) -> bool:
    """Tell whether doing it twice would leave two copies."""
    match first.kind:
        case OperationKind.COPY:
            return True
        case OperationKind.MOVE:
            return not remote.can_move  # COPY, then remove: two steps
        case _:
            return False


def _problem(state: RemoteState, first: Operation) -> str:
    """Return why a mailbox cannot take a change, in a sentence; empty if it can."""
    where = safe_line(first.mailbox, MAX_NAME_CHARS)
    if state.is_read_only and first.kind is not OperationKind.COPY:
        return f"{where} is read-only on the server, so nothing in it can be changed."
    if first.kind is not OperationKind.FLAGS:
        return ""
    refused = flags_refused(state.permanent_flags, first)
    if not refused:
        return ""
    names = safe_line(", ".join(sorted(map(name_of_flag, refused))), MAX_NAME_CHARS)
    return f"The server cannot keep {names} on messages in {where}."
