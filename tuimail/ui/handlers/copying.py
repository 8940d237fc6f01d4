"""Copies text, senders and Message-IDs out of the program; `links` does it with links."""

import os
from collections.abc import Callable, Sequence
from typing import Final

from tuimail.errors import UserError
from tuimail.model.address import Address
from tuimail.model.message import MessageRow
from tuimail.model.safe import Safe, safe_block, safe_line
from tuimail.ui.actions import Call, Registry
from tuimail.ui.clipboard import TMUX, Way, fitting, sequence_of, way_of
from tuimail.ui.main_screen import MainScreen
from tuimail.ui.render.compose import person_words

from .running import command_of, given
from .showing import Readable

SHOWN_CHARS: Final = 80
"""Of what was copied, where that is told."""


class Clipboard:
    """Where text goes that is copied, and what is said of it."""

    def __init__(self, screen: MainScreen, send: Callable[[str], None]) -> None:
        """`send` writes a sequence of the program's own to the terminal."""
        self._screen, self._send = screen, send

    async def put(self, text: Safe, what: Safe) -> None:
        """Copy text, and say where it went; `what` names it in a few words.

        Raises:
            UserError: there is no clipboard here, or the command failed.
        """
        command = self._screen.session.mail.config.settings.clipboard_command
        clean, way = safe_block(text), way_of(os.environ, command)
        if way is Way.COMMAND:
            await self._by_command(command_of(command), clean)
            self._screen.say(safe_line(f"Copied by {command_of(command)[0]}: {what}"))
        elif way is Way.NONE:
            raise UserError(
                "This terminal has no clipboard: set clipboard_command under [ui] if there is one."
            )
        elif way is Way.TMUX and await self._by_tmux(clean):
            self._screen.say(Safe(f"Copied by tmux: {what}"))
        else:
            content = fitting(clean)
            self._send(sequence_of(content, way))
            size = len(clean.encode())
            part = f", the first {len(content):,} bytes of {size:,}" if len(content) < size else ""
            self._screen.say(Safe(f"Sent to the terminal: {what}{part}"))

    async def _by_command(self, command: Sequence[str], text: Safe) -> None:
        status = await given(command, text.encode())
        if status:
            raise UserError(f"{command[0]} ended with status {status}; nothing was copied.")

    async def _by_tmux(self, text: Safe) -> bool:
        """Return whether tmux took it: an old one does not know the way, a far one is not here."""
        try:
            return await given(TMUX, text.encode()) == 0
        except UserError:
            return False


class Copying:
    """Copies what a person asks for of a mail."""

    def __init__(
        self,
        screen: MainScreen,
        at_hand: Callable[[], Readable],
        clipboard: Clipboard,
        mails: Callable[[Call], Sequence[MessageRow]],
    ) -> None:
        """`at_hand` is `Showing.at_hand`; `mails` returns those an action is about."""
        self._screen, self._at_hand, self._clipboard = screen, at_hand, clipboard
        self._mails = mails

    def register(self, registry: Registry) -> None:
        """Say what is carried out here."""
        registry.handle("clip.text", lambda _: self._text())
        registry.handle("clip.sender", self._senders)
        registry.handle("clip.id", self._ids)

    def _text(self) -> None:
        readable = self._at_hand()
        self._screen.spawn(lambda: self._text_of(readable))

    async def _text_of(self, readable: Readable) -> None:
        text = (await readable()).plain_text
        if not text.strip():
            raise UserError("This mail has no text.")
        await self._clipboard.put(text, Safe(f"the text, {len(text):,} characters"))

    def _senders(self, call: Call) -> None:
        people = (Address(row.sender_name.raw, row.sender_address.raw) for row in self._mails(call))
        found = [person_words(one) for one in people if one.addr_spec]
        self._copy_each(found, Safe(", "), Safe("senders"))

    def _ids(self, call: Call) -> None:
        ids = (safe_line(row.message_id) for row in self._mails(call))
        found = [Safe(f"<{one}>") for one in ids if one]
        self._copy_each(found, Safe("\n"), Safe("Message-IDs"))

    def _copy_each(self, found: Sequence[Safe], between: Safe, name: Safe) -> None:
        """Copy one thing of every mail, each once."""
        distinct = list(dict.fromkeys(found))
        if not distinct:
            raise UserError(f"There are no {name} to be copied here.")
        text = Safe(between.join(distinct))
        what = text if len(distinct) == 1 else Safe(f"{len(distinct):,} {name}")
        self._screen.spawn(lambda: self._clipboard.put(text, safe_line(what, SHOWN_CHARS)))
