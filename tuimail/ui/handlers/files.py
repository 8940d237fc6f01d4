"""The files that hang on a mail: listed, saved."""

import asyncio
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from tuimail.model.message import MessageRow
from tuimail.model.part import Part
from tuimail.model.safe import Safe, safe_line
from tuimail.services import attachments
from tuimail.ui.actions import Call, Registry
from tuimail.ui.main_screen import MainScreen
from tuimail.ui.modals import AskText, Choice, Choose
from tuimail.ui.render.dates import size_words

from .completing import folders
from .showing import Showing

Save = Callable[[Path], Path]
"""Writes something into a folder; returns where."""


class Files:
    """Acts on the files of the mail at hand."""

    def __init__(self, screen: MainScreen, showing: Showing) -> None:
        self._screen, self._showing = screen, showing

    def register(self, registry: Registry) -> None:
        """Say what is carried out here."""
        ask = self._screen.spawn_question
        registry.handle("attachments", lambda call: ask(lambda: self._attachments(call)))
        registry.handle("save", lambda call: ask(lambda: self._save(call)))

    async def _attachments(self, call: Call) -> None:
        screen, row = self._screen, self._showing.row()
        mail = await self._showing.readable(row)
        if not mail.attachments:
            screen.say(Safe("This mail has no attachments."))
            return
        title = Safe("Save which file?")
        part = await screen.ask(Choose(title, _file_choices(mail.attachments)))
        if part is not None:
            await self._save_into(call, [partial(self._save_part, row, part)])

    async def _save(self, call: Call) -> None:
        """Save the mail; where files hang on it, ask what."""
        row = self._showing.row()
        mail = await self._showing.readable(row)
        store = self._screen.session.mail
        whole: list[Save] = [partial(attachments.save_mail, store, row.key, row.subject)]
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
        return attachments.save_part(self._screen.session.mail, row.key, part.number, folder)

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


def _file_choices(parts: Sequence[Part]) -> list[Choice[Part]]:
    return [
        Choice(
            part,
            Safe(f"{n:>3}  {safe_line(part.filename, 80) or part.content_type}"),
            Safe(f"{safe_line(part.content_type, 60)}  {size_words(part.size_bytes)}"),
        )
        for n, part in enumerate(parts, 1)
    ]
