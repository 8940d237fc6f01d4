"""What else can be shown of a mail: header fields, raw bytes, what a command makes of it."""

import asyncio
import shutil
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Final

from tuimail.errors import NotFound, UserError
from tuimail.model.message import MessageRow
from tuimail.model.part import RenderedMail
from tuimail.model.safe import Safe, safe_line
from tuimail.services import attachments, forms, reading, rendering
from tuimail.services.mail import Mail
from tuimail.ui.actions import Call, Registry
from tuimail.ui.main_screen import MainScreen
from tuimail.ui.modals import AskText
from tuimail.ui.render.panes import Part as Pane
from tuimail.ui.render.printed import printed

from .opening import Opening
from .running import MAX_SHOWN_BYTES, command_of, fed, shown_bytes

SOURCE: Final = "source"
"""What the reader is said to show where it is the source of a mail's text."""
Readable = Callable[[], Awaitable[RenderedMail]]
"""Makes one mail readable; raises as `Showing.readable`."""


class Showing:
    """Acts on the open mail, or opens the one under the cursor first."""

    def __init__(self, screen: MainScreen, opening: Opening) -> None:
        self._screen, self._opening = screen, opening

    def register(self, registry: Registry) -> None:
        """Say what is carried out here."""
        registry.handle("headers", lambda _: self._text("headers"))
        registry.handle("raw", lambda _: self._text("raw"))
        registry.handle("html", lambda _: self._next_form())
        registry.handle("pipe.text", self._pipe_text)
        registry.handle("print", lambda _: self._print())
        registry.handle("pipe", self._pipe)

    def row(self) -> MessageRow:
        """Return the mail at hand. Raises UserError where there is none."""
        row = self._screen.mail_at_hand()
        if row is None:
            raise UserError("There is no mail here.")
        return row

    async def whole(self, row: MessageRow) -> bytes:
        """Return a mail as it came; it is fetched where it is not here. Raises as `rendered`."""
        mail = self._screen.session.mail
        raw = await asyncio.to_thread(reading.body, mail, row.key)
        if raw is None:
            await self._screen.fetch(row)
            raw = await asyncio.to_thread(reading.body, mail, row.key)
        if raw is None:
            raise NotFound("The mail is not here yet.")
        return raw

    async def present(self, row: MessageRow) -> None:
        """Have a mail fetched where it is not here; it is not read. Raises as `rendered`."""
        mail = self._screen.session.mail
        if not await asyncio.to_thread(attachments.is_here, mail, row.key):
            await self._screen.fetch(row)

    def at_hand(self) -> Readable:
        """Return what makes the mail that is at hand now readable, wherever keys go meanwhile.

        Raises:
            UserError: there is no mail at hand.
        """
        return partial(self.readable, self.row())

    async def rendered(self) -> RenderedMail:
        """Return the mail at hand made readable; it is fetched where it is not here.

        Raises:
            UserError: there is no mail at hand.
            NotFound, NetworkError, ProtocolError: it cannot be had.
        """
        return await self.readable(self.row())

    async def readable(self, row: MessageRow) -> RenderedMail:
        """Return a mail made readable. Raises as `rendered`."""
        shown = self._opening.all_of(row)
        if shown is not None:
            return shown
        await self.present(row)
        shown = await self.readable_here(row)
        if shown is None:
            raise NotFound("The mail is not here yet.")
        return shown

    async def readable_here(self, row: MessageRow) -> RenderedMail | None:
        """Return a mail made readable, or None if its bytes are not here."""
        mail, prefers_html = self._screen.session.mail, self._opening.prefers_html
        return await asyncio.to_thread(reading.rendered_for, mail, row, prefer_html=prefers_html)

    def _text(self, what: str) -> None:
        """Show header fields or the whole mail as it came; the same key returns."""
        screen = self._screen
        if screen.active is Pane.READER and screen.reader.shows == what:
            self._opening.show_again()
            return
        row = self.row()
        screen.spawn_question(lambda: self._show_text(row, what))

    async def _show_text(self, row: MessageRow, what: str) -> None:
        await self.present(row)
        mail = self._screen.session.mail
        raw = await asyncio.to_thread(rendering.beginning, mail, row.key, MAX_SHOWN_BYTES)
        if what == "headers":
            raw = raw.replace(b"\r\n", b"\n").partition(b"\n\n")[0]
        await self.show(row, await asyncio.to_thread(shown_bytes, raw), what)

    async def show(self, row: MessageRow, text: Safe, what: str) -> None:
        """Show text in the place of a mail's own."""
        reader = self._screen.reader
        if reader.row is None or (reader.row.ref, reader.row.key) != (row.ref, row.key):
            reader.show_mail(row, await self.readable(row))
        reader.show_text(text, what)
        self._screen.turn_to_reader()

    def _next_form(self) -> None:
        """Go on from text to HTML, where a mail has both, and to the source of it; then again."""
        reader, opening = self._screen.reader, self._opening
        shown = reader.mail
        has_html = shown is None or forms.has_both_forms(shown)
        if reader.shows == SOURCE or (opening.prefers_html and shown is None):
            self._take_form(prefers_html=False)
        elif has_html and not opening.prefers_html:
            self._take_form(prefers_html=True)
        elif reader.row is not None:
            row = reader.row
            self._screen.spawn_question(lambda: self._show_source(row))

    def _take_form(self, *, prefers_html: bool) -> None:
        self._opening.prefers_html = prefers_html
        form = "HTML" if prefers_html else "text"
        self._screen.say(Safe(f"Mails that come in both forms are shown as {form}."))
        self._opening.reload()

    async def _show_source(self, row: MessageRow) -> None:
        await self.present(row)
        text = await asyncio.to_thread(forms.source_of, self._screen.session.mail, row.key)
        if text is None:
            raise NotFound("The mail is not here yet.")
        await self.show(row, text, SOURCE)
        self._screen.say(Safe("This is the source of its text."))

    def _pipe(self, call: Call) -> None:
        self._give(call, Safe("Give the mail to"), self.whole)

    def _pipe_text(self, call: Call) -> None:
        self._give(call, Safe("Give the text to"), self._text_in_sight)

    async def _text_in_sight(self, row: MessageRow) -> bytes:
        """Return what is shown of a mail as text, folded quotes too."""
        reader = self._screen.reader
        if reader.shows and reader.row is not None and reader.row.key == row.key:
            return reader.text_shown.encode()
        return (await self.readable(row)).plain_text.encode()

    def _give(
        self, call: Call, title: Safe, content: Callable[[MessageRow], Awaitable[bytes]]
    ) -> None:
        """Ask for a command and give it something of the mail at hand."""
        screen, row, typed = self._screen, self.row(), call.argument

        async def give(command: str) -> None:
            _, output = await fed(command_of(command), await content(row))
            await self.show(row, shown_bytes(output), "pipe")

        async def ask_and_do() -> None:
            command = await screen.ask(AskText(title))
            if command:
                screen.calls.answer(call, command)
                await give(command)

        if typed:
            screen.spawn(lambda: give(typed))
        else:
            screen.spawn_question(ask_and_do)

    def _print(self) -> None:
        row = self.row()
        self._screen.spawn(lambda: self._print_row(row))

    async def _print_row(self, row: MessageRow) -> None:
        """Give a mail as plain text to the command that prints."""
        screen = self._screen
        command = printer_of(screen.session.mail)
        text = printed(await self.readable(row))
        status, output = await fed(command, text.encode())
        if status:
            said = safe_line(shown_bytes(output).strip().replace("\n", " "), 200)
            raise UserError(f"{command[0]} ended with status {status}. {said}".strip())
        screen.say(safe_line(f"Given to {command[0]} to be printed."))


def printer_of(mail: Mail) -> list[str]:
    """Return the command that prints. Raises UserError where there is none."""
    command = command_of(mail.config.settings.print_command)
    if shutil.which(command[0]) is None:
        name = safe_line(command[0], 80)
        raise UserError(f"There is no {name} here: set print_command under [ui].")
    return command
