"""Waiting for something another task or process does."""

import asyncio
from collections.abc import Callable

LOOKS = 12_000


async def until(is_so: Callable[[], object], every_s: float = 0.005) -> None:
    """Look until it is so; fail after a minute."""
    for _ in range(LOOKS):
        if is_so():
            return
        await asyncio.sleep(every_s)
    raise AssertionError("it never came to that")


async def turns(count: int = 100) -> None:
    """Give everybody else on the loop so many turns: what waits for no clock happens in them."""
    for _ in range(count):
        await asyncio.sleep(0)
