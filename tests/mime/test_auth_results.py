"""Authentication-Results: believed where a service of ours wrote them, and nowhere else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuimail.mime.auth_results import auth_results, parse_auth_results
from tuimail.mime.fields import parse_fields
from tuimail.model.path import AuthResult

FULL = (
    "mx.north.example; dkim=pass header.i=@east.example header.s=s1 header.b=abc;"
    " spf=pass (north: domain of a@b.example (really) designates 192.0.2.4) "
    'smtp.mailfrom="a@b.example"; dmarc=fail (p=REJECT; sp=REJECT) header.from=East.example'
)


def test_each_method_says_what_it_found_and_of_whom() -> None:
    service, results = parse_auth_results(FULL)
    assert service == "mx.north.example"
    assert results == (
        AuthResult("dkim", "pass", "east.example"),
        AuthResult("spf", "pass", "b.example"),
        AuthResult("dmarc", "fail", "east.example"),
    )


@pytest.mark.parametrize(
    ("text", "service"),
    [
        ("north.example 1; none", "north.example"),
        ("spf=pass (sender IP is 192.0.2.4) smtp.mailfrom=x.example; dkim=none", ""),
        ("", ""),
        (";;;;", ""),
    ],
)
def test_who_wrote_it_stands_first_or_nowhere(text, service) -> None:
    assert parse_auth_results(text)[0] == service


def test_only_the_topmost_field_of_a_trusted_service_counts() -> None:
    fields = parse_fields(
        b"Authentication-Results: evil.example; dmarc=pass header.from=bank.example\r\n"
        b"Authentication-Results: mx.north.example; dmarc=fail header.from=bank.example\r\n"
        b"Authentication-Results: mx.north.example; dmarc=pass header.from=bank.example\r\n"
    )
    assert auth_results(fields, {"mx.north.example"}) == (
        AuthResult("dmarc", "fail", "bank.example"),
    )
    assert auth_results(fields, {"other.example"}) is None


@given(st.text(max_size=400))
def test_nothing_makes_it_fail(text) -> None:
    service, results = parse_auth_results(text)
    assert " " not in service
    assert len(results) <= 50
