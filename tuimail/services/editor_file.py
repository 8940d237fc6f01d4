"""The file a person's editor gets: it lies beside the draft until all of it is in the draft."""

import shutil
import tempfile
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from tuimail.config.private import private_folder
from tuimail.errors import StoreError, UserError
from tuimail.mime.addresses import parse_address
from tuimail.mime.charset import decode
from tuimail.model.draft import Draft
from tuimail.model.ids import DraftId
from tuimail.model.safe import Safe, ours, safe_line

from .draft_files import draft_folder
from .editor_text import draft_to_text, read_edited
from .mail import Mail

MAX_TEXT_BYTES: Final = 10_000_000
_FOLDER: Final = "editor-"
_NAME: Final = "mail.eml"


@dataclass(frozen=True, slots=True)
class Taken:
    """A draft as it came from the editor."""

    draft: Draft
    problems: tuple[Safe, ...] = ()
    """What is not as it was typed, a sentence each."""
    is_whole: bool = True
    """Whether everything typed is in the draft, so that the file may go."""


def put_editor_file(mail: Mail, draft: Draft) -> Path:
    """Write the draft down for an editor, in a folder that only its owner can enter.

    Raises:
        StoreError: it cannot be written.
    """
    folder = draft_folder(mail, draft.id)
    try:
        private_folder(folder)
        path = Path(tempfile.mkdtemp(prefix=_FOLDER, dir=folder)) / _NAME
        path.touch(mode=0o600)
        path.write_text(draft_to_text(draft), encoding="utf-8")
    except OSError as error:
        raise StoreError(f"The editor's file cannot be written: {error.strerror}.") from error
    return path


def take_editor_file(mail: Mail, path: Path, draft: Draft) -> Taken:
    """Return the draft as changed in the editor; what cannot be taken stays in the file."""
    try:
        if path.stat().st_size > MAX_TEXT_BYTES:
            where = _place(path)
            return _kept(draft, f"The text is too long for a mail; attach it from {where} instead.")
        raw = path.read_bytes()
    except OSError:
        return Taken(draft, (ours("The editor left no file; the draft is as it was."),))
    try:
        return _taken(mail, raw.decode("utf-8"), draft)
    except UnicodeDecodeError:
        guessed = _taken(mail, decode(raw, "utf-8"), draft)
        problem = f"The text is not UTF-8: its letters are guessed; as it was: {_place(path)}"
        return _kept(guessed.draft, problem, *guessed.problems)


def drop_editor_file(path: Path) -> None:
    """Remove a file all of which is in its draft."""
    shutil.rmtree(path.parent, ignore_errors=True)
    with suppress(OSError):  # the draft has other files
        path.parent.parent.rmdir()


def left_by_editor(mail: Mail, draft_id: DraftId) -> Safe | None:
    """Say where an editor's file lies that was never taken, or None if there is none."""
    found = sorted(draft_folder(mail, draft_id).glob(f"{_FOLDER}*/{_NAME}"))
    return ours(f"An editor left text of this mail in {_place(found[-1])}") if found else None


def _taken(mail: Mail, text: str, draft: Draft) -> Taken:
    edited = read_edited(text)
    # a header that was mistyped is missing: what stood there before is not taken away
    missing = draft if edited.problems else replace(draft, to="", cc="", bcc="", subject="")
    changed = replace(
        missing,
        to=edited.fields.get("to", missing.to),
        cc=edited.fields.get("cc", missing.cc),
        bcc=edited.fields.get("bcc", missing.bcc),
        subject=edited.fields.get("subject", missing.subject),
        body=edited.body,
    )
    problems = edited.problems
    typed = edited.fields.get("from", "")
    if typed:
        try:
            changed = _from_typed(mail, changed, typed)
        except UserError as error:
            shown = safe_line(typed, 80)
            problems = (*problems, safe_line(f"From is not changed to “{shown}”: {error.hint}"))
    return Taken(changed, problems)


def _from_typed(mail: Mail, draft: Draft, typed: str) -> Draft:
    wanted = parse_address(typed)
    of_draft = [account for account in mail.config.accounts if account.name == draft.account]
    for account in (*of_draft, *mail.config.accounts):
        if wanted.addr_spec.lower() in account.own_addresses:
            return replace(draft, account=account.name, from_=wanted)
    raise UserError("it is none of your addresses; add it as an identity first.")


def _kept(draft: Draft, problem: str, *more: Safe) -> Taken:
    return Taken(draft, (safe_line(problem), *more), is_whole=False)


def _place(path: Path) -> Safe:
    """Return a path as people write it."""
    try:
        return safe_line(f"~/{path.relative_to(Path.home())}")
    except ValueError:
        return safe_line(str(path))
