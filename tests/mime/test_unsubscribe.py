"""List-Unsubscribe is a stranger's field: only links that say where they lead are offered."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuimail.mime.unsubscribe import MAX_LINKS, unsubscribe_links


def links(field: str) -> tuple[str, ...]:
    raw = f"From: a@b.example\r\nList-Unsubscribe: {field}\r\n\r\n<https://body.example/>\r\n"
    return unsubscribe_links(raw.encode())


def test_links_stand_in_the_order_of_the_sender_and_once_each() -> None:
    found = links(
        "<https://l.example/out?u=1>,\r\n <mailto:l-leave@l.example>, <https://l.example/out?u=1>"
    )
    assert found == ("https://l.example/out?u=1", "mailto:l-leave@l.example")


@pytest.mark.parametrize(
    "field",
    [
        "",
        "https://l.example/out",
        "<http://l.example/out>",
        "<http://127.0.0.1/>",
        "<javascript:alert(1)>",
        "<file:///etc/passwd>",
        "<https://good.example@evil.example/>",
        "<https://2130706433/>",
        "<>",
        "<ftp://l.example/>",
    ],
)
def test_what_is_sent_in_clear_or_hides_its_host_is_left_out(field: str) -> None:
    assert links(field) == ()


def test_a_field_broken_over_lines_is_one_link() -> None:
    assert links("<https://l.example/a\r\n /b>") == ("https://l.example/a/b",)


def test_there_is_an_end_to_them() -> None:
    many = ", ".join(f"<https://l.example/{n}>" for n in range(5_000))
    assert len(links(many)) == MAX_LINKS


@given(st.binary(max_size=300))
def test_nothing_a_stranger_writes_raises(field: bytes) -> None:
    raw = b"List-Unsubscribe: <" + field + b">\r\n\r\n"
    assert all(one.startswith(("mailto:", "https://")) for one in unsubscribe_links(raw))
