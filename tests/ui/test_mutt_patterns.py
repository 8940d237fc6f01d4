"""Searches in mutt's words mean the same here."""

from contextlib import suppress
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuimail.errors import UserError
from tuimail.store.query_language import Places, parse
from tuimail.ui.mutt_patterns import searched


@pytest.mark.parametrize(
    ("pattern", "search"),
    [
        ("~f bob", "from:bob"),
        ("~s invoice ~U", "subject:invoice is:unread"),
        ('~s "two words"', 'subject:"two words"'),
        ("~s 'two words' ~U", 'subject:"two words" is:unread'),
        ("!~F", "-is:flagged"),
        ("! ~f bob", "-from:bob"),
        ("~f bob | ~t ada", "from:bob OR to:ada"),
        ("!(~f bob | ~N)", "-(from:bob OR is:unread)"),
        ("~C ada", "(to:ada OR cc:ada)"),
        ("~d <7d", "newer:7d"),
        ("~d >2w", "older:2w"),
        ("~z >1M", "larger:1M"),
        ("~A", ""),
        ("~X ~y todo", "has:attachment tag:todo"),
        ("~B words ~b more", "words body:more"),
        ("bob invoice", "bob invoice"),
        ("from:bob (is:unread OR is:flagged)", "from:bob (is:unread OR is:flagged)"),
        ("~/projects", "~/projects"),
        ("wow!", "wow!"),
    ],
)
def test_a_pattern_is_said_in_the_words_of_the_search_bar(pattern: str, search: str) -> None:
    assert searched(pattern) == search
    if search:
        parse(search, datetime.now(UTC), Places([]))


@pytest.mark.parametrize(
    ("pattern", "says"),
    [
        ("~k", "~k is not known here; known are ~A"),
        ("~f", "Something must follow ~f."),
        ("~f | ~s x", "Something must follow ~f."),
        ("~d 1/1/2026", "An age is written ~d <7d or ~d >2w here."),
        ("~z <1M", "A size is written ~z >1M here."),
        ("!~A", "nothing is left without it"),
        ("~U ! ~A", "nothing is left without it"),
    ],
)
def test_a_pattern_without_its_like_is_said(pattern: str, says: str) -> None:
    with pytest.raises(UserError, match=says.replace("(", r"\(")):
        searched(pattern)


@given(st.text(st.sampled_from('~fsUdkA ()|!"<x:1\\\u202e'), max_size=40))
def test_nothing_typed_raises_anything_else(text: str) -> None:
    with suppress(UserError):
        parse(searched(text), datetime.now(UTC), Places([]))
