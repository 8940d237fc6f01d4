"""The one who counts what reaches a terminal sees everything that should not."""

import random

import pytest

from tests.hostile.mails import CANARIES, PAYLOADS
from tuimail.ui.output_pieces import Terminal
from tuimail.ui.output_screen import CellScreen

from .kinds import DRAWN, PRINTED, SCREEN, kinds

COLUMNS, ROWS = 60, 16
FORE, BACK = "38;2;9;8;7", "48;2;1;2;3"
STYLES = (
    "",
    "1",
    "2",
    "3",
    "4",
    "7",
    "9",
    FORE,
    BACK,
    f"1;{FORE}",
    f"1;{BACK}",
    f"3;{FORE};{BACK}",
    f"4;{FORE};{BACK}",
    f"7;{FORE};{BACK}",
    f"9;{FORE};{BACK}",
)
PIECES = ("words", " ", " " * 30, "─" * 20, "你好", "👍🏽", "e\u0301", "x")
LINK = "\x1b]8;id=1;https://a.example/\x1b\\here\x1b]8;;\x1b\\"


def test_the_kinds_that_are_drawn_are_what_the_output_layer_sends() -> None:
    choose = random.Random(3)
    screen = CellScreen(COLUMNS, ROWS, Terminal(can_repeat=True))
    screen.has_sync = True
    rows = [row(choose) for _ in range(ROWS)]
    sent = ""
    for _ in range(300):
        match choose.randrange(4):
            case 0:
                by = choose.randint(-4, 4)
                rows = rows[by:] + rows[:by]
            case 1:
                rows = [row(choose) for _ in rows]
            case _:
                rows[choose.randrange(ROWS)] = row(choose)
        frame = "".join(f"\x1b[{y + 1};1H{text}" for y, text in enumerate(rows))
        sent += screen.write(f"{frame}\x1b[{choose.choice(('', '5;7'))}H")
    assert set(kinds(sent.encode())) == DRAWN


def row(choose: random.Random) -> str:
    """Return a row of styled pieces that fills the screen's width, and more."""
    pieces = [f"\x1b[0;{choose.choice(STYLES)}m{choose.choice(PIECES)}" for _ in range(12)]
    if choose.random() < 0.1:
        pieces.insert(3, LINK)
    return "".join([*pieces, " " * COLUMNS, "\x1b[m"])


@pytest.mark.parametrize("own", [SCREEN, PRINTED], ids=["screen", "command"])
@pytest.mark.parametrize("payload", PAYLOADS[:31])
def test_every_payload_is_a_foreign_kind_or_a_canary(payload: str, own: frozenset[str]) -> None:
    sent = payload.encode()
    is_foreign = bool(set(kinds(sent)) - own)
    assert is_foreign or any(canary in sent for canary in CANARIES), repr(payload)


@pytest.mark.parametrize(
    "sent", [b"\x1b[3S", b"\x1b[2T", b"\x1b[2;9r", b"\x1b[r", b"\x1b[2J", b"\x1b[5m", b"\x1b[1J"]
)
def test_a_piece_of_what_is_ours_is_not_ours_alone(sent: bytes) -> None:
    assert not set(kinds(sent)) & SCREEN


def test_broken_text_is_seen() -> None:
    assert "not UTF-8" in kinds(b"abc\x9bdef")
    assert "not UTF-8" not in kinds("abc äöü 你好 👩".encode())
