"""A profile with accounts, and an engine in this process whose servers are in memory."""

import asyncio
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from random import Random

from tests.engine.patience import until
from tests.sync.fake_remote import FakeServer
from tuimail.config.profile import Profile
from tuimail.engine.notifier import Pace
from tuimail.engine.supervisor import Supervisor, Term
from tuimail.services.engine_link import EngineLink
from tuimail.services.engine_socket import socket_path
from tuimail.store.database import open_store

PACE = Pace(breath_s=0.0, gather_s=0.01, rest_s=0.01)
ACCOUNT = """
[account.{name}]
email = "{name}@example.net"
imap = {{ host = "imap.example.net" }}
password = {password}
"""
BY_COMMAND = '{ source = "command", command = ["echo", "hunter2"] }'
BY_ASKING = '{ source = "ask" }'


class Watched(Supervisor):
    """An engine of which is known how often it has looked around."""

    looks = 0

    async def _hand_out_visible(self) -> None:
        self.looks += 1
        await super()._hand_out_visible()


class Home:
    """The clock stands still unless a test moves it."""

    def __init__(self, folder: Path) -> None:
        self.profile = Profile.at(folder)
        self.profile.prepare()
        self.servers: dict[str, FakeServer] = {}
        self.secrets: list[str] = []
        self.wrong_secret = ""
        self.now = 1_000_000.0
        self.store = open_store(self.profile.data_dir)

    def write_config(self, *names: str, password: str = BY_COMMAND, extra: str = "") -> None:
        blocks = [ACCOUNT.format(name=name, password=password) for name in names]
        self.profile.config_file.write_text("".join(blocks) + extra)
        for name in names:
            self.servers.setdefault(name, FakeServer())

    def furnish(self, household):
        return replace(
            household,
            clock=lambda: self.now,
            monotonic=lambda: self.now,
            random=Random(1),
            connect=self._connect,
        )

    async def _connect(self, account, secret):
        self.secrets.append(secret.reveal())
        return await self.servers[account.name].connect()

    @asynccontextmanager
    async def engine(self, *, stay=True, idle_s=30.0, pace=PACE):
        supervisor = self.supervisor = Watched(
            self.profile, self.store, Term(stay, idle_s, look_every_s=0.01, pace=pace), self.furnish
        )
        async with asyncio.TaskGroup() as group:
            task = group.create_task(supervisor.run())
            await until(socket_path(self.profile).is_socket)
            try:
                yield task
            finally:
                supervisor.leave()

    async def looked_around(self) -> None:
        """Wait until the engine has looked whether it may end, from beginning to end."""
        looks = self.supervisor.looks
        await until(lambda: self.supervisor.looks >= looks + 2)

    async def is_left_alone(self) -> None:
        """Wait until the engine has seen that nobody is attached."""
        await until(lambda: not self.supervisor._channel.clients)
        await self.looked_around()

    async def has_ended(self, task) -> None:
        """Let time pass until the engine has ended: housework may keep it for a moment."""

        def is_over() -> bool:
            self.now += 31
            return task.done()

        await until(is_over)

    def link(self, **options) -> EngineLink:
        return EngineLink(self.profile, **options)
