"""How pictures reach the terminal, and that nothing else goes the same way."""

import pytest

from tuimail.model.settings import Images
from tuimail.services.pictures import Drawn, Form
from tuimail.ui.output_screen import CellScreen
from tuimail.ui.picture_sequence import is_picture
from tuimail.ui.terminal_kind import kind_of
from tuimail.ui.terminal_picture import KITTY_GONE, cells_of, form_for, sequence_of

UTF8 = {"LANG": "C.UTF-8"}
SIXEL = '\x1bP0;0;0q"1;1;2;6#0;2;0;0;0!2~-\x1b\\'


@pytest.mark.parametrize(
    ("environ", "form"),
    [
        ({"TERM": "xterm-kitty"}, Form.KITTY),
        ({"TERM": "xterm-256color", "TERM_PROGRAM": "ghostty"}, Form.KITTY),
        ({"TERM": "foot"}, Form.SIXEL),
        ({"TERM": "xterm-256color"}, Form.HALF),
        ({"TERM": "xterm-kitty", "TMUX": "/tmp/x"}, Form.HALF),
        ({"TERM": "screen", "KITTY_WINDOW_ID": "1", "STY": "1"}, Form.HALF),
        ({"TERM": "xterm-kitty", "SSH_CONNECTION": "1 2 3 4"}, Form.HALF),
        ({"TERM": "xterm-kitty", "LANG": "C"}, None),
    ],
)
def test_the_form_is_what_the_terminal_can(environ, form):
    environ = UTF8 | environ
    assert form_for(Images.AUTO, environ, kind_of(environ)) is form


@pytest.mark.parametrize("wished", [Images.KITTY, Images.SIXEL, Images.HALF, Images.NO])
def test_what_a_person_set_goes_before(wished):
    form = form_for(wished, UTF8, kind_of(UTF8))
    assert form == (None if wished is Images.NO else Form(wished.value))


def test_cells_are_counted_up():
    assert cells_of(Drawn(Form.HALF, 7, 5, b""), (8, 16)) == (7, 3)
    assert cells_of(Drawn(Form.KITTY, 17, 33, b""), (8, 16)) == (3, 3)


def test_what_is_sent_is_a_picture_and_nothing_else():
    kitty = sequence_of(Drawn(Form.KITTY, 8, 8, bytes(20_000)), 1, 1)
    assert kitty.count("\x1b_G") == 7
    assert kitty.startswith("\x1b_Ga=T,f=100,C=1,c=1,r=1,m=1,q=2;")
    assert is_picture(kitty)
    assert is_picture(KITTY_GONE)
    assert is_picture(sequence_of(Drawn(Form.SIXEL, 2, 6, SIXEL.encode()), 1, 1))
    assert sequence_of(Drawn(Form.HALF, 1, 1, b"xxx"), 1, 1) == ""


@pytest.mark.parametrize(
    "sequence",
    [
        "", "x", "\x1b[2J", "\x1b]52;c;eA==\x07", "\x1bP$qm\x1b\\", f"{SIXEL}x", f"x{SIXEL}",
        f"{SIXEL}\x1b[2J", "\x1bP0q\x1b[2J\x1b\\", "\x1bPtmux;x\x1b\\", "\x1b_Gf=1;\x1b]0;x\x07\x1b\\",
        "\x1bP+q544e\x1b\\", "\x1bP1000p\x1b\\", "\x1b_x\x1b\\", "\x1b^x\x1b\\",
    ],
)  # fmt: skip
def test_no_other_sequence_goes_the_way_of_pictures(sequence):
    screen = CellScreen(20, 5)
    assert not is_picture(sequence)
    assert screen.picture(sequence, 1) == ""
    assert screen.refused == 1


def test_a_picture_is_drawn_at_its_row_and_leaves_cursor_and_style_alone():
    screen = CellScreen(20, 5)
    assert screen.picture(SIXEL, 2) == f"\x1b7\x1b[m\x1b[3;1H{SIXEL}\x1b8"
    assert screen.refused == 0


def test_a_picture_within_what_is_drawn_is_refused_as_ever():
    screen = CellScreen(20, 5)
    for sequence in (SIXEL, KITTY_GONE):
        assert "\x1bP" not in screen.write(f"\x1b[1;1Htext{sequence}")
        assert "G" not in screen.write(sequence).replace("\x1b[", "")
    assert screen.refused == 4
