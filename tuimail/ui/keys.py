"""The key engine: pure; keys come in, actions come out.

Sequences (`gg`), counts (`10dd`), contexts that fall through to wider ones (reader -> message ->
global). No key is both an action and the beginning of a longer one, so nothing waits for a timer;
the one exception is Esc, which acts at once and still begins `Esc x` for a second.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from .actions import Context


@dataclass(frozen=True, slots=True)
class Binding:
    """What a key sequence does."""

    keys: tuple[str, ...]
    """As people write them: `g`, `Enter`, `ctrl+f`."""
    action: str
    argument: str
    place: str
    """`file:line`, for messages."""


@dataclass(frozen=True, slots=True)
class Invoke:
    """A sequence is complete."""

    action: str
    count: int
    has_count: bool
    argument: str


@dataclass(frozen=True, slots=True)
class Pending:
    """More keys are awaited: show `text` in the status line, and which-key after 400 ms."""

    text: str


@dataclass(frozen=True, slots=True)
class Cleared:
    """Esc dropped what was pending; the key is spent."""


@dataclass(frozen=True, slots=True)
class Miss:
    """The key means nothing here."""

    spent: bool
    """True if it ended a sequence and must not reach a widget."""


Outcome = Invoke | Pending | Cleared | Miss


@dataclass(frozen=True, slots=True)
class Continuation:
    """One way a pending sequence can go on, for which-key."""

    key: str
    actions: tuple[str, ...]
    """One id for a final key; several where more keys follow."""
    is_final: bool


class Keymap:
    """All bindings by context, checked when made."""

    name: str

    def only(self, action_ids: frozenset[str]) -> "Keymap":
        """Return the keymap without actions that nobody handles."""
        raise NotImplementedError

    def keys_for(self, action_id: str, context: Context) -> tuple[str, ...]:
        """Return the sequences that invoke an action in a context, as people write them."""
        raise NotImplementedError

    def bindings(self, context: Context) -> Mapping[tuple[str, ...], Binding]:
        """Return every binding that works in a context, inherited ones included."""
        raise NotImplementedError


class KeyEngine:
    """Turns keys into actions; holds the pending keys and count."""

    def __init__(self, keymap: Keymap) -> None:
        raise NotImplementedError

    def feed(self, context: Context, key: str, now_s: float = 0.0) -> Outcome:
        """Take one key. `key` is Textual's name (`events.Key.key`); `now_s` any steady clock."""
        raise NotImplementedError

    @property
    def pending(self) -> str:
        """What was typed of an unfinished sequence, for example `10d`; empty if nothing."""
        raise NotImplementedError

    def clear(self) -> None:
        """Drop what is pending: the context changed, or a modal opened."""
        raise NotImplementedError

    def continuations(self, context: Context) -> tuple[Continuation, ...]:
        """Return how the pending sequence can go on."""
        raise NotImplementedError
