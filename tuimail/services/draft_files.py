"""Files made for drafts: attachments of a forwarded mail, kept until nobody can want them back."""

import shutil
from pathlib import Path
from typing import Final

from tuimail.config.private import new_file, private_folder
from tuimail.model.ids import DraftId
from tuimail.store.drafts import drafts

from .mail import Mail

KEEP_S: Final = 30 * 24 * 3600
"""As long as a sent mail can be made a draft again."""
_FOLDER: Final = "attachments"


def put_file(mail: Mail, draft_id: DraftId, filename: str, content: bytes) -> Path:
    """Write a file for a draft; `filename` is one safe path component.

    Raises:
        StoreError: it cannot be written.
    """
    folder = draft_folder(mail, draft_id)
    private_folder(folder)
    return new_file(folder, filename, [content])


def drop_files(mail: Mail, draft_id: DraftId) -> None:
    """Remove the files of a draft."""
    shutil.rmtree(draft_folder(mail, draft_id), ignore_errors=True)


def drop_old_files(mail: Mail, now: int) -> None:
    """Remove files of drafts that are gone, once nobody can take the mail back."""
    root = mail.profile.data_dir / _FOLDER
    if not root.is_dir():
        return
    wanted = {draft.id for draft in drafts(mail.store)}
    for folder in root.iterdir():
        if folder.name not in wanted and folder.stat().st_mtime < now - KEEP_S:
            shutil.rmtree(folder, ignore_errors=True)


def draft_folder(mail: Mail, draft_id: DraftId) -> Path:
    """Return where the files of a draft lie; it need not be there yet."""
    return mail.profile.data_dir / _FOLDER / Path(draft_id).name
