import pytest

from tuimail.mime.folds import MAX_SHORT_ROWS, with_folds
from tuimail.mime.links import LinkTable
from tuimail.mime.render import render_mail
from tuimail.mime.text import text_to_lines
from tuimail.model.part import Line

LONG = "".join(f"> line {number}\n" for number in range(MAX_SHORT_ROWS + 1))
SHORT = "".join(f"> line {number}\n" for number in range(MAX_SHORT_ROWS))


def folds(text):
    return [line.fold for line in with_folds(text_to_lines(text, LinkTable()))]


def test_each_long_quote_is_a_group_of_its_own():
    assert folds(f"Ann wrote:\n{LONG}yes\n{LONG}no\n") == [0, *[1] * 5, 0, *[2] * 5, 0]


def test_a_short_quote_stays_open():
    assert set(folds(f"{SHORT}yes\n{SHORT}no\n")) == {0}


def test_a_quote_of_few_but_very_long_lines_is_long():
    assert folds("yes\n> " + "word " * 80) == [0, 1]


def test_empty_lines_between_two_quoted_ones_belong_to_the_quote():
    assert folds("yes\n> a\n> b\n\n\n> c\n>> d\n\nno") == [0, *[1] * 6, 0, 0]


def test_empty_lines_after_a_quote_do_not():
    assert folds(f"yes\n{LONG}\n\n-- \nme") == [0, *[1] * 5, 0, 0, 0, 0]


@pytest.mark.parametrize("before", ["", "Ann Example wrote:\n", "Am Montag schrieb Ann:\n\n"])
def test_a_mail_that_is_only_a_quote_is_left_open(before):
    assert set(folds(f"{before}{LONG}\n-- \nme")) == {0}


def test_a_folded_line_is_else_as_it_was():
    lines = text_to_lines(f"yes\n{LONG}", LinkTable())
    unfolded = (
        Line(line.spans, line.indent, line.quote_depth, line.is_fixed) for line in with_folds(lines)
    )
    assert tuple(unfolded) == lines


def test_quotes_of_text_and_of_html_fold_in_a_rendered_mail():
    head = b"From: a@b.example\r\nContent-Type: text/"
    plain = render_mail(head + b"plain\r\n\r\nyes\r\n" + LONG.encode())
    html = render_mail(
        head + b"html\r\n\r\n<p>yes</p><blockquote>" + b"<p>line</p>" * 5 + b"</blockquote>"
    )
    for mail in (plain, html):
        assert [line.fold for line in mail.lines if line.quote_depth] == [1] * sum(
            line.quote_depth > 0 for line in mail.lines
        )
        assert mail.lines[0].fold == 0
        assert any(line.fold for line in mail.lines)


def test_fifty_thousand_quotes_are_gone_through_once():
    lines = with_folds(text_to_lines("yes\n" + f"{LONG}no\n" * 8_000, LinkTable()))
    assert max(line.fold for line in lines) == 8_000
