"""The path of a received mail as a page of the reader."""

from collections.abc import Mapping
from typing import Final

from tuimail.model.part import Line, Span
from tuimail.model.path import MailPath
from tuimail.model.safe import Safe
from tuimail.services.path_words import LineKind, path_lines
from tuimail.ui.roles import StyleRole

from .wrap import Row, wrap

_ROLES: Final[Mapping[LineKind, StyleRole]] = {
    LineKind.HEADING: StyleRole.HEADING,
    LineKind.HOST: StyleRole.SENDER,
    LineKind.DETAIL: StyleRole.TEXT,
    LineKind.STATED: StyleRole.DIM,
    LineKind.WARNING: StyleRole.WARNING,
}


_HANGING: Final = 4
_LEAST_CELLS: Final = 10


def path_rows(path: MailPath, width: int) -> list[Row]:
    """Return the picture of a path, as `trace` prints it, in as many cells."""
    return [
        [(Safe(" "), _ROLES[line.kind]), *((text, _ROLES[line.kind]) for text, _ in pieces)]
        for line in path_lines(path)
        for pieces in wrap(_hanging(line.text), max(_LEAST_CELLS, width - 3))
    ]


def _hanging(text: Safe) -> Line:
    return Line((Span(text),), indent=_HANGING)
