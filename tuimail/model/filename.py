"""A stranger's file name made into one that can be created in a folder and hides nothing."""

import re
from typing import Final
from unicodedata import normalize

from .safe import safe_line

MAX_NAME_BYTES: Final = 120
"""Leaves room below the 255 bytes of file systems for ` (2)` and temporary suffixes."""
MAX_SUFFIX_BYTES: Final = 16
FALLBACK: Final = "attachment"

_MAX_READ_CHARS = 4_000
_NOT_IN_NAMES = re.compile('[\x00-\x1f<>:"|?*\u2044\u2215\u29f8\uff0f\uff3c\uff1a\ufffd\u241b]+')
"""Not allowed on some file system, or looks like a separator, or stands for what was removed."""
_SEPARATORS = re.compile(r"[/\\]")
_RESERVED = re.compile(r"(?i)(con|prn|aux|nul|com[0-9]|lpt[0-9]|conin\$|conout\$)\s*(\.|$)")


def component_of(raw: str) -> str:
    """Return the last component of a name, cleaned; FALLBACK where nothing is left."""
    last = _SEPARATORS.split(raw[-_MAX_READ_CHARS:].rstrip("/\\"))[-1]
    shown = normalize("NFC", safe_line(last, _MAX_READ_CHARS))
    plain = _NOT_IN_NAMES.sub("_", " ".join(shown.split()))
    name = plain.lstrip(" .-~").rstrip(" .")
    if not name.strip("_ ."):
        return FALLBACK
    if _RESERVED.match(name):
        name = f"_{name}"
    return _shortened(name)


def _shortened(name: str) -> str:
    """Cut the stem, never inside a character, and keep the suffix that says what the file is."""
    if len(name.encode()) <= MAX_NAME_BYTES:
        return name
    stem, dot, suffix = name.rpartition(".")
    ending = dot + suffix
    if not stem or len(ending.encode()) > MAX_SUFFIX_BYTES:
        stem, ending = name, ""
    room = MAX_NAME_BYTES - len(ending.encode())
    return stem.encode()[:room].decode("utf-8", "ignore").rstrip(" .") + ending
