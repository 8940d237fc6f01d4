"""Actions: everything a person can ask of the screen, each with one id.

The same registry feeds the keys, the `:` command line, the palette, `?` and the hint line. Every
action of the table has a handler.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from tuimail.errors import UserError
from tuimail.model.message import MessageRow


class Context(StrEnum):
    """Where the keys go. A key unknown in one context is looked up in the next of its chain."""

    GLOBAL = "global"
    MESSAGE = "message"
    """A mail is at hand: shared by list and reader, never current by itself."""
    LIST = "list"
    READER = "reader"
    MAILBOXES = "mailboxes"
    OUTBOX = "outbox"
    COMPOSE = "compose"
    """Typing a mail: printable keys are text."""
    REVIEW = "review"
    """Compose after Esc: keys are actions."""


CHAIN: Mapping[Context, tuple[Context, ...]] = {
    Context.GLOBAL: (Context.GLOBAL,),
    Context.MESSAGE: (Context.MESSAGE, Context.GLOBAL),
    Context.LIST: (Context.LIST, Context.MESSAGE, Context.GLOBAL),
    Context.READER: (Context.READER, Context.MESSAGE, Context.GLOBAL),
    Context.MAILBOXES: (Context.MAILBOXES, Context.GLOBAL),
    Context.OUTBOX: (Context.OUTBOX, Context.GLOBAL),
    Context.COMPOSE: (Context.COMPOSE,),
    Context.REVIEW: (Context.REVIEW,),
}
"""Where a key is looked up, first match wins."""

CURRENT_CONTEXTS = tuple(c for c in Context if c is not Context.MESSAGE)
"""The contexts a screen can be in."""


class Argument(StrEnum):
    """What may follow an action's name on the `:` line; decides what is completed."""

    NONE = "none"
    TEXT = "text"
    MAILBOX = "mailbox"
    DESTINATION = "destination"
    """A mailbox of the mail's own account."""
    ACCOUNT = "account"
    QUERY = "query"
    SAVED = "saved"
    """A saved search."""
    FILE = "file"
    THEME = "theme"
    KEYMAP = "keymap"
    LABEL = "label"
    WAKE_TIME = "wake time"
    """When a mail that is put off comes back."""
    ADDRESS = "address"
    MACRO = "macro"
    SETTING = "setting"


_REPEATED = frozenset(
    {"archive", "delete", "spam", "move", "copy", "label", "expunge", "toggle", "mark", "select"}
    | {"snooze", "mute", "done", "redirect", "save", "export", "pipe", "print"}
)
"""First words of ids."""
_NOT_RECORDED = frozenset(
    {"command", "palette", "help", "repeat", "macro.record", "macro.stop", "sign.in", "quit"}
)
"""What they lead to is recorded in their place."""


@dataclass(frozen=True, slots=True)
class Action:
    """One thing that can be done."""

    id: str
    """Stable name in keymaps and on the `:` line, for example `cursor.down`."""
    name: str
    """Two or three words for the palette."""
    help: str
    """One sentence."""
    contexts: tuple[Context, ...]
    """Where it applies; `GLOBAL` means everywhere but in compose."""
    argument: Argument = Argument.NONE
    hint: str = ""
    """One word for the hint line."""
    aliases: tuple[str, ...] = ()
    """Other names on the `:` line, for example `q`."""

    def applies_in(self, context: Context) -> bool:
        """Whether the action can be invoked in a context."""
        return any(c in self.contexts for c in CHAIN[context])

    @property
    def can_repeat(self) -> bool:
        """Whether `repeat` does it again: what is done with mail, not what moves or shows."""
        return self.id.partition(".")[0] in _REPEATED

    @property
    def can_record(self) -> bool:
        """Whether a macro may hold it."""
        return self.id not in _NOT_RECORDED


@dataclass(frozen=True, slots=True)
class Call:
    """An action invoked."""

    action: Action
    context: Context
    count: int = 1
    has_count: bool = False
    """Whether the person typed the count."""
    argument: str = ""
    """What followed the name on the `:` line or in the keymap; empty means ask."""
    about: tuple[MessageRow, ...] = ()
    """The mails it is about where another action chose them; empty means those at hand."""


Handler = Callable[[Call], None]


class Registry:
    """The actions a screen can carry out: definitions, and who carries each out."""

    def __init__(self, actions: Iterable[Action]) -> None:
        self._actions = {action.id: action for action in actions}
        self._handlers: dict[str, Handler] = {}
        self._names = {a: action.id for action in self._actions.values() for a in action.aliases}

    def handle(self, action_id: str, handler: Handler) -> None:
        """Say who carries an action out.

        Raises:
            KeyError: there is no such action, which is a mistake in the program.
        """
        self._handlers[self._actions[action_id].id] = handler

    def handler(self, action_id: str) -> Handler:
        """Return who carries an action out; a KeyError is a mistake in the program."""
        return self._handlers[action_id]

    def __getitem__(self, action_id: str) -> Action:
        return self._actions[action_id]

    def __contains__(self, action_id: object) -> bool:
        return action_id in self._actions

    def named(self, word: str) -> Action:
        """Return the action meant on the `:` line: an id, an alias, or the start of one id.

        Raises:
            UserError: nothing, or more than one thing, is called that.
        """
        exact = self._names.get(word, word)
        if exact in self._actions:
            return self._actions[exact]
        found = [action for i, action in self._actions.items() if i.startswith(word)]
        if len(found) == 1:
            return found[0]
        if not found:
            raise UserError(f"There is no command “{word}”; `help` lists them all.")
        names = ", ".join(sorted(action.id for action in found)[:6])
        raise UserError(f"“{word}” could be {names}.")

    def shown(self, context: Context | None = None) -> list[Action]:
        """Return the actions of a context, or all, in table order."""
        return [a for a in self._actions.values() if context is None or a.applies_in(context)]
