"""Patches: given to `git am` in a folder of the person's, never through a shell."""

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from tuimail.config.profile import expanded
from tuimail.errors import UserError
from tuimail.model.message import MessageRow
from tuimail.model.safe import Safe, safe_line
from tuimail.services import patching
from tuimail.ui.actions import Call, Registry
from tuimail.ui.main_screen import MainScreen
from tuimail.ui.modals import AskText, Confirm

from .completing import folders
from .running import fed, shown_bytes
from .showing import Showing

_GIT: Final = "git"
_APPLY: Final = ("am", "--patch-format=mboxrd")
_ABORT: Final = ("am", "--abort")
_UNFINISHED: Final = ("rebase-apply", "rebase-merge", "MERGE_HEAD")
"""What lies in a repository in which something of that kind is going on."""
SHOWS: Final = "git am"
_MAX_NAMED: Final = 10


class Patches:
    """Applies the patch at hand, or the series it belongs to."""

    def __init__(self, screen: MainScreen, showing: Showing) -> None:
        self._screen, self._showing = screen, showing
        self._folder = ""
        """The repository asked for last."""

    def register(self, registry: Registry) -> None:
        """Say what is carried out here."""
        ask = self._screen.spawn_question
        registry.handle("patch.apply", lambda call: ask(lambda: self._ask(call)))

    async def _ask(self, call: Call) -> None:
        """Ask for the repository and apply what belongs together."""
        screen, row = self._screen, self._showing.row()
        mail = screen.session.mail
        await self._showing.present(row)
        rows = await asyncio.to_thread(patching.series, mail, row)
        for one in rows:
            await self._showing.whole(one)
        mbox = await asyncio.to_thread(patching.as_mbox, mail, rows)
        title = Safe(f"Apply {_words(rows)} in the repository")
        typed = call.argument or await screen.ask(AskText(title, self._folder, folders)) or ""
        if not typed:
            return
        screen.calls.answer(call, typed)
        self._folder = typed
        folder = expanded(Path(typed))
        await _check(folder)
        twice = await asyncio.to_thread(patching.sent_twice, mail, row)
        if twice and not await screen.ask(Confirm(_twice_words(twice))):
            return
        await self._apply(row, folder, mbox)

    async def _apply(self, row: MessageRow, folder: Path, mbox: bytes) -> None:
        """Let git apply the patches, show what it said, and offer to take back what failed."""
        screen, failure = self._screen, ""
        try:
            status, said = await _git(folder, *_APPLY, content=mbox)
        except UserError as error:  # it took too long, and was ended half-way
            status, said, failure = 1, b"", error.hint
        await self._showing.show(row, shown_bytes(said), SHOWS)
        if not status:
            screen.say(Safe("The patches are applied."))
            return
        if not await _is_unfinished(folder):
            screen.warn(safe_line(failure or "git am did not begin; nothing was changed.", 200))
            return
        if await screen.ask(
            Confirm(Safe("Not all could be applied. Take it back, git am --abort?"))
        ):
            status, said = await _git(folder, *_ABORT)
            await self._showing.show(row, shown_bytes(said), SHOWS)
            if status:
                raise UserError(f"git am --abort ended with status {status}.")
            screen.say(Safe("Taken back; the repository is as it was."))
        else:
            screen.warn(Safe("git am waits in that folder: --continue, --skip or --abort end it."))


async def _check(folder: Path) -> None:
    """Raise UserError where git could not begin there, or would mix up what is going on."""
    if not await asyncio.to_thread(folder.is_dir):
        raise UserError(f"There is no folder {safe_line(str(folder), 200)}.")
    status, said = await _git(folder, "rev-parse", "--is-inside-work-tree")
    if status or said.strip() != b"true":
        raise UserError(f"{safe_line(str(folder), 200)} is no working tree of git.")
    if await _is_unfinished(folder):
        raise UserError("Another git am, rebase or merge is going on there: end that first.")


async def _is_unfinished(folder: Path) -> bool:
    for name in _UNFINISHED:
        status, said = await _git(folder, "rev-parse", "--git-path", name)
        path = folder / said.decode("utf-8", "surrogateescape").rstrip("\n")
        if not status and await asyncio.to_thread(path.exists):
            return True
    return False


async def _git(folder: Path, *words: str, content: bytes = b"") -> tuple[int, bytes]:
    """Return git's status and what it said. Raises UserError where there is none."""
    return await fed((_GIT, "-C", str(folder), *words), content)


def _words(rows: Sequence[MessageRow]) -> Safe:
    subject = safe_line(rows[0].subject, 60).strip()
    return Safe(f"“{subject}”" if len(rows) == 1 else f"{len(rows)} patches from “{subject}” on")


def _twice_words(numbers: Sequence[int]) -> Safe:
    named = ", ".join(map(str, numbers[:_MAX_NAMED]))
    more = f" and {len(numbers) - _MAX_NAMED} more" if len(numbers) > _MAX_NAMED else ""
    return Safe(
        f"There are several mails in the sender's name that say they are patch {named}{more};"
        " of each the newest is taken. Apply them?"
    )
