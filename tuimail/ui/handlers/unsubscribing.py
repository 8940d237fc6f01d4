"""Leaving a mailing list: a question that shows where each way leads; nothing goes by itself."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Final

from tuimail.model.cells import tail
from tuimail.model.draft import Draft
from tuimail.model.part import RenderedMail
from tuimail.model.safe import Safe, safe_line
from tuimail.ui.actions import Registry
from tuimail.ui.main_screen import MainScreen
from tuimail.ui.modals import Choice, Choose, Confirm

from .browsing import HOST_CELLS, open_page
from .copying import SHOWN_CHARS, Clipboard
from .links import COPY_KEY

if TYPE_CHECKING:
    from tuimail.services.unsubscribing import WayOut

_NONE: Final = Safe("This mail names no safe way to leave its list.")


class Unsubscribing:
    """Offers the ways the mail at hand names."""

    def __init__(
        self,
        screen: MainScreen,
        rendered: Callable[[], Awaitable[RenderedMail]],
        clipboard: Clipboard,
        open_draft: Callable[[Draft], Awaitable[None]],
    ) -> None:
        """`rendered` has the mail at hand fetched where it is not here yet."""
        self._screen, self._rendered, self._clipboard = screen, rendered, clipboard
        self._open_draft = open_draft

    def register(self, registry: Registry) -> None:
        """Say what is carried out here."""
        registry.handle("unsubscribe", lambda _: self._screen.spawn_question(self._ask))

    async def _ask(self) -> None:
        from tuimail.services import unsubscribing  # knows how mail is written: not at the start

        screen, row = self._screen, self._screen.mail_at_hand()
        await self._rendered()
        if row is None:
            return
        ways = await asyncio.to_thread(unsubscribing.ways_out, screen.session.mail, row)
        if not ways:
            screen.whisper(_NONE)
            return
        title = Safe(f"Leave the list by ({COPY_KEY} copies)")
        choose = Choose(title, [_choice(way) for way in ways], also=COPY_KEY)
        way = await screen.ask(choose)
        if way is None:
            return
        if choose.ended_by == COPY_KEY:
            await self._clipboard.put(safe_line(way.url, 16_384), safe_line(way.url, SHOWN_CHARS))
            return
        match way.kind:
            case unsubscribing.Kind.CLICK:
                await self._leave(way)
            case unsubscribing.Kind.MAIL:
                mail = screen.session.mail
                draft = await asyncio.to_thread(unsubscribing.mail_of, mail, row, way)
                await self._open_draft(draft)
            case unsubscribing.Kind.PAGE:
                await open_page(screen, way.url, way.whom)

    async def _leave(self, way: "WayOut") -> None:
        """Ask once more, since this cannot be taken back, and say what the host says."""
        from tuimail.services import unsubscribing

        question = Safe(f"Tell {way.whom} that you leave its list?")
        if await self._screen.ask(Confirm(question)):
            self._screen.say(Safe(f"Telling {tail(way.whom, HOST_CELLS)} …"))
            self._screen.say(await unsubscribing.leave(way))


def _choice(way: "WayOut") -> "Choice[WayOut]":
    """What it is and whom it tells first, then the whole link."""
    host = tail(way.whom, HOST_CELLS)  # its end says whose it is
    words = {
        "click": f"one click: this program tells {host}",
        "mail": f"a mail to {way.whom}, which you send",
        "page": f"a page at {host}",
    }[way.kind]
    first = {"help": "its help: ", "owner": "its owner: "}.get(way.about, "")
    return Choice(way, Safe(f"  {first}{words}"), safe_line(way.url, 300))
