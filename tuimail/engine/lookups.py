"""An event loop whose look-ups of host names have threads of their own."""

import asyncio
import socket
from concurrent.futures import ThreadPoolExecutor
from typing import Final

LOOKUPS_AT_ONCE: Final = 16
"""With a dead name server each takes up to half a minute, however soon its caller gives up."""


class PatientLoop(asyncio.SelectorEventLoop):
    """Looks hosts up beside the default executor: that one is the way to the store."""

    def __init__(self) -> None:
        super().__init__()
        self._lookups = ThreadPoolExecutor(LOOKUPS_AT_ONCE, "lookup")

    async def getaddrinfo(  # type: ignore[override]  # noqa: PLR0913  as asyncio has it
        self,
        host: bytes | str | None,
        port: bytes | str | int | None,
        *,
        family: int = 0,
        type: int = 0,  # noqa: A002  as the loop names it
        proto: int = 0,
        flags: int = 0,
    ) -> object:
        """Return the addresses of a host: see `socket.getaddrinfo`."""
        return await self.run_in_executor(
            self._lookups, socket.getaddrinfo, host, port, family, type, proto, flags
        )

    def close(self) -> None:
        """Close the loop; a look-up that still goes on is not waited for."""
        super().close()
        self._lookups.shutdown(wait=False, cancel_futures=True)
