"""An editor of the person's own: the screen steps aside, the program goes on."""

import asyncio
import os
import shlex
import tempfile
from pathlib import Path

from textual.app import App, SuspendNotSupported

from tuimail.errors import UserError
from tuimail.model.settings import Settings


def editor_command(settings: Settings) -> list[str]:
    """Return the editor's command line; raises UserError where there is none."""
    line = settings.editor or os.environ.get("VISUAL") or os.environ.get("EDITOR") or ""
    if not line:
        raise UserError("No editor is named: set EDITOR, or `editor` under [ui] in config.toml.")
    try:
        return shlex.split(line)
    except ValueError as error:
        raise UserError(f"The editor's command line cannot be read: {error}.") from error


async def edited(app: App[None], command: list[str], text: str) -> str:
    """Return the text as the person left it in the editor.

    The event loop runs on meanwhile (mail comes in, drafts are kept): the driver writes nothing
    while the screen is suspended, so that nothing is drawn over the editor and nothing blocks.

    Raises:
        UserError: the editor cannot be started, ended with an error, or left no readable text.
    """
    with tempfile.TemporaryDirectory(prefix="tuimail-") as folder:
        file = Path(folder) / "mail.eml"
        file.write_text(text, encoding="utf-8")
        try:
            with app.suspend():
                status = await _run([*command, str(file)])
        except SuspendNotSupported as error:
            raise UserError("This terminal cannot be handed to an editor.") from error
        app.refresh(repaint=True, layout=True)
        if status != 0:
            raise UserError(f"{command[0]} ended with status {status}; the draft is as it was.")
        try:
            return file.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise UserError("The editor left no readable text; the draft is as it was.") from error


async def _run(command: list[str]) -> int:
    try:
        process = await asyncio.create_subprocess_exec(*command)
    except OSError as error:
        raise UserError(f"{command[0]} cannot be started: {error.strerror}.") from error
    return await process.wait()
