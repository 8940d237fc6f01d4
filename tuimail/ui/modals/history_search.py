"""Looking back through lines typed before, as ctrl+r in a shell: newest first, older with each."""

from collections.abc import Sequence


class HistorySearch:
    """What is looked for, and the line that has it."""

    def __init__(self, lines: Sequence[str]) -> None:
        self._lines = lines
        self.text = ""
        self._at = len(lines)
        """Where the line found is; the length of the history where none is."""

    @property
    def found(self) -> str:
        """The line found; "" while there is none."""
        return self._lines[self._at] if self._at < len(self._lines) else ""

    def type(self, text: str) -> None:
        """Look for another text: the line found stays if it has that too."""
        self.text = text
        if text and text in self.found:
            return
        self._at = len(self._lines)  # from the newest again
        self.older()

    def older(self) -> None:
        """Go on to an older line that has the text; where there is none, stay."""
        if not self.text:
            return
        for at in range(self._at - 1, -1, -1):
            if self.text in self._lines[at] and self._lines[at] != self.found:
                self._at = at
                return
