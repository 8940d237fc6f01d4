"""The pure parts of the output layer."""

import random
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.terminal import Terminal as Emulator
from tests.terminal import unexplained
from tuimail.ui.output import DiffDriver
from tuimail.ui.output_cells import (
    blank_style,
    change,
    is_plain_background,
    join,
    parse,
    split,
)
from tuimail.ui.output_pieces import Terminal
from tuimail.ui.output_screen import MAX_PARTIAL_CHARS, CellScreen

TERMINALS = [Terminal(), Terminal(can_repeat=True), Terminal(can_erase=False)]
TEXTS = [
    "a",
    "bc  d",
    "     ",
    "──────────────",
    "日本語",
    "👨‍👩‍👧‍👦",
    "🇩🇪",
    "❤️x",
    "é",
    "ü",
    "สวัสดี",
    "한",
    "\u202eab",
]
STYLES = ["", "1", "31", "38;2;1;2;3", "48;2;9;9;9", "1;4;38;5;9;48;2;9;9;9", "7", "0", "2;3"]


LONG_LIST = [f"row {n} " + "words and more words " * 4 for n in range(60)]


def long_list(top: int) -> str:
    """Draw a list of 30 rows and what stands beside it."""
    return "".join(
        f"\x1b[{y + 1};1H{'│' * 10}{LONG_LIST[top + y][:90].ljust(90)}" for y in range(30)
    )


def test_styles_are_canonical() -> None:
    assert join("", "1;31;44") == "1;31;44"
    assert join("44;1", "31") == "1;31;44"
    assert join("1;31", "0") == ""
    assert join("1;31", "39") == "1"
    assert join("44", "0;32") == "32"
    assert join("1", "1") == "1"
    assert split("38;2;1;2;3;48;5;7;4").background == "48;5;7"
    assert split("38").foreground == "38"
    assert join("1;4;31", "22;24") == "31"


def test_a_blank_shows_its_background_alone_unless_it_is_lined() -> None:
    assert blank_style("1;31;44") == "44"
    assert blank_style("4;31") == "4;31"
    assert blank_style("31\0;https://x.example/") == "31\0;https://x.example/"
    assert is_plain_background("44")
    assert not is_plain_background("4;44")


@pytest.mark.parametrize(
    ("old", "new", "sequence"),
    [
        ("", "1", "\x1b[1m"),
        ("1", "", "\x1b[m"),
        ("1;31", "1;32", "\x1b[32m"),
        ("31", "", "\x1b[m"),
        ("1;31", "31", "\x1b[22m"),
        ("1;2;31;44", "2;32;44", "\x1b[22;2;32m"),
        ("1;31;104", "2;31;104", "\x1b[22;2m"),
        ("4;21;31", "31", "\x1b[0;31m"),
        ("31", "31", ""),
        ("", "31\0;https://x.example/", "\x1b]8;;https://x.example/\x1b\\\x1b[31m"),
        ("31\0;https://x.example/", "", "\x1b]8;;\x1b\\\x1b[m"),
    ],
)
def test_the_shortest_change_of_style(old: str, new: str, sequence: str) -> None:
    assert change(old, new) == sequence


def test_only_links_to_the_web_and_to_mail_are_kept() -> None:
    for url, kept in (
        ("https://example.org/", True),
        ("mailto:a@example.org", True),
        ("file:///etc/passwd", False),
        ("javascript:alert(1)", False),
        ("https://example.org/ü", False),
    ):
        cells, _, link = parse(f"\x1b]8;id=1;{url}\x1b\\x", "", "")
        assert bool(link) == kept
        assert ("\0" in cells[0][1]) == kept


def test_a_mark_after_a_change_of_style_belongs_to_the_cell_before() -> None:
    cells, _, _ = parse("e\x1b[31m\u0301日\x1b[m\u0301", "", "")
    assert [cluster for cluster, _ in cells] == ["e\u0301", "日\u0301", ""]


def test_invisible_controls_take_no_cell_and_are_not_sent() -> None:
    cells, _, _ = parse("a\u202eb\u2066é", "", "")
    assert [cluster for cluster, _ in cells] == ["a", "b", "é"]


def test_a_frame_draws_and_a_repeated_one_costs_nothing() -> None:
    screen = CellScreen(20, 3)
    first = screen.write("\x1b[1;1Hhello\x1b[2;3H\x1b[31mred\x1b[m\x1b[1;1H")
    assert "hello" in first
    assert screen.write("\x1b[1;1Hhello\x1b[2;3H\x1b[31mred\x1b[m\x1b[1;1H") == ""
    assert screen.write("\x1b[3;4H") == "\x1b[3;4H", "the cursor alone moves"


def test_a_frame_between_sync_marks_is_sent_at_its_end() -> None:
    screen = CellScreen(80, 10)
    screen.has_sync = True
    assert screen.write("\x1b[?2026h") == ""
    assert screen.write("\x1b[1;1H" + "x" * 80) == ""
    for y in range(2, 11):
        screen.write(f"\x1b[{y};1H" + "y" * 80)
    sent = screen.write("\x1b[?2026l")
    assert sent.startswith("\x1b[?2026h")
    assert sent.endswith("\x1b[?2026l")


@pytest.mark.parametrize(
    "smuggled",
    [
        "\x1b]52;c;ZXZpbA==\x07",
        "\x1b]0;title\x1b\\",
        "\x1b[2J",
        "\x1bc",
        "\x1bP1;2q~\x1b\\",
        "\x07",
        "\x1b[6n",
        "\x1b[?1049l",
        "\x1b[?1003h",
        "\x08",
        "\x0e",
        "\x9b31m",
        "\x1b_Gf=1\x1b\\",
    ],
)
def test_nothing_but_cells_leaves_a_frame(smuggled: str) -> None:
    screen = CellScreen(40, 3)
    sent = screen.write(f"\x1b[1;1Habc{smuggled}def\x1b[1;1H")
    assert unexplained(sent.encode()) == []
    assert smuggled not in sent
    assert "abc" in sent
    assert screen.refused >= 1


def test_an_unfinished_sequence_in_a_frame_does_not_swallow_what_follows() -> None:
    screen = CellScreen(40, 3)
    sent = screen.write("\x1b[1;1Habc\x1b]52;c;AAAA\x1b[2;1Hnext\x1b[1;1H")
    assert "next" in sent
    assert "\x1b]52" not in sent
    endless = screen.write("\x1b]0;" + "x" * (MAX_PARTIAL_CHARS + 1))
    assert "\x1b]" not in endless


def test_what_the_program_asks_of_the_terminal_is_passed_on() -> None:
    screen = CellScreen(40, 3)
    for text in ("\x1b[?25l", "\x1b[?2026$p", "\x1b[>25u", "\x1b]52;c;YQ==\x07", "\x1b]0;t\x07"):
        assert screen.write(text) == text
    assert screen.write("\a") == "\a"
    assert screen.write("\x1b[?1003h\x1b[?1003l") == "\x1b[?1002h\x1b[?1002l"
    assert screen.refused == 0


def test_pictures_and_unknown_commands_of_others_are_not_passed_on() -> None:
    screen = CellScreen(40, 3)
    assert screen.write("\x1bPq#0\x1b\\") == ""
    assert screen.write("\x1b]1337;File=x\x07") == ""
    assert screen.refused == 2


def test_what_is_unknown_makes_the_layer_forget_the_terminal() -> None:
    screen = CellScreen(20, 2)
    screen.write("\x1b[1;1Hhello")
    assert screen.write("\x1b[2J") == "\x1b[2J"
    assert "hello" in screen.write("\x1b[1;1Hhello")


def test_a_sequence_cut_in_two_is_put_together() -> None:
    screen = CellScreen(20, 2)
    assert screen.write("\x1b[?2") == ""
    assert screen.write("5l") == "\x1b[?25l"


def test_nothing_is_drawn_beyond_the_edges() -> None:
    screen = CellScreen(10, 2)
    sent = screen.write("\x1b[1;8Habcdef\x1b[9;1Hbelow\x1b[0;0H\r\n")
    assert "abc" in sent
    assert "abcd" not in sent
    assert "below" not in sent


def test_half_of_a_wide_cluster_that_is_overwritten_takes_the_other_half_with_it() -> None:
    screen, emulator = CellScreen(10, 1), Emulator(10, 1)
    for text in ("\x1b[1;1H日本語", "\x1b[1;2Hx", "\x1b[1;5Hy"):
        emulator.feed(screen.write(text).encode())
    assert emulator.text() == " x本y"
    assert [cluster for cluster, _ in screen.cells()[0]][:6] == [" ", "x", "本", "", "y", " "]


def test_an_erasure_ends_beside_a_wide_cluster_and_never_within_one() -> None:
    """tmux blanks the half that was left in its own colour, also where it was just erased."""
    screen = CellScreen(40, 1)
    screen.write("\x1b[1;1H\x1b[48;2;9;9;9m" + "x" * 25 + "日本語".ljust(12))
    sent = screen.write("\x1b[1;1H\x1b[48;2;9;9;9mname" + " " * 22 + "Move on".ljust(11))
    assert re.findall(r"\x1b\[(\d+)X", sent) == ["21"]
    assert " Move on" in sent


def test_a_list_that_scrolls_by_a_line_costs_a_line() -> None:
    screen, emulator = CellScreen(100, 30), Emulator(100, 30)
    screen.has_sync = True
    emulator.feed(screen.write(long_list(0)).encode())
    for top in (1, 2, 5, 4):
        sent = screen.write(long_list(top))
        emulator.feed(sent.encode())
        assert len(sent) < 900, top
        assert emulator.line(0).endswith(LONG_LIST[top][:90].rstrip())
        assert emulator.line(29).endswith(LONG_LIST[top + 29][:90].rstrip())


def test_a_terminal_that_moves_no_lines_gets_them_written() -> None:
    for sync in (True, False):
        screen, emulator = CellScreen(100, 30, Terminal(can_scroll=False)), Emulator(100, 30)
        screen.has_sync = sync
        emulator.feed(screen.write(long_list(0)).encode())
        sent = screen.write(long_list(1))
        assert not re.search(r"\x1b\[\d*(?:;\d*)?[STr]", sent)
        emulator.feed(sent.encode())
        assert emulator.line(29).endswith(LONG_LIST[30][:90].rstrip())


def test_a_terminal_that_would_show_them_is_sent_no_notices() -> None:
    screen = CellScreen(40, 3, Terminal(takes_osc=False))
    for text in ("\x1b]9;tuimail: 2 new\x1b\\", "\x1b]52;c;YQ==\x07", "\x1b]22;text\x1b\\"):
        assert screen.write(text) == ""
    assert screen.write("\a") == "\a"
    assert screen.refused == 0


def test_what_follows_a_cluster_of_uncertain_width_is_written_after_it() -> None:
    frame = "".join(f"\x1b[{y};1H\x1b[1;31m❤️ a\x1b[m tail{y}" for y in range(1, 9))
    sent = CellScreen(40, 8).write(frame)
    for y in range(1, 8):
        assert sent.index(f"\x1b[{y + 1};") > sent.index(f"tail{y}"), "row after row"
    hearts = [found.start() for found in re.finditer("❤️", sent)]
    assert all(heart < sent.index(f"tail{y}") for y, heart in enumerate(hearts, 1))


def test_the_early_paint_is_taken_over_without_a_byte() -> None:
    painted = "\x1b[1;1H\x1b[1mhello\x1b[m\x1b[2;1Hworld"
    screen = CellScreen(10, 2)
    screen.take_over(painted)
    assert screen.write(painted + "\x1b[1;1H") == ""


def test_of_the_early_paint_rows_of_uncertain_width_are_drawn_again() -> None:
    painted = "\x1b[1;1Hthe ❤️ of it\x1b[2;1Hworld"
    screen = CellScreen(20, 2)
    screen.take_over(painted)
    sent = screen.write(painted + "\x1b[1;1H")
    assert "of it" in sent
    assert "the" not in sent
    assert "world" not in sent


def frames(choose: random.Random, columns: int, rows: int) -> str:
    """Draw a few pieces of text at random places."""
    out = []
    for _ in range(choose.randint(1, 12)):
        y, x = choose.randint(1, rows), choose.randint(1, columns - 30)
        out.append(f"\x1b[{y};{x}H\x1b[{choose.choice(STYLES)}m")
        out += choose.choices(TEXTS, k=2)
    return "".join(out) + "\x1b[m"


@pytest.mark.parametrize("terminal", TERMINALS)
@settings(deadline=None)
@given(seed=st.integers(0, 1 << 32))
def test_any_frames_look_the_same_through_the_layer(terminal: Terminal, seed: int) -> None:
    choose = random.Random(seed)
    screen, direct, through = CellScreen(60, 8, terminal), Emulator(60, 8), Emulator(60, 8)
    for emulator in (direct, through):
        emulator.feed(b"\x1b[?7l")
    for _ in range(6):
        frame = frames(choose, 60, 8)
        direct.feed(frame.replace("\u202e", "").encode())
        through.feed(screen.write(frame).encode())
        assert through.cells() == direct.cells()


def test_textual_still_has_what_the_driver_builds_on() -> None:
    from textual.app import App
    from textual.drivers.linux_driver import LinuxDriver

    for name in (
        *("write", "close", "start_application_mode", "process_message"),
        "run_input_thread",
    ):
        assert callable(getattr(LinuxDriver, name)), name
    assert callable(LinuxDriver._get_terminal_size)
    assert "attrs_before" in LinuxDriver.stop_application_mode.__code__.co_names
    assert "attrs_before" in LinuxDriver.start_application_mode.__code__.co_names
    assert "\x1b[?1049h" in LinuxDriver.start_application_mode.__code__.co_consts
    assert "\x1b[?1003h" in LinuxDriver._enable_mouse_support.__code__.co_consts
    assert App(driver_class=DiffDriver).driver_class is DiffDriver
