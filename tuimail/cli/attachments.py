"""`show --save`: the files of a message, into a folder."""

from pathlib import Path

from tuimail.errors import ExitStatus
from tuimail.model.message import MessageRow
from tuimail.model.safe import Safe, safe_line
from tuimail.services.attachments import files_of, save_part
from tuimail.services.mail import Mail

from .terminal import print_lines, say


def save_files(mail: Mail, row: MessageRow, folder: Path) -> int:
    """Save every file of a message and print where each lies; return the exit status.

    Names are made harmless, nothing is written over, and nothing can be run.
    """
    files = files_of(mail, row.key)
    if not files:
        say("no files hang on this message")
        return ExitStatus.NOTHING_FOUND
    for file in files:
        path = save_part(mail, row.key, file.part.number, folder)
        print_lines([safe_line(str(path), 4_096)])
        if file.warning:
            say(Safe(f"{file.name}: {file.warning}"))
    return ExitStatus.DONE
