"""The key engine: pure; keys come in, actions come out.

Sequences (`gg`), counts (`10dd`), contexts that fall through to wider ones (reader -> message ->
global). No key is both an action and the beginning of a longer one, so nothing waits for a timer;
the one exception is Esc, which acts at once and still begins `Esc x` for a second.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from .actions import CHAIN, Context
from .key_names import ESC, is_printable, key_name, shown_keys

MAX_COUNT: Final = 99_999
"""Larger counts are cut: nobody means to press a key more often."""
ESC_PREFIX_S: Final = 1.0
"""How long after Esc the next key may still complete `Esc x`."""

ALWAYS_CANCEL: Final = frozenset({ESC})
_DIGITS: Final = frozenset("0123456789")

Keys = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Binding:
    """What a key sequence does."""

    keys: Keys
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
    """A cancel key dropped what was pending; the key is spent."""


@dataclass(frozen=True, slots=True)
class Miss:
    """The key means nothing here."""

    spent: bool
    """True if it ended a sequence and must not reach a widget."""
    text: str
    """The sequence, without its count."""


Outcome = Invoke | Pending | Cleared | Miss


@dataclass(frozen=True, slots=True)
class Continuation:
    """One way a pending sequence can go on, for which-key."""

    key: str
    actions: tuple[str, ...]
    """One id for a final key; several where more keys follow."""
    is_final: bool


class Clash(Exception):
    """Two bindings of one context cannot both work."""

    def __init__(self, context: Context, shorter: Binding, longer: Binding) -> None:
        self.context, self.shorter, self.longer = context, shorter, longer
        super().__init__(
            f"in “{context}”, {shown_keys(shorter.keys)} ({shorter.action}, {shorter.place}) hides "
            f"{shown_keys(longer.keys)} ({longer.action}, {longer.place}): "
            'no key may begin a longer one; take one away with = ""'
        )


@dataclass(frozen=True, slots=True)
class Head:
    """What a keymap says of itself."""

    cancel: frozenset[str] = ALWAYS_CANCEL
    """Keys that drop an unfinished sequence; Esc is always one."""
    name: str = ""
    """As it is called in config.toml."""
    patterns: str = ""
    """`mutt` where searches may be written as patterns (`~f bob`)."""


class Keymap:
    """All bindings by context, checked when made."""

    def __init__(
        self, bindings: Mapping[Context, Mapping[Keys, Binding]], head: Head | None = None
    ) -> None:
        """Merge what each context inherits.

        Raises:
            Clash: in some context one binding is the beginning of another.
        """
        self.head = head or Head()
        self._bindings = bindings
        self._merged = {context: _merged(context, bindings) for context in Context}
        self._prefixes = {c: _prefixes(merged) for c, merged in self._merged.items()}

    def bindings(self, context: Context) -> Mapping[Keys, Binding]:
        """Return every binding that works in a context, inherited ones included."""
        return self._merged[context]

    def with_binding(self, context: Context, binding: Binding) -> "Keymap":
        """Return this keymap with a key that does something else in a context.

        Raises:
            Clash: it is the beginning of another, or has one for its beginning.
        """
        own = {**self._bindings.get(context, {}), binding.keys: binding}
        return Keymap({**self._bindings, context: own}, self.head)

    def prefixes(self, context: Context) -> frozenset[Keys]:
        """Return every unfinished beginning of a sequence in a context."""
        return self._prefixes[context]

    def keys_for(self, action_id: str, context: Context) -> tuple[str, ...]:
        """Return the sequences that invoke an action in a context, as people write them."""
        merged = self._merged[context].values()
        return tuple(shown_keys(b.keys) for b in merged if b.action == action_id and not b.argument)

    def keys_with_argument(self, action_id: str, context: Context) -> str:
        """Return the keys that do an action about something, which is named; "" if none do."""
        merged = self._merged[context].values()
        found = (b for b in merged if b.action == action_id and b.argument)
        return "  ".join(f"{shown_keys(b.keys)} ({b.argument})" for b in found)


class KeyEngine:
    """Turns keys into actions; holds the pending keys and count."""

    def __init__(self, keymap: Keymap) -> None:
        self._keymap = keymap
        self._keys: Keys = ()
        self._count = ""
        self._esc_until_s = float("-inf")

    @property
    def pending(self) -> str:
        """What was typed of an unfinished sequence, for example `10d`; empty if nothing."""
        return self._count + shown_keys(self._keys)

    def clear(self) -> None:
        """Drop what is pending: the context changed, or a modal opened."""
        self._keys, self._count = (), ""

    def feed(self, context: Context, key: str, now_s: float = 0.0) -> Outcome:
        """Take one key. `key` is Textual's name (`events.Key.key`); `now_s` any steady clock."""
        name = key_name(key)
        after_esc, self._esc_until_s = now_s < self._esc_until_s, float("-inf")
        if self.pending and name in self._keymap.head.cancel:
            self.clear()
            return Cleared()
        if self._takes_digit(context, name):
            self._count = str(min(int(self._count + name), MAX_COUNT))
            return Pending(self.pending)
        bindings = self._keymap.bindings(context)
        if after_esc and not self.pending and (ESC, name) in bindings:
            return self._invoke(bindings[ESC, name])
        if name == ESC and (ESC,) in self._keymap.prefixes(context):
            self._esc_until_s = now_s + ESC_PREFIX_S
        return self._step(context, bindings, (*self._keys, name))

    def _step(self, context: Context, bindings: Mapping[Keys, Binding], keys: Keys) -> Outcome:
        if keys in bindings:
            return self._invoke(bindings[keys])
        if keys in self._keymap.prefixes(context) and keys != (ESC,):
            self._keys = keys
            return Pending(self.pending)
        spent = bool(self.pending)
        self.clear()
        return Miss(spent, shown_keys(keys))

    def continuations(self, context: Context) -> tuple[Continuation, ...]:
        """Return how the pending sequence can go on, in keymap order."""
        at = len(self._keys)
        following: dict[str, list[Binding]] = {}
        for keys, binding in self._keymap.bindings(context).items():
            if len(keys) > at and keys[:at] == self._keys and at:
                following.setdefault(keys[at], []).append(binding)
        return tuple(
            Continuation(key, tuple(b.action for b in group), len(group[0].keys) == at + 1)
            for key, group in following.items()
        )

    def _takes_digit(self, context: Context, name: str) -> bool:
        if self._keys or context is Context.COMPOSE or name not in _DIGITS:
            return False
        return name != "0" or bool(self._count)

    def _invoke(self, binding: Binding) -> Invoke:
        count = self._count
        self.clear()
        return Invoke(binding.action, int(count or 1), bool(count), binding.argument)


def check_sequence(context: Context, keys: Keys) -> None:
    """Refuse sequences that could never be typed.

    Raises:
        ValueError: why, in a sentence.
    """
    if context is not Context.COMPOSE and keys[0] in tuple("123456789"):
        raise ValueError("digits are counts and cannot begin a key")
    if context is Context.COMPOSE and is_printable(keys[0]):
        raise ValueError(
            "a printable key is text while typing a mail: use ctrl, alt or a named key"
        )
    if ESC in keys[1:]:
        raise ValueError("Esc ends a sequence and can only stand first")


def _merged(
    context: Context, bindings: Mapping[Context, Mapping[Keys, Binding]]
) -> dict[Keys, Binding]:
    merged: dict[Keys, Binding] = {}
    for level in CHAIN[context]:
        for keys, binding in bindings.get(level, {}).items():
            merged.setdefault(keys, binding)
    bound = {keys: binding for keys, binding in merged.items() if binding.action}
    for keys, binding in bound.items():
        for length in range(1, len(keys)):
            shorter = bound.get(keys[:length])
            if shorter is not None and keys[:length] != (ESC,):
                raise Clash(context, shorter, binding)
    return bound


def _prefixes(bindings: Iterable[Keys]) -> frozenset[Keys]:
    return frozenset(keys[:n] for keys in bindings for n in range(1, len(keys)))
