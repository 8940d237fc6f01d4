"""The files that hang on a mail: listed, looked into, saved."""

import asyncio
import threading
from collections.abc import Awaitable, Callable, Iterable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Final, Protocol

from tuimail.model.file_kind import AttachedFile, Group
from tuimail.model.message import MessageRow
from tuimail.model.part import Line, Part, Span
from tuimail.model.safe import Safe, safe_line
from tuimail.services import attachments
from tuimail.ui.actions import Call, Registry
from tuimail.ui.key_names import ESC
from tuimail.ui.main_screen import MainScreen
from tuimail.ui.modals import AskText, Choice, Choose
from tuimail.ui.modals.file_list import FileList, Picked, Verb
from tuimail.ui.render.dates import size_words
from tuimail.ui.render.panes import Part as Pane
from tuimail.ui.render.wrap import Row, wrap
from tuimail.ui.roles import StyleRole

from .completing import folders
from .showing import Showing

LARGE_BYTES: Final = 4 << 20
"""From here on it is said how far the saving of a file has come."""

MAX_NAMED: Final = 4
"""Files that are named once they are saved; more are counted."""

Save = Callable[[Path, attachments.GoOn], Path]
"""Writes something into a folder; returns where."""


OpenMail = Callable[[MessageRow, Part], Awaitable[None]]
_MAIL_TYPES: Final = frozenset({"message/rfc822", "message/global"})


class Elsewhere(Protocol):
    """What hands a file to another program, or draws it."""

    async def open(self, row: MessageRow, file: AttachedFile) -> None:
        """Open it with the desktop's program, after a yes."""

    async def pipe(self, row: MessageRow, file: AttachedFile) -> None:
        """Give it to a command."""

    async def draw(self, row: MessageRow, file: AttachedFile) -> None:
        """Draw a picture."""

    async def filtered(self, row: MessageRow, file: AttachedFile) -> Sequence[Line] | None:
        """Return what the person's filter for its kind makes of it; None without one."""


class Files:
    """Acts on the files of the mail at hand."""

    def __init__(
        self, screen: MainScreen, showing: Showing, elsewhere: Elsewhere, open_mail: OpenMail
    ) -> None:
        """`open_mail` opens a part that is a mail as one of its own."""
        self._screen, self._showing, self._elsewhere = screen, showing, elsewhere
        self._open_mail = open_mail

    def register(self, registry: Registry) -> None:
        """Say what is carried out here."""
        ask = self._screen.spawn_question
        registry.handle("attachments", lambda call: ask(lambda: self._attachments(call)))
        registry.handle("save", lambda call: ask(lambda: self._save(call)))

    async def _attachments(self, call: Call) -> None:
        screen, row = self._screen, self._showing.row()
        files = await self._files(row)
        if not files:
            screen.say(Safe("This mail has no attachments."))
            return
        picked = await screen.ask(FileList(files))
        if picked is not None:  # keys typed ahead are for what this leads to
            screen.spawn_question(lambda: self._do(call, row, files, picked))

    async def _do(
        self, call: Call, row: MessageRow, files: Sequence[AttachedFile], picked: Picked
    ) -> None:
        file = files[picked.at]
        match picked.verb:
            case Verb.LOOK:
                await self._look(row, file)
            case Verb.SAVE:
                await self._save_into(call, [self._saving(row, file)])
            case Verb.SAVE_ALL:
                await self._save_into(call, [self._saving(row, one) for one in files])
            case Verb.OPEN:
                await self._elsewhere.open(row, file)
            case Verb.PIPE:
                await self._elsewhere.pipe(row, file)
            case Verb.DRAW:
                await self._elsewhere.draw(row, file)

    async def _files(self, row: MessageRow) -> Sequence[AttachedFile]:
        await self._showing.present(row)
        return await asyncio.to_thread(attachments.files_of, self._screen.session.mail, row.key)

    async def _look(self, row: MessageRow, file: AttachedFile) -> None:
        """Show what is in a file in the mail's place; a mail is opened as one."""
        if file.part.content_type in _MAIL_TYPES:
            await self._open_mail(row, file.part)
            return
        lines = await self._elsewhere.filtered(row, file)
        if lines is None:
            mail = self._screen.session.mail
            lines = await asyncio.to_thread(attachments.preview, mail, row.key, file)
        show_lines(self._screen, row, file, lines)

    async def _save(self, call: Call) -> None:
        """Save the mail; where files hang on it, ask what."""
        row = self._showing.row()
        files = await self._files(row)
        whole: list[Save] = [partial(self._save_mail, row)]
        if not files:
            await self._save_into(call, whole)
            return
        choices: list[Choice[list[Save]]] = [
            Choice([self._saving(row, file)], text, detail) for file, text, detail in _named(files)
        ]
        if len(files) > 1:
            every = [self._saving(row, file) for file in files]
            choices.insert(0, Choice(every, Safe(f"     all {len(files)} files")))
        choices.append(Choice(whole, Safe("     the whole mail, as it came")))
        chosen = await self._screen.ask(Choose(Safe("Save what?"), choices))
        if chosen:
            await self._save_into(call, chosen)

    def _saving(self, row: MessageRow, file: AttachedFile) -> Save:
        mail, screen = self._screen.session.mail, self._screen
        loop = asyncio.get_running_loop()

        def tell(go_on: attachments.GoOn, done: int) -> bool:
            """Say how far it is, from the thread that writes."""
            if not go_on(done):
                return False
            if file.part.size_bytes >= LARGE_BYTES:
                loop.call_soon_threadsafe(_tell_progress, screen, file, done)
            return True

        def save(folder: Path, go_on: attachments.GoOn) -> Path:
            number = file.part.number
            return attachments.save_part(mail, row.key, number, folder, partial(tell, go_on))

        return save

    def _save_mail(self, row: MessageRow, folder: Path, _: attachments.GoOn) -> Path:
        return attachments.save_mail(self._screen.session.mail, row.key, row.subject, folder)

    async def _save_into(self, call: Call, saves: Sequence[Save]) -> None:
        screen, folder = self._screen, call.argument
        if not folder:
            usual = screen.session.mail.config.settings.download_dir
            folder = await screen.ask(AskText(Safe("Save into"), usual, folders)) or ""
        if folder:
            screen.calls.answer(call, folder)
            screen.spawn_question(lambda: self._write(saves, folder))

    async def _write(self, saves: Sequence[Save], folder: str) -> None:
        """Save one after the other; Esc stops it, and what was begun is removed."""
        screen, stopped = self._screen, threading.Event()

        def goes_on(_: int) -> bool:
            return not stopped.is_set()

        try:
            with screen.held_keys.patience():
                saved = [await asyncio.to_thread(save, Path(folder), goes_on) for save in saves]
        finally:
            stopped.set()
        names = ", ".join(safe_line(path.name, 80) for path in saved)
        if len(saved) > MAX_NAMED:
            names = f"{len(saved)} files"
        screen.say(safe_line(f"Saved {names} in {safe_line(folder, 120)}"))


def show_lines(
    screen: MainScreen, row: MessageRow, file: AttachedFile, lines: Iterable[Line]
) -> None:
    """Show lines about a file in the place of its mail; going back shows what was there."""
    shown = [*_head(file), *lines]
    columns = screen.session.mail.config.settings.wrap_columns

    def page(width: int) -> Iterator[Row]:
        room = max(1, width - 2)
        yield []
        for line in shown:
            yield from wrap(line, room if line.is_fixed or not columns else min(room, columns))

    behind = screen.reader.opened if screen.active is Pane.READER else None
    screen.reader.show_page(page, behind=behind, of=row)
    screen.relayout()
    screen.turn_to_reader()


def _head(file: AttachedFile) -> Iterator[Line]:
    yield Line((Span(file.name, "heading"),))
    kind = Safe(f"{file.kind.words}, {size_words(file.part.size_bytes)}")
    yield Line((Span(kind, "dim"),))
    if file.warning:
        yield Line((Span(Safe(f"! It {file.warning}."), "patch.del"),))
    elif file.kind.group is Group.PROGRAM:
        yield Line((Span(Safe("! It does something of its own when it is opened."), "patch.del"),))
    yield Line(())


def _tell_progress(screen: MainScreen, file: AttachedFile, done: int) -> None:
    share = min(99, 100 * done // max(1, file.part.size_bytes))
    words = Safe(f"Saving {safe_line(file.name, 60)}: {share} %")
    after = Safe(f"{ESC} stops")
    screen.hint.show_notice(words, StyleRole.HINT, after, lasts_s=6.0)


def _named(files: Sequence[AttachedFile]) -> Iterator[tuple[AttachedFile, Safe, Safe]]:
    for n, file in enumerate(files, 1):
        what = file.warning or file.kind.words
        size = size_words(file.part.size_bytes)
        yield file, Safe(f"{n:>3}  {safe_line(file.name, 80)}"), Safe(f"{what}  {size}")
