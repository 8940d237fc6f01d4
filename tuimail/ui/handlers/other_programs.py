"""Files and mails handed to other programs: the desktop's, a browser, a command, a filter."""

import asyncio
import os
from collections.abc import Sequence

from tuimail.errors import UserError
from tuimail.model.file_kind import AttachedFile, Group
from tuimail.model.message import MessageRow
from tuimail.model.part import Line
from tuimail.model.safe import Safe, safe_line
from tuimail.services import attachments
from tuimail.ui.actions import Registry
from tuimail.ui.main_screen import MainScreen
from tuimail.ui.modals import AskText, Confirm
from tuimail.ui.render.dates import size_words

from .browsing import browser_in, show_in
from .files import show_lines
from .filtering import filtered_lines, text_lines
from .images import Images
from .running import command_of, fed, shown_bytes
from .showing import Showing


class OtherPrograms:
    """Hands out what a mail holds, each time after a question or at a command of the person's."""

    def __init__(self, screen: MainScreen, showing: Showing, images: Images) -> None:
        self._screen, self._showing, self._images = screen, showing, images

    def register(self, registry: Registry) -> None:
        """Say what is carried out here."""
        registry.handle("browser", lambda _: self._screen.spawn_question(self._browse))

    async def open(self, row: MessageRow, file: AttachedFile) -> None:
        """Open a file with the desktop's program, after a yes; never one that runs.

        Raises:
            UserError: it would run, there is no program, or it cannot be started.
        """
        from tuimail.services import opening_files  # by the first file that is opened

        mail = self._screen.session.mail
        attachments.require_openable(file)
        if file.kind.group is Group.PAGE:
            await self._browse_file(row, file)
            return
        command = opening_files.opener_of(mail)
        program = await asyncio.to_thread(opening_files.program_words, command, file)
        what = f"{file.kind.words}, {size_words(file.part.size_bytes)}"
        warning = f" It {file.warning}." if file.warning else ""
        question = f"Open {safe_line(file.name, 80)} ({what}) with {program}?{warning}"
        if not await self._screen.ask(Confirm(Safe(question))):
            return
        path = await asyncio.to_thread(opening_files.copy_for_program, mail, row.key, file)
        await asyncio.to_thread(opening_files.start, command, path)
        self._screen.say(safe_line(f"Given to {program}."))

    async def pipe(self, row: MessageRow, file: AttachedFile) -> None:
        """Give a file to a command that is asked for, and show what it says."""
        mail = self._screen.session.mail
        title = safe_line(f"Give {safe_line(file.name, 40)} to")
        typed = await self._screen.ask(AskText(title))
        if not typed:
            return
        size = file.part.size_bytes + 1
        content = await asyncio.to_thread(
            attachments.beginning_of, mail, row.key, file.part.number, 2 * size
        )
        _, output = await fed(command_of(typed), content)
        lines = await asyncio.to_thread(lambda: text_lines(shown_bytes(output)))
        show_lines(self._screen, row, file, lines)

    async def draw(self, row: MessageRow, file: AttachedFile) -> None:
        """Draw a picture. Raises UserError where it cannot be drawn."""
        await self._images.draw(row, file)

    async def filtered(self, row: MessageRow, file: AttachedFile) -> Sequence[Line] | None:
        """Return what the person's filter for this kind makes of a file; None without one."""
        mail = self._screen.session.mail
        types = (file.kind.content_type, file.part.content_type)
        command = mail.config.settings.filters.command_for(*types)
        if not command:
            return None
        from tuimail.services.filters import MAX_INPUT_BYTES, run_filter

        content = await asyncio.to_thread(
            attachments.beginning_of, mail, row.key, file.part.number, MAX_INPUT_BYTES
        )
        return await asyncio.to_thread(filtered_lines, await run_filter(command, content))

    async def _browse(self) -> None:
        """Show the mail at hand in the browser, after a yes."""
        from tuimail.services.browser_page import page_of_mail

        row = self._showing.row()
        await self._showing.present(row)
        page = await asyncio.to_thread(page_of_mail, self._screen.session.mail, row.key)
        await self._show_page(Safe("this mail"), page)

    async def _browse_file(self, row: MessageRow, file: AttachedFile) -> None:
        from tuimail.services.browser_page import page_of_file

        page = await asyncio.to_thread(page_of_file, self._screen.session.mail, row.key, file)
        await self._show_page(safe_line(file.name, 80), page)

    async def _show_page(self, what: Safe, page: bytes) -> None:
        from tuimail.services.opening_files import page_for_browser

        browser = browser_in(os.environ)
        if browser is None:
            raise UserError("There is no browser here: set BROWSER.")
        question = f"Open {what}, without what is not in the mail itself, in {browser.name}?"
        if not await self._screen.ask(Confirm(Safe(question))):
            return
        path = await asyncio.to_thread(page_for_browser, self._screen.session.mail, page)
        await show_in(self._screen, browser, path.as_uri(), what)
        said = f"Opened {what} in {browser.name}, without anything from elsewhere."
        self._screen.say(Safe(said))
