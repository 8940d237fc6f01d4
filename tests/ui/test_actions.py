"""The registry: one place for all actions, each of which somebody carries out."""

import pytest

from tests.ui.screens import app_over
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


async def test_every_action_has_a_handler(mail) -> None:
    app = app_over(mail)
    async with app.run_test():
        for action in all_actions():
            assert app.desk.registry.handler(action.id)


def test_a_handler_for_an_unknown_action_is_a_mistake() -> None:
    with pytest.raises(KeyError):
        new_registry().handle("undoo", nothing)


def test_a_command_is_found_by_id_alias_or_beginning() -> None:
    registry = new_registry()
    assert registry.named("quit").id == registry.named("q").id == "quit"
    assert registry.named("redr").id == "redraw"
    with pytest.raises(UserError, match=r"redirect, redo, redraw"):
        registry.named("red")
    with pytest.raises(UserError, match="no command “undone”"):
        registry.named("undone")


def test_actions_of_list_and_reader_apply_in_both_and_nowhere_else() -> None:
    archive = ACTIONS["archive"]
    assert archive.applies_in(Context.LIST)
    assert archive.applies_in(Context.READER)
    assert not archive.applies_in(Context.COMPOSE)
    assert "archive" in new_registry()
    assert new_registry()["archive"] == archive


def test_every_context_has_a_chain_that_begins_with_itself() -> None:
    assert all(CHAIN[context][0] is context for context in Context)
