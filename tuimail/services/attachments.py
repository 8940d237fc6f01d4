"""What hangs on a mail, and the mail itself, written into a folder of the person's."""

from pathlib import Path
from typing import Final

from tuimail.config.private import new_file
from tuimail.config.profile import expanded
from tuimail.errors import NotFound
from tuimail.model.ids import MessageKey
from tuimail.model.safe import Untrusted, safe_filename
from tuimail.store.bodies import body_of

from .mail import Mail
from .rendering import part_of, part_pieces

_NAMED_CHARS: Final = 60
"""Of a subject that becomes the name of a file."""


def save_mail(mail: Mail, key: MessageKey, subject: Untrusted, folder: Path) -> Path:
    """Write a mail's exact bytes into a folder, named by its subject; return where.

    Raises: as `save_part`.
    """
    name = safe_filename(Untrusted(f"{subject.raw.strip()[:_NAMED_CHARS] or 'mail'}.eml"))
    return new_file(expanded(folder), name, [_here(mail, key)])


def save_part(mail: Mail, key: MessageKey, number: str, folder: Path) -> Path:
    """Write a part of a mail into a folder under a safe, unused name; return where.

    Raises:
        NotFound: the mail's bytes are not here, or it has no such part.
        UserError: the folder is in the home of nobody.
        StoreError: it cannot be written there.
    """
    name = safe_filename(part_of(mail, key, number).filename or Untrusted("attachment"))
    return new_file(expanded(folder), name, part_pieces(mail, key, number))


def _here(mail: Mail, key: MessageKey) -> bytes:
    raw = body_of(mail.store, key)
    if raw is None:
        raise NotFound("This mail is not here yet; open it once while online.")
    return raw
