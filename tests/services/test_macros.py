"""Macros are kept as they were recorded, and never play themselves."""

import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuimail.errors import NotFound, UserError
from tuimail.model.macro import MAX_STEPS, Step, steps_of, text_of
from tuimail.services.macros import expanded, keep_macro, known_macros, steps_to_play
from tuimail.services.mail import Mail

STEPS = (Step("archive", "", 3, True), Step("move", "Lists/Python dev"), Step("cursor.down"))
WORDS = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Zl", "Zp"]))


def play(name: str, count: int = 1) -> Step:
    return Step("macro.play", name, count, count > 1)


@given(
    st.lists(st.builds(Step, st.sampled_from(["move", "cursor.down"]), WORDS.map(str.strip))).map(
        tuple
    ),
    st.integers(1, 99_999),
)
def test_what_is_written_down_is_read_again(steps: tuple[Step, ...], count: int) -> None:
    counted = (*steps, Step("archive", "", count, True))
    assert steps_of(text_of(counted)) == counted


def test_an_answer_never_becomes_a_step_of_its_own() -> None:
    steps = (Step("label", "one\nexpunge"),)
    assert [step.action for step in steps_of(text_of(steps))] == ["label"]


def test_a_macro_survives_a_restart_and_gives_way_to_a_newer_one(mail: Mail) -> None:
    keep_macro(mail, "x", STEPS)
    assert known_macros(mail) == {"x": STEPS}
    keep_macro(mail, "x", STEPS[:1])
    assert steps_to_play(mail, "x") == list(STEPS[:1])


def test_macros_play_others(mail: Mail) -> None:
    keep_macro(mail, "x", STEPS[:1])
    keep_macro(mail, "y", (play("x", 2), STEPS[2]))
    assert steps_to_play(mail, "y") == [STEPS[0], STEPS[0], STEPS[2]]


def test_a_macro_that_would_play_itself_is_refused(mail: Mail) -> None:
    keep_macro(mail, "x", STEPS)
    keep_macro(mail, "y", (play("x"),))
    with pytest.raises(UserError, match="without end"):
        keep_macro(mail, "x", (play("y"),))
    assert steps_to_play(mail, "x") == list(STEPS)


def test_a_macro_that_grows_beyond_all_measure_is_refused() -> None:
    known = {"a": STEPS, **{chr(97 + n): (play(chr(96 + n), 9),) for n in range(1, 20)}}
    with pytest.raises(UserError, match=f"more than {MAX_STEPS} steps"):
        expanded(known, "t")


def test_a_long_macro_played_by_another_as_often_as_can_be_counted_takes_no_memory() -> None:
    known = {"a": (STEPS[0],) * MAX_STEPS, "b": (play("a", 99_999),)}
    tracemalloc.start()
    try:
        with pytest.raises(UserError, match=f"more than {MAX_STEPS} steps"):
            expanded(known, "b")
        assert tracemalloc.get_traced_memory()[1] < 20_000_000
    finally:
        tracemalloc.stop()


def test_a_macro_that_is_not_there_is_not_found(mail: Mail) -> None:
    with pytest.raises(NotFound, match="no macro “q”"):
        steps_to_play(mail, "q")
