"""An editor of the person's own: the screen steps aside, the program goes on."""

import asyncio
import os
from pathlib import Path

from textual.app import App, SuspendNotSupported

from tuimail.errors import UserError
from tuimail.model.settings import Settings
from tuimail.services.starting import words_of


def editor_command(settings: Settings) -> list[str]:
    """Return the editor's command line; raises UserError where there is none."""
    line = settings.editor or os.environ.get("VISUAL") or os.environ.get("EDITOR") or ""
    if not line:
        raise UserError("No editor is named: set EDITOR, or `editor` under [ui] in config.toml.")
    return words_of(line, "The editor's command line")


async def run_editor(app: App[None], command: list[str], file: Path) -> int:
    """Let the person edit a file; return the editor's exit status.

    The event loop runs on meanwhile (mail comes in): the driver writes nothing while the screen is
    suspended, so that nothing is drawn over the editor and nothing blocks.

    Raises:
        UserError: the editor cannot be started; the file is as it was.
    """
    try:
        with app.suspend():
            process = await asyncio.create_subprocess_exec(*command, str(file))
            status = await process.wait()
    except SuspendNotSupported as error:
        raise UserError("This terminal cannot be handed to an editor.") from error
    except OSError as error:
        raise UserError(f"{command[0]} cannot be started: {error.strerror}.") from error
    app.refresh(repaint=True, layout=True)
    return status
