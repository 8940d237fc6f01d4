"""Causes are found in what servers say, and never guessed: measured on many cases of each."""

import tomllib
from collections import Counter
from pathlib import Path

import pytest

from tuimail.model.causes import Kind, Stage, kind_of, saying_of
from tuimail.model.causes.reading import MAX_READ_CHARS
from tuimail.model.causes.table import TABLE

ROWS = tomllib.loads((Path(__file__).parent / "cause_rows.toml").read_text())["row"]
FAILED = 550
"""Stands for the reply code a report of a failure lacks."""


def score(*parts: str) -> tuple[Counter[str], list[str]]:
    """Count what is right, wrong and not said among these parts of each row."""
    counts: Counter[str] = Counter()
    misses = []
    for row in ROWS:
        for stage, code, enhanced, text in (case for part in parts for case in row.get(part, ())):
            kind = kind_of(code or FAILED, enhanced, text, Stage(stage))
            found = kind.value if kind is not None else ""
            outcome = "right" if found == row["cause"] else "wrong" if found else "none"
            counts[outcome] += 1
            if outcome != "right":
                misses.append(f"{outcome}: {row['cause']!r} {code} {enhanced} {text!r}: {found!r}")
    return counts, misses


@pytest.mark.parametrize("parts", [("cases",), ("later",), ("cases", "later")])
def test_at_least_85_of_100_are_right_and_at_most_3_wrong(parts, capsys) -> None:
    counts, misses = score(*parts)
    total = counts.total()
    figures = ", ".join(f"{name} {counts[name] / total:.1%}" for name in ("right", "wrong", "none"))
    with capsys.disabled():
        print(f"\ncauses, {' and '.join(parts)} ({total}): {figures}")
    print(*misses, sep="\n")
    assert counts["right"] >= 0.85 * total
    assert counts["wrong"] <= 0.03 * total


def test_every_row_has_three_variants_and_every_cause_a_row() -> None:
    assert all(len(row["cases"]) >= 4 for row in ROWS)
    assert {row["cause"] for row in ROWS} == {*Kind, ""}


def test_every_kind_says_what_to_do() -> None:
    for kind in Kind:
        saying = saying_of(kind)
        assert saying.step.endswith(".")
        assert saying.while_trying.endswith(".")
        assert not saying.cause.endswith(".")


def test_no_row_fits_everything() -> None:
    for row in TABLE:
        assert row.words is not None or row.codes is not None
        assert not row.fits("299 ", "", next(iter(row.stages)))


@pytest.mark.parametrize(
    "text",
    ["user " * 100_000, "message " * 100_000, "x" * 1_000_000, "domain " * 100_000, "\n" * 500_000,
     "5.7.1 " * 100_000, " " * 1_000_000, "sender address " * 50_000, "550-" * 200_000],
)  # fmt: skip
def test_a_long_reply_is_read_quickly(text) -> None:
    for stage in Stage:
        kind_of(550, "", text, stage)


def test_only_the_beginning_of_a_reply_is_read() -> None:
    assert kind_of(550, "", "x" * MAX_READ_CHARS + " no such user", Stage.RCPT) is None
