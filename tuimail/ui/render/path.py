"""The path of a received mail as a page of the reader."""

from collections.abc import Mapping
from typing import Final

from tuimail.model.path import MailPath
from tuimail.model.safe import Safe
from tuimail.services.path_words import LineKind, path_lines
from tuimail.ui.roles import StyleRole

from .message import Row

_ROLES: Final[Mapping[LineKind, StyleRole]] = {
    LineKind.HEADING: StyleRole.HEADING,
    LineKind.HOST: StyleRole.SENDER,
    LineKind.DETAIL: StyleRole.TEXT,
    LineKind.STATED: StyleRole.DIM,
    LineKind.WARNING: StyleRole.WARNING,
}


def path_rows(path: MailPath) -> list[Row]:
    """Return the picture of a path, as `trace` prints it."""
    return [[(Safe(f" {line.text}"), _ROLES[line.kind])] for line in path_lines(path)]
