"""Fetches a large mail in pieces that are kept as they come, and goes on where it was cut."""

from collections.abc import Callable
from typing import Final

from tuimail.errors import ProtocolError
from tuimail.store.database import Store
from tuimail.store.messages import Place
from tuimail.store.partial import Partial

from .remote import Remote, RemotePiece
from .threads import to_its_end

SMALL_BYTES: Final = 64 << 10
"""A piece on a line that may be cut: that much is lost at most."""
MOST_BYTES: Final = 256 << 10
"""In the background: what somebody wants meanwhile waits for one piece."""
FIRST_WANTED_BYTES: Final = 256 << 10
MOST_WANTED_BYTES: Final = 1 << 20
"""Where somebody waits for the mail itself: fewer round trips."""
SHARE: Final = 32
"""A piece is at most this part of what came since the last cut: so little is lost at the next."""
MAX_MESSAGE_BYTES: Final = 256 << 20

OnPiece = Callable[[int, int], None]
"""(done, total) bytes, between commands; it may raise to give up, and what came stays."""


async def fetch_in_pieces(
    store: Store, remote: Remote, place: Place, *, is_wished: bool, on_piece: OnPiece
) -> bytes:
    """Return a mail of the open mailbox, whole; its pieces are forgotten by `forget_pieces`.

    The size a server states is a guess (Exchange, Gmail): the mail ends where nothing comes.

    Raises:
        NotFound: the message is gone.
        ProtocolError: it is empty, larger than MAX_MESSAGE_BYTES, or its pieces are mixed up.
        NetworkError, StoreError: the line was cut, or a piece cannot be kept; the others stay.
    """
    partial = _partial(store, place)
    begun = done = await to_its_end(partial.resume)
    total = place.size_bytes
    while True:
        if max(done, total) > MAX_MESSAGE_BYTES:
            raise ProtocolError("The message is larger than 256 MB and is not fetched.")
        on_piece(done, max(total, done))
        size = piece_bytes(done - begun, is_wished=is_wished and not begun)
        piece = await remote.piece(place.uid, done, size)
        total = max(total, piece.size_bytes)
        if piece.is_whole:
            return piece.content
        if piece.content:
            await to_its_end(partial.add, piece.content)
        done += len(piece.content)
        if is_end(piece, size, done, total):
            break
    if not done:
        raise ProtocolError("The server has no content for this message.")
    return await to_its_end(partial.content)


def forget_pieces(store: Store, place: Place) -> None:
    """The mail is in the store, whole, or it is gone."""
    _partial(store, place).drop()


def piece_bytes(came: int, *, is_wished: bool) -> int:
    """Return how much to ask for, after so many bytes that came without a cut."""
    if is_wished:
        return FIRST_WANTED_BYTES if not came else MOST_WANTED_BYTES
    steps = came // SHARE // SMALL_BYTES
    return min(max(1, steps) * SMALL_BYTES, MOST_BYTES)


def is_end(piece: RemotePiece, asked: int, done: int, total: int) -> bool:
    """Whether a mail ends with a piece: with a short one only where as much came as was stated.

    Otherwise it is asked once more, for a server may give less than it is asked for.
    """
    return not piece.content or (len(piece.content) < asked and done >= total)


def _partial(store: Store, place: Place) -> Partial:
    return Partial(store, place.key, (place.mailbox_id, place.uid_validity, place.uid))
