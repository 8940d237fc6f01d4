"""Runs one account's loops and starts them again after a bug. The one broad `except` is here."""

import asyncio
import logging
import traceback
from collections.abc import Awaitable, Callable
from random import Random
from typing import Final

from tuimail.sync.backoff import Backoff

STEADY_S: Final = 600.0
"""A loop that ran so long is started again at once after a crash."""

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
            await run()
        except Exception as error:  # noqa: BLE001  a bug of one account must not stop the others
            log.error("%s crashed: %s", what, _where(error))  # noqa: TRY400  the message may hold mail
            broken()
        if loop.time() - began >= STEADY_S:
            backoff.reset()
        await asyncio.sleep(backoff.next_s())


def _where(error: BaseException) -> str:
    """Return the error's type and place, without its message: that may quote a mail."""
    cause = error.__cause__ or error.__context__
    before = f"{_where(cause)}after that: " if cause is not None else ""
    if isinstance(error, BaseExceptionGroup):
        return before + "".join(_where(inner) for inner in error.exceptions)
    frames = "".join(traceback.format_list(traceback.extract_tb(error.__traceback__)))
    return f"{before}{type(error).__name__} at\n{frames}"
