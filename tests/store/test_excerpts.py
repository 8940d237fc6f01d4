"""An excerpt shows the place a search found, as the index finds it, whatever the text is."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuimail.errors import QueryError
from tuimail.model.places import Places
from tuimail.store.excerpts import MAX_CHARS, Finder
from tuimail.store.query_language import parse

NOW = datetime(2026, 11, 23, tzinfo=UTC)


def finder(query: str) -> Finder:
    return Finder(parse(query, NOW, Places([])).node)


def marked(query: str, text: str) -> str:
    return "".join(
        f"[{piece.text.raw}]" if piece.is_hit else piece.text.raw
        for piece in finder(query).excerpt(text)
    )


@pytest.mark.parametrize(
    ("query", "text", "expected"),
    [
        ("keeper", "the keeper of the tower", "the [keeper] of the tower"),
        ("KEEPER", "The Keeper's tower", "The [Keeper]'s tower"),
        ("keep", "the keeper", ""),
        ("keep*", "the keepers, keep", "the [keepers], [keep]"),
        ("ke*", "the ke", "the [ke]"),
        ("cafe", "a naïve Café here", "a naïve [Café] here"),
        ("cafe", "a Cafe\u0301 here", "a [Café] here"),
        ("café", "a cafe here", "a [cafe] here"),
        ('"two words"', "here two,\n  words there", "here [two, words] there"),
        ("two words", "words are two", "[words] are [two]"),
        ("two OR words", "words", "[words]"),
        ("two -words", "two words", "[two] words"),
        ("body:two subject:three", "two three", "[two] three"),
        ("会議", "明日の会議の資料", "明日の[会議]の資料"),
        ("🎉", "a 🎉 party", "a [🎉] party"),
        ("a.b", "x a.b y a b", "x [a.b] y [a b]"),
        ("snake", "snake_case", "[snake]_case"),
        ("from:ada is:unread", "ada", ""),
        ("", "anything", ""),
    ],
)
def test_the_place_is_marked(query: str, text: str, expected: str) -> None:
    assert marked(query, text) == expected


def test_a_place_far_into_the_text_is_shown_with_a_few_words_before_it() -> None:
    found = marked("needle", "much hay " * 500 + "and a needle\n\n in it " + "more hay " * 500)
    assert found.startswith("…")
    assert "hay and a [needle] in it more" in found
    assert found.index("[") <= 50
    assert len(found) <= MAX_CHARS + 2 * found.count("[")


@given(st.text(max_size=40), st.text(max_size=200))
def test_an_excerpt_is_one_line_of_the_text(query: str, text: str) -> None:
    try:
        found = finder(query).excerpt(text)
    except QueryError:
        return
    line = "".join(piece.text.raw for piece in found)
    assert "\n" not in line
    assert len(line) <= MAX_CHARS


def test_a_long_text_is_looked_through_as_far_as_is_quick() -> None:
    assert marked("needle", "hay " * 15_000 + "needle")
    assert not marked("needle", "hay " * 16_000 + "needle")
    hostile = finder('"a a a a b" OR ' + " OR ".join(f"w{n}*" for n in range(80)))
    for text in ("a " * 100_000, "w" * 200_000, "\u0301" * 200_000, "a" + "_" * 200_000):
        assert not hostile.excerpt(text)
