"""Has the terminal tell of new mail: by a notice, by its bell, in its title, as configured."""

import asyncio
import os

from tuimail.events import NewMail
from tuimail.model.mailbox import Role
from tuimail.model.notify import TerminalNotice
from tuimail.services.announcing import announced
from tuimail.ui.main_screen import MainScreen
from tuimail.ui.terminal_kind import kind_of
from tuimail.ui.terminal_notice import BELL, sequence_of
from tuimail.ui.title import title_of

from .front import Front


class Announcing:
    """Speaks to the terminal beside everything that is drawn."""

    def __init__(self, screen: MainScreen, front: Front) -> None:
        self._screen, self._front = screen, front
        self._settings = screen.session.mail.config.settings

    def take(self, event: NewMail) -> None:
        """Tell of new mail."""

        async def tell() -> None:
            mail = self._screen.session.mail
            words = await asyncio.to_thread(announced, mail, event.keys, event.count)
            self._front.send_to_terminal(sequence_of(words, event.notice))

        if self._settings.bell:
            self._front.send_to_terminal(BELL)
        if event.notice is not TerminalNotice.OFF:
            self._screen.spawn(tell)

    def retitle(self) -> None:
        """Name the window after what is unread in the inboxes, if that is wanted."""
        if self._settings.title and kind_of(os.environ).takes_osc:
            boxes = self._screen.session.contents.mailboxes
            unread = sum(box.unread for box in boxes if box.role is Role.INBOX)
            self._front.show_title(title_of(unread))
