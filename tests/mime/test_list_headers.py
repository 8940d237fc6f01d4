"""What lists say of themselves, and when one click may be believed."""

import pytest

from tuimail.mime.fields import parse_fields
from tuimail.mime.list_headers import are_covered, contacts_of, links_of, one_click_link

POST = "List-Unsubscribe-Post: List-Unsubscribe=One-Click"
OUT = "List-Unsubscribe: <mailto:leave@list.example>, <https://list.example/out?u=1>"


def fields(*lines):
    return parse_fields("\r\n".join(lines).encode())


def test_a_list_says_where_people_are_helped():
    told = fields(
        "List-Post: <mailto:dev@list.example>",
        "List-Help: (ask) <https://list.example/help>,",
        " <http://list.example/clear>, <javascript:alert(1)>",
        "List-Owner: <mailto:owner@list.example?bcc=x@y.example>",
    )
    assert contacts_of(told) == (
        ("help", "https://list.example/help"),
        ("owner", "mailto:owner@list.example?bcc=x@y.example"),
    )
    assert contacts_of(fields("From: a@b.example")) == ()


@pytest.mark.timeout(30)
@pytest.mark.parametrize("unit", ["<", "<a", "<https://a.example/>,", "<mailto:a@b.example> ", ">"])
def test_links_are_capped(unit):
    assert len(links_of(unit * 200_000)) <= 10
    assert len(contacts_of(fields(f"List-Help: {unit * 5_000}"))) <= 10


def test_a_link_for_one_click_is_one_https_link_with_the_exact_word():
    assert one_click_link(fields(OUT, POST)) == "https://list.example/out?u=1"


@pytest.mark.parametrize(
    "lines",
    [
        (OUT,),
        (POST,),
        (OUT, "List-Unsubscribe-Post: list-unsubscribe=one-click"),
        (OUT, "List-Unsubscribe-Post: List-Unsubscribe=One-Click, x"),
        (OUT, "List-Unsubscribe-Post: List-Unsubscribe = One-Click"),
        (OUT, "List-Unsubscribe-Post: yes"),
        (OUT, POST, POST),
        (OUT, OUT, POST),
        ("List-Unsubscribe: <http://list.example/out>", POST),
        ("List-Unsubscribe: <mailto:leave@list.example>", POST),
        ("List-Unsubscribe: <https://a.example/>, <https://b.example/>", POST),
        ("List-Unsubscribe: <https://list.example@evil.example/>", POST),
        ("List-Unsubscribe: https://list.example/", POST),
        ("List-Unsubscribe: <https://2130706433/>", POST),
    ],
)
def test_whatever_else_is_no_link_for_one_click(lines):
    assert one_click_link(fields(*lines)) == ""


BOTH = "h=From:To:List-Unsubscribe:List-Unsubscribe-Post; b=x"


@pytest.mark.parametrize(
    ("signatures", "passed", "is_covered"),
    [
        ([f"v=1; d=list.example; {BOTH}"], {"list.example"}, True),
        ([f"v=1; d=LIST.example; {BOTH.replace(':', ' : ')}"], {"list.example"}, True),
        ([f"v=1; d=list.example; {BOTH.lower()}"], {"list.example"}, True),
        ([f"v=1; d=list.example; {BOTH}"], {"other.example"}, False),
        ([f"v=1; d=list.example; {BOTH}"], set(), False),
        (["v=1; d=list.example; h=From:List-Unsubscribe; b=x"], {"list.example"}, False),
        (["v=1; d=list.example; h=From:List-Unsubscribe-Post; b=x"], {"list.example"}, False),
        (["v=1; d=list.example; b=x"], {"list.example"}, False),
        # One of them is made up, and the server does not say which it means.
        ([f"d=list.example; {BOTH}", "d=list.example; h=From; b=y"], {"list.example"}, False),
        ([f"d=evil.example; {BOTH}", "d=list.example; h=From; b=y"], {"list.example"}, False),
        ([f"d=list.example; d=evil.example; {BOTH}"], {"evil.example"}, False),
        ([f"d=list.example; h=From; {BOTH}"], {"list.example"}, False),
        ([""], {""}, False),
        ([f"d=; {BOTH}"], {"x"}, False),
    ],
)
def test_both_fields_must_be_signed_by_a_domain_that_passed(signatures, passed, is_covered):
    lines = [f"DKIM-Signature: {one}" for one in signatures]
    assert are_covered(fields(*lines), passed) is is_covered
