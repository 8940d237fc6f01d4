"""A second working connection: bodies that wait behind headers or a large upload come on it."""

import asyncio
import logging
from typing import Final

from tuimail.errors import NetworkError, ProtocolError, SecretUnavailable, SignInRefused

from .agenda import Agenda
from .body_work import BodyWork
from .remote import Remote, RemoteState
from .surroundings import Surroundings

GRACE_S: Final = 0.25
"""What the first line comes to within it needs no second one."""
IDLE_S: Final = 60.0
"""A second line without work is closed after so long."""
AGAIN_S: Final = 600.0
"""A server that refused a second line, or cut it, is asked again after so long."""

log = logging.getLogger(__name__)


async def help_out(surroundings: Surroundings, agenda: Agenda, bodies: BodyWork) -> None:
    """Fetch bodies on a second line whenever they would have to wait on the first.

    Returns where the server refuses a second sign-in: a password that was changed meanwhile must
    not be tried again and again. Where it takes one connection only, the first one does all.
    """
    while True:
        await agenda.help_wanted.wait()
        agenda.help_wanted.clear()
        await asyncio.sleep(GRACE_S)
        if not agenda.needs_help():
            continue
        try:
            await _Line(surroundings, agenda, bodies).fetch()
        except SignInRefused:
            log.warning("second line: the server refused another sign-in")
            return
        except (NetworkError, ProtocolError, SecretUnavailable) as error:
            log.info("second line ended: %s", type(error).__name__)
            await asyncio.sleep(AGAIN_S)


class _Line:
    """One second connection from its beginning to its end."""

    def __init__(self, surroundings: Surroundings, agenda: Agenda, bodies: BodyWork) -> None:
        self._around = surroundings
        self._agenda = agenda
        self._bodies = bodies
        self._opened: tuple[str, RemoteState] | None = None

    async def fetch(self) -> None:
        """Fetch bodies until there have been none for a while.

        Raises:
            NetworkError, ProtocolError, SecretUnavailable: the line is not to be had, or was cut.
        """
        remote = await self._around.connect()
        self._agenda.has_helper = True
        try:
            await self._fetch(remote)
        finally:
            self._agenda.end_help()
            await remote.close()

    async def _fetch(self, remote: Remote) -> None:
        async def open_mailbox(name: str) -> RemoteState:
            return await self._open(remote, name)

        while True:
            self._agenda.bodies_wanted.clear()
            step = self._agenda.take_body_step()
            if step is not None:
                await self._bodies.take(remote, open_mailbox, step)
            elif not await self._is_wanted():
                return

    async def _is_wanted(self) -> bool:
        """Wait for more to fetch; return whether it came in time."""
        self._bodies.progress.rest()
        try:
            async with asyncio.timeout(IDLE_S):
                await self._agenda.bodies_wanted.wait()
        except TimeoutError:
            return False
        return True

    async def _open(self, remote: Remote, name: str) -> RemoteState:
        if self._opened is None or self._opened[0] != name:
            self._opened = None
            self._opened = (name, await remote.open(name, read_only=True))
        return self._opened[1]
