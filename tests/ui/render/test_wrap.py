from hypothesis import given
from hypothesis import strategies as st

from tests.ui.mails import text_of
from tuimail.mime.links import LinkTable
from tuimail.mime.text import text_to_lines
from tuimail.model.cells import width_of
from tuimail.model.part import Line, Span
from tuimail.model.safe import Safe, safe_line
from tuimail.ui.render.wrap import plain_rows, wrap
from tuimail.ui.roles import StyleRole


def wrapped(text: str, width: int, **more) -> list[str]:
    return [text_of(row) for row in wrap(Line((Span(Safe(text)),), **more), width)]


def test_words_are_kept_whole():
    shown = [line.rstrip() for line in wrapped("one two three four", 9)]
    assert shown == ["one two", "three", "four"]


def test_what_follows_hangs_by_the_indent():
    assert wrapped("> some quoted words here", 14, indent=2)[1].startswith("  ")


def test_lines_of_a_patch_keep_the_sign_that_says_what_their_colour_says():
    patch = "diff --git a/f b/f\n--- a/f\n+++ b/f\n@@ -1,2 +1,2 @@\n same\n-old\n+new\n"
    rows = [row for line in text_to_lines(patch, LinkTable()) for row in wrap(line, 40)]
    by_role = {role: text_of(row) for row in rows for _, role in row}
    assert by_role[StyleRole.SUCCESS] == "+new"
    assert by_role[StyleRole.ERROR] == "-old"


def test_an_emoji_that_its_selector_makes_wide_is_counted_as_wide():
    """The letter alone is narrow; so counted, a row was wider than the pane."""
    for text in ("\u2764\ufe0f" * 9, "1\ufe0f\u20e3" * 9):
        for width in (2, 7, 8):
            assert all(width_of(row) <= width for row in wrapped(safe_line(text), width))


def test_a_word_longer_than_the_pane_is_broken():
    assert "".join(wrapped("x" * 25, 10)) == "x" * 25
    assert max(map(len, wrapped("x" * 25, 10))) == 10


def test_fixed_lines_are_broken_at_the_edge_and_nothing_is_lost():
    assert wrapped("a  b   c    d", 5, is_fixed=True) == ["a  b ", "  c  ", "  d"]


def test_an_empty_line_stays_one_row():
    assert wrapped("", 10) == [""]


@given(st.text(max_size=120), st.integers(2, 40), st.integers(0, 10), st.booleans())
def test_no_row_is_wider_than_the_pane(text, width, indent, is_fixed):
    line = Line((Span(safe_line(text)),), indent=indent, is_fixed=is_fixed)
    for row in wrap(line, width):
        assert width_of(text_of(row)) <= width


@given(st.text(st.characters(whitelist_categories=("L", "N")), max_size=80), st.integers(2, 20))
def test_no_letter_is_lost_by_wrapping(text, width):
    shown = safe_line(text)
    rows = wrap(Line((Span(shown),)), width)
    assert "".join(text_of(row).strip() for row in rows) == "".join(shown.split())


def test_plain_text_is_shown_as_it_is():
    assert [text_of(r) for r in plain_rows(Safe("a  b\n\nc"), 10)] == ["a  b", "", "c"]
