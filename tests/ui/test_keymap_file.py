"""Keymap files: what is shipped works, what is wrong is refused with file, line and key."""

from pathlib import Path

import pytest

from tuimail.errors import ConfigError, UserError
from tuimail.ui.action_table import ACTIONS, new_registry
from tuimail.ui.actions import CURRENT_CONTEXTS, Context
from tuimail.ui.hints import continuation_rows, help_rows, hints
from tuimail.ui.keymap_file import known_keymaps, load_keymap
from tuimail.ui.keys import KeyEngine

DEFAULT = {
    Context.LIST: {
        "cursor.down": ("j", "Down"),
        "cursor.up": ("k", "Up"),
        "cursor.top": ("gg", "Home"),
        "cursor.bottom": ("G", "End"),
        "page.down": ("ctrl+f", "PgDn"),
        "page.up": ("PgUp",),
        "half.down": ("ctrl+d",),
        "half.up": ("ctrl+u",),
        "message.open": ("Enter", "l"),
        "message.back": ("q", "Esc", "h"),
        "next.unread": ("Tab",),
        "archive": ("e",),
        "delete": ("dd", "#"),
        "spam": ("!",),
        "move": ("m",),
        "copy": ("Y",),
        "label": ("t",),
        "toggle.read": ("U",),
        "toggle.flag": ("s", "*"),
        "reply": ("r",),
        "reply.all": ("a",),
        "reply.list": ("L",),
        "forward": ("f",),
        "redirect": ("B",),
        "compose": ("c",),
        "select": ("x", "v"),
        "select.thread": ("X",),
        "select.matching": ("V",),
        "thread.collapse": ("za",),
        "thread.collapse.all": ("zM",),
        "thread.expand.all": ("zR",),
        "search": ("/",),
        "filter": ("\\",),
        "search.next": ("n",),
        "search.previous": ("N",),
        "goto.inbox": ("gi",),
        "goto.mailbox": ("gf",),
        "goto.account": ("ga",),
        "goto.sent": ("gt",),
        "goto.drafts": ("gd",),
        "goto.archive": ("ge",),
        "goto.trash": ("gx",),
        "goto.outbox": ("go",),
        "pane.next": ("ctrl+w",),
        "pane.previous": ("alt+w",),
        "reader.down": ("Space",),
        "reader.up": ("-",),
        "save": ("S",),
        "pipe": ("|",),
        "print": ("gp",),
        "edit.as.new": ("E",),
        "mark.all.read": ("gA",),
        "repeat": (".",),
        "delivery": ("gh",),
        "links": ("gl",),
        "attachments": ("o",),
        "headers": ("H",),
        "raw": ("gr",),
        "html": ("T",),
        "undo": ("u",),
        "redo": ("ctrl+r",),
        "command": (":",),
        "palette": ("ctrl+k",),
        "help": ("?", "F1"),
        "sync": ("R",),
        "sync.all": ("gR",),
        "sign.in": ("gs",),
        "redraw": ("ctrl+l",),
        "suspend": ("ctrl+z",),
        "quit": ("ZZ",),
    },
    Context.READER: {"message.next": ("J",), "message.previous": ("K",)},
    Context.COMPOSE: {
        "compose.send": ("alt+s",),
        "compose.attach": ("alt+a",),
        "compose.postpone": ("alt+p",),
        "compose.discard": ("alt+q",),
        "compose.editor": ("alt+e",),
        "compose.preview": ("alt+v",),
    },
    Context.REVIEW: {
        "compose.send": ("y", "alt+s"),
        "compose.identity": ("f",),
    },
}


@pytest.mark.parametrize("name", known_keymaps())
def test_shipped_keymaps_load(name: str) -> None:
    keymap = load_keymap(name, None)
    for context in CURRENT_CONTEXTS:
        for binding in keymap.bindings(context).values():
            assert binding.action in ACTIONS


def test_the_default_keymap_has_the_documented_keys() -> None:
    keymap = load_keymap("default", None)
    for context, table in DEFAULT.items():
        for action, keys in table.items():
            assert keymap.keys_for(action, context) == keys, action


def test_keys_of_screen_and_tmux_are_not_bound() -> None:
    for name in known_keymaps():
        keymap = load_keymap(name, None)
        for context in CURRENT_CONTEXTS:
            first = {keys[0] for keys in keymap.bindings(context)}
            assert not first & {"ctrl+a", "ctrl+b"}


def test_a_person_adds_changes_and_takes_away(tmp_path: Path) -> None:
    file = tmp_path / "keys.toml"
    file.write_text(
        '[keys.message]\n"gm" = "move Archive/2024"\n"#" = ""\n\n[keys.global]\n"j" = "page.down"\n'
    )
    keymap = load_keymap("default", file)
    engine = KeyEngine(keymap)
    engine.feed(Context.LIST, "g")
    found = engine.feed(Context.LIST, "m")
    assert (found.action, found.argument) == ("move", "Archive/2024")
    assert keymap.keys_for("delete", Context.LIST) == ("dd",)
    assert "j" in keymap.keys_for("page.down", Context.LIST)


def test_no_file_means_no_changes(tmp_path: Path) -> None:
    keymap = load_keymap("default", tmp_path / "keys.toml")
    assert keymap.keys_for("undo", Context.LIST) == ("u",)


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ('[keys.list]\n"Entr" = "undo"\n', 2, "“Entr” is not the name of a key"),
        ('[keys.list]\n\n"w" = "und"\n', 3, "there is no action “und”"),
        ('[keys.lits]\n"w" = "undo"\n', 1, "there is no context “lits”"),
        ('[keys.list]\n"g" = "undo"\n', 2, "g (undo, "),
        ('[keys.list]\n"w" = "undo now"\n', 2, "undo takes no argument"),
        ('[keys.list]\n"w" = "compose.send"\n', 2, "compose.send does nothing in “list”"),
        ('[keys.list]\n"w" = 3\n', 2, "an action is text in quotes"),
        ('[keys.list]\n"PgDn" = "undo"\n"pagedown" = "redo"\n', 3, "already bound at"),
        ('[keys.compose]\n"w" = "compose.send"\n', 2, "a printable key is text"),
        ('[keys.list]\n"5" = "undo"\n', 2, "digits are counts"),
        ('[keys.list]\n"w Esc" = "undo"\n', 2, "Esc ends a sequence"),
        ('[keys.list]\n"ctrl+i" = "undo"\n', 2, "terminals send Tab"),
        ('[keys.list]\n"alt+[" = "undo"\n', 2, "terminals begin other keys"),
        ('[key.list]\n"w" = "undo"\n', 1, "only tables [keys.CONTEXT]"),
        ("keys = 3\n", 1, "must be tables"),
        ("keymap = 3\n", 1, "must be a table"),
        ('[keymap]\ncancel = "Esc"\n', 2, "only these are known here"),
        ('[keymap]\npatterns = "vi"\n', 2, "only these are known here"),
        ('[keymap]\ncancel = ["Entr"]\n', 2, "“Entr” is not the name of a key"),
        ('[keymap]\ncancel = ["gg"]\n', 2, "must be single keys"),
        (
            '[keymap]\ncancel = ["ctrl+g"]\n[keys.list]\n"w ctrl+g" = "undo"\n',
            4,
            "ctrl+g ends a sequence",
        ),
        ("[keys]\nlist = 3\n", 2, "must be a table of keys"),
        ('[keys.list]\n"w = "undo"\n', 2, "not valid TOML"),
    ],
)
def test_what_is_wrong_is_refused_with_file_and_line(
    tmp_path: Path, text: str, line: int, says: str
) -> None:
    file = tmp_path / "keys.toml"
    file.write_text(text)
    with pytest.raises(ConfigError) as caught:
        load_keymap("default", file)
    assert caught.value.hint.startswith(f"{file}:{line}: ")
    assert says in caught.value.hint


def test_an_unknown_keymap_is_refused_with_the_known_ones() -> None:
    with pytest.raises(UserError, match=r"“vi”; known are: default, emacs, mutt"):
        load_keymap("vi", None)


def test_the_hint_line_offers_what_has_a_key() -> None:
    emacs = load_keymap("emacs", None)
    offered = hints(new_registry(), emacs, Context.LIST)
    assert offered[:3] == [("Enter", "open"), ("r", "reply"), ("e", "archive")]
    assert all(keys for keys, _ in offered)


def test_help_shows_each_action_once_below_a_heading() -> None:
    registry, keymap = new_registry(), load_keymap("default", None)
    for context in CURRENT_CONTEXTS:
        rows = help_rows(registry, keymap, context)
        ids = [row.action_id for row in rows if row.action_id]
        assert len(ids) == len(set(ids)) > 3
        assert set(ids) == {action.id for action in registry.shown(context)}
        assert not rows[0].action_id
        assert all(row.keys for row in rows if row.action_id)


def test_which_key_names_what_each_key_does() -> None:
    registry = new_registry()
    engine = KeyEngine(load_keymap("default", None))
    engine.feed(Context.LIST, "z")
    rows = continuation_rows(registry, engine.continuations(Context.LIST))
    assert rows == [
        ("=", "One line or two"),
        ("q", "Quotes"),
        ("a", "Fold thread"),
        ("M", "Fold all threads"),
        ("R", "Unfold all threads"),
        ("p", "To what it answers"),
        ("U", "Mark thread read"),
    ]
