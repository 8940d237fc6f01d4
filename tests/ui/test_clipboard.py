"""What puts text into the clipboard, in which terminal."""

from base64 import b64decode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuimail.ui.clipboard import (
    MAX_BYTES,
    MAX_SCREEN_CHARS,
    Way,
    fitting,
    sequence_of,
    way_of,
    way_words,
)
from tuimail.ui.output_screen import CellScreen


@pytest.mark.parametrize(
    ("environ", "way"),
    [
        ({"TERM": "xterm-256color"}, Way.TERMINAL),
        ({"TERM": "tmux-256color", "TMUX": "/tmp/s,1,0"}, Way.TMUX),
        ({"TERM": "screen", "STY": "1.pts-0"}, Way.SCREEN),
        ({"TERM": "screen", "STY": "1.pts-0", "TMUX": "/tmp/s,1,0"}, Way.TMUX),
        ({"TERM": "screen"}, Way.TERMINAL),
        ({"TERM": "linux"}, Way.NONE),
        ({"TERM": "vt220"}, Way.NONE),
        ({}, Way.TERMINAL),
    ],
)
def test_each_terminal_has_its_way(environ: dict[str, str], way: Way) -> None:
    assert way_of(environ, "") is way
    assert way_of(environ, "wl-copy") is Way.COMMAND


@pytest.mark.parametrize(
    ("environ", "command", "words"),
    [
        ({"TERM": "xterm"}, "", "copies by OSC 52"),
        ({"TERM": "tmux", "TMUX": "/tmp/s,1,0"}, "", "copies by tmux"),
        ({"TERM": "screen", "STY": "1.pts-0"}, "", "copies through GNU screen (OSC 52)"),
        ({"TERM": "linux"}, "", "cannot copy without clipboard_command"),
        ({"TERM": "linux"}, "xclip -in", "copies by xclip -in"),
    ],
)
def test_how_it_is_copied_is_said(environ: dict[str, str], command: str, words: str) -> None:
    assert way_words(environ, command) == words


def test_the_sequence_names_the_selection_mosh_knows() -> None:
    assert sequence_of(b"hello", Way.TERMINAL) == "\x1b]52;c;aGVsbG8=\a"


@given(st.binary(max_size=3_000))
def test_gnu_screen_is_given_pieces_that_make_the_sequence(content: bytes) -> None:
    sent = sequence_of(content, Way.SCREEN)
    pieces = sent.removeprefix("\x1bP").removesuffix("\x1b\\").split("\x1b\\\x1bP")
    assert all(0 < len(piece) <= MAX_SCREEN_CHARS for piece in pieces)
    assert "".join(pieces) == sequence_of(content, Way.TERMINAL)


@pytest.mark.parametrize("way", [Way.TERMINAL, Way.SCREEN])
def test_the_driver_lets_it_through_and_draws_nothing_anew(way: Way) -> None:
    screen = CellScreen(80, 24)
    screen.write("\x1b[?2026h\x1b[1;1HText\x1b[?2026l")
    sequence = sequence_of(b"hello" * 200, way)
    assert screen.write(sequence) == sequence
    assert screen.write("\x1b[?2026h\x1b[1;1HText\x1b[?2026l") == ""
    assert screen.refused == 0


@pytest.mark.parametrize("way", [Way.TERMINAL, Way.SCREEN])
def test_what_is_drawn_reaches_no_clipboard(way: Way) -> None:
    screen = CellScreen(80, 24)
    sent = screen.write(f"\x1b[?2026h\x1b[1;1HText{sequence_of(b'hello' * 200, way)}\x1b[?2026l")
    assert "52" not in sent
    assert screen.refused


@given(st.text(max_size=50), st.sampled_from(["a", "ä", "語", "🙂"]))
def test_what_is_too_long_is_cut_between_characters(start: str, filler: str) -> None:
    text = start.encode("utf-8", "ignore").decode() + filler * MAX_BYTES
    content = fitting(text)
    assert MAX_BYTES - 4 < len(content) <= MAX_BYTES
    assert text.startswith(content.decode())


@given(st.text(max_size=200).filter(lambda text: text.isprintable()))
def test_nothing_but_base64_stands_in_the_sequence(text: str) -> None:
    inner = sequence_of(fitting(text), Way.TERMINAL).removeprefix("\x1b]52;c;").removesuffix("\a")
    assert b64decode(inner, validate=True).decode() == text
