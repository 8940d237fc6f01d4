"""Invitations: answered after a question that shows the answer, handed on to a calendar."""

import asyncio
from collections.abc import Awaitable, Callable
from enum import StrEnum
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Final

from tuimail.errors import UserError
from tuimail.model.cells import cut_address
from tuimail.model.invitation import Answer
from tuimail.model.message import MessageRow
from tuimail.model.safe import Safe, safe_line
from tuimail.ui.actions import Call, Registry
from tuimail.ui.main_screen import MainScreen
from tuimail.ui.modals import AskText, Choice, Choose

from .completing import folders
from .opening import Opening
from .running import command_of, fed, shown_bytes
from .showing import Showing

if TYPE_CHECKING:
    from tuimail.services.invitations import Prepared

_VERBS: Final = {
    "invite.accept": (Answer.ACCEPTED, "Accept"),
    "invite.tentative": (Answer.TENTATIVE, "Perhaps come to"),
    "invite.decline": (Answer.DECLINED, "Decline"),
}
_MAX_TITLE_CHARS = 60
_ADDRESS_CELLS = 32
"""A stranger chose how long it is; its domain must be seen in a question."""


class _Way(StrEnum):
    """What to do with an answer that is ready."""

    SEND = "send"
    WORDS = "words"
    SHOW = "show"


class Invitations:
    """Acts on the invitation in the mail at hand."""

    def __init__(self, screen: MainScreen, opening: Opening, showing: Showing) -> None:
        self._screen, self._opening, self._showing = screen, opening, showing

    def register(self, registry: Registry) -> None:
        """Say what is carried out here."""
        ask = self._screen.spawn_question
        for action_id in _VERBS:
            registry.handle(action_id, lambda call: ask(partial(self._answer, call)))
        registry.handle("invite.export", lambda call: ask(partial(self._export, call)))

    async def _answer(self, call: Call) -> None:
        """Show the answer as it would go, and send it after a yes."""
        screen, row = self._screen, self._showing.row()
        await _load()
        from tuimail.services import invitations

        await self._showing.whole(row)
        answer, verb = _VERBS[call.action.id]
        prepare = partial(invitations.prepare, screen.session.mail, row, answer)
        ready = await asyncio.to_thread(prepare, call.argument)
        way = await screen.ask(_question(ready, verb))
        if way is _Way.WORDS:
            comment = await screen.ask(AskText(Safe("Your words to the organiser")))
            if not comment:
                return
            ready = await asyncio.to_thread(prepare, comment)
        elif way is _Way.SHOW:
            text = await asyncio.to_thread(invitations.preview, ready)
            await self._showing.show(row, text, "answer")
            return
        elif way is not _Way.SEND:
            return
        comment = ready.reply.comment
        send = partial(invitations.send_answer, screen.session.mail, row, answer, comment)
        await asyncio.to_thread(send)
        screen.bridge.send()
        opened = screen.reader.row
        if opened is not None and opened.key == row.key:
            self._opening.reload()
        screen.say(Safe(f"Your answer goes to {_shown(ready.to.addr_spec)}."))

    async def _export(self, call: Call) -> None:
        """Give the calendar to the command that is set, or save it."""
        screen, row = self._screen, self._showing.row()
        await _load()
        await self._showing.whole(row)
        typed = screen.session.mail.config.settings.calendar_command
        if typed and not call.argument:
            name = safe_line(command_of(typed)[0], 40)
            choices: list[Choice[Callable[[], Awaitable[None]]]] = [
                Choice(partial(self._give, row, typed), Safe(f"Give it to {name}")),
                Choice(partial(self._save, row, call), Safe("Save it as a file")),
            ]
            chosen = await screen.ask(Choose(Safe("Hand the invitation on"), choices))
            if chosen is not None:
                await chosen()
        else:
            await self._save(row, call)

    async def _give(self, row: MessageRow, typed: str) -> None:
        from tuimail.services import invitations

        command = command_of(typed)
        content = await asyncio.to_thread(invitations.calendar, self._screen.session.mail, row)
        status, output = await fed(command, content)
        said = safe_line(shown_bytes(output).strip().replace("\n", " "), 200)
        if status:
            raise UserError(f"{command[0]} ended with status {status}. {said}".strip())
        self._screen.say(safe_line(f"Given to {command[0]}. {said}".strip()))

    async def _save(self, row: MessageRow, call: Call) -> None:
        from tuimail.services import invitations

        screen, folder = self._screen, call.argument
        if not folder:
            await asyncio.to_thread(invitations.calendar, screen.session.mail, row)
            usual = screen.session.mail.config.settings.download_dir
            folder = await screen.ask(AskText(Safe("Save into"), usual, folders)) or ""
        if folder:
            screen.calls.answer(call, folder)
            save = partial(invitations.export, screen.session.mail, row, Path(folder))
            path = await asyncio.to_thread(save)
            screen.say(Safe(f"Saved {safe_line(path.name, 80)} in {safe_line(folder, 120)}"))


async def _load() -> None:
    """Import what reads calendars off the loop: it is seldom needed, and takes long."""
    await asyncio.to_thread(import_module, "tuimail.services.invitations")


def _question(ready: "Prepared", verb: str) -> Choose[_Way | None]:
    """Ask; whom the mail goes to and from whom stands in the answer that sends it."""
    title = safe_line(ready.reply.invitation.summary, _MAX_TITLE_CHARS).strip() or "(no title)"
    to = _shown(ready.to.addr_spec)
    sender = safe_line(ready.reply.me.addr_spec, 100)
    details = [
        *([] if ready.invited.me is not None else ["you are not among the guests"]),
        *(f"clashes with {safe_line(one.summary, 40)}" for one, _ in ready.invited.clashes[:1]),
    ]
    return Choose(
        Safe(f"{verb} “{title}”?"),
        [
            Choice(_Way.SEND, Safe(f"Yes, a mail to {to} alone"), Safe(f"from {sender}")),
            Choice(_Way.WORDS, Safe("Yes, with a few words…"), Safe("; ".join(details))),
            Choice(_Way.SHOW, Safe("Show the mail first"), Safe("nothing is sent")),
            Choice(None, Safe("No"), Safe("nothing is sent")),
        ],
    )


def _shown(addr_spec: str) -> Safe:
    return cut_address(safe_line(addr_spec), _ADDRESS_CELLS)
