"""Wishes whose answer somebody waits for."""

import asyncio

from .engine_passes import AccountPass
from .engine_wire import BodyWish, MailboxWish, SearchWish, SyncWish

Awaited = SyncWish | BodyWish | MailboxWish | SearchWish


class Waiting:
    """A wish whose answer someone waits for."""

    def __init__(self, wish: Awaited) -> None:
        self.wish = wish
        self.resends = 0
        self.answer: asyncio.Future[tuple[AccountPass, ...]] = (
            asyncio.get_running_loop().create_future()
        )


def fail(waiting: Waiting, error: Exception) -> None:
    """Tell who waits that nothing comes of it, unless something did."""
    if not waiting.answer.done():
        waiting.answer.set_exception(error)
