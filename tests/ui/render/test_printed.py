from dataclasses import replace

from tests.ui.mails import attachment, mail
from tuimail.model.part import Link
from tuimail.model.safe import Safe, Untrusted
from tuimail.ui.render.printed import printed


def test_long_lines_are_broken_for_the_page():
    text = printed(mail("word " * 40))
    assert max(map(len, text.split("\n"))) <= 78


def test_where_links_lead_stands_below_where_the_text_does_not_say_it():
    link = Link(1, Untrusted("https://example.org/\x1b[0m"), Safe("example.org"), Safe("here"))
    text = printed(mail("Read here ⟦1⟧", links=(link,)))
    assert text.endswith("Read here ⟦1⟧\n\n⟦1⟧ https://example.org/␛[0m\n")
    told = replace(link, url=Untrusted("https://example.org/"))
    assert printed(mail("At https://example.org/", links=(told,))).endswith(".org/\n")


def test_files_are_named_and_nothing_empty_is():
    text = printed(mail("Hi", attachments=(attachment("a.pdf"),)))
    assert "Files:   1 a.pdf (1.0 kB)" in text
    assert "Cc:" not in text
