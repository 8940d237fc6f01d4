"""Runs one account's loops and starts them again after a bug. The one broad `except` is here."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from random import Random
from typing import Final

from tuimail.config.logfile import without_message
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
            log.error("%s crashed: %s", what, without_message(error))  # noqa: TRY400
            broken()
        if loop.time() - began >= STEADY_S:
            backoff.reset()
        await asyncio.sleep(backoff.next_s())
