"""Saved searches are kept apart from the cache, under names that can be shown."""

import pytest

from tuimail.errors import NotFound, UserError
from tuimail.store.database import Database, Store
from tuimail.store.saved_searches import (
    MAX_NAME_CHARS,
    MAX_SAVED,
    delete_saved_search,
    put_saved_search,
    rename_saved_search,
    saved_search,
    saved_searches,
)


def names(store: Store) -> list[str]:
    return [one.name.raw for one in saved_searches(store)]


def test_a_search_is_kept_renamed_and_forgotten(store: Store) -> None:
    put_saved_search(store, "Bills", "subject:invoice")
    put_saved_search(store, "ada", "from:ada")
    assert names(store) == ["ada", "Bills"]
    assert saved_search(store, "bills").query == "subject:invoice"
    rename_saved_search(store, "BILLS", "Invoices")
    assert names(store) == ["ada", "Invoices"]
    assert delete_saved_search(store, "ada").query == "from:ada"
    assert names(store) == ["Invoices"]


def test_the_newer_of_one_name_in_any_case_counts(store: Store) -> None:
    put_saved_search(store, "Bills", "a")
    put_saved_search(store, "bills", "b")
    assert [(one.name.raw, one.query) for one in saved_searches(store)] == [("bills", "b")]
    rename_saved_search(store, "bills", "BILLS")
    assert names(store) == ["BILLS"]


def test_a_name_that_is_taken_missing_or_unfit_is_refused(store: Store) -> None:
    put_saved_search(store, "one", "a")
    put_saved_search(store, "two", "b")
    with pytest.raises(UserError, match="already"):
        rename_saved_search(store, "one", "TWO")
    for name in ("", "  ", "\u200b", "x" * (MAX_NAME_CHARS + 1)):
        with pytest.raises(UserError):
            put_saved_search(store, name, "a")
    for act in (saved_search, delete_saved_search):
        with pytest.raises(NotFound):
            act(store, "three\x1b[2J")


def test_a_hostile_name_becomes_one_line_that_can_be_shown(store: Store) -> None:
    saved = put_saved_search(store, " a\x1b]0;x\x07b\n\u202ec'; drop table saved_search--", "q")
    assert saved.name.raw.isprintable()
    assert "\u202e" not in saved.name.raw
    assert saved_search(store, saved.name.raw).query == "q"


def test_there_is_an_end_to_them(store: Store) -> None:
    for number in range(MAX_SAVED):
        put_saved_search(store, f"n{number}", "a")
    put_saved_search(store, "n7", "b")
    with pytest.raises(UserError, match="at most"):
        put_saved_search(store, "one more", "a")


def test_they_live_where_nothing_is_thrown_away(store: Store) -> None:
    put_saved_search(store, "Bills", "a")
    assert store.rows(Database.LOCAL, "select count(*) from saved_search") == [(1,)]
