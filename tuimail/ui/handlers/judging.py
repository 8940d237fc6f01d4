"""What is found out about senders after their mail is shown: nobody waits for it."""

import asyncio
from contextlib import suppress
from time import monotonic
from typing import TYPE_CHECKING, Final

from tuimail.errors import TuimailError
from tuimail.model.caution import Caution
from tuimail.model.ids import AccountName, MessageKey
from tuimail.model.message import MessageRow
from tuimail.ui.main_screen import MainScreen

if TYPE_CHECKING:
    from tuimail.services.trust import Learnt

LEARNT_FOR_S: Final = 600.0
"""What was learnt of an account holds so long."""


class Judging:
    """Judges the senders of mails that are open already: nobody waits for it."""

    def __init__(self, screen: MainScreen) -> None:
        self._screen = screen
        self._learnt: dict[AccountName, tuple[float, Learnt]] = {}
        self._last: tuple[MessageKey, tuple[Caution, ...]] | None = None

    def judge(self, row: MessageRow) -> None:
        """Find out about the sender of the mail that is shown, and have its head say so."""
        if self._last is not None and self._last[0] == row.key:
            self._screen.reader.warn(*self._last)
        self._screen.spawn(lambda: self._judge(row), group="judging", is_exclusive=True)

    async def found(self, row: MessageRow) -> tuple[Caution, ...]:
        """Return what the store and the account's servers say of a mail's sender."""
        return await asyncio.to_thread(self._found, row)

    async def _judge(self, row: MessageRow) -> None:
        found = await self.found(row)
        self._last = row.key, found
        self._screen.reader.warn(row.key, found)

    def _found(self, row: MessageRow) -> tuple[Caution, ...]:
        from tuimail.services import trust  # not before a mail is read

        mail = self._screen.session.mail
        with suppress(TuimailError):  # an account or mailbox that is gone tells nothing
            learnt_s, learnt = self._learnt.get(row.account, (-LEARNT_FOR_S, None))
            if learnt is None or monotonic() - learnt_s > LEARNT_FOR_S:
                learnt = trust.learn(mail, row.account)
                self._learnt[row.account] = monotonic(), learnt
            return trust.cautions(mail, row, learnt)
        return ()
