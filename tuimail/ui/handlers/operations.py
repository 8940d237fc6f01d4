"""What waits for the servers: listed, with what they refused, and given up where not begun."""

import asyncio
import time

from tuimail.model.cells import fit_cut
from tuimail.model.operation import OperationState, WaitingChange
from tuimail.model.safe import Safe, safe_line
from tuimail.services import operations
from tuimail.ui.actions import Registry
from tuimail.ui.main_screen import MainScreen
from tuimail.ui.modals import Choice, Choose, Confirm
from tuimail.ui.render.dates import short_date

from .views import Views

_ACCOUNT_CELLS = 20


class Operations:
    """Lists changes; Enter gives one up, or says why it was refused."""

    def __init__(self, screen: MainScreen, views: Views) -> None:
        self._screen, self._views = screen, views

    def register(self, registry: Registry) -> None:
        """Say what is carried out here."""
        registry.handle("operations", lambda _: self._screen.spawn_question(self._list))

    async def _list(self) -> None:
        screen, mail = self._screen, self._screen.session.mail
        found = await asyncio.to_thread(operations.operations, mail)
        if not found:
            screen.say(Safe("Nothing waits; every change has reached its server."))
            return
        now, accounts = int(time.time()), screen.session.accounts
        room = max(map(len, accounts)) if len(accounts) > 1 else 0
        choices = [_choice(one, now, min(room, _ACCOUNT_CELLS)) for one in found]
        title = Safe("Waiting: choose what to give up")
        chosen = await screen.ask(Choose(title, choices))
        if chosen is not None:
            await self._act_on(chosen)

    async def _act_on(self, change: WaitingChange) -> None:
        screen, mail = self._screen, self._screen.session.mail
        words = operations.sentence_of(change)
        if change.state is OperationState.REFUSED:
            reason = safe_line(change.reply, 300) or Safe("no reason was given")
            screen.warn(Safe(f"Refused, {words}: {reason}"))
        elif change.has_begun:
            screen.say(Safe("It has begun already: the server was asked."))
        elif await screen.ask(Confirm(Safe(f"Give this up? {words}"))):
            said = await asyncio.to_thread(operations.cancel, mail, str(change.first))
            await self._views.reread()
            screen.say(Safe(f"Given up: {said}"))


def _choice(change: WaitingChange, now: int, account_cells: int) -> Choice[WaitingChange]:
    """Return a line of the list; the account is named where it has room."""
    account = f"{fit_cut(safe_line(change.account), account_cells)}  " if account_cells else ""
    since = short_date(change.since, now)
    reason = f": {safe_line(change.reply, 200)}" if change.reply else ""
    return Choice(
        change,
        Safe(f"{since:>7}  {account}{operations.sentence_of(change)}"),
        Safe(f"{operations.state_of(change)}{reason}"),
    )
