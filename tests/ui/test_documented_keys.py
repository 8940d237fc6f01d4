"""The keymaps mutt and emacs have the keys that people and scripts were told of."""

import pytest

from tuimail.ui.actions import Context
from tuimail.ui.key_names import parse_keys
from tuimail.ui.keymap_file import load_keymap

DOCUMENTED = {
    ("mutt", Context.LIST): {
        "cursor.down": "j", "cursor.up": "k", "cursor.top": "=", "cursor.bottom": "*",
        "page.down": "z", "page.up": "Z", "half.down": "]", "half.up": "[",
        "message.open": "Enter", "next.unread": "Tab", "archive": "A", "delete": "d", "move": "s",
        "copy": "C", "label": "Y", "toggle.read": "N", "toggle.flag": "F", "reply": "r",
        "reply.all": "g", "reply.list": "L", "forward": "f", "redirect": "b", "compose": "m",
        "select": "t", "select.thread": "Esc t", "select.matching": "T",
        "thread.collapse": "Esc v", "thread.collapse.all": "Esc V", "filter": "l",
        "goto.mailbox": "c", "pane.next": "ctrl+w", "pane.previous": "alt+w", "tab.next": ">",
        "tab.previous": "<", "reader.down": "Space", "reader.up": "-", "pipe": "|", "print": "p",
        "macro.record": "Q", "macro.play": "@", "repeat": ".", "attachments": "v", "headers": "h",
        "raw": "e", "undo": "u", "command": ":", "help": "?", "sync": "$", "sync.all": "G",
        "redraw": "ctrl+l", "suspend": "ctrl+z", "quit": "q", "search": "/",
    },
    ("mutt", Context.READER): {
        "message.back": "q", "message.next": "j", "message.previous": "k",
    },
    ("mutt", Context.REVIEW): {
        "compose.send": "y", "compose.attach": "a", "compose.postpone": "P",
        "compose.discard": "q", "compose.editor": "e", "compose.preview": "v",
        "compose.identity": "Esc f",
    },
    ("emacs", Context.LIST): {
        "cursor.down": "ctrl+n", "cursor.up": "ctrl+p", "cursor.top": "alt+<",
        "cursor.bottom": "alt+>", "page.down": "ctrl+v", "page.up": "alt+v",
        "message.open": "Enter", "next.unread": "alt+n", "archive": "e", "delete": "d",
        "spam": "!", "move": "m", "copy": "c", "label": "t", "toggle.read": "u",
        "toggle.flag": "s", "snooze": "b", "reply": "r", "reply.all": "R", "reply.list": "L",
        "forward": "f", "compose": "C", "select": "Space", "select.clear": "ctrl+g",
        "thread.collapse": "Tab", "search": "/", "filter": "l", "goto.inbox": "g i",
        "pane.next": "ctrl+x o", "tab.next": "ctrl+x Right", "tab.previous": "ctrl+x Left",
        "tab.close": "ctrl+x k", "pipe": "|", "macro.record": "ctrl+x (",
        "macro.stop": "ctrl+x )", "macro.play": "ctrl+x e", "delivery": "g h",
        "attachments": "v", "headers": "h", "undo": "ctrl+_", "command": "alt+x", "help": "F1",
        "sync": "alt+g", "redraw": "ctrl+l", "suspend": "ctrl+z", "quit": "ctrl+x ctrl+c",
    },
    ("emacs", Context.READER): {
        "message.back": "q", "message.next": "n", "message.previous": "p",
    },
    ("emacs", Context.COMPOSE): {
        "compose.send": "ctrl+c ctrl+c", "compose.attach": "ctrl+c ctrl+a",
    },
}  # fmt: skip


@pytest.mark.parametrize(("name", "context"), DOCUMENTED)
def test_a_documented_key_does_what_it_is_documented_for(name: str, context: Context) -> None:
    bindings = load_keymap(name, None).bindings(context)
    for action, keys in DOCUMENTED[name, context].items():
        assert bindings[parse_keys(keys)].action == action, keys
