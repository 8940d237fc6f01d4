"""SASLprep (RFC 4013): one form for each name and password, however it was typed."""

import stringprep
import unicodedata
from typing import Final

from tuimail.errors import SecretUnavailable

_PROHIBITED: Final = (
    stringprep.in_table_c12,
    stringprep.in_table_c21_c22,
    stringprep.in_table_c3,
    stringprep.in_table_c4,
    stringprep.in_table_c5,
    stringprep.in_table_c6,
    stringprep.in_table_c7,
    stringprep.in_table_c8,
    stringprep.in_table_c9,
)


def prepared(text: str) -> str:
    """Return the form that is compared; characters younger than Unicode 3.2 stay as they are.

    Raises:
        SecretUnavailable: it holds what no name or password may, or is empty then.
    """
    mapped = "".join(
        " " if stringprep.in_table_c12(char) else char
        for char in text
        if not stringprep.in_table_b1(char)
    )
    normal = unicodedata.ucd_3_2_0.normalize("NFKC", mapped)
    if not normal or any(inside(char) for char in normal for inside in _PROHIBITED):
        raise _refusal()
    right_to_left = [stringprep.in_table_d1(char) for char in normal]
    if any(right_to_left) and (
        any(map(stringprep.in_table_d2, normal)) or not (right_to_left[0] and right_to_left[-1])
    ):
        raise _refusal()
    return normal


def _refusal() -> SecretUnavailable:
    return SecretUnavailable(
        "The user name or the password holds characters that cannot be sent: enter it again."
    )
