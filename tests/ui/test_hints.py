"""What is said of keys: nothing that cannot be typed where it is read."""

import pytest

from tuimail.ui.action_table import ACTIONS, new_registry
from tuimail.ui.actions import Context
from tuimail.ui.hints import help_rows
from tuimail.ui.keymap_file import known_keymaps, load_keymap


def keys_of(name: str, context: Context) -> dict[str, str]:
    registry = new_registry()
    for action_id in ACTIONS:
        registry.handle(action_id, lambda _: None)
    rows = help_rows(registry, load_keymap(name, None), context)
    return {row.action_id: row.keys for row in rows if row.action_id}


def test_help_while_typing_names_the_key_of_review_where_there_is_no_other():
    keys = keys_of("default", Context.COMPOSE)
    assert keys["compose.identity"] == "Esc f"
    assert keys["palette"] == "Esc ctrl+k"
    assert keys["compose.send"] == "alt+s"


@pytest.mark.parametrize("name", known_keymaps())
@pytest.mark.parametrize("context", [Context.COMPOSE, Context.REVIEW])
def test_help_in_compose_names_no_command(name, context):
    assert not [keys for keys in keys_of(name, context).values() if keys.startswith(":")]


def test_help_elsewhere_names_the_command_of_what_has_no_key():
    assert keys_of("default", Context.LIST)["expunge"] == ":expunge"
