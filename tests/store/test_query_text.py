"""Searches as text: put together they find what both find, and mailboxes get their new names."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.store.test_query_language import PLACES
from tuimail.errors import QueryError
from tuimail.model.query import And
from tuimail.store.query_language import parse
from tuimail.store.query_text import together, with_places, within

NOW = datetime(2026, 11, 23, 15, 30, tzinfo=UTC)
NEW = {"Old": ["New name"], "both": ["Old", "work/Plans"], 'say "hi"': ["said"]}


def renamed(word: str) -> list[str]:
    return NEW.get(word, [word])


@pytest.mark.parametrize(
    ("before", "now"),
    [
        ("in:Old bill", 'in:"New name" bill'),
        ('in:"Old" bill', 'in:"New name" bill'),
        ("-in:Old", '-in:"New name"'),
        ("in:both", "in:(Old OR work/Plans)"),
        ("in:(Old OR Other)", 'in:("New name" OR Other)'),
        ("in:(a OR (b OR -Old)) Old", 'in:(a OR (b OR -"New name")) Old'),
        ("in:(OR both)", "in:(OR (Old OR work/Plans))"),
        ("IN:Old subject:Old", 'IN:"New name" subject:Old'),
        ('in:"say ""hi"""', "in:said"),
        ("from:(Old OR x) Old", "from:(Old OR x) Old"),
        ("in:(from:Old) Old)", "in:(from:Old) Old)"),
        ("in: Old", "in: Old"),
        ("in:Other  kept   as it is", "in:Other  kept   as it is"),
        ('in:Old "never closed', 'in:"New name" "never closed'),
    ],
)
def test_only_words_for_mailboxes_are_changed(before, now):
    assert with_places(before, renamed) == now


@given(st.text(alphabet='()"-:inOldR \n\x1b', max_size=40))
def test_where_nothing_has_another_name_any_text_stays(text):
    assert with_places(text, lambda word: [word]) == text


@pytest.mark.parametrize(
    ("first", "second", "both"),
    [
        ("a", "b", "a b"),
        ("a OR b", "c", "(a OR b) c"),
        ("(b OR c)", "d", "(b OR c) d"),
        ("", "b OR c", "(b OR c)"),
        ('"x OR y"', "z", '"x OR y" z'),
    ],
)
def test_together_they_find_what_both_find(first, second, both):
    assert together(first, second) == both
    assert parse(both, NOW, PLACES).node == parse(f"({first}) ({second})", NOW, PLACES).node


def test_what_comes_first_is_no_part_of_what_is_found():
    assert together("a sort:relevance", "b OR c sort:date") == "a (b OR c)"


def test_a_search_is_within_every_mailbox_named():
    assert within("a OR b", ["work/Sent mail", "home/Sent"]) == (
        'in:("work/Sent mail" OR home/Sent) (a OR b)'
    )


@given(st.text(alphabet='ab()"-:OR ', max_size=30), st.text(alphabet='ab()"-:OR ', max_size=30))
def test_what_can_be_understood_can_be_understood_together(first, second):
    try:
        nodes = [parse(text, NOW, PLACES).node for text in (first, second)]
    except QueryError:
        return
    said = [node for node in nodes if node != And(())]
    together_now = parse(together(first, second), NOW, PLACES).node
    if len(said) == 1:
        assert together_now == said[0]
