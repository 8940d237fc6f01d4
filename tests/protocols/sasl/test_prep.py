"""SASLprep: the examples of RFC 4013 section 3, and what is refused."""

import pytest

from tuimail.errors import SecretUnavailable
from tuimail.protocols.sasl.prep import prepared


@pytest.mark.parametrize(
    ("typed", "is_"),
    [
        ("I\u00adX", "IX"),
        ("user", "user"),
        ("USER", "USER"),
        ("\u00aa", "a"),
        ("\u2168", "IX"),
        ("a\u00a0b", "a b"),
        ("\U0001f40d", "\U0001f40d"),
        ("\u0627\u0628", "\u0627\u0628"),
    ],
)
def test_one_form_for_what_is_the_same(typed, is_):
    assert prepared(typed) == is_


@pytest.mark.parametrize(
    "typed", ["", "\u00ad", "\u0007", "a\n", "\x7f", "\u0627\u0031", "a\u0627", "\ue000", "\ud800"]
)
def test_what_may_not_be_in_a_name_or_password(typed):
    with pytest.raises(SecretUnavailable):
        prepared(typed)
