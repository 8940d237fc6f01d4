"""Waiting for something another task or process does."""

import asyncio
from collections.abc import Callable

LOOKS = 3_000


async def until(is_so: Callable[[], object], every_s: float = 0.005) -> None:
    """Look until it is so; fail after 15 seconds."""
    for _ in range(LOOKS):
        if is_so():
            return
        await asyncio.sleep(every_s)
    raise AssertionError("it never came to that")
