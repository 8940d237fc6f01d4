from hypothesis import given
from hypothesis import strategies as st

from tuimail.mime.long_lines import MAX_LINE_CHARS, bounded
from tuimail.mime.render import render_mail
from tuimail.model.part import Line, Span
from tuimail.model.safe import Safe, safe_line

PART = st.text(alphabet="ab \u0301\u4e00\u200d\U0001f468", max_size=9)


def line(*texts, **more):
    return Line(
        tuple(Span(Safe(text), "link" if n % 2 else "text") for n, text in enumerate(texts)), **more
    )


def test_ordinary_lines_stay_as_they_are():
    lines = [line("words"), Line(()), line("a", "b"), line("x" * MAX_LINE_CHARS)]
    assert list(bounded(lines)) == lines


def test_a_long_line_is_cut_between_words():
    pieces = list(bounded([line("word " * 9_000, indent=2, quote_depth=1)]))
    assert len(pieces) == 3
    assert all(piece.text.endswith(" ") and len(piece.text) <= MAX_LINE_CHARS for piece in pieces)
    assert {(piece.indent, piece.quote_depth) for piece in pieces} == {(2, 1)}


@given(st.lists(PART, min_size=1, max_size=5), st.integers(1_500, 9_000))
def test_no_letter_is_lost_and_none_changes_its_role(parts, times):
    whole = line(*(safe_line(part) * times for part in parts))
    pieces = list(bounded([whole]))
    assert all(len(piece.text) <= MAX_LINE_CHARS for piece in pieces)
    letters = [
        (letter, span.role) for piece in pieces for span in piece.spans for letter in span.text
    ]
    assert letters == [(letter, span.role) for span in whole.spans for letter in span.text]


def test_a_mail_of_one_line_becomes_several():
    mail = render_mail(b"From: a@x.example\r\n\r\n" + b"x" * 100_000)
    assert [len(one.text) for one in mail.lines] == [MAX_LINE_CHARS] * 6 + [
        100_000 - 6 * MAX_LINE_CHARS
    ]
