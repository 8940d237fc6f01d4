"""Where the engine of a profile listens: a socket nobody else can reach."""

import os
import stat
import tempfile
from hashlib import blake2b
from pathlib import Path
from typing import Final

from tuimail.config.profile import Profile
from tuimail.errors import EngineUnavailable

MAX_SOCKET_PATH_BYTES: Final = 100
"""`sun_path` holds 108 octets on Linux and 104 on macOS, the final NUL among them."""


def socket_path(profile: Profile) -> Path:
    """Return where the engine of this profile listens.

    A profile whose path is too long for a socket gets a short one in a private folder, named
    after the profile.

    Raises:
        EngineUnavailable: that folder belongs to someone else.
    """
    if len(os.fsencode(profile.socket)) <= MAX_SOCKET_PATH_BYTES:
        return profile.socket
    base = os.environ.get("XDG_RUNTIME_DIR", "")
    folder = Path(base if 0 < len(base) < 60 else tempfile.gettempdir()) / f"tuimail-{os.getuid()}"
    _private(folder)
    name = blake2b(os.fsencode(profile.state_dir), digest_size=8).hexdigest()
    return folder / f"{name}.sock"


def _private(folder: Path) -> None:
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        found = folder.lstat()
    except OSError as error:
        raise EngineUnavailable(f"{folder}: {error.strerror}. Use a shorter --profile.") from error
    is_ours = found.st_uid == os.getuid() and stat.S_ISDIR(found.st_mode)
    if not is_ours or stat.S_IMODE(found.st_mode) & 0o077:
        raise EngineUnavailable(
            f"{folder} is open to others or not yours, so nothing is put there. "
            "Use a shorter --profile, or remove it."
        )
