"""Blocking work in a thread, brought to its end whatever happens."""

import asyncio
from collections.abc import Callable
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
