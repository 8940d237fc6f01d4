"""Files of a mail handed to a program of the desktop: a copy under a name of ours, never run."""

import atexit
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final

from tuimail.config.private import new_file, private_folder
from tuimail.errors import StoreError, UserError
from tuimail.mime.sniff import ending_of
from tuimail.model.file_kind import AttachedFile, Group
from tuimail.model.ids import MessageKey
from tuimail.model.safe import Safe, safe_line

from .attachments import require_openable
from .mail import Mail
from .rendering import part_pieces
from .starting import start_apart, words_of

COPY_MODE: Final = 0o400
ASKED_S: Final = 2.0
"""How long the desktop may take to say which program it would take."""
STARTED_S: Final = 1.0
"""A program that fails does so at once; one that goes on is left to itself."""
_FOLDER: Final = "opened"
_MAX_ENDING_CHARS: Final = 5
_OFFICE_97: Final = frozenset({"doc", "xls", "ppt", "msg", "vsd", "pub", "mpp"})


def opener_of(mail: Mail, environ: Mapping[str, str] = os.environ) -> list[str]:
    """Return the command line that opens a file.

    Raises:
        UserError: there is no desktop here, and no program is set; says what can be done.
    """
    typed = mail.config.settings.opener
    if typed:
        return words_of(typed, "The opener under [ui]")
    if os.uname().sysname == "Darwin":
        return ["open"]
    if not (environ.get("DISPLAY") or environ.get("WAYLAND_DISPLAY")):
        raise UserError("There is no desktop here: save the file, or set opener under [ui].")
    if shutil.which("xdg-open") is None:
        raise UserError("There is no xdg-open here: set opener under [ui].")
    return ["xdg-open"]


def program_words(command: Sequence[str], file: AttachedFile) -> Safe:
    """Name the program that will open a file, as far as the desktop tells."""
    name = safe_line(Path(command[0]).name, 60)
    if name != "xdg-open" or shutil.which("xdg-mime") is None:
        return name
    asked = ["xdg-mime", "query", "default", file.kind.content_type]
    try:
        said = subprocess.run(
            asked, capture_output=True, timeout=ASKED_S, stdin=subprocess.DEVNULL, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return name
    chosen = safe_line(said.stdout.decode("utf-8", "replace").strip(), 60)
    return Safe(f"{chosen.removesuffix('.desktop')} ({name})") if chosen else name


def copy_for_program(mail: Mail, key: MessageKey, file: AttachedFile) -> Path:
    """Write a file of a mail for another program to read; it is removed when this one ends.

    Raises:
        UserError: it is a program or a script, by its bytes or its name.
        NotFound: the mail's bytes are not here.
        StoreError: it cannot be written.
    """
    require_openable(file)
    return private_copy(mail, name_for(file), part_pieces(mail, key, file.part.number))


def page_for_browser(mail: Mail, page: bytes) -> Path:
    """Write a page for the browser to read; it is removed when this program ends.

    Raises:
        StoreError: it cannot be written.
    """
    return private_copy(mail, "mail.html", [page])


def private_copy(mail: Mail, name: str, pieces: Iterable[bytes]) -> Path:
    """Write a file into a folder of its own that only its owner may enter; return where.

    Raises:
        StoreError: it cannot be written.
    """
    folder = mail.profile.state_dir / _FOLDER
    private_folder(folder)
    _drop_left_behind(folder)
    try:
        own = Path(tempfile.mkdtemp(prefix=f"{os.getpid()}-", dir=folder))
    except OSError as error:
        raise StoreError(f"{folder}: {error.strerror or 'it cannot be written'}.") from error
    atexit.register(shutil.rmtree, own, ignore_errors=True)
    return new_file(own, name, pieces, COPY_MODE)


def name_for(file: AttachedFile) -> str:
    """Return a name of ours: its ending says what the file truly is, so that desktops see it."""
    stated = ending_of(file.part)
    is_short = stated.isalnum() and len(stated) <= _MAX_ENDING_CHARS
    is_old_office = file.kind.box == "ole" and stated in _OFFICE_97
    is_unknown = file.kind.group is Group.UNKNOWN and is_short
    ending = stated if is_old_office or is_unknown else file.kind.ending
    return f"attachment.{ending}" if ending else "attachment"


def start(command: Sequence[str], path: Path) -> None:
    """Start a program on a file, apart from this terminal; it is left to itself.

    Raises:
        UserError: it cannot be started, or fails at once.
    """
    if status := start_apart([*command, str(path)], STARTED_S):
        raise UserError(f"{safe_line(command[0], 80)} ended with status {status}.")


def _drop_left_behind(folder: Path) -> None:
    """Remove copies of programs that were ended before they could."""
    for left in folder.iterdir():
        pid = left.name.partition("-")[0]
        if pid.isdigit() and not _runs(int(pid)):
            shutil.rmtree(left, ignore_errors=True)


def _runs(pid: int) -> bool:
    with suppress(PermissionError):
        try:
            os.kill(pid, 0)
        except (ProcessLookupError, OverflowError):
            return False
    return True
