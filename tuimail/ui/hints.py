"""What is said of keys: the hint line, the help table, the which-key list. Pure."""

from collections.abc import Collection, Container, Sequence
from dataclasses import dataclass
from typing import Final

from tuimail.model.mailbox import INBOX, MailboxRow
from tuimail.model.outgoing import OutgoingRow
from tuimail.model.safe import Safe, ours
from tuimail.services.mailbox_changes import EMPTIED

from .actions import CHAIN, Action, Context, Registry
from .difference_table import differences
from .keys import Continuation, Keymap
from .render.tree import EntryKind
from .steps import STEPS, steps_for

Hints = list[tuple[Safe, Safe]]
"""Keys and what they do."""

_HINTED: Final = {
    Context.LIST: (
        "message.open reply archive delete search compose help toggle.flag select undo goto.mailbox"
    ),
    Context.READER: (
        "message.back reply reply.all forward archive delete help message.next links attachments"
    ),
    Context.MAILBOXES: (
        "message.open message.back mailbox.create mailbox.rename mailbox.delete help mailbox.read "
        "mailbox.empty search compose sync"
    ),
    Context.OUTBOX: ("message.open outbox.remind message.back help"),
    Context.COMPOSE: (
        "compose.send compose.attach compose.postpone compose.review help compose.editor"
    ),
    Context.REVIEW: (
        "compose.send compose.write compose.attach compose.postpone compose.discard help "
        "compose.options compose.editor compose.preview compose.identity"
    ),
    Context.GLOBAL: "compose search help",
    Context.MESSAGE: "help",
}
"""What the hint line offers, most useful first: it shows as many as fit."""

_NEED_MAIL: Final = {"message.open", "outbox.remind"}
"""What is not offered in an empty outbox."""

_FIRST: Final = ("message.open", "next.unread", "search", "compose", "goto.mailbox", "help")
"""Offered where a mail would be."""

AREAS: Final = {
    "Moving": "cursor page half reader next pane tab",
    "Opening": "message goto thread",
    "The list": "sort columns density dates split",
    "Sorting": (
        "archive delete spam move copy label expunge toggle mark select snooze mute done undo redo"
    ),
    "Mailboxes": "mailbox operations",
    "Writing": "compose reply forward redirect edit",
    "Reading": (
        "save export pipe print clip unsubscribe warnings links hosts attachments image browser "
        "headers raw html quotes fold inside conversation patch delivery outbox receipt invite list"
    ),
    "Finding": "search filter find",
    "Program": "",
}
"""Headings of the help table and the first words of the ids below each; the last takes the rest."""


@dataclass(frozen=True, slots=True)
class HelpRow:
    """One row of the help table; a heading has neither keys nor an action."""

    keys: Safe
    name: Safe
    sentence: Safe
    action_id: str
    """Empty where there is nothing to do: in a heading, or where keymaps differ."""

    @property
    def is_heading(self) -> bool:
        """Whether it is the name of the rows below it."""
        return not self.keys and not self.action_id


def hints(
    registry: Registry, keymap: Keymap, context: Context, without: Container[str] = ()
) -> Hints:
    """Return (keys, word) for the hint line of a context: what has a key."""
    offered = [one for one in _HINTED[context].split() if one not in without]
    return _hints_of(registry, keymap, context, offered)


def outbox_hints(
    registry: Registry, keymap: Keymap, row: OutgoingRow | None, without: Collection[str] = ()
) -> Hints:
    """Return the hints of the outbox: first what can be done about the mail under its cursor."""
    others = {*STEPS.values(), *without, *(_NEED_MAIL if row is None else ())}
    first = _hints_of(registry, keymap, Context.OUTBOX, steps_for(row))
    return [*first, *hints(registry, keymap, Context.OUTBOX, others)]


def mail_hints(registry: Registry, keymap: Keymap, context: Context, steps: Sequence[str]) -> Hints:
    """Return the hints at a mail in a list or the reader, first what it wants of a person."""
    return [*_hints_of(registry, keymap, context, steps), *hints(registry, keymap, context)]


def step_rows(registry: Registry, keymap: Keymap, steps: Sequence[str]) -> Hints:
    """Return (key, what it does) of what can be done with a sent mail, for its story."""
    offered = [(action, keymap.keys_for(action, Context.OUTBOX)) for action in steps]
    return [(ours(keys[0]), ours(registry[action].help)) for action, keys in offered if keys]


def mailbox_hints(
    registry: Registry, keymap: Keymap, kind: EntryKind, row: MailboxRow | None
) -> Hints:
    """Return the hints of the tree: what can be done with the line under its cursor.

    `row` is the mailbox it stands for, None where that is none, or several.
    """
    if row is not None:
        is_inbox = row.name.raw.upper() == INBOX
        cannot = {"mailbox.rename", "mailbox.delete"} if is_inbox else set()
        cannot |= set() if row.role in EMPTIED else {"mailbox.empty"}
    elif kind is EntryKind.SAVED:
        cannot = {"mailbox.empty", "mailbox.read"}  # renamed and forgotten by the same keys
    else:
        cannot = {"mailbox.rename", "mailbox.delete", "mailbox.empty"}
        cannot |= set() if kind is EntryKind.ALL_INBOXES else {"mailbox.read"}
    return hints(registry, keymap, Context.MAILBOXES, cannot)


def first_keys(registry: Registry, keymap: Keymap) -> Hints:
    """Return (key, what it does) of what to know first."""
    found = [(keymap.keys_for(i, Context.LIST), registry[i].name) for i in _FIRST]
    return [(ours(keys[0]), ours(name)) for keys, name in found if keys]


def key_for(keymap: Keymap, action_id: str, *contexts: Context) -> Safe:
    """Return the key a sentence names for an action: of the first context that has one."""
    found = (keys for c in contexts if (keys := keymap.keys_for(action_id, c)))
    return ours(next(found, (f":{action_id}",))[0])


def help_rows(registry: Registry, keymap: Keymap, context: Context) -> list[HelpRow]:
    """Return the help table: what can be done here with a key, then by name only, by area."""
    actions = registry.shown(context)
    rows: list[HelpRow] = []
    for heading in AREAS:
        of_area = [action for action in actions if _area(action) == heading]
        if of_area:
            rows.append(HelpRow(ours(""), ours(heading), ours(""), ""))
            rows += [_row(keymap, context, action) for action in of_area]
    return rows


def difference_rows(keymap: Keymap) -> list[HelpRow]:
    """Return what a keymap does otherwise than the program it is like, below a heading."""
    found = differences(keymap.head.name)
    if not found:
        return []
    heading = ours(f"Other than in {keymap.head.name}: the key, what it does there, and here")
    rows = [HelpRow(ours(one.key), ours(one.there), one.sentence, "") for one in found]
    return [HelpRow(ours(""), heading, ours(""), ""), *rows]


def continuation_rows(registry: Registry, continuations: Sequence[Continuation]) -> Hints:
    """Return (key, what it does) for the which-key list."""
    rows = []
    for continuation in continuations:
        name = registry[continuation.actions[0]].name
        more = len(continuation.actions) - 1
        words = name if continuation.is_final else f"{name}, and {more} more" if more else name
        rows.append((ours(continuation.key), ours(words)))
    return rows


def _hints_of(
    registry: Registry, keymap: Keymap, context: Context, action_ids: Sequence[str]
) -> Hints:
    offered = [(one, keymap.keys_for(one, context)) for one in action_ids]
    return [(ours(keys[0]), _hint_of(registry[one])) for one, keys in offered if keys]


def _hint_of(action: Action) -> Safe:
    return ours(action.hint or action.name)


def _area(action: Action) -> str:
    first = action.id.partition(".")[0]
    return next((heading for heading, words in AREAS.items() if first in words.split()), "Program")


def _row(keymap: Keymap, context: Context, action: Action) -> HelpRow:
    keys = (
        "  ".join(keymap.keys_for(action.id, context))
        or keymap.keys_with_argument(action.id, context)
        or _other_way(keymap, context, action)
    )
    return HelpRow(ours(keys), ours(action.name), ours(action.help), action.id)


def _other_way(keymap: Keymap, context: Context, action: Action) -> str:
    """Return how an action without a key here is asked for: by name, or in review; "" if not."""
    if Context.GLOBAL in CHAIN[context]:
        return f":{action.id}"
    before = keymap.keys_for("compose.review", context)
    keys = keymap.keys_for(action.id, Context.REVIEW)
    return f"{before[0]} {keys[0]}" if before and keys else ""
