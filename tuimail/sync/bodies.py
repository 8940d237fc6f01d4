"""Brings whole mails into the store: one that somebody opens, or many ahead of time."""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Iterable, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field
from weakref import WeakValueDictionary

from tuimail.errors import NotFound, ProtocolError, Scope, TuimailError
from tuimail.mime.render import searchable_text
from tuimail.model.account import Account
from tuimail.model.ids import MessageKey
from tuimail.model.offline import HEADERS_ONLY
from tuimail.model.part import Searchable
from tuimail.model.uid_set import UidSet
from tuimail.store.bodies import (
    Whole,
    bodies_here,
    body_of,
    half_kept,
    note_bodies,
    put_bodies,
    put_body,
)
from tuimail.store.database import Store
from tuimail.store.messages import Place, places_of_key, places_of_keys

from .body_queue import LARGE_BYTES
from .pieces import OnPiece, fetch_in_pieces, forget_pieces
from .remote import Remote, RemoteBody, RemoteState
from .threads import to_its_end

Open = Callable[[str], Awaitable[RemoteState]]
"""Selects a mailbox unless it is open already."""
OnKept = Callable[[Collection[MessageKey], int], None]
"""(keys, bytes) of bodies that are in the store by now."""


class Overtaken(Exception):
    """A body was given up for something that comes first; the connection is fine."""


@dataclass(frozen=True, slots=True)
class Sorted:
    """Bodies to be fetched, by how they can be."""

    here: tuple[MessageKey, ...]
    """In the store already."""
    unwanted: tuple[MessageKey, ...]
    mailbox: str
    together: tuple[Place, ...]
    """Small ones that lie in this mailbox, in the order they are wanted."""
    rest: tuple[MessageKey, ...]
    """Large ones, those that lie elsewhere, and those that lie nowhere."""


@dataclass(frozen=True, slots=True)
class Bodies:
    """What fetching bodies of one account works with."""

    store: Store
    account: Account
    extract: Callable[[bytes], Searchable] = searchable_text
    """Reads what the search index keeps of a mail."""
    _coming: WeakValueDictionary[MessageKey, asyncio.Lock] = field(
        default_factory=WeakValueDictionary
    )
    """Large bodies that come now: what one line leaves, another may take up at the same moment."""

    async def fetch(
        self,
        remote: Remote,
        open_mailbox: Open,
        key: MessageKey,
        on_piece: OnPiece,
        *,
        is_wished: bool,
    ) -> int:
        """Bring a body into the store, and return its size in bytes; 0 where it was there.

        `on_piece(done, total)` is called now and then, and may raise `Overtaken` while it is not
        whole; of a large one what came stays.

        Raises:
            NotFound: the message is on the server no more, or its mailbox must be pulled first.
            Overtaken: by `on_piece`.
        """
        if await to_its_end(self._here, [key]):
            return 0
        problem: TuimailError = NotFound("The message is no longer on the server.")
        places = await to_its_end(places_of_key, self.store, key)
        for place in filter(self._is_ours, places):
            try:
                state = await open_mailbox(place.mailbox)
                if state.uid_validity == place.uid_validity:
                    return await self._bring(remote, place, on_piece, is_wished)
            except NotFound:
                continue  # moved or deleted by another program: perhaps it lies elsewhere too
            except ProtocolError as error:
                if error.scope is not Scope.COMMAND:
                    raise
                problem = error
        raise problem

    def sort_out(
        self, keys: Sequence[MessageKey], mailbox: str, is_alone: Callable[[MessageKey], bool]
    ) -> Sorted:
        """Find out where bodies are to be had, and finish those that are half kept.

        Those of one mailbox are put together: of the one named, or where the first one lies. Where
        none is named they are only on the screen, and not wanted where headers alone are kept.
        """
        here = self._here(keys)
        places = places_of_keys(self.store, [key for key in keys if key not in here])
        ours = {key: list(filter(self._is_ours, found)) for key, found in places.items()}
        unwanted = () if mailbox else tuple(key for key in ours if self._is_unwanted(ours[key]))
        wanted = [key for key in keys if key not in here and key not in unwanted]
        every = [place for key in wanted for place in ours.get(key, ())]
        mailbox = mailbox or (every[0].mailbox if every else "")
        together = {
            place.key: place
            for place in every
            if place.mailbox == mailbox
            and place.size_bytes < LARGE_BYTES
            and not is_alone(place.key)
        }
        rest = tuple(key for key in wanted if key not in together)
        return Sorted(tuple(here), unwanted, mailbox, tuple(together.values()), rest)

    async def fetch_together(
        self, remote: Remote, places: Iterable[Place], on_kept: OnKept
    ) -> list[MessageKey]:
        """Bring small bodies of the open mailbox into the store, by one command.

        What is fetched is kept while the next arrives. Returns those that did not come.
        """
        keys = {place.uid: place.key for place in places}
        keeping: asyncio.Future[tuple[list[MessageKey], int]] | None = None
        try:
            async with aclosing(remote.bodies(UidSet.of(keys))) as batches:
                async for batch in batches:
                    wanted = [(keys.pop(one.uid), one) for one in batch if one.uid in keys]
                    if keeping is not None:
                        on_kept(*await keeping)
                    keeping = asyncio.ensure_future(asyncio.to_thread(self._keep, wanted))
        finally:
            if keeping is not None:
                await asyncio.wait([keeping])
        if keeping is not None:
            on_kept(*await keeping)
        return list(keys.values())

    def _here(self, keys: Sequence[MessageKey]) -> set[MessageKey]:
        """Return those that are in the store.

        Of some a crash or a full disk may have kept the bytes alone: their text is indexed now.
        """
        here = bodies_here(self.store, keys)
        for key in half_kept(self.store, here):
            raw = body_of(self.store, key)
            if raw is None:
                here.discard(key)
            else:
                note_bodies(self.store, [(key, self.extract(raw))])
        return here

    def _is_ours(self, place: Place) -> bool:
        return place.account == self.account.name

    def _is_unwanted(self, places: Sequence[Place]) -> bool:
        """Whether a message is in sight, but its mailboxes are kept as headers alone."""
        kept = [self.account.offline_of(place.mailbox) for place in places]
        return bool(kept) and all(offline == HEADERS_ONLY for offline in kept)

    async def _bring(self, remote: Remote, place: Place, on_piece: OnPiece, is_wished: bool) -> int:
        if place.size_bytes < LARGE_BYTES:
            raw = await remote.body(place.uid, on_piece)
            await to_its_end(self._keep_one, place, raw)
            return len(raw)
        lock = self._coming.setdefault(place.key, asyncio.Lock())
        async with lock:  # its pieces are put one behind the other
            if await to_its_end(self._here, [place.key]):
                return 0
            raw = await fetch_in_pieces(
                self.store, remote, place, is_wished=is_wished, on_piece=on_piece
            )
            await to_its_end(self._keep_one, place, raw)
        return len(raw)

    def _keep_one(self, place: Place, raw: bytes) -> None:
        put_body(self.store, place.key, raw, self.extract(raw))
        forget_pieces(self.store, place)

    def _keep(
        self, wanted: Sequence[tuple[MessageKey, RemoteBody]]
    ) -> tuple[list[MessageKey], int]:
        wholes = [Whole(key, one.raw, self.extract(one.raw)) for key, one in wanted]
        put_bodies(self.store, wholes)
        return [whole.key for whole in wholes], sum(len(whole.raw) for whole in wholes)
