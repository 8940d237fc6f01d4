"""The keymaps mutt and emacs: each key does what it does there, or the help says what instead."""

import tomllib
from pathlib import Path

import pytest

from tuimail.ui.action_table import new_registry
from tuimail.ui.actions import CURRENT_CONTEXTS, Context
from tuimail.ui.difference_table import SHIPPED, differences
from tuimail.ui.hints import difference_rows, help_rows
from tuimail.ui.key_names import parse_keys
from tuimail.ui.keymap_file import known_keymaps, load_keymap

NEOMUTT = tomllib.loads((Path(__file__).parent / "neomutt_keys.toml").read_text())
ALIKE = {
    "bottom": "cursor.bottom",
    "bounce-message": "redirect",
    "change-folder": "goto.mailbox",
    "collapse-all": "thread.collapse.all",
    "collapse-thread": "thread.collapse",
    "copy-message": "copy",
    "delete-message": "delete",
    "delete-pattern": "delete.matching",
    "delete-subthread": "delete.thread",
    "delete-thread": "delete.thread",
    "display-message": "message.open reader.down",
    "display-toggle-weed": "headers",
    "edit-label": "label",
    "edit-or-view-raw-message": "raw",
    "enter-command": "command",
    "exit": "message.back quit",
    "fetch-mail": "sync.all",
    "first-entry": "cursor.top",
    "flag-message": "toggle.flag",
    "forward-message": "forward",
    "group-reply": "reply.all",
    "half-down": "half.down",
    "half-up": "half.up",
    "help": "help",
    "last-entry": "cursor.bottom",
    "limit": "filter",
    "list-reply": "reply.list",
    "mail": "compose",
    "mark-as-new": "toggle.read",
    "middle-page": "page.middle",
    "bottom-page": "page.bottom",
    "next-entry": "cursor.down message.next",
    "next-line": "cursor.down",
    "next-new-then-unread": "next.unread",
    "next-page": "page.down reader.down",
    "next-thread": "thread.next",
    "next-undeleted": "cursor.down message.next",
    "parent-message": "thread.parent",
    "pipe-entry": "pipe",
    "pipe-message": "pipe",
    "previous-entry": "cursor.up message.previous",
    "previous-line": "cursor.up",
    "previous-page": "page.up reader.up",
    "previous-thread": "thread.previous",
    "previous-undeleted": "cursor.up message.previous",
    "print-message": "print",
    "quit": "quit",
    "read-subthread": "mark.thread",
    "read-thread": "mark.thread",
    "recall-message": "goto.drafts",
    "redraw-screen": "redraw",
    "refresh": "redraw",
    "reply": "reply",
    "resend-message": "edit.as.new",
    "save-message": "move",
    "search": "find search",
    "search-next": "find.next",
    "search-reverse": "find.back",
    "select-entry": "message.open",
    "set-flag": "label",
    "clear-flag": "label",
    "tag-entry": "select",
    "tag-message": "select",
    "tag-pattern": "select.matching",
    "tag-thread": "select.thread",
    "toggle-new": "toggle.read",
    "toggle-quoted": "quotes.fold",
    "top": "cursor.top",
    "top-page": "page.top",
    "undelete-message": "undo",
    "undelete-pattern": "undo",
    "undelete-subthread": "undo",
    "undelete-thread": "undo",
    "untag-pattern": "select.except",
    "view-attachments": "attachments",
}
"""What is the like of neomutt's functions here."""
INDEX = {**NEOMUTT["generic"], **NEOMUTT["index"]}
LIKE = ("emacs", "mutt")
KEYS = [
    *((Context.LIST, key, function) for key, function in INDEX.items()),
    *((Context.READER, key, function) for key, function in NEOMUTT["pager"].items()),
]


def told(keymap: str) -> set[tuple[str, ...]]:
    """Return the keys that the table of a keymap tells of."""
    rows = [one.key.removesuffix(" in the pager") for one in differences(keymap)]
    return {keys for row in rows for keys in sequences(row.split())}


def sequences(words: list[str]) -> list[tuple[str, ...]]:
    """Return the sequences that words of a row stand for: Esc and what follows it are one."""
    found = []
    while words:
        length = 2 if words[0] == "Esc" and len(words) > 1 else 1
        found.append(parse_keys(" ".join(words[:length])))
        words = words[length:]
    return found


@pytest.mark.parametrize(("context", "key", "function"), KEYS)
def test_each_key_of_neomutt_does_the_like_or_the_help_says_what_instead(
    context: Context, key: str, function: str
) -> None:
    keys = parse_keys(key)
    binding = load_keymap("mutt", None).bindings(context).get(keys)
    is_alike = binding is not None and binding.action in ALIKE.get(function, "").split()
    assert is_alike or keys in told("mutt"), f"{key} ({function}): {binding}"


@pytest.mark.parametrize("name", LIKE)
def test_what_the_table_calls_nothing_is_not_bound(name: str) -> None:
    keymap = load_keymap(name, None)
    for one in differences(name):
        if one.here == "nothing" and "in the pager" not in one.key:
            for keys in sequences(one.key.split()):
                bound = [c for c in CURRENT_CONTEXTS if keys in keymap.bindings(c)]
                assert not set(bound) & {Context.LIST, Context.READER}, (one.key, bound)


@pytest.mark.parametrize("name", LIKE)
def test_the_keys_a_sentence_of_the_table_names_are_known(name: str) -> None:
    assert len(differences(name)) > 10
    assert all(one.there and one.here and one.why for one in differences(name))
    headings = [row for row in difference_rows(load_keymap(name, None)) if row.is_heading]
    assert [str(row.name) for row in headings] == [
        f"Other than in {name}: the key, what it does there, and here"
    ]


def test_the_default_keymap_differs_from_nothing() -> None:
    assert not differences("default")
    assert not difference_rows(load_keymap("default", None))
    assert {file.stem for file in SHIPPED.glob("*.toml")} == set(LIKE)


def bound(name: str) -> set[str]:
    """Return the actions that have a key in a keymap, wherever."""
    keymap = load_keymap(name, None)
    return {b.action for c in CURRENT_CONTEXTS for b in keymap.bindings(c).values()}


@pytest.mark.parametrize("name", LIKE)
def test_what_has_a_key_in_the_default_keymap_has_one_in_the_others(name: str) -> None:
    assert bound("default") - bound(name) <= OTHERWISE[name]


@pytest.mark.parametrize("name", known_keymaps())
def test_what_has_no_key_is_named_in_the_help(name: str) -> None:
    keymap, registry = load_keymap(name, None), new_registry()
    for context in CURRENT_CONTEXTS:
        rows = help_rows(registry, keymap, context)
        assert {r.action_id for r in rows if r.action_id} == {a.id for a in registry.shown(context)}
        assert all(row.keys for row in rows if row.action_id)


OTHERWISE = {
    "mutt": {"search.next", "search.previous"},
    "emacs": set[str](),
}
"""What another key does as well: n goes on along what a search found."""
