"""Keeps a fault where it came up: one loop, wish or client. The one broad `except` is here."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from random import Random
from typing import Final, TypeVar

from tuimail.config.logfile import without_message
from tuimail.errors import EngineUnavailable, TuimailError, leaves
from tuimail.sync.backoff import Backoff

STEADY_S: Final = 600.0
"""A loop that ran so long is started again at once after a crash."""

_T = TypeVar("_T")

log = logging.getLogger(__name__)


async def care_for(
    what: str, run: Callable[[], Awaitable[None]], broken: Callable[[], None], random: Random
) -> None:
    """Run a loop for ever; after a crash log where it was, say so and run it again.

    `what` names the loop in the log; `broken` is called after each crash. Others are unharmed.
    """
    backoff, loop = Backoff(random), asyncio.get_running_loop()
    while True:
        began = loop.time()
        try:
            await fenced(what, run)
        except TuimailError as error:
            log.warning("%s is run again after %s", what, type(error).__name__)
            broken()
        if loop.time() - began >= STEADY_S:
            backoff.reset()
        await asyncio.sleep(backoff.next_s())


async def fenced(what: str, run: Callable[[], Awaitable[_T]]) -> _T:
    """Run something whose fault must harm nothing else, and return what it gives.

    `what` names it in the log, where a bug is written with its place and without its message.

    Raises:
        EngineUnavailable: a bug.
        TuimailError: what was foreseen, out of the group it may have come in.
    """
    try:
        return await run()
    except TuimailError:
        raise
    except Exception as error:
        failures = [leaf for leaf in leaves(error) if isinstance(leaf, TuimailError)]
        if len(failures) == len(leaves(error)):
            raise failures[0] from error
        log.error("%s crashed: %s", what, without_message(error))  # noqa: TRY400
        raise EngineUnavailable(
            "The background process failed by a fault of this program. The log says where."
        ) from error
