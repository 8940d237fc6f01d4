"""Modals as machines: keys in, lines and answers out."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuimail.errors import UserError
from tuimail.model.cells import width_of
from tuimail.model.safe import Safe
from tuimail.ui.action_table import new_registry
from tuimail.ui.actions import Argument, Context
from tuimail.ui.key_names import key_name
from tuimail.ui.keymap_file import load_keymap
from tuimail.ui.modals import (
    AskSecret,
    AskText,
    Choice,
    Choose,
    Command,
    CommandLine,
    Confirm,
    Help,
    History,
    Palette,
)
from tuimail.ui.modals.command_line import MAX_HISTORY, read_command
from tuimail.ui.modals.line_edit import MAX_CHARS, LineEdit
from tuimail.ui.modals.modal import Line, Modal, wrapped
from tuimail.ui.modals.palette import fuzzy
from tuimail.ui.modals.which_key import which_key_lines
from tuimail.ui.roles import StyleRole

WIDTH, HEIGHT = 80, 23
KEYMAP = load_keymap("default", None)


def press(modal: Modal[object], *keys: str) -> None:
    """Press named keys; a single character types itself."""
    for key in keys:
        modal.press(key, key if len(key) == 1 else " " if key == "Space" else "")


def type_text(modal: Modal[object], text: str) -> None:
    for char in text:
        modal.press(key_name("space" if char == " " else char), char)


def text_of(lines: list[Line]) -> str:
    return "\n".join("".join(text for text, _ in line).rstrip() for line in lines)


def shown(modal: Modal[object], width: int = WIDTH, height: int = HEIGHT) -> str:
    return text_of(modal.lines(width, height))


def chosen_line(modal: Modal[object]) -> str:
    for line in modal.lines(WIDTH, HEIGHT):
        if line[0][1] is StyleRole.MODAL_CURSOR:
            return "".join(text for text, _ in line).strip()
    return ""


def fill(history: History | None = None) -> CommandLine:
    names = ["Archive", "Archive/2024", "Drafts"]

    def complete(kind: Argument, start: str) -> list[str]:
        return [n for n in names if n.startswith(start)] if kind is Argument.DESTINATION else []

    return CommandLine(new_registry(), Context.LIST, history or History(), complete)


def all_modals() -> list[Modal[object]]:
    registry = new_registry()
    choices = [Choice(n, Safe(f"mailbox {n} 日本"), Safe(f"{n} unread")) for n in range(30)]
    return [
        Confirm(Safe("Remove these 5 mails for ever? " * 5)),
        AskText(Safe("Save into"), "~/Downloads", lambda _: ["a", "b"]),
        AskSecret(Safe("work: password")),
        Choose(Safe("Move to"), choices),
        Palette(registry, KEYMAP, Context.LIST),
        Help(registry, KEYMAP, Context.READER),
        fill(),
    ]


# Confirming


def test_yes_is_y_alone() -> None:
    modal = Confirm(Safe("Throw it away?"))
    press(modal, "Enter", "Space", "x")
    assert not modal.is_over
    press(modal, "y")
    assert modal.answer is True


@pytest.mark.parametrize("key", ["n", "Esc"])
def test_no_is_n_or_esc(key: str) -> None:
    modal = Confirm(Safe("Throw it away?"))
    press(modal, key)
    assert modal.is_over
    assert modal.answer is False


def test_a_long_question_is_wrapped_and_keeps_its_keys_in_sight() -> None:
    modal = Confirm(Safe("Is this wise, " * 40))
    lines = shown(modal, 40, 6).split("\n")
    assert len(lines) == 6
    assert lines[-1] == " y yes   n no"


# Asking for text


def test_text_is_edited_and_given() -> None:
    modal = AskText(Safe("Save into"), "~/Down")
    type_text(modal, "loads")
    press(modal, "Home", "Delete", "Enter")
    assert modal.answer == "/Downloads"


def test_esc_gives_nothing() -> None:
    modal = AskText(Safe("Label"))
    type_text(modal, "work")
    press(modal, "Esc")
    assert modal.is_over
    assert modal.answer is None


def test_tab_goes_round_the_completions_and_back_to_what_was_typed() -> None:
    modal = AskText(Safe("To"), "a", lambda text: [f"{text}lice", f"{text}nna"])
    seen = []
    for _ in range(4):
        press(modal, "Tab")
        seen.append(shown(modal).partition(": ")[2])
    assert seen == ["alice", "anna", "a", "alice"]


def test_a_password_is_never_drawn() -> None:
    modal = AskSecret(Safe("work: password"))
    modal.paste("hunter")
    type_text(modal, "2")
    assert "hunter" not in shown(modal)
    assert "•••••••" in shown(modal)
    press(modal, "Enter")
    assert modal.answer == "hunter2"


def test_a_long_title_gets_a_line_of_its_own() -> None:
    modal = AskText(Safe("x" * 40), "typed")
    assert shown(modal, 44).split("\n") == [" " + "x" * 40, " typed"]


# Editing a line


@pytest.mark.parametrize(
    ("keys", "text", "cursor"),
    [
        (["ctrl+a"], "one two", 0),
        (["ctrl+w"], "one ", 4),
        (["ctrl+w", "ctrl+w"], "", 0),
        (["ctrl+u"], "", 0),
        (["ctrl+a", "ctrl+k"], "", 0),
        (["alt+b", "Backspace"], "onetwo", 3),
        (["ctrl+a", "alt+f"], "one two", 3),
        (["ctrl+a", "alt+d"], " two", 0),
        (["Left", "Left", "Right", "Delete"], "one tw", 6),
        (["ctrl+a", "Backspace", "Left"], "one two", 0),
        (["End", "Delete", "ctrl+d", "Right"], "one two", 7),
    ],
)
def test_editing_keys_are_those_of_a_shell(keys: list[str], text: str, cursor: int) -> None:
    edit = LineEdit("one two")
    assert all(edit.press(key, "") for key in keys)
    assert (edit.text, edit.cursor) == (text, cursor)


def test_what_is_pasted_becomes_one_safe_line() -> None:
    edit = LineEdit()
    edit.insert("a\r\nb\tc\x1b[31m\x07\u202ed")
    assert "\n" not in edit.text
    assert "\x1b" not in edit.text
    assert edit.text.startswith("a b c")
    assert type(edit.text) is Safe
    edit.insert("x" * 10_000)
    assert len(edit.text) <= MAX_CHARS


@given(st.lists(st.text(max_size=3), max_size=20), st.integers(1, 30))
def test_the_cursor_is_always_in_sight_and_the_width_exact(parts: list[str], width: int) -> None:
    edit = LineEdit()
    for part in parts:
        edit.insert(part)
        edit.press("Left", "")
        pieces = edit.pieces(width)
        cells = sum(width_of(text) for text, _ in pieces)
        assert cells in (width, width + 1)  # a wide character in one cell
        assert pieces[1][1] is StyleRole.INPUT_CURSOR


# Choosing


def test_a_choice_is_taken_with_enter() -> None:
    modal = Choose(Safe("Move to"), [Choice("a", Safe("Archive")), Choice("b", Safe("Bills"))])
    press(modal, "Down", "Down", "Enter")
    assert modal.answer == "b"


def test_typing_narrows_by_every_word_and_puts_beginnings_first() -> None:
    names = ["Lists/python-dev", "python", "Work/Python", "Trash"]
    modal = Choose(Safe("Go to"), [Choice(n, Safe(n)) for n in names])
    type_text(modal, "python")
    assert chosen_line(modal) == "python"
    assert "Trash" not in shown(modal)
    type_text(modal, " dev")
    press(modal, "Enter")
    assert modal.answer == "Lists/python-dev"


def test_nothing_that_fits_is_said_and_enter_does_nothing() -> None:
    modal = Choose(Safe("Go to"), [Choice(1, Safe("Archive"))])
    type_text(modal, "zzz")
    assert "nothing fits" in shown(modal)
    press(modal, "Enter", "Down", "PgDn")
    assert not modal.is_over
    press(modal, "Backspace", "Backspace", "Backspace", "Enter")
    assert modal.answer == 1


def test_narrowing_does_not_move_the_line_typed_in() -> None:
    modal = Choose(Safe("Go to"), [Choice(n, Safe(f"mailbox {n}")) for n in range(40)])
    before = len(modal.lines(WIDTH, HEIGHT))
    modal.paste("mailbox 39")
    assert len(modal.lines(WIDTH, HEIGHT)) == before


def test_a_long_list_scrolls_with_the_cursor() -> None:
    modal = Choose(Safe("Go to"), [Choice(n, Safe(f"mailbox {n}")) for n in range(40)])
    for _ in range(3):
        modal.lines(WIDTH, HEIGHT)
        press(modal, "PgDn")
    assert chosen_line(modal) == "mailbox 36"
    press(modal, "PgUp", "Up", "Enter")
    assert modal.answer == 23


# Palette


def test_the_palette_finds_an_action_by_letters_and_shows_its_keys() -> None:
    modal = Palette(new_registry(), KEYMAP, Context.LIST)
    type_text(modal, "repall")
    assert chosen_line(modal).startswith("Reply to all")
    assert chosen_line(modal).endswith("a")
    press(modal, "Enter")
    assert modal.answer == "reply.all"


@pytest.mark.parametrize(
    ("typed", "action"),
    [
        ("undo", "undo"),
        ("check", "sync"),
        ("arch", "archive"),
        ("quit", "quit"),
        ("sent", "goto.sent"),
    ],
)
def test_the_palette_puts_the_best_first(typed: str, action: str) -> None:
    modal = Palette(new_registry(), KEYMAP, Context.LIST)
    type_text(modal, typed)
    press(modal, "Enter")
    assert modal.answer == action


def test_the_palette_offers_only_what_applies_here() -> None:
    modal = Palette(new_registry(), KEYMAP, Context.COMPOSE)
    type_text(modal, "archive")
    assert "Move to the archive" not in shown(modal)


def test_letters_must_come_in_order() -> None:
    assert fuzzy("rpl", "Reply") is not None
    assert fuzzy("lpr", "Reply") is None
    assert fuzzy("", "Reply") is not None


# Help


def test_help_shows_headings_keys_and_sentences() -> None:
    text = shown(Help(new_registry(), KEYMAP, Context.LIST), 100, 40)
    assert "Keys in list" in text
    assert "Moving" in text
    assert "j  Down" in text


def test_help_tells_the_row_chosen_to_its_end_however_narrow_it_is() -> None:
    modal = Help(new_registry(), KEYMAP, Context.LIST)
    press(modal, "/")
    type_text(modal, "sort.subject")
    press(modal, "Enter")
    text = " ".join(shown(modal, 80, 24).split())
    assert "Sort the list by subject without Re:," in text
    assert "A to Z; again, Z to A." in text


def test_help_is_searched_and_an_action_done_from_it() -> None:
    modal = Help(new_registry(), KEYMAP, Context.LIST)
    press(modal, "/")
    type_text(modal, "move archive")
    press(modal, "Enter")
    assert chosen_line(modal).startswith("e ")
    press(modal, "Enter")
    assert modal.answer == "archive"


def test_esc_leaves_the_search_first_and_then_the_help() -> None:
    modal = Help(new_registry(), KEYMAP, Context.LIST)
    press(modal, "/")
    type_text(modal, "zzzz")
    press(modal, "Down", "Enter", "Enter")
    assert not modal.is_over
    press(modal, "Esc")
    assert "Moving" in shown(modal)
    press(modal, "Esc")
    assert modal.is_over


def test_help_scrolls_over_headings_and_stops_at_its_ends() -> None:
    modal = Help(new_registry(), KEYMAP, Context.LIST)
    modal.lines(WIDTH, 10)
    for keys in (["k"] * 3, ["PgDn"] * 30, ["G"], ["j"] * 5):
        press(modal, *keys)
        assert chosen_line(modal)
    assert "Program" not in shown(modal, WIDTH, 4)
    press(modal, "g", "-", "PgUp")
    assert "Moving" in shown(modal, WIDTH, 10)


# The command line


def test_a_command_with_its_argument() -> None:
    modal = fill()
    type_text(modal, "move Archive/2024")
    press(modal, "Enter")
    assert modal.answer == Command("move", "Archive/2024")


def test_a_wrong_command_is_said_and_can_be_mended() -> None:
    modal = fill()
    type_text(modal, "archivee")
    press(modal, "Enter")
    assert not modal.is_over
    assert "There is no command “archivee”" in shown(modal)
    press(modal, "Backspace", "Enter")
    assert modal.answer == Command("archive", "")


def test_tab_completes_names_and_arguments() -> None:
    modal = fill()
    type_text(modal, "mov")
    press(modal, "Tab")
    assert shown(modal).split("\n")[-1] == ":move"
    type_text(modal, "A")
    assert "Archive/2024" in shown(modal)
    press(modal, "Tab", "Tab")
    press(modal, "Enter")
    assert modal.answer == Command("move", "Archive/2024")


def test_shift_tab_goes_back_and_typing_ends_the_round() -> None:
    modal = fill()
    type_text(modal, "goto.")
    press(modal, "Tab", "Tab", "shift+Tab")
    assert shown(modal).split("\n")[-1].split()[0] == ":goto.inbox"
    type_text(modal, "x")
    press(modal, "Tab")
    assert shown(modal).split("\n")[-1] == ":goto.inboxx"


def test_an_unknown_word_has_no_completions() -> None:
    modal = fill()
    type_text(modal, "nonsense a")
    press(modal, "Tab")
    assert shown(modal) == ":nonsense a"


def test_history_comes_back_with_up(tmp_path: Path) -> None:
    history = History(tmp_path / "commands")
    for line in ("sync", "move Archive", "sync"):
        modal = fill(history)
        type_text(modal, line)
        press(modal, "Enter")
    assert history.lines == ["move Archive", "sync"]
    assert (tmp_path / "commands").stat().st_mode & 0o777 == 0o600
    modal = fill(History(tmp_path / "commands"))
    type_text(modal, "half")
    press(modal, "Up", "Up", "Up")
    assert shown(modal).split("\n")[-1] == ":move Archive"
    press(modal, "Down", "Down", "Down")
    assert shown(modal).split("\n")[-1] == ":half"


def test_a_line_typed_before_is_looked_for(tmp_path: Path) -> None:
    history = History(tmp_path / "commands")
    for line in ("move Archive/2023", "sync", "move Archive/2024", "log"):
        history.add(line)
    modal = fill(history)
    press(modal, "ctrl+r")
    type_text(modal, "move")
    assert shown(modal).split("\n")[-1] == "?move: move Archive/2024"
    press(modal, "ctrl+r")
    assert shown(modal).split("\n")[-1] == "?move: move Archive/2023"
    press(modal, "ctrl+r")
    assert shown(modal).split("\n")[-1] == "?move: move Archive/2023"
    press(modal, "Enter")
    assert modal.answer == Command("move", "Archive/2023")


def test_esc_leaves_the_looking_for_and_then_the_line() -> None:
    history = History()
    history.add("sync")
    modal = fill(history)
    press(modal, "ctrl+r")
    type_text(modal, "nowhere")
    assert shown(modal).split("\n")[-1] == "?nowhere:"
    press(modal, "Esc")
    assert not modal.is_over
    assert shown(modal).split("\n")[-1] == ":"
    press(modal, "Esc")
    assert modal.is_over


def test_other_names_are_offered_too() -> None:
    modal = fill()
    type_text(modal, "q")
    assert any(line.split()[:2] == ["q", "quit:"] for line in shown(modal).split("\n"))
    press(modal, "Enter")
    assert modal.answer == Command("quit", "")


def test_what_is_offered_scrolls_with_what_is_chosen() -> None:
    modal = fill()
    type_text(modal, "c")
    for _ in range(12):
        press(modal, "Tab")
        text = shown(modal).split("\n")
        chosen = text[-1].removeprefix(":").split()[0]
        assert [line.split()[0] for line in text[:-1]].count(chosen) == 1
    assert " 12/" in text[-1]


def test_a_history_is_bounded_and_safe(tmp_path: Path) -> None:
    file = tmp_path / "commands"
    file.write_bytes(b"evil \x1b]0;x\x07\n\n" + b"sync\xff\n" * 1_000)
    history = History(file)
    assert len(history.lines) == MAX_HISTORY
    assert not any("\x1b" in line for line in history.lines)


def test_a_disk_that_cannot_be_written_costs_the_history_alone(tmp_path: Path) -> None:
    history = History(tmp_path / "no" / "such" / "folder")
    history.add("sync")
    assert history.lines == ["sync"]


@pytest.mark.parametrize("keys", [["Esc"], ["Backspace"], ["Enter"]])
def test_an_empty_line_is_left(keys: list[str]) -> None:
    modal = fill()
    press(modal, *keys)
    assert modal.is_over
    assert modal.answer is None


def test_lines_of_the_command_line_are_read() -> None:
    registry = new_registry()
    assert read_command("12", registry, Context.LIST) == Command("cursor.top", "", 12)
    assert read_command(" :q ", registry, Context.LIST) == Command("quit", "")
    assert read_command("search from:ann  b", registry, Context.LIST).argument == "from:ann  b"
    with pytest.raises(UserError, match="takes no argument"):
        read_command("undo all", registry, Context.LIST)
    with pytest.raises(UserError, match="does nothing here"):
        read_command("compose.send", registry, Context.LIST)


# Which-key, and all of them


def test_which_key_fills_columns_from_top_to_bottom() -> None:
    rows = [(Safe(c), Safe(f"does {c}")) for c in "abcdefg"]
    text = text_of(which_key_lines(Safe("g"), rows, 80))
    assert text.split("\n")[0].startswith(" g …")
    assert text.split("\n")[1].split() == ["a", "does", "a", "d", "does", "d", "g", "does", "g"]
    assert which_key_lines(Safe("g"), [], 80)[0]


@pytest.mark.parametrize("modal", all_modals(), ids=lambda m: type(m).__name__)
@pytest.mark.parametrize("size", [(80, 23), (120, 39), (30, 8), (10, 2)])
def test_every_line_has_the_width_of_the_screen(
    modal: Modal[object], size: tuple[int, int]
) -> None:
    width, height = size
    for _ in range(3):
        lines = modal.lines(width, height)
        assert 1 <= len(lines) <= height
        for line in lines:
            assert sum(width_of(text) for text, _ in line) == width
            assert all(type(text) is Safe for text, _ in line)
        press(modal, "Down", "PgDn")


@given(st.data())
def test_no_keys_in_any_order_ever_raise(data: st.DataObject) -> None:
    for modal in all_modals():
        for _ in range(12):
            key = data.draw(
                st.sampled_from(
                    [
                        "Enter",
                        "Esc",
                        "Tab",
                        "shift+Tab",
                        "Up",
                        "Down",
                        "PgUp",
                        "PgDn",
                        "Home",
                        "End",
                        "Left",
                        "Right",
                        "Backspace",
                        "Delete",
                        "ctrl+u",
                        "ctrl+w",
                        "ctrl+k",
                        "ctrl+n",
                        "a",
                        "g",
                        "G",
                        "/",
                        "y",
                        "n",
                        "語",
                    ]
                )
            )
            press(modal, key)
            if modal.is_over:
                break
            modal.lines(data.draw(st.integers(10, 120)), data.draw(st.integers(2, 40)))


def test_words_longer_than_a_line_are_cut() -> None:
    assert wrapped(Safe("a " + "b" * 50), 10) == ["a", "b" * 9 + "…"]
