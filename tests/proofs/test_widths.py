"""A row takes as many cells as it is counted for, or text of a mail would push at its neighbours."""

import os
import random
from unicodedata import category

import pytest
import wcwidth

from tests.model.test_safe import NOT_IN_LINES, fuzzed
from tests.terminal import Terminal
from tuimail.model.cells import cut, fit, width_of
from tuimail.model.part import Line, Span
from tuimail.model.safe import Safe, safe_block, safe_line
from tuimail.ui.render.wrap import wrap

IS_FULL = bool(os.environ.get("PROOF_FULL"))
STRINGS = 1_000_000 if IS_FULL else 5_000
SEED = 42
WIDTHS = (7, 20, 40)
ROOM = 200
"""Cells of the emulated terminal, more than any row takes that is shown here."""
LETTERS_OF_FLAGS = range(0x1F1E6, 0x1F200)
"""Alone they are narrow (UAX #11); two of them are a flag, which is wide."""


@pytest.mark.proof
@pytest.mark.timeout(7200)
def test_each_row_of_fuzzed_text_is_as_wide_on_a_terminal_as_it_is_counted() -> None:
    draw = random.Random(SEED)
    terminal = Terminal(ROOM, 1)
    rows = 0
    for number in range(STRINGS):
        width = WIDTHS[number % len(WIDTHS)]
        raw = fuzzed(draw)
        for row in shown_rows(raw, width):
            assert width_of(row) <= width, ascii(raw)
            assert not NOT_IN_LINES.search(row), ascii(raw)
            terminal.feed(b"\r" + row.encode() + b"\x1b[m")
            assert terminal.screen.cursor.x == width_of(row), ascii(raw)
            rows += 1
        line = safe_line(raw)
        assert width_of(cut(line, width)) <= width == width_of(fit(line, width)), ascii(raw)
    print(f"\n{STRINGS:,} fuzzed strings as {rows:,} rows: each as wide as the terminal shows it")


def shown_rows(raw: str, width: int) -> list[str]:
    """Return the rows of a mail that is this text, at its widest and where it is wrapped."""
    lines = [Line((Span(Safe(text)),)) for text in safe_block(raw).split("\n")]
    return ["".join(text for text, _ in row) for line in lines for row in wrap(line, width)]


def test_every_character_alone_is_as_wide_as_another_table_says() -> None:
    different = [
        code
        for code in range(0x20, 0x110000)
        if category(char := chr(code)) not in {"Cn", "Cs", "Co"}
        and safe_line(char) == char
        and width_of(char) != wcwidth.wcwidth(char)
    ]
    assert set(different) <= set(LETTERS_OF_FLAGS)
