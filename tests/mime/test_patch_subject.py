"""Subjects of patches say where in a series they stand."""

import time

import pytest

from tuimail.mime.patch_subject import PatchPlace, patch_place


@pytest.mark.parametrize(
    ("subject", "place"),
    [
        ("[PATCH] fix it", (1, 1, 1)),
        ("[PATCH 2/5] fix it", (1, 2, 5)),
        ("[PATCH v3 02/15] fix it", (3, 2, 15)),
        ("[RFC PATCH v2 0/2] cover", (2, 0, 2)),
        ("[list] [PATCH 1/2] [x] fix", (1, 1, 2)),
        ("[PATCHv2 1/2] fix", (1, 1, 2)),
        ("Re: [PATCH 2/5] fix it", None),
        ("[list] lunch 1/2", None),
        ("patch 1/2", None),
        ("", None),
    ],
)
def test_a_subject_names_version_number_and_total(subject, place) -> None:
    assert patch_place(subject) == (None if place is None else PatchPlace(*place))


@pytest.mark.parametrize("piece", ["[", "[a]", "[PATCH", " ", "1/", "v1"])
def test_repeated_pieces_cost_no_time(piece) -> None:
    started = time.process_time()
    patch_place(piece * 100_000)
    assert time.process_time() - started < 0.5
