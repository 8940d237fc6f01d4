"""How a screen has things done: at once, in turn, beside all else, and what a person is asked."""

import asyncio
from collections.abc import Callable

from tuimail.errors import TuimailError
from tuimail.model.message import MessageRow
from tuimail.model.safe import Safe

from .bridge import Bridge
from .held_keys import HeldKeys
from .jobs import Job, Jobs
from .key_names import ESC
from .modals import Overlays
from .modals.modal import Answer, Modal
from .roles import StyleRole
from .saying_screen import SayingScreen


class WorkingScreen(SayingScreen):
    """A screen with work that takes time; what there is to be done is its heir's to say."""

    bridge: Bridge
    jobs: Jobs
    held_keys: HeldKeys
    overlays: Overlays

    def refresh_status(self) -> None:
        """Say how things stand."""
        raise NotImplementedError

    def attempt(self, act: Callable[[], None]) -> None:
        """Do something at once; an expected failure becomes a notice."""
        try:
            act()
        except TuimailError as error:
            self.fail(error)

    def do(self, job: Job) -> None:
        """Have something done that takes time, after what was asked before."""
        self.jobs.add(job)

    def spawn(self, job: Job, group: str = "spawned", *, is_exclusive: bool = False) -> None:
        """Have something done beside everything else; a later exclusive one ends this."""
        work = self.jobs.work(job)
        # the app's own: how a worker ends is told to the node it belongs to, and not further
        self.app.run_worker(work, group=group, exclusive=is_exclusive, exit_on_error=False)

    def spawn_question(self, job: Job) -> None:
        """Have something done that may ask: keys typed ahead wait until it is clear for whom."""

        async def asking() -> None:
            try:
                await job()
            finally:
                self.jobs.close(asking)
                self.held_keys.release({asking})

        self.jobs.open(asking)
        self.held_keys.hold(asking)
        self.spawn(asking)

    async def ask(self, modal: Modal[Answer]) -> Answer | None:
        """Show a modal and return its answer, None after Esc; see `spawn_question`."""
        loop = asyncio.get_running_loop()
        loop.call_soon(self.held_keys.release, self.held_keys.holds)
        try:
            answer = await self.overlays.ask(modal)
        finally:
            self.refresh_status()
            loop.call_soon(self.held_keys.release, {self.overlays})
        if not answer:
            self.misses += 1
        return answer

    async def fetch(self, row: MessageRow) -> None:
        """Have a mail's bytes fetched, and say so; Esc gives up where keys wait for them.

        See `EngineLink.body` for what it raises.
        """
        after = Safe(f"{ESC} gives up" if self.held_keys else "")
        sentence, about = Safe("The mail is being fetched …"), f"fetching {row.key}"
        self.hint.show_notice(sentence, StyleRole.HINT, after, about=about)
        try:
            with self.held_keys.patience():
                await self.bridge.body(row.key)
        finally:
            self.hint.settle(about)
