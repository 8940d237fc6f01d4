"""What a stranger writes into a report or a trace field costs no more time than its length."""

from collections.abc import Callable
from time import process_time

import pytest

from tuimail.mime.auth_results import parse_auth_results
from tuimail.mime.received import parse_received
from tuimail.mime.returned_part import cut_at_copy

ENOUGH_S = 0.5
"""Of the processor. Where it grows with the square it is more, else a few milliseconds."""


@pytest.mark.parametrize(
    ("read", "text"),
    [
        (cut_at_copy, "-" * 65_536),
        (cut_at_copy, ("\n" * 6 + "-" * 65) * 900),
        (parse_auth_results, "a;" + "a" * 8_190),
        (parse_auth_results, "a;" + "a" * 4_000 + " " * 4_000),
        (parse_auth_results, 'a;"' + '\\"' * 4_090),
        (parse_auth_results, "a;" + "(" * 4_000 + ")" * 4_000),
    ],
)
def test_a_hostile_text_is_read_at_once(read: Callable[[str], object], text: str) -> None:
    began = process_time()
    read(text)
    assert process_time() - began < ENOUGH_S


def test_200_hostile_hops_are_read_at_once() -> None:
    began = process_time()
    for _ in range(200):
        parse_received('from "' + '\\"' * 2_040)
    assert process_time() - began < ENOUGH_S * 2


def test_a_rule_above_a_copy_is_still_found() -> None:
    said, copy = cut_at_copy(
        "No.\n\n> ------ This is a copy of the message ------\n\nMessage-ID: <a@b>"
    )
    assert said == "No.\n\n"
    assert copy.startswith("> -")
