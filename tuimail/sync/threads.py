"""Blocking work in a thread, brought to its end whatever happens."""

import asyncio
from collections.abc import Callable, Sequence
from functools import partial
from typing import ParamSpec, TypeVar

_P = ParamSpec("_P")
_T = TypeVar("_T")


async def to_its_end(work: Callable[_P, _T], *args: _P.args, **kwargs: _P.kwargs) -> _T:
    """Do work in a thread; a cancellation waits until it is done.

    So the store is not used by anyone once the task that used it has ended, and may be closed.
    """
    loop = asyncio.get_running_loop()
    doing = loop.run_in_executor(None, partial(work, *args, **kwargs))
    try:
        return await asyncio.shield(doing)
    except asyncio.CancelledError:
        await asyncio.wait([doing])
        doing.exception()  # looked at, or the loop would report it as one that nobody heard
        raise


async def ended(threads: Sequence[asyncio.Future[_T]]) -> None:
    """Wait until threads have ended, and only then be cancelled, however often that is asked.

    What they did, or raised, is theirs to tell. Awaited itself, one would count as done as soon as
    it is cancelled, though its thread goes on.
    """
    cancelled: asyncio.CancelledError | None = None
    while not all(one.done() for one in threads):
        try:
            await asyncio.wait(threads)
        except asyncio.CancelledError as error:
            cancelled = error
    if cancelled is not None:
        for one in threads:
            one.exception()  # looked at, as above
        raise cancelled
