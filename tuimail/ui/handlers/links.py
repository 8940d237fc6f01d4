"""The links of a mail: listed, opened, copied."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Final

from tuimail.errors import UserError
from tuimail.model.cells import tail
from tuimail.model.part import Link, RenderedMail
from tuimail.model.safe import Safe, safe_line, safe_url
from tuimail.model.url import MAX_URL_CHARS
from tuimail.ui.actions import Call, Registry
from tuimail.ui.main_screen import MainScreen
from tuimail.ui.modals import Choice, Choose, Confirm

from .browsing import HOST_CELLS, open_page
from .copying import SHOWN_CHARS, Clipboard

COPY_KEY: Final = "ctrl+y"
"""In the list that opens links: copies the chosen one."""


class Links:
    """Acts on the links of the mail at hand."""

    def __init__(
        self,
        screen: MainScreen,
        rendered: Callable[[], Awaitable[RenderedMail]],
        clipboard: Clipboard,
    ) -> None:
        """`rendered` returns the mail at hand made readable."""
        self._screen, self._rendered, self._clipboard = screen, rendered, clipboard

    def register(self, registry: Registry) -> None:
        """Say what is carried out here."""
        screen = self._screen
        registry.handle("links", lambda call: screen.spawn_question(lambda: self._list(call)))
        registry.handle("clip.link", lambda call: screen.spawn_question(lambda: self._copy(call)))

    async def _list(self, call: Call) -> None:
        """Open the link whose number was given, or one that is chosen."""
        links = await self._found()
        if not links:
            return
        if number := _number_of(call):
            await self._open_numbered(_numbered(links, number))
            return
        choose = Choose(Safe(f"Open link ({COPY_KEY} copies)"), _choices(links), also=COPY_KEY)
        if (link := await self._screen.ask(choose)) is None:
            return
        await (self._put(link) if choose.ended_by == COPY_KEY else self._open(link))

    async def _open_numbered(self, link: Link) -> None:
        """Open a link that was not seen in a list; one that is not what it seems asks first."""
        if link.is_doubtful:
            safe_url(link.url)  # nothing is asked about what is never opened
            other = f", not to {link.named}" if link.named else ""
            words = f"Link {link.number} leads to {link.host}{other}: open it?"
            question = safe_line(words, 1_000)
            if not await self._screen.ask(Confirm(question)):
                return
        await self._open(link)

    async def _copy(self, call: Call) -> None:
        """Copy the only link, the one whose number was given, or one that is chosen."""
        links = await self._found()
        if links and (number := _number_of(call)):
            links = [_numbered(links, number)]
        link = links[0] if len(links) == 1 else None
        if len(links) > 1:
            link = await self._screen.ask(Choose(Safe("Copy link"), _choices(links)))
        if link is not None:
            await self._put(link)

    async def _found(self) -> Sequence[Link]:
        links = (await self._rendered()).links
        if not links:
            self._screen.say(Safe("There are no links in this mail."))
        return links

    async def _put(self, link: Link) -> None:
        url = safe_line(safe_url(link.url), MAX_URL_CHARS)
        await self._clipboard.put(url, safe_line(url, SHOWN_CHARS))

    async def _open(self, link: Link) -> None:
        url = safe_url(link.url)
        if url.startswith("mailto:"):
            self._screen.invoke("compose", argument=url)
            return
        await open_page(self._screen, url, link.host)


def _number_of(call: Call) -> str:
    """Return the number of a link that was asked for, empty where none was."""
    return call.argument or (str(call.count) if call.has_count else "")


def _numbered(links: Sequence[Link], number: str) -> Link:
    """Return the link of a number. Raises UserError where there is none."""
    for link in links:
        if str(link.number) == number:
            return link
    raise UserError(f"There is no link {safe_line(number, 20)} in this mail.")


def _choices(links: Sequence[Link]) -> list[Choice[Link]]:
    """The host first, its end in any case: it is what counts; then the words, and the address."""
    return [
        Choice(
            link,
            Safe(f"{link.number:>3}  {tail(link.host, HOST_CELLS)}  {_words(link)}"),
            safe_line(link.url, 300),
        )
        for link in links
    ]


def _words(link: Link) -> Safe:
    """Return what stands for a link in the mail; nothing where that is the address again."""
    words = safe_line(link.text, 60)
    if link.named:
        return safe_line(f"not {link.named}: {words}", 200)
    return Safe("") if link.url.raw.startswith(link.text[:20]) else words
