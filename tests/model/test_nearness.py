"""What somebody may have meant who wrote an address that is not there."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuimail.model.nearness import Known, near, slips

ANNA = Known("anna@example.org", "Anna Berg", 9)
BOB = Known("bob@south.test", "Bob", 3)
PEOPLE = (ANNA, BOB, Known("cy@example.org", "", 1))


@pytest.mark.parametrize(
    ("wrong", "right", "count"),
    [
        ("anna", "anna", 0),
        ("exmaple.org", "example.org", 1),
        ("gmial.com", "gmail.com", 1),
        ("gamil.con", "gmail.com", 2),
        ("exampel.ogr", "example.org", 2),
        ("example", "example.org", None),
        ("abc", "cba", 2),
        ("", "a", 1),
    ],
)
def test_slips_of_a_hand_are_counted(wrong: str, right: str, count: int | None) -> None:
    assert slips(wrong, right) == count


@given(st.text("abc.", max_size=9), st.text("abc.", max_size=9))
def test_slips_are_the_same_both_ways_and_none_only_for_the_same_word(one: str, two: str) -> None:
    assert slips(one, two) == slips(two, one)
    assert (slips(one, two) == 0) is (one == two)


@given(st.text("abcdef", min_size=2, max_size=12), st.data())
def test_any_one_slip_is_one_slip(word: str, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(word) - 2))
    assert slips(word[:at] + word[at + 1 :], word) == 1
    swapped = word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    assert slips(swapped, word) == (0 if swapped == word else 1)


def meant(address: str, people: tuple[Known, ...] = PEOPLE, *domains: str) -> list[str]:
    return [one.known.addr_spec for one in near(address, people, domains)]


@pytest.mark.parametrize(
    ("wrong", "first"),
    [
        ("anna@exmaple.org", "anna@example.org"),
        ("ana@example.org", "anna@example.org"),
        ("Anna@Example.ogr", "anna@example.org"),
        ("nana@exmaple.org", "anna@example.org"),
        ("bob@suoth.test", "bob@south.test"),
        ("new@exmaple.org", "new@example.org"),
    ],
)
def test_the_likeliest_comes_first(wrong: str, first: str) -> None:
    assert meant(wrong)[0] == first


def test_a_person_known_goes_before_a_name_nobody_has() -> None:
    assert meant("anna@exmaple.org", PEOPLE, "exmaples.org") == [
        "anna@example.org",
        "anna@exmaples.org",
    ]


def test_who_is_written_to_more_often_goes_before_who_is_as_near() -> None:
    people = (Known("anne@x.test", "", 1), Known("anni@x.test", "", 5))
    assert meant("anna@x.test", people) == ["anni@x.test", "anne@x.test"]


def test_the_wrong_address_itself_is_nobody_known() -> None:
    wrong = Known("anna@exmaple.org", "", 1)
    assert meant("anna@exmaple.org", (wrong, ANNA)) == ["anna@example.org"]


def test_a_domain_where_others_are_known_is_no_slip() -> None:
    people = (Known("cy@gmx.net", "", 1), Known("dan@gmx.de", "", 1))
    assert meant("eve@gmx.net", people) == []


@pytest.mark.parametrize("wrong", ["", "@", "anna", "@example.org", "x" * 300 + "@y"])
def test_what_is_no_address_is_near_to_nothing_by_accident(wrong: str) -> None:
    assert all("@" in one for one in meant(wrong))
