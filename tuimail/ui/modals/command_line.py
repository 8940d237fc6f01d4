"""The `:` line: an action by its id, with an argument; history and completion."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from tuimail.errors import UserError
from tuimail.model.cells import cut, fit_cut, width_of
from tuimail.model.safe import Safe, ours, safe_line
from tuimail.ui.actions import Argument, Context, Registry
from tuimail.ui.roles import StyleRole

from .history_search import HistorySearch
from .line_edit import LineEdit
from .modal import Line, Modal, line_of

MAX_HISTORY = 200
_MAX_OFFERED = 8
_ID_CELLS = 24
_WIDE_CELLS = 40
"""A narrower line has no room to say how much is offered."""

Complete = Callable[[Argument, str], Sequence[str]]
"""What an argument of a kind could be, given its beginning: mailbox names, accounts, …"""


@dataclass(frozen=True, slots=True)
class Command:
    """What was typed."""

    action_id: str
    argument: str
    count: int = 0
    """From `:12`, which goes to line 12; 0 where there is none."""


class History:
    """Commands typed before, newest last; kept in a file that only its owner can read."""

    def __init__(self, file: Path | None = None) -> None:
        self._file = file
        self.lines: list[str] = _read_lines(file)

    def add(self, line: str) -> None:
        """Keep a command; the same one again moves to the end."""
        self.lines = [*(old for old in self.lines if old != line), line][-MAX_HISTORY:]
        if self._file is not None:
            try:
                self._file.touch(mode=0o600)
                self._file.write_text("\n".join(self.lines) + "\n", encoding="utf-8")
            except OSError:
                self._file = None  # a full disk: the history ends with this run


class CommandLine(Modal[Command]):
    """Ends with a command that can be carried out; a wrong one is said and can be mended."""

    def __init__(
        self, registry: Registry, context: Context, history: History, complete: Complete
    ) -> None:
        super().__init__()
        self._registry, self._context = registry, context
        self._history, self._complete = history, complete
        self._edit = LineEdit()
        self._problem = Safe("")
        self._at = len(history.lines)
        """Where in the history; its length is the line being typed."""
        self._typed = ""
        self._chosen = -1
        self._stem = ""
        """What was typed before Tab, whose completions are gone round."""
        self._search: HistorySearch | None = None
        """While a line typed before is looked for."""

    def lines(self, width: int, height: int) -> list[Line]:
        """Return what could be meant, and below it the line itself."""
        room = min(_MAX_OFFERED, max(0, height - 1))
        offered = self._offers() if self._search is None else []
        first = max(0, min(self._chosen - room + 1, len(offered) - room))
        rows = [
            _offer_line(text, words, width, is_chosen=first + n == self._chosen)
            for n, (text, words) in enumerate(offered[first : first + room])
        ]
        if self._problem:
            said = (cut(self._problem, width - 1), StyleRole.ERROR)
            rows = [line_of([(Safe(" "), StyleRole.MODAL), said], width)]
        return [*rows, self._line(width, len(offered) if len(offered) > room else 0)]

    def _line(self, width: int, offered: int) -> Line:
        """Return the line typed in; at its end the place among what is offered, if that is long."""
        begins = ":" if self._search is None else f"?{self._search.text}: "
        is_told = offered and self._chosen >= 0 and width > _WIDE_CELLS
        place = f" {self._chosen + 1}/{offered} " if is_told else ""
        before = cut(safe_line(begins), max(1, width // 2))
        room = max(1, width - width_of(before) - len(place))
        return line_of(
            [
                (before, StyleRole.MODAL_TITLE),
                *self._edit.pieces(room),
                (Safe(place), StyleRole.MODAL_DIM),
            ],
            width,
        )

    def press(self, key: str, character: str) -> None:
        """Take Enter, Esc, Tab, Up, Down and ctrl+r, editing keys and text."""
        if self._search is not None and self._looks_back(self._search, key, character):
            return
        if key == "ctrl+r":
            self._search = HistorySearch(self._history.lines)
            self._changed()
        elif key == "Enter":
            self._run()
        elif key in ("Esc", "ctrl+c", "ctrl+g") or (key == "Backspace" and not self._edit.text):
            self.leave()
        elif key in ("Tab", "shift+Tab"):
            self._next_offer(1 if key == "Tab" else -1)
        elif key in ("Up", "ctrl+p", "Down", "ctrl+n"):
            self._recall(-1 if key in ("Up", "ctrl+p") else 1)
        elif self._edit.press(key, character):
            self._changed()

    def paste(self, text: str) -> None:
        """Insert it."""
        self._edit.insert(text)
        self._changed()

    def _changed(self) -> None:
        self._problem, self._chosen, self._stem = Safe(""), -1, ""
        self._at = len(self._history.lines)

    def _run(self) -> None:
        line = str(self._edit.text).strip()
        if not line:
            self.leave()
            return
        try:
            command = read_command(line, self._registry, self._context)
        except UserError as error:
            self._problem = safe_line(error.hint)
            return
        self._history.add(line)
        self.finish(command)

    def _looks_back(self, search: HistorySearch, key: str, character: str) -> bool:
        """Take a key of the search; any other ends it with the line found, and is taken then."""
        if key == "ctrl+r":
            search.older()
        elif key == "Backspace" and search.text:
            search.type(search.text[:-1])
        elif len(character) == 1 and character.isprintable():
            search.type(search.text + character)
        elif key in ("Esc", "ctrl+c", "ctrl+g", "Backspace"):
            self._search = None
            return True
        else:
            self._search = None
            return False
        self._edit.put(search.found)
        return True

    def _recall(self, by: int) -> None:
        lines = self._history.lines
        if self._at == len(lines):
            self._typed = str(self._edit.text)
        self._at = max(0, min(len(lines), self._at + by))
        self._edit.put(lines[self._at] if self._at < len(lines) else self._typed)
        self._problem, self._chosen, self._stem = Safe(""), -1, ""

    def _next_offer(self, by: int) -> None:
        self._stem = self._stem or str(self._edit.text)
        offers = self._offers()
        if offers:
            self._chosen = (self._chosen + by) % len(offers)
            word = self._stem.partition(" ")[0]
            text = offers[self._chosen][0]
            self._edit.put(f"{word} {text}" if " " in self._stem else text)
            if len(offers) == 1:
                self._chosen, self._stem = -1, ""
                self._edit.insert(" " if " " not in self._edit.text else "")

    def _offers(self) -> list[tuple[str, Safe]]:
        """Return (completion, what it does) for what was typed before Tab."""
        word, blank, rest = (self._stem or str(self._edit.text)).partition(" ")
        if not blank:
            shown = self._registry.shown(self._context)
            ids = [(a.id, ours(a.help)) for a in shown if a.id.startswith(word)]
            others = [(alias, ours(f"{a.id}: {a.help}")) for a in shown for alias in a.aliases]
            return [*ids, *(one for one in others if word and one[0].startswith(word))]
        try:
            action = self._registry.named(word)
        except UserError:
            return []
        found = self._complete(action.argument, rest.lstrip())
        return [(text, Safe("")) for text in found]


def read_command(line: str, registry: Registry, context: Context) -> Command:
    """Return what a line means: `move Archive`, `q`, `12`.

    Raises:
        UserError: there is no such command, or it does not apply here or takes no argument.
    """
    word, _, rest = line.strip().lstrip(":").partition(" ")
    if word.isascii() and word.isdigit():
        return Command("cursor.top", "", min(int(word[:9]), 999_999))
    action = registry.named(word)
    argument = rest.strip()
    if argument and action.argument is Argument.NONE:
        raise UserError(f"{action.id} takes no argument.")
    if not action.applies_in(context):
        raise UserError(f"{action.id} does nothing here.")
    return Command(action.id, argument)


def _offer_line(text: str, words: Safe, width: int, *, is_chosen: bool) -> Line:
    role = StyleRole.MODAL_CURSOR if is_chosen else StyleRole.MODAL
    quiet = StyleRole.MODAL_CURSOR if is_chosen else StyleRole.MODAL_DIM
    shown = safe_line(text)
    name = fit_cut(shown, min(_ID_CELLS, width - 2)) if words else cut(shown, width - 2)
    rest = cut(words, max(0, width - _ID_CELLS - 4))
    return line_of(
        [(Safe(" "), role), (name, role), (Safe("  "), role), (rest, quiet)], width, role
    )


def _read_lines(file: Path | None) -> list[str]:
    try:
        text = file.read_text(encoding="utf-8", errors="replace") if file else ""
    except OSError:
        return []
    return [str(safe_line(line)) for line in text.splitlines() if line.strip()][-MAX_HISTORY:]
