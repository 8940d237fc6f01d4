"""Where a profile's store may lie: on a local disk, elsewhere if the person says so.

SQLite's log and the locks of files do not work over a network: two programs that believe to be
alone write into each other's pages.
"""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from tuimail.errors import StoreError, UserError
from tuimail.model.safe import safe_line

KEY: Final = "data_dir"
"""Of config.toml, above its tables."""
VARIABLE: Final = "TUIMAIL_DATA_DIR"
"""Counts over the key; each profile has a folder of its own below it."""
MOUNTS: Final = Path("/proc/self/mounts")
"""Linux alone has it: proc_pid_mounts(5), fields as in fstab(5)."""
NETWORK: Final = re.compile(
    r"nfs\d*|cifs|smb\d*|smbfs|ncpfs|afs|9p|ceph|glusterfs|lustre|beegfs|davfs"
    r"|fuse\.(?:sshfs|rclone|s3fs|gcsfuse|glusterfs|ceph|davfs2?|curlftpfs|smbnetfs|juicefs|mfs"
    r"|gvfsd-fuse|afs.*|nfs.*|smb.*|cifs.*)"
)
"""Types of file systems that other machines write to."""

_LINE: Final = re.compile(rf"{KEY}\s*=\s*(?:\"([^\"\\]*)\"|'([^']*)')\s*(?:#.*)?")
_OCTAL: Final = re.compile(r"\\([0-7]{3})")


def chosen_place(config_file: Path, environ: Mapping[str, str]) -> Path | None:
    """Return the folder the person chose for store and state; None where they did not.

    Read from the one line it is, so that a start without it costs nothing and a mistake elsewhere
    in the file hides no mail.

    Raises:
        UserError: it is no absolute path.
    """
    if written := environ.get(VARIABLE):
        from hashlib import blake2b  # for the few who set it

        name = blake2b(bytes(config_file.absolute()), digest_size=6).hexdigest()
        return _absolute(written, VARIABLE) / f"tuimail-{name}"
    written = written_place(config_file)
    return _absolute(written, f"{safe_line(str(config_file))}: {KEY}") if written else None


def written_place(config_file: Path) -> str:
    """Return the line of config.toml as it stands there; empty where there is none."""
    try:
        text = config_file.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
    if KEY not in text:
        return ""
    for line in map(str.strip, text.splitlines()):
        if found := _LINE.fullmatch(line):
            return found[1] or found[2] or ""
        if line.startswith("["):
            break
    return ""


def require_local(folder: Path, config_file: Path) -> None:
    """Refuse a folder that lies on a network file system; it need not be there yet.

    Raises:
        StoreError: says what to write, and where.
    """
    kind = network_type(folder)
    if not kind:
        return
    raise StoreError(
        f"{safe_line(str(folder))} lies on a network file system ({kind}), where mail cannot be "
        f"kept safely. Write above all tables of {safe_line(str(config_file))}: "
        f'{KEY} = "/path/on/a/local/disk" (or set {VARIABLE}). What is there already can be moved.'
    )


def network_type(folder: Path) -> str:
    """Return the type of the network file system a folder lies on; empty on a local one."""
    try:
        table = MOUNTS.read_text(encoding="utf-8", errors="surrogateescape")
        place = folder.resolve()
    except (OSError, RuntimeError):  # another system, or a circle of links: said by who opens it
        return ""
    best, kind = Path("/"), ""
    for line in table.splitlines():
        fields = line.split(" ")
        if len(fields) < 3:
            continue
        mounted = Path(_OCTAL.sub(lambda octal: chr(int(octal[1], 8)), fields[1]))
        is_deeper = len(mounted.parts) >= len(best.parts)  # at one place the later hides the other
        if is_deeper and place.is_relative_to(mounted):
            best, kind = mounted, fields[2]
    return kind if NETWORK.fullmatch(kind) else ""


def _absolute(written: str, where: str) -> Path:
    path = Path(written)
    try:
        path = path.expanduser()
    except RuntimeError as error:
        raise UserError(f"{where}: there is no such home folder.") from error
    if not path.is_absolute():
        raise UserError(f"{where} must be an absolute path, such as /path/on/a/local/disk.")
    return path
