from dataclasses import replace

import pytest

from tests.ui.render.test_lines import outgoing
from tuimail.model.explained import as_hearsay
from tuimail.model.outgoing import OutgoingState
from tuimail.model.safe import Untrusted
from tuimail.ui.render.sent_news import bad_news, good_news, is_news

WORDS = "mx.s.example refused: no such person. Check the spelling."


def test_a_mail_that_came_back_is_told_with_its_subject_whom_and_why():
    row = outgoing(OutgoingState.BOUNCED, WORDS)
    assert bad_news(row) == "Not delivered: Offer to nobody@south.example: no such person"
    assert good_news(row) is None


def test_a_cause_is_told_in_few_words():
    words = "mx.s.example refused: there is no such person. Check the spelling."
    assert bad_news(outgoing(OutgoingState.BOUNCED, words)).endswith("example: no such person")


def test_a_stranger_s_words_cannot_draw_in_the_line():
    row = replace(outgoing(OutgoingState.BOUNCED), subject=Untrusted("a\x1b[2Jb\nc" + "x" * 99))
    assert bad_news(row).isprintable()
    assert len(bad_news(row)) < 90


def test_several_are_counted():
    row = outgoing(OutgoingState.REFUSED, WORDS)
    several = replace(row, recipients=row.recipients * 3)
    assert bad_news(several) == "Refused: Offer to nobody@south.example and 2 more: no such person"


def test_a_mail_that_is_well_is_told_calmly():
    assert good_news(outgoing(OutgoingState.DELIVERED)) == "Your mail was delivered: Offer"
    assert "cannot be taken back" in good_news(outgoing(OutgoingState.HELD))
    assert bad_news(outgoing(OutgoingState.HELD)) is None


@pytest.mark.parametrize("state", [OutgoingState.QUEUED, OutgoingState.SENDING])
def test_what_waits_is_no_news(state):
    assert not is_news(state)
    assert good_news(outgoing(state)) is None
    assert bad_news(outgoing(state)) is None


def test_where_there_is_little_room_the_cause_stays_whole():
    row = replace(outgoing(OutgoingState.BOUNCED, WORDS), subject=Untrusted("Minutes of it all"))
    for cells in (58, 66, 74):
        said = bad_news(row, cells)
        assert said.endswith("uth.example: no such person")
        assert len(said) <= cells


def test_what_others_could_have_written_is_told_as_such():
    bounced = outgoing(OutgoingState.BOUNCED, as_hearsay(WORDS))
    assert bad_news(bounced).endswith(": no such person (reported, not confirmed)")
    delivered = outgoing(OutgoingState.DELIVERED, as_hearsay("mx says that it lies there."))
    assert good_news(delivered).endswith("Offer (reported, not confirmed)")
