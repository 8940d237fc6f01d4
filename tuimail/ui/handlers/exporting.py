"""The selected mails as files: into a folder, or into one .mbox file."""

from collections.abc import Callable, Sequence
from pathlib import Path

from tuimail.model.message import MessageRow
from tuimail.model.safe import Safe, safe_line
from tuimail.ui.actions import Call, Registry
from tuimail.ui.main_screen import MainScreen
from tuimail.ui.modals import AskText
from tuimail.ui.roles import StyleRole

from .completing import files


class Exporting:
    """Writes the mails an action is about, byte by byte."""

    def __init__(self, screen: MainScreen, mails: Callable[[Call], Sequence[MessageRow]]) -> None:
        """`mails` says which ones are meant: a folded thread stands for all its mails."""
        self._screen, self._mails = screen, mails

    def register(self, registry: Registry) -> None:
        """Say what is carried out here."""
        registry.handle("export", self._export)

    def _export(self, call: Call) -> None:
        rows = self._mails(call)

        async def ask_and_do() -> None:
            to = call.argument
            if rows and not to:
                what = "this mail" if len(rows) == 1 else f"{len(rows):,} mails"
                title = Safe(f"Write {what} into (a folder, or FILE.mbox)")
                usual = self._screen.session.mail.config.settings.download_dir
                to = await self._screen.ask(AskText(title, usual, files)) or ""
                self._screen.calls.answer(call, to)
            if rows and to:
                self._screen.spawn(lambda: self._write(rows, Path(to)))

        self._screen.spawn_question(ask_and_do)

    async def _write(self, rows: Sequence[MessageRow], to: Path) -> None:
        from tuimail.services.exporting import export  # late: seldom asked for

        screen = self._screen

        def tell(done: int, total: int) -> None:
            if total > 1:
                screen.hint.show_notice(
                    Safe(f"Writing {done:,}/{total:,} …"), StyleRole.HINT, Safe(""), lasts_s=6.0
                )

        exported = await export(screen.session.mail, rows[::-1], to, screen.bridge.body, tell)
        where = safe_line(str(exported.path), 120)
        mails = "1 mail" if exported.count == 1 else f"{exported.count:,} mails"
        if exported.gone:
            screen.warn(
                Safe(f"{mails} written to {where}; {exported.gone:,} are gone from the server.")
            )
        else:
            screen.say(Safe(f"{mails} written to {where}"))
