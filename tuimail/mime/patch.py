"""Patches inside of a text: which lines belong to one, and what they do."""

import re
from collections.abc import Iterable
from typing import Final

from .columns import Typed

_START = ("diff --git ", "diff -", "Index: ")
_HEAD = (
    *("index ", "--- ", "+++ ", "new file mode ", "deleted file mode ", "old mode ", "new mode "),
    *("similarity index ", "rename from ", "rename to ", "copy from ", "copy to ", "Binary files "),
    *("GIT binary patch", "=====", "diff "),
)
_HUNK = re.compile(r"@@ -\d{1,9}(?:,(\d{1,9}))? \+\d{1,9}(?:,(\d{1,9}))? @@")
_MARKS: Final = ("@@ -", *_START, "--- ", "\\ No newline")
_ROLES: Final = {"+": "patch.add", "-": "patch.del"}


def may_hold_patch(text: str) -> bool:
    """Whether a text has anything that a patch begins with; most have not, and are not read."""
    return any(mark in text for mark in _MARKS)


def holds_patch(text: str) -> bool:
    """Whether a line of a text belongs to a patch that is not quoted."""
    if not may_hold_patch(text):
        return False
    reader, lines = PatchReader(), text.splitlines()
    return any(reader.role_of(line, lines[n : n + 1]) for n, line in enumerate(lines, 1))


class PatchReaders:
    """Goes along a text in which patches may be quoted, as in a review, each depth by itself."""

    def __init__(self) -> None:
        self._own = PatchReader()
        self._quoted: dict[int, PatchReader] = {}
        self.is_quoted = False
        """Whether the line looked at last belongs to a patch that is quoted."""

    def role_of(self, raw: str, line: Typed, ahead: Iterable[Typed]) -> str:
        """Return the role of a line of a patch, empty for any other line.

        `line` is `raw` behind its quote marks; `ahead` are the lines after it. Within a patch
        that is not quoted, what looks like a quote mark belongs to the file.
        """
        self.is_quoted = False
        if not line.depth or self._own.is_in_hunk:
            role = self._own.role_of(raw, (one.text for one in ahead if one.depth == 0))
            if role or not line.depth:
                return role
        self.is_quoted = True
        reader = self._quoted.setdefault(line.depth, PatchReader())
        return reader.role_of(line.text, (one.text for one in ahead if one.depth == line.depth))


class PatchReader:
    """Goes along a text line by line and counts what each hunk says it holds."""

    def __init__(self) -> None:
        self._old = self._new = 0
        """Lines the hunk at hand still owes."""
        self._is_in_head = False

    @property
    def is_in_hunk(self) -> bool:
        """Whether lines are owed of a hunk that began."""
        return self._old > 0 or self._new > 0

    def role_of(self, line: str, ahead: Iterable[str]) -> str:
        """Return the role of a line of a patch, empty for any other line.

        `ahead` are the lines after it, looked at where `--- ` may begin a patch.
        """
        if self.is_in_hunk:
            role = self._in_hunk(line)
            if role:
                return role
        if hunk := _HUNK.match(line):
            self._old, self._new = int(hunk[1] or 1), int(hunk[2] or 1)
            self._is_in_head = False
            return "patch.hunk"
        if line.startswith("\\ No newline"):
            return "patch.hunk"
        self._is_in_head = self._is_head(line, ahead)
        return "patch.hunk" if self._is_in_head else ""

    def _is_head(self, line: str, ahead: Iterable[str]) -> bool:
        if line.startswith(_START):
            return True
        if line.startswith("--- ") and next(iter(ahead), "").startswith("+++ "):
            return True
        return self._is_in_head and line.startswith(_HEAD)

    def _in_hunk(self, line: str) -> str:
        first = line[:1]
        if first not in {"+", "-", " ", ""}:
            if first != "\\":
                self._old = self._new = 0  # less came than was said
            return "patch.hunk" if first == "\\" else ""
        self._old -= first != "+"
        self._new -= first != "-"
        return _ROLES.get(first, "code")
