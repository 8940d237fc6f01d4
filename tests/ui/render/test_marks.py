import pytest

from tests.ui.mails import NOON, role_of, row, text_of
from tuimail.model.cells import width_of
from tuimail.model.outgoing import OutgoingState
from tuimail.ui.render.layout import RowLook
from tuimail.ui.render.marks import MARKS, WORD_CELLS, has_few_signs, state_words
from tuimail.ui.render.rows import message_row
from tuimail.ui.roles import StyleRole


def test_every_state_has_a_mark_of_its_own_with_and_without_signs():
    assert set(MARKS) == set(OutgoingState)
    for signs in (
        [mark.glyph for mark in MARKS.values()],
        [mark.plain for mark in MARKS.values()],
    ):
        assert len(set(signs)) == len(signs)
        assert {width_of(sign) for sign in signs} == {1}
    assert all(mark.plain.isascii() for mark in MARKS.values())


@pytest.mark.parametrize(
    ("environ", "is_plain"),
    [
        ({}, False),
        ({"LANG": "de_DE.UTF-8", "TERM": "xterm"}, False),
        ({"LANG": "en_US.utf8", "LC_ALL": ""}, False),
        ({"LANG": "en_US.UTF-8", "LC_ALL": "C"}, True),
        ({"LANG": "de_DE.ISO-8859-1"}, True),
        ({"LANG": "en_US.UTF-8", "TERM": "linux"}, True),
        ({"TERM": "vt220"}, True),
    ],
)
def test_where_signs_are_not_known_ascii_is_drawn(environ, is_plain):
    assert has_few_signs(environ) is is_plain


@pytest.mark.parametrize("state", list(OutgoingState))
@pytest.mark.parametrize("width", [40, 71, 72, 120])
def test_a_sent_mail_s_row_is_as_wide_as_any_and_has_the_word_where_there_is_room(state, width):
    look = RowLook(width, NOON, shows_recipients=True)
    pieces = message_row(row(became=state), look)
    shown = text_of(pieces)
    assert width_of(shown) == width
    assert MARKS[state].glyph in shown
    assert (f" {state} " in shown) is (width >= 72)
    assert len(state) <= WORD_CELLS


def test_what_came_back_stands_out_and_what_went_well_does_not():
    look = RowLook(100, NOON, shows_recipients=True)
    bad = message_row(row(became=OutgoingState.BOUNCED), look)
    calm = message_row(row(became=OutgoingState.ACCEPTED), look)
    assert role_of(bad, "✗ bounced") is StyleRole.ERROR
    assert role_of(calm, "→ accepted") is StyleRole.VALUE


def test_a_mail_of_which_nothing_is_known_gives_its_cells_to_the_subject():
    long = "A subject that goes on and on and on and on and on and on and on and on"
    without = text_of(message_row(row(subject=long), RowLook(100, NOON)))
    with_mark = text_of(message_row(row(subject=long, became="queued"), RowLook(100, NOON)))
    assert without.index("+" if "+" in without else "…") > with_mark.index("…")


def test_mark_and_word_stand_together():
    assert state_words("delayed") == "~ delayed"
    assert state_words("draft") == "draft"
