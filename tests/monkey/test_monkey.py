"""A monkey at the keyboard: nothing breaks, nothing is lost, and undo takes it all back."""

import os

import pytest

from tuimail.ui.keymap_file import known_keymaps

from .moves import SIZES
from .walk import walked
from .world import Start

IS_FULL = bool(os.environ.get("PROOF_FULL"))
KEYS = 50_000 if IS_FULL else 450
WALKS = [
    (keymap, size)
    for number, keymap in enumerate(known_keymaps())
    for size in (SIZES if IS_FULL else SIZES[number : number + 1])
]
KEYS_OF_A_WALK = 600 if IS_FULL else 150

pytestmark = [pytest.mark.pty, pytest.mark.proof, pytest.mark.timeout(7200 if IS_FULL else 480)]


@pytest.mark.parametrize(("keymap", "size"), WALKS)
def test_random_keys_break_lose_and_leave_nothing_behind(
    keymap: str, size: tuple[int, int]
) -> None:
    number = WALKS.index((keymap, size))
    keys = given_up = undone = 0
    seed = 1_000 * number
    while keys < KEYS // len(WALKS):
        told = walked(Start(seed, keymap, size, KEYS_OF_A_WALK))
        keys += told.keys
        undone += told.undone
        given_up += told.given_up
        seed += 1
    print(f"\n{keymap} at {size}: {keys:,} keys, {undone:,} undone, {given_up} given up by a yes")
