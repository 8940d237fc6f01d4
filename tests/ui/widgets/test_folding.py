"""Long quotes are folded, and no letter of a mail is lost by that."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuimail.model.part import Line, Span
from tuimail.model.safe import Safe
from tuimail.ui.widgets.flow import BEGINNING, Flow, lines_source, marked, text_of, text_source
from tuimail.ui.widgets.folding import Folding

KEY = Safe("zq")


def lines(*folds: int) -> list[Line]:
    return [
        Line((Span(Safe(f"line {n}")),), quote_depth=bool(fold), fold=fold)
        for n, fold in enumerate(folds)
    ]


def shown(folding: Folding) -> list[str]:
    return [line.text for _, line in folding.shown()]


def test_a_folded_quote_is_one_row_that_says_how_many_lines_and_the_key():
    folding = Folding(lines(0, 1, 1, 1), KEY, is_folded=True)
    assert shown(folding) == ["line 0", "▸ 3 quoted lines  zq unfolds"]
    folding.turn()
    assert shown(folding) == [f"line {n}" for n in range(4)]


def test_the_end_of_a_quote_stays_that_the_text_below_answers():
    folding = Folding(lines(0, *[1] * 9, 0), KEY, is_folded=True)
    answered = ["line 7", "line 8", "line 9", "line 10"]
    assert shown(folding) == ["line 0", "▸ 6 quoted lines  zq unfolds", *answered]
    signed = [*lines(*[1] * 9), Line((Span(Safe("-- "), "signature"),))]
    assert shown(Folding(signed, KEY, is_folded=True))[0] == "▸ 9 quoted lines  zq unfolds"


def test_quotes_beside_each_other_fold_each_by_itself():
    folding = Folding(lines(1, 1, 2, 2), KEY, is_folded=True)
    assert folding.turn_at(3)
    assert shown(folding) == ["▸ 2 quoted lines  zq unfolds", "line 2", "line 3"]
    assert folding.turn_at(2)
    assert len(shown(folding)) == 2


def test_what_is_found_in_a_fold_is_shown_once():
    folding = Folding(lines(0, 1, 1), KEY, is_folded=True)
    assert folding.unfold(2)
    assert not folding.unfold(2)
    assert not folding.unfold(0)
    assert shown(folding) == ["line 0", "line 1", "line 2"]


WORDS = st.text(alphabet="ab >\u4e2d\u0301\u200d\U0001f600", max_size=40)


@given(st.lists(st.tuples(WORDS, st.integers(0, 3)), max_size=12), st.integers(4, 40))
def test_no_letter_is_lost_by_wrapping_what_is_unfolded(texts, width):
    made = [Line((Span(Safe(text)),), quote_depth=1, fold=fold) for text, fold in texts]
    folding = Folding(made, KEY, is_folded=True)
    folding.turn()
    flow = Flow(lines_source(folding, 80), width, 5)
    flow.lay_out(10_000)
    letters = "".join(map(text_of, flow.rows)).split()
    assert "".join(letters) == "".join("".join(text for text, _ in texts).split())


@given(st.lists(st.integers(0, 2), min_size=1, max_size=30), st.data())
def test_a_line_stays_on_top_in_another_layout_or_what_stands_for_it(folds, data):
    folding = Folding(lines(*folds), KEY, is_folded=False)
    flow = Flow(lines_source(folding, 80), 40, 1)
    flow.go(data.draw(st.integers(0, len(folds))))
    anchor = flow.anchor
    folding.turn()
    other = Flow(lines_source(folding, 80), 20, 1)
    other.go_to(anchor)
    top = other.anchor.line
    hidden = {index for index, fold in enumerate(folds) if fold}
    assert top <= anchor.line
    assert all(index in hidden for index in range(top + 1, anchor.line + 1) if top < anchor.line)


def test_a_long_text_is_laid_out_no_further_than_it_is_looked_at():
    made = 0

    def source(_: int):
        nonlocal made
        for made in range(100_000):
            yield made, [(Safe("row"), "text")]

    flow = Flow(source, 80, 20)
    assert flow.go(100)
    assert made < 200
    assert not flow.is_whole


@pytest.mark.parametrize("anchor", [BEGINNING, BEGINNING._replace(line=9, above=9)])
def test_an_empty_text_has_a_beginning(anchor):
    flow = Flow(text_source(Safe("")), 20, 5)
    flow.go_to(anchor)
    assert flow.top == 0


def test_words_looked_for_are_marked_over_pieces():
    row = [(Safe("See EX"), "text"), (Safe("ample.org"), "link")]
    roles = [(text, str(role)) for text, role in marked(row, "example")]
    assert roles == [("See ", "text"), ("EX", "match"), ("ample", "match"), (".org", "link")]
    assert marked(row, "") is row
    assert marked(row, "zebra") is row
