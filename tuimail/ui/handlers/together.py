"""Actions on one mail, done with every mail that is selected: saved, printed, piped."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Final

from tuimail.errors import UserError
from tuimail.model.message import MessageRow
from tuimail.model.safe import Safe, safe_line
from tuimail.ui.actions import Call, Handler, Registry
from tuimail.ui.main_screen import MainScreen
from tuimail.ui.modals import AskText
from tuimail.ui.render.panes import Part
from tuimail.ui.render.printed import printed

from .running import command_of, fed, shown_bytes
from .showing import Showing, printer_of

Act = Callable[[Call, Sequence[MessageRow]], None]
_FORM_FEED: Final = "\f"


class Together:
    """Takes the place of what acts on one mail where several are chosen."""

    def __init__(
        self,
        screen: MainScreen,
        showing: Showing,
        mails: Callable[[Call], Sequence[MessageRow]],
    ) -> None:
        """`mails` says which ones are meant: a folded thread stands for all its mails."""
        self._screen, self._showing, self._mails = screen, showing, mails

    def register(self, registry: Registry) -> None:
        """Say what is carried out here; what acts on one mail was registered before."""
        acts: dict[str, Act] = {"save": self._save, "print": self._print, "pipe": self._pipe}
        for action_id, act in acts.items():
            single = registry.handler(action_id)
            registry.handle(action_id, partial(self._carry_out, single, act))

    def chosen(self, call: Call) -> Sequence[MessageRow]:
        """Return the mails chosen in the list; none where an action is about the one at hand."""
        screen = self._screen
        is_list = screen.active is Part.LIST and not screen.shows_outbox
        has_choice = screen.list.model.has_choice or call.has_count
        return self._mails(call) if is_list and has_choice else ()

    def _carry_out(self, single: Handler, act: Act, call: Call) -> None:
        rows = self.chosen(call)
        if len(rows) > 1:
            act(call, rows)
        else:
            single(call)

    def _save(self, call: Call, _: Sequence[MessageRow]) -> None:
        """Save whole mails into a folder: what hangs on each would be too many questions."""
        self._screen.invoke("export", count=call.count, argument=call.argument)

    def _print(self, _: Call, rows: Sequence[MessageRow]) -> None:
        self._screen.spawn(lambda: self._print_rows(rows))

    async def _print_rows(self, rows: Sequence[MessageRow]) -> None:
        """Give mails as one text, each on pages of its own, to the command that prints."""
        command = printer_of(self._screen.session.mail)
        texts = [printed(await self._showing.readable(row)) for row in rows]
        status, output = await fed(command, _FORM_FEED.join(texts).encode())
        if status:
            said = safe_line(shown_bytes(output).strip().replace("\n", " "), 200)
            raise UserError(f"{command[0]} ended with status {status}. {said}".strip())
        self._screen.say(safe_line(f"{len(rows)} mails given to {command[0]} to be printed."))

    def _pipe(self, call: Call, rows: Sequence[MessageRow]) -> None:
        async def ask_and_do() -> None:
            title = Safe(f"Give each of {len(rows)} mails to")
            typed = call.argument or await self._screen.ask(AskText(title)) or ""
            if typed:
                self._screen.calls.answer(call, typed)
                self._screen.spawn(lambda: self._pipe_rows(rows, typed))

        self._screen.spawn_question(ask_and_do)

    async def _pipe_rows(self, rows: Sequence[MessageRow], typed: str) -> None:
        """Run a command once for each mail; stop at the first that it fails on."""
        command = command_of(typed)
        name = safe_line(command[0], 80)
        for done, row in enumerate(rows):
            status, output = await fed(command, await self._showing.whole(row))
            if status:
                said = safe_line(shown_bytes(output).strip().replace("\n", " "), 200)
                what = f"{name} ended with status {status} after {done} of {len(rows)} mails."
                raise UserError(f"{what} {said}".strip())
        self._screen.say(Safe(f"{len(rows)} mails given to {name}."))
