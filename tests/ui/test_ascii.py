"""Cells in ASCII: as wide as they were, and readable."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.terminal import Terminal as Emulator
from tuimail.ui.ascii import in_ascii, text_in_ascii
from tuimail.ui.output_limits import as_shown
from tuimail.ui.output_pieces import Terminal
from tuimail.ui.output_screen import CellScreen

PLAIN = Terminal(is_unicode=False)


@pytest.mark.parametrize(
    ("cluster", "width", "shown"),
    [
        ("a", 1, "a"),
        ("●", 1, "*"),
        ("★", 1, "!"),
        ("│", 1, "|"),
        ("─", 1, "-"),
        ("…", 1, "."),
        ("ü", 1, "u"),
        ("e\u0301", 1, "e"),
        ("ﬁ", 1, "f"),
        ("\uff37", 2, "W "),
        ("日", 2, "??"),
        ("👨\u200d👩\u200d👧", 2, "??"),
        ("ж", 1, "?"),
    ],
)
def test_a_cluster_becomes_what_resembles_it(cluster: str, width: int, shown: str) -> None:
    assert in_ascii(cluster, width) == shown


@given(st.text(), st.integers(1, 2))
def test_any_text_becomes_ascii_of_its_width(text: str, width: int) -> None:
    if text and not text.isascii():
        shown = in_ascii(text, width)
        assert shown.isascii()
        assert len(shown) == width
        assert shown.isprintable()
    assert text_in_ascii(text).isascii()
    assert len(text_in_ascii(text)) == len(text)


def test_rows_stay_exact() -> None:
    rows = ("● 日本語 │ end", "★ Käse 🧀 │ end", "  Privet x │ end")
    screen, emulator = CellScreen(20, 3, PLAIN), Emulator(20, 3)
    sent = screen.write("".join(f"\x1b[{y};1H{row}" for y, row in enumerate(rows, 1)))
    emulator.feed(sent.encode())
    assert sent.isascii()
    assert emulator.text() == "* ?????? | end\n! Kase ?? | end\n  Privet x | end"


def test_a_title_is_ascii_too() -> None:
    assert CellScreen(20, 3, PLAIN).write("\x1b]2;Käse\x1b\\") == "\x1b]2;Kase\x1b\\"


def test_without_the_bright_colours_text_is_bold_and_backgrounds_are_plain() -> None:
    eight = Terminal(has_bright=False)
    link = "90\0;https://x.example/"
    cells = (("a", "90"), ("b", "1;97;104"), ("c", "31;42"), ("d", link), ("e", "38;5;9"))
    styles = [style for _, style in as_shown(cells, eight)]
    assert styles == ["1;30", "1;37;44", "31;42", "1;30\0;https://x.example/", "38;5;9"]
    assert as_shown(cells, Terminal()) is cells
