"""The registry: one place for all actions, showing only those somebody carries out."""

import pytest

from tuimail.errors import UserError
from tuimail.ui.action_table import ACTIONS, all_actions, new_registry
from tuimail.ui.actions import CHAIN, Context


def nothing(_: object) -> None:
    """A handler."""


def test_ids_and_aliases_are_unique() -> None:
    names = [a.id for a in all_actions()] + [alias for a in all_actions() for alias in a.aliases]
    assert len(names) == len(set(names))


def test_every_action_has_a_name_and_a_sentence() -> None:
    for action in all_actions():
        assert action.name
        assert action.help.endswith(".")
        assert action.contexts


def test_an_action_nobody_handles_is_not_shown() -> None:
    registry = new_registry()
    assert registry.shown() == []
    assert registry.handler("undo") is None
    registry.handle("undo", nothing)
    assert [a.id for a in registry.shown()] == ["undo"]
    assert registry.handled_ids() == {"undo"}
    assert registry.handler("undo") is nothing


def test_a_handler_for_an_unknown_action_is_a_mistake() -> None:
    with pytest.raises(KeyError):
        new_registry().handle("undoo", nothing)


def test_a_command_is_found_by_id_alias_or_beginning() -> None:
    registry = new_registry()
    for name in ("quit", "move", "mark.all.read", "redraw"):
        registry.handle(name, nothing)
    assert registry.named("quit").id == registry.named("q").id == "quit"
    assert registry.named("red").id == "redraw"
    with pytest.raises(UserError, match=r"mark\.all\.read, move"):
        registry.named("m")
    with pytest.raises(UserError, match="no command “undo”"):
        registry.named("undo")


def test_actions_of_list_and_reader_apply_in_both_and_nowhere_else() -> None:
    archive = ACTIONS["archive"]
    assert archive.applies_in(Context.LIST)
    assert archive.applies_in(Context.READER)
    assert not archive.applies_in(Context.COMPOSE)
    assert "archive" in new_registry()
    assert new_registry()["archive"] == archive


def test_every_context_has_a_chain_that_begins_with_itself() -> None:
    assert all(CHAIN[context][0] is context for context in Context)
