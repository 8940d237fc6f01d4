"""What else can be done with an open mail: links, files, header fields, raw bytes, its path."""

import asyncio
import os
import shlex
import webbrowser
from collections.abc import Sequence
from pathlib import Path

from tuimail.errors import NotFound, UserError
from tuimail.model.message import MessageRow
from tuimail.model.part import Link, Part, RenderedMail
from tuimail.model.safe import Safe, safe_block, safe_line, safe_url
from tuimail.services import reading
from tuimail.ui.actions import Call, Registry
from tuimail.ui.main_screen import MainScreen
from tuimail.ui.modals import AskText, Choice, Choose
from tuimail.ui.render.message import size_words
from tuimail.ui.render.panes import Part as Pane

from .opening import Opening

MAX_SHOWN_BYTES = 2_000_000
"""Of a raw mail; the rest is base64 nobody reads."""
PIPE_TIMEOUT_S = 60.0
"""How long a command may take that was given a mail."""


class Showing:
    """Acts on the open mail, or opens the one under the cursor first."""

    def __init__(self, screen: MainScreen, opening: Opening) -> None:
        self._screen, self._opening = screen, opening

    def register(self, registry: Registry) -> None:
        """Say what is carried out here."""
        registry.handle("headers", lambda _: self._text("headers"))
        registry.handle("raw", lambda _: self._text("raw"))
        registry.handle("links", lambda _: self._screen.spawn_question(self._links))
        registry.handle("attachments", lambda _: self._screen.spawn_question(self._attachments))
        registry.handle("save", lambda call: self._screen.spawn_question(lambda: self._save(call)))
        registry.handle("pipe", lambda call: self._screen.spawn_question(lambda: self._pipe(call)))

    def _row(self) -> MessageRow:
        row = self._screen.reader.row or self._screen.list.cursor_row
        if row is None:
            raise UserError("There is no mail here.")
        return row

    async def _raw(self) -> bytes:
        mail = self._screen.session.mail
        raw = await asyncio.to_thread(reading.body, mail, self._row().key)
        if raw is None:
            await self._screen.bridge.body(self._row().key)
            raw = await asyncio.to_thread(reading.body, mail, self._row().key)
        if raw is None:
            raise NotFound("The mail is not here yet.")
        return raw

    async def _rendered(self) -> RenderedMail:
        await self._raw()
        mail = self._screen.session.mail
        prefers_html = self._opening.prefers_html
        shown = await asyncio.to_thread(
            reading.rendered, mail, self._row().key, prefer_html=prefers_html
        )
        if shown is None:
            raise NotFound("The mail is not here yet.")
        return shown

    def _text(self, what: str) -> None:
        """Show header fields or the whole mail as it came; the same key returns."""
        if self._screen.reader.shows == what:
            self._opening.reload()
            return
        self._screen.spawn(lambda: self._show_text(what))

    async def _show_text(self, what: str) -> None:
        screen = self._screen
        row, raw = self._row(), await self._raw()
        if what == "headers":
            raw = raw.replace(b"\r\n", b"\n").partition(b"\n\n")[0]
        text = await asyncio.to_thread(_shown_bytes, raw)
        if screen.reader.row is None:
            screen.reader.show_mail(row, await self._rendered())
        screen.reader.show_text(text, what)
        screen.activate(Pane.READER)

    async def _links(self) -> None:
        screen = self._screen
        mail = await self._rendered()
        if not mail.links:
            screen.say(Safe("There are no links in this mail."))
            return
        link = await screen.ask(Choose(Safe("Open link"), _link_choices(mail.links)))
        if link is not None:
            await self._open_link(link)

    async def _open_link(self, link: Link) -> None:
        url = safe_url(link.url)
        if url.startswith("mailto:"):
            self._screen.invoke("compose", argument=url)
            return
        if await asyncio.to_thread(_open_in_browser, url):
            self._screen.say(Safe(f"Opened {link.host} in the browser."))
        else:
            self._screen.warn(safe_line(f"There is no browser here. {url}", 400))

    async def _attachments(self) -> None:
        screen = self._screen
        mail = await self._rendered()
        if not mail.attachments:
            screen.say(Safe("No files hang on this mail."))
            return
        title = Safe("Save which file?")
        part = await screen.ask(Choose(title, _file_choices(mail.attachments)))
        if part is not None:
            await self._save_parts([part], "")

    async def _save(self, call: Call) -> None:
        mail = await self._rendered()
        if not mail.attachments:
            raise UserError("No files hang on this mail; | gives the whole mail to a command.")
        await self._save_parts(mail.attachments, call.argument)

    async def _save_parts(self, parts: Sequence[Part], folder: str) -> None:
        screen = self._screen
        wanted = folder
        if not wanted:
            usual = screen.session.mail.config.settings.download_dir
            wanted = await screen.ask(AskText(Safe("Save into"), usual)) or ""
        if not wanted:
            return
        place = _folder(wanted)
        key = self._row().key
        saved = [
            await asyncio.to_thread(reading.save_part, screen.session.mail, key, part.number, place)
            for part in parts
        ]
        names = ", ".join(safe_line(path.name, 80) for path in saved)
        screen.say(Safe(f"Saved {names} in {safe_line(str(place), 120)}"))

    async def _pipe(self, call: Call) -> None:
        screen = self._screen
        typed = call.argument or await screen.ask(AskText(Safe("Give the mail to")))
        if not typed:
            return
        try:
            command = shlex.split(typed)
        except ValueError as error:
            raise UserError(f"The command cannot be read: {error}.") from error
        output = await _fed(command, await self._raw())
        if screen.reader.row is None:
            screen.reader.show_mail(self._row(), await self._rendered())
        screen.reader.show_text(_shown_bytes(output), "pipe")
        screen.activate(Pane.READER)


async def _fed(command: Sequence[str], raw: bytes) -> bytes:
    """Return what a command says to a mail on its standard input."""
    pipe = asyncio.subprocess.PIPE
    try:
        process = await asyncio.create_subprocess_exec(
            *command, stdin=pipe, stdout=pipe, stderr=asyncio.subprocess.STDOUT
        )
    except OSError as error:
        raise UserError(f"{command[0]} cannot be started: {error.strerror}.") from error
    try:
        async with asyncio.timeout(PIPE_TIMEOUT_S):
            output, _ = await process.communicate(raw)
    except TimeoutError as error:
        process.kill()
        await process.wait()
        raise UserError(f"{command[0]} took longer than {PIPE_TIMEOUT_S:.0f} s.") from error
    return output


def _folder(typed: str) -> Path:
    return Path(typed).expanduser()


def _shown_bytes(raw: bytes) -> Safe:
    cut = raw[:MAX_SHOWN_BYTES]
    try:
        return safe_block(cut.decode())
    except UnicodeDecodeError:
        return safe_block(cut.decode("latin-1"))


def _link_choices(links: Sequence[Link]) -> list[Choice[Link]]:
    """The host first: it is what counts; then the words, then the whole address."""
    return [
        Choice(
            link,
            Safe(f"{link.number:>3}  {link.host}  {_link_words(link)}"),
            safe_line(link.url, 300),
        )
        for link in links
    ]


def _link_words(link: Link) -> Safe:
    """Return what stands for a link in the mail; nothing where that is the address again."""
    words = safe_line(link.text, 60)
    return Safe("") if link.url.raw.startswith(link.text[:20]) else words


def _file_choices(parts: Sequence[Part]) -> list[Choice[Part]]:
    return [
        Choice(
            part,
            Safe(f"{n:>3}  {safe_line(part.filename, 80) or part.content_type}"),
            Safe(f"{safe_line(part.content_type, 60)}  {size_words(part.size_bytes)}"),
        )
        for n, part in enumerate(parts, 1)
    ]


def _open_in_browser(url: str) -> bool:
    """Open a link; in a terminal without a browser of its own nothing is started."""
    has_display = bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
    if not has_display and not os.environ.get("BROWSER") and os.uname().sysname != "Darwin":
        return False
    return webbrowser.open(url)
