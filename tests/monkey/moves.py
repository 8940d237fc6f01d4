"""What the monkey does next: keys of the keymap and others, counts, texts, answers, resizes."""

import random
from collections.abc import Sequence
from dataclasses import dataclass

from tests.pty_session import _NAMED, key_bytes
from tuimail.ui.action_table import ACTIONS
from tuimail.ui.actions import Argument, Context
from tuimail.ui.keymap_file import load_keymap
from tuimail.ui.keys import Keymap, Keys

SIZES = ((80, 24), (120, 40), (200, 50))
ODD_SIZES = ((40, 10), (101, 13), (60, 50), (250, 70), (20, 5))
CONFIRM = " y yes   n no"
WRITING = "attach"
"""What the hint line offers while a mail is written."""
FOR_EVER = "for ever"
PATHS = ("Save into", "Attach file", "Give the mail to", "Save", "Export", "mbox")
"""Prompts for files and programs: what is typed there is not left to chance."""
SAFE_TEXTS = ("harbour", "cat", "true", "x", "日本", "./kept", "")
TEXTS = (
    *("harbour", "bob@south.example", "alice", "is:unread", "from:bob", "Archive", "Plans"),
    *("日本語", "שלום", "3", "tomorrow", "x" * 30, "in:inbox is:flagged", "not(", "blue", "-1"),
)
COMMON = ("cursor.down", "cursor.up", "undo", "redo", "message.open", "message.back", "goto.inbox")
DEEDS = (
    *("archive", "delete", "spam", "move", "copy", "label", "toggle.read", "toggle.flag"),
    *(
        "snooze",
        "mute",
        "done",
        "archive.dated",
        "delete.thread",
        "select",
        "select.thread",
        "select.range",
        "mark.all.read",
    ),
)
LEFT_OUT = frozenset({"quit", "suspend"})
"""Not asked for on the command line; their keys are pressed like all others."""
STRANGERS = (
    *"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789#!*.:?-~=+<>[]%@_,;'\"^&(){}$|",
    *("é", "日", "ش", "👍", *_NAMED, "alt+x", "alt+Enter", "ctrl+x", "ctrl+g", "ctrl+o", "ctrl+y"),
    *("ctrl+Space", "ctrl+Down", "\x1b[<0;10;5M\x1b[<0;10;5m", "\x1b[<64;10;5M", "\x1b[<65;9;9M"),
    *("\x1b[200~pasted text\nand more\x1b[201~", "\x1b[24~", "\x1b[1;3A", "\x1bO"),
)


@dataclass(frozen=True)
class Move:
    """Keys pressed one after another, or another size."""

    keys: tuple[str, ...] = ()
    size: tuple[int, int] | None = None
    in_one_breath: bool = False
    """Sent in one piece: typed ahead of the answers."""
    agrees: bool = False
    """Says yes to a question."""


class Monkey:
    """Chooses moves by chance, and by what the screen asks."""

    def __init__(self, seed: int, keymap: str, size: tuple[int, int]) -> None:
        self._draw = random.Random(seed)
        self._size = size
        known = load_keymap(keymap, None)
        self._sequences: Sequence[Keys] = sorted(
            {keys for context in Context for keys in known.bindings(context)}
        )
        self._common = self._keys_of(known, COMMON)
        self._deeds = self._keys_of(known, DEEDS)
        self._ends = [
            (*keys, *end)
            for action, end in (("compose.postpone", ()), ("compose.discard", ("y",)))
            for keys, binding in known.bindings(Context.COMPOSE).items()
            if binding.action == action
        ]
        self._command = self._keys_of(known, ("command",))[0]

    @staticmethod
    def _keys_of(known: Keymap, actions: Sequence[str]) -> list[Keys]:
        found = known.bindings(Context.LIST).items()
        return [keys for keys, binding in found if binding.action in actions]

    def next(self, shown: str, *, may_delete: bool) -> Move:
        """Return the next move on a screen that shows this."""
        lines = shown.split("\n")
        question = next((n for n, line in enumerate(lines) if CONFIRM in line), None)
        if question is not None and self._draw.random() < 0.9:
            return self._answer(" ".join(lines[max(0, question - 3) : question]), may_delete)
        if WRITING in shown and self._draw.random() < 0.35:
            return Move(self._draw.choice(self._ends))
        if any(f" {title}" in line[:40] and ": " in line for line in lines[-4:] for title in PATHS):
            text = self._draw.choice(SAFE_TEXTS)
            return Move(("ctrl+u", text, self._draw.choice(("Enter", "Enter", "Esc", "Tab"))))
        return self._draw.choices(
            (
                self._bound, self._often, self._deed, self._counted, self._begun, self._strange,
                self._escape, self._text, self._ask, self._breath, self._resize,
            ),
            (28, 14, 24, 6, 2, 5, 8, 2, 4, 3, 4),
        )[0]()  # fmt: skip

    def _answer(self, question: str, may_delete: bool) -> Move:
        if FOR_EVER in question:
            if may_delete and self._draw.random() < 0.4:
                return Move(("y",), agrees=True)
            return Move((self._draw.choice(("n", "Esc")),))
        return Move((self._draw.choice(("y", "y", "n", "Esc", "Enter", "x")),))

    def _bound(self) -> Move:
        return Move(self._unheard(self._draw.choice(self._sequences)))

    def _often(self) -> Move:
        return Move(self._draw.choice(self._common))

    def _deed(self) -> Move:
        return Move(self._draw.choice(self._deeds))

    def _counted(self) -> Move:
        count = str(self._draw.choice((2, 3, 5, 12, 40, 99_999)))
        return Move((*count, *self._unheard(self._draw.choice(self._sequences))))

    def _begun(self) -> Move:
        keys = self._draw.choice([keys for keys in self._sequences if len(keys) > 1])
        return Move(self._unheard(keys[: self._draw.randint(1, len(keys) - 1)]))

    def _strange(self) -> Move:
        return Move((self._draw.choice(STRANGERS),))

    def _escape(self) -> Move:
        return Move(("Esc",) * self._draw.randint(1, 3))

    def _text(self) -> Move:
        last = self._draw.choice(("Enter", "Enter", "Tab", "Esc"))
        return Move((*self._draw.choice(TEXTS), last), in_one_breath=True)

    def _ask(self) -> Move:
        action = self._draw.choice([one for one in ACTIONS.values() if one.id not in LEFT_OUT])
        words = f"{action.id} {self._draw.choice(TEXTS[:9])}"
        if action.argument in (Argument.NONE, Argument.FILE) or self._draw.random() < 0.5:
            words = action.id
        return Move((*self._command, words, "Enter"))

    def _breath(self) -> Move:
        some = self._draw.choices([*self._common, *self._sequences], k=self._draw.randint(2, 6))
        keys = tuple(key for keys in some for key in keys if key not in ("y", "Y"))
        return Move(keys, in_one_breath=True)

    def _resize(self) -> Move:
        return Move(size=self._draw.choice((*SIZES, *ODD_SIZES, self._size, self._size)))

    def _unheard(self, keys: Keys) -> tuple[str, ...]:
        """Leave out a yes to a question that may have come since; only `_answer` says it."""
        return ("Esc",) if keys in (("y",), ("Y",)) else keys


def sent_for(keys: Sequence[str]) -> bytes:
    """Return what a terminal sends for keys; a text stands for itself."""
    return b"".join(key_bytes(key) for key in keys)
