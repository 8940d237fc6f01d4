"""What else can be done with an open mail: files, header fields, raw bytes, its path."""

import asyncio
import shutil
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from pathlib import Path

from tuimail.errors import NotFound, UserError
from tuimail.model.message import MessageRow
from tuimail.model.part import Part, RenderedMail
from tuimail.model.safe import Safe, safe_line
from tuimail.services import reading
from tuimail.services.mail import Mail
from tuimail.ui.actions import Call, Registry
from tuimail.ui.main_screen import MainScreen
from tuimail.ui.modals import AskText, Choice, Choose
from tuimail.ui.render.dates import size_words
from tuimail.ui.render.panes import Part as Pane
from tuimail.ui.render.printed import printed

from .completing import folders
from .opening import Opening
from .running import command_of, fed, shown_bytes

Save = Callable[[Path], Path]
"""Writes something into a folder; returns where."""
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
        registry.handle(
            "attachments", lambda call: self._screen.spawn_question(lambda: self._attachments(call))
        )
        registry.handle("save", lambda call: self._screen.spawn_question(lambda: self._save(call)))
        registry.handle("print", lambda _: self._print())
        registry.handle("pipe", self._pipe)

    def _row(self) -> MessageRow:
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

    def at_hand(self) -> Readable:
        """Return what makes the mail that is at hand now readable, wherever keys go meanwhile.

        Raises:
            UserError: there is no mail at hand.
        """
        return partial(self.readable, self._row())

    async def rendered(self) -> RenderedMail:
        """Return the mail at hand made readable; it is fetched where it is not here.

        Raises:
            UserError: there is no mail at hand.
            NotFound, NetworkError, ProtocolError: it cannot be had.
        """
        return await self.readable(self._row())

    async def readable(self, row: MessageRow) -> RenderedMail:
        """Return a mail made readable. Raises as `rendered`."""
        await self.whole(row)
        mail = self._screen.session.mail
        prefers_html = self._opening.prefers_html
        shown = await asyncio.to_thread(reading.rendered, mail, row.key, prefer_html=prefers_html)
        if shown is None:
            raise NotFound("The mail is not here yet.")
        return shown

    def _text(self, what: str) -> None:
        """Show header fields or the whole mail as it came; the same key returns."""
        screen = self._screen
        if screen.active is Pane.READER and screen.reader.shows == what:
            self._opening.reload()
            return
        row = self._row()
        screen.spawn_question(lambda: self._show_text(row, what))

    async def _show_text(self, row: MessageRow, what: str) -> None:
        raw = await self.whole(row)
        if what == "headers":
            raw = raw.replace(b"\r\n", b"\n").partition(b"\n\n")[0]
        await self._show(row, await asyncio.to_thread(shown_bytes, raw), what)

    async def _show(self, row: MessageRow, text: Safe, what: str) -> None:
        """Show text in the place of a mail's own."""
        reader = self._screen.reader
        if reader.row is None or reader.row.row_id != row.row_id:
            reader.show_mail(row, await self.readable(row))
        reader.show_text(text, what)
        self._screen.activate(Pane.READER)

    async def _attachments(self, call: Call) -> None:
        screen, row = self._screen, self._row()
        mail = await self.readable(row)
        if not mail.attachments:
            screen.say(Safe("This mail has no attachments."))
            return
        title = Safe("Save which file?")
        part = await screen.ask(Choose(title, _file_choices(mail.attachments)))
        if part is not None:
            await self._save_into(call, [partial(self._save_part, row, part)])

    async def _save(self, call: Call) -> None:
        """Save the mail; where files hang on it, ask what."""
        row = self._row()
        mail = await self.readable(row)
        store = self._screen.session.mail
        whole: list[Save] = [partial(reading.save_mail, store, row.key, row.subject)]
        files: list[Save] = [partial(self._save_part, row, part) for part in mail.attachments]
        if not files:
            await self._save_into(call, whole)
            return
        named = zip(files, _file_choices(mail.attachments), strict=True)
        choices = [Choice([save], choice.text, choice.detail) for save, choice in named]
        if len(files) > 1:
            choices.insert(0, Choice(files, Safe(f"     all {len(files)} files")))
        choices.append(Choice(whole, Safe("     the whole mail, as it came")))
        chosen = await self._screen.ask(Choose(Safe("Save what?"), choices))
        if chosen:
            await self._save_into(call, chosen)

    def _save_part(self, row: MessageRow, part: Part, folder: Path) -> Path:
        return reading.save_part(self._screen.session.mail, row.key, part.number, folder)

    async def _save_into(self, call: Call, saves: Sequence[Save]) -> None:
        screen, folder = self._screen, call.argument
        if not folder:
            usual = screen.session.mail.config.settings.download_dir
            folder = await screen.ask(AskText(Safe("Save into"), usual, folders)) or ""
        if folder:
            screen.calls.answer(call, folder)
            saved = [await asyncio.to_thread(save, Path(folder)) for save in saves]
            names = ", ".join(safe_line(path.name, 80) for path in saved)
            screen.say(Safe(f"Saved {names} in {safe_line(folder, 120)}"))

    def _pipe(self, call: Call) -> None:
        screen, row, typed = self._screen, self._row(), call.argument

        async def ask_and_do() -> None:
            command = await screen.ask(AskText(Safe("Give the mail to")))
            if command:
                screen.calls.answer(call, command)
                await self._pipe_into(row, command)

        if typed:
            screen.spawn(lambda: self._pipe_into(row, typed))
        else:
            screen.spawn_question(ask_and_do)

    async def _pipe_into(self, row: MessageRow, typed: str) -> None:
        _, output = await fed(command_of(typed), await self.whole(row))
        await self._show(row, shown_bytes(output), "pipe")

    def _print(self) -> None:
        row = self._row()
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


def _file_choices(parts: Sequence[Part]) -> list[Choice[Part]]:
    return [
        Choice(
            part,
            Safe(f"{n:>3}  {safe_line(part.filename, 80) or part.content_type}"),
            Safe(f"{safe_line(part.content_type, 60)}  {size_words(part.size_bytes)}"),
        )
        for n, part in enumerate(parts, 1)
    ]
