from hypothesis import given
from hypothesis import strategies as st

from tests.ui.mails import attachment, envelope, mail, role_of, text_of
from tuimail.mime.links import LinkTable
from tuimail.mime.text import text_to_lines
from tuimail.model.address import Address
from tuimail.model.cells import width_of
from tuimail.model.part import Line, Span
from tuimail.model.safe import Safe, safe_line
from tuimail.ui.render.dates import size_words
from tuimail.ui.render.message import head_of, plain_rows, wrap
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


def test_the_head_shows_name_address_date_and_recipients():
    rows = [text_of(row) for row in head_of(mail("Hello"), 100)]
    assert rows[0] == " Lunch on Tuesday"
    assert rows[1].startswith(" From   Bob South <bob@south.example>")
    assert "17 Nov 2025" in rows[1]
    assert rows[2] == " To     Alice North"


def test_a_long_address_is_cut_in_its_middle_and_its_domain_stays():
    person = Address("Your Bank", "a.very.long.local.part.indeed.it.is@login.evil.example")
    rows = head_of(mail("Hello", envelope=envelope(from_=(person,))), 50)
    author = text_of(rows[1])
    assert "@login.evil.example" in author
    assert "Your Bank" in author
    assert width_of(author) <= 50


def test_a_name_never_pushes_the_address_out():
    person = Address("Security Team of Your Bank " * 10, "x@evil.example")
    author = text_of(head_of(mail("Hello", envelope=envelope(from_=(person,))), 60)[1])
    assert "<x@evil.example>" in author


def test_more_than_one_author_is_a_warning():
    people = (Address("", "a@north.example"), Address("", "b@south.example"))
    author = head_of(mail("Hello", envelope=envelope(from_=people)), 80)[1]
    assert role_of(author, "and 1 more") is StyleRole.WARNING


def test_an_answer_that_goes_elsewhere_is_shown():
    elsewhere = (Address("", "collect@other.example"),)
    rows = [text_of(r) for r in head_of(mail("x", envelope=envelope(reply_to=elsewhere)), 80)]
    assert any(row.startswith(" Reply  collect@other.example") for row in rows)


def test_warnings_and_files_are_part_of_the_head():
    made = mail("x", warnings=(Safe("Two From fields."),), attachments=(attachment("plan.pdf"),))
    rows = head_of(made, 80)
    assert any(text_of(row) == " Files  1 plan.pdf (1.0 kB)" for row in rows)
    assert role_of(rows[-1], "Two From") is StyleRole.WARNING


def test_many_warnings_do_not_fill_the_pane():
    rows = head_of(mail("x", warnings=tuple(Safe(f"w{n}") for n in range(20))), 80)
    assert text_of(rows[-1]).strip() == "! and 17 more warnings"


@given(st.text(max_size=300), st.integers(20, 120))
def test_no_head_line_is_wider_than_the_pane(text, width):
    person = Address(text, f"{text}@{text}.example")
    made = mail("x", envelope=envelope(subject=text, from_=(person,), to=(person,) * 3))
    for row in head_of(made, width):
        assert width_of(text_of(row)) <= width


def test_a_date_beyond_every_calendar_is_no_date():
    rows = head_of(mail("x", envelope=envelope(date=10**18)), 80)
    assert "no date" in text_of(rows[1])


def test_sizes_are_said_in_three_digits():
    assert [size_words(n) for n in (0, 999, 1000, 12_345, 999_999, 5 * 10**9)] == [
        "0 B", "999 B", "1.0 kB", "12 kB", "1.0 MB", "5.0 GB"
    ]  # fmt: skip


def test_plain_text_is_shown_as_it_is():
    assert [text_of(r) for r in plain_rows(Safe("a  b\n\nc"), 10)] == ["a  b", "", "c"]
