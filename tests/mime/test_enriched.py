import pytest

from tests.mime.making import rendered, texts
from tuimail.mime.enriched import plain_of_enriched


@pytest.mark.parametrize(
    ("enriched", "plain"),
    [
        ("<bold>Now</bold> is the time", "Now is the time"),
        ("one\ntwo\n\nthree\n\n\nfour", "one two\nthree\n\nfour"),
        ("<nofill>one\ntwo</nofill>\nthree", "one\ntwo three"),
        ("a << b <<c>", "a < b <c>"),
        ("<color><param>red</param>warm</color> words", "warm words"),
        ("<fontfamily><param>a\n\nb</param>x</fontfamily>", "x"),
        ("5 < 6 and <not a command> and <b", "5 < 6 and <not a command> and <b"),
        ("</nofill></bold></param>words", "words"),
        ("<param>never closed", ""),
        ("one\r\ntwo\r\n\r\nthree", "one two\nthree"),
        ("", ""),
    ],
)
def test_commands_are_carried_out_or_left_out(enriched, plain):
    assert plain_of_enriched(enriched) == plain


@pytest.mark.parametrize("kind", ["text/enriched", "text/richtext"])
def test_a_mail_in_enriched_text_is_read(kind):
    mail = rendered(f"Content-Type: {kind}\r\n\r\n<bold>Dear Ann,</bold>\r\n\r\nall\r\nis well")
    assert texts(mail) == ["Dear Ann,", "all is well"]


@pytest.mark.timeout(60)
@pytest.mark.parametrize("unit", ["<", "<<", "<param>", "<nofill>", "\n", "<a", "</", "<a>\n"])
def test_repeated_pieces_cost_linear_time(unit):
    plain_of_enriched(unit * (1024 * 1024 // len(unit)))
