"""Has the terminal tell of new mail, where that is configured."""

import asyncio
from collections.abc import Callable

from tuimail.events import NewMail
from tuimail.services.announcing import announced
from tuimail.ui.main_screen import MainScreen
from tuimail.ui.terminal_notice import sequence_of


class Announcing:
    """Speaks to the terminal beside everything that is drawn."""

    def __init__(self, screen: MainScreen, send: Callable[[str], None]) -> None:
        """`send` writes a sequence of the program's own to the terminal."""
        self._screen = screen
        self._send = send

    def take(self, event: NewMail) -> None:
        """Tell of new mail."""

        async def tell() -> None:
            mail = self._screen.session.mail
            words = await asyncio.to_thread(announced, mail, event.keys, event.count)
            self._send(sequence_of(words, event.notice))

        self._screen.spawn(tell)
