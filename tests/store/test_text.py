"""Recipients kept in one text come back as they were."""

import pytest

from tuimail.model.address import Address
from tuimail.store.text import MAX_RECIPIENTS, MAX_RECIPIENTS_CHARS, people_of, to_of

ADA, BOB = Address("Ada, Countess", "ada@engine.example"), Address("", "bob@south.example")


@pytest.mark.parametrize("to", [(), (ADA,), (BOB, ADA)])
@pytest.mark.parametrize("others", [(), (BOB,)])
def test_whom_a_mail_is_to_comes_back(to: tuple[Address, ...], others: tuple[Address, ...]) -> None:
    assert to_of(people_of(to, others)) == to


def test_of_very_many_the_first_come_back_and_none_is_cut() -> None:
    crowd = [Address("n" * 90, f"p{n}@x.example") for n in range(MAX_RECIPIENTS)]
    stored = people_of(crowd, ())
    assert len(stored) == MAX_RECIPIENTS_CHARS
    found = to_of(stored)
    assert len(found) > 20
    assert list(found) == crowd[: len(found)]


def test_what_parts_people_cannot_be_smuggled_in() -> None:
    odd = Address("a\x1e\x1fb\x1d", "c@d.example")
    assert to_of(people_of((odd,), ())) == (Address("ab", "c@d.example"),)
