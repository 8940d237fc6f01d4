import pytest

from tuimail.mime.budget import MAX_LINES
from tuimail.mime.links import LinkTable
from tuimail.mime.text import text_to_lines


def texts(text, **kind):
    return [line.text for line in text_to_lines(text, LinkTable(), **kind)]


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r", "\r\r\n"])
def test_every_line_end_parts_two_lines(line_end):
    assert texts(f"one{line_end}two{line_end}") == ["one", "two"]


def test_flowed_lines_are_joined_within_one_quote_depth():
    text = "a \nb\n> c \n> d\n>> e \n> f\n-- \nsignature \nx"
    lines = ["a b", "> c d", "> > e ", "> f", "-- ", "signature x"]
    assert texts(text, is_flowed=True) == lines


def test_delsp_drops_the_blank_that_breaks():
    assert texts("日本語の \n文章\n", is_flowed=True, is_delsp=True) == ["日本語の文章"]


def test_a_space_stuffed_line_loses_one_blank():
    assert texts(" From here\n  two", is_flowed=True) == ["From here", " two"]


def test_quotes_signature_and_links_have_roles():
    table = LinkTable()
    lines = text_to_lines("> q\n>> qq\nsee https://x.example/a.\n-- \nme", table)
    assert [line.spans[0].role for line in lines] == [
        *("quote1", "quote2", "text", "signature", "signature")
    ]
    assert [line.quote_depth for line in lines] == [1, 2, 0, 0, 0]
    assert [link.url.raw for link in table.links] == ["https://x.example/a"]


def test_lines_are_capped():
    lines = texts("x\n" * (MAX_LINES + 5))
    assert len(lines) == MAX_LINES + 1
    assert "left out" in lines[-1]


@pytest.mark.timeout(30)
def test_a_megabyte_of_carriage_returns_is_as_many_empty_lines_and_takes_no_longer():
    lines = text_to_lines("a" + "\r" * 1_000_000 + "b", LinkTable(), max_lines=1_000)
    assert len(lines) == 1_001
    texts = [line.text for line in text_to_lines("a\r\r\nb\r\rc\rd\r", LinkTable())]
    assert texts == ["a", "b", "", "c", "d"]
