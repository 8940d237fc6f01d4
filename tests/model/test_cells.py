from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len, set_cell_size

from tuimail.model.cells import clusters, cut, cut_address, fit, fit_right, tail, width_of
from tuimail.model.safe import safe_line

TEXTS = st.text(
    st.one_of(
        st.characters(blacklist_categories=("Cs", "Cc")),
        st.sampled_from("aé山田…“”—●★←→│ 🎉👩\u200d\ufe0f\u0301ไทย"),
    ),
    max_size=40,
)


@given(TEXTS)
def test_width_is_that_of_rich(text):
    assert width_of(text) == cell_len(text)


@given(TEXTS.map(safe_line), st.integers(0, 50))  # rich miscounts a joiner that joins nothing
def test_fit_crops_and_pads_as_rich_does(text, cells):
    assert fit(text, cells) == set_cell_size(str(text), cells)
    assert width_of(fit(text, cells)) == cells


@given(TEXTS, st.integers(0, 50))
def test_cut_text_never_takes_more_cells_than_it_may(text, cells):
    assert width_of(cut(text, cells)) <= cells
    assert width_of(tail(text, cells)) <= cells
    assert width_of(fit_right(text, cells)) == cells


@given(TEXTS, st.integers(1, 60))
def test_a_cut_address_never_takes_more_cells_than_it_may(text, cells):
    assert width_of(cut_address(f"{text}@north.example", cells)) <= cells


@given(TEXTS.map(safe_line))
def test_clusters_are_the_whole_text_and_as_wide_together(text):
    found = clusters(text)
    assert "".join(text[start:end] for start, end, _ in found) == text
    assert sum(cells for _, _, cells in found) == width_of(text)


def test_text_that_fits_is_left_alone():
    assert cut("Lunch", 5) == "Lunch"
    assert cut("Lunches", 5) == "Lunc…"


def test_an_address_is_cut_in_its_middle_and_keeps_its_domain():
    long = "a.very.long.local.part@accounts.north.example"
    assert cut_address(long, 30) == "a.very…@accounts.north.example"


def test_a_domain_too_long_by_itself_keeps_its_end():
    assert cut_address("x@paypal.com.login.evil.example", 14) == "….evil.example"
