"""What the process for reading answers comes back as it was, or not at all."""

import dataclasses

import pytest

from tests.hostile.mails import hostile_mails
from tuimail.mime.apart.asked import message, words_of
from tuimail.mime.apart.lines import read_lines, written_lines
from tuimail.mime.apart.wire import reader_of, writer_of
from tuimail.mime.render import render_mail, searchable_text
from tuimail.model.part import Line, RenderedMail, Searchable, Span
from tuimail.model.safe import Safe


def over_the_wire(words):
    return words_of(message(words)[4:])


def told(mail):
    return reader_of(RenderedMail)(over_the_wire(writer_of(RenderedMail)(mail)))


def told_lines(lines):
    pieces = [over_the_wire(piece) for piece in written_lines(lines)]
    return [line for piece in pieces for line in read_lines(piece)]


@pytest.mark.parametrize("prefer_html", [False, True])
def test_a_mail_comes_back_as_it_was(prefer_html):
    for raw in hostile_mails(60):
        mail = render_mail(raw, prefer_html=prefer_html)
        assert told(mail) == mail
        assert told_lines(mail.lines) == list(mail.lines)


def test_what_is_searched_comes_back_as_it_was():
    for raw in hostile_mails(20):
        found = searchable_text(raw)
        assert reader_of(Searchable)(over_the_wire(writer_of(Searchable)(found))) == found


def test_every_field_of_a_line_is_told():
    assert [field.name for field in dataclasses.fields(Line)] == [
        *("spans", "indent", "quote_depth", "is_fixed", "fold")
    ]
    assert [field.name for field in dataclasses.fields(Span)] == ["text", "role"]
    line = Line((Span(Safe("a"), "link"), Span(Safe("\u4e00"))), 1, 2, is_fixed=True, fold=3)
    plain = Line((Span(Safe("words")),))
    assert told_lines([line, plain, Line(())]) == [line, plain, Line(())]


@pytest.mark.parametrize("bad", ["\x1b[2J", "a\x07", "\u202eevil", "\x9b31m", "\ud800", "a\nb"])
def test_text_that_may_not_be_shown_is_no_answer(bad):
    for written in ([bad], [[0, 0, False, 0, bad, "text"]]):
        with pytest.raises(ValueError, match=r"shown|several"):
            read_lines(written)


@pytest.mark.parametrize(
    "piece",
    [
        None, {}, "text", [1], [None], [[]], [[0, 0, 0, 0]], [[0, 0, False]], [[-1, 0, False, 0]],
        [[0, 0, False, 10**9]], [[0, 0, False, 0, "a"]], [[0, 0, False, 0, "a", 1]],
        [[True, 0, False, 0]], [[0, 0, False, 0, 1, "text"]],
    ],
)  # fmt: skip
def test_what_is_no_line_is_no_answer(piece):
    with pytest.raises(ValueError, match=r"."):
        read_lines(piece)


def test_what_is_no_mail_is_no_answer():
    written = writer_of(RenderedMail)(render_mail(b"From: a@x.example\n\nwords"))
    assert isinstance(written, list)
    read = reader_of(RenderedMail)
    for place in range(len(written)):
        for strange in (7, {}, [7], "\x1b", [["\x1b"]]):
            if type(strange) is type(written[place]) is int:
                continue
            changed = [*written[:place], strange, *written[place + 1 :]]
            with pytest.raises((ValueError, TypeError)):
                read(changed)
    for strange in (None, [], written[1:], [*written, 1], "words"):
        with pytest.raises((ValueError, TypeError)):
            read(strange)
