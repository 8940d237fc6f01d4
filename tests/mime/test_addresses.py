"""Addresses as typed: one addr-spec each, or a sentence that names the bad one."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tuimail.errors import UserError
from tuimail.mime.addresses import (
    envelope_address,
    format_address,
    format_address_list,
    parse_address,
    parse_address_list,
    whole_addresses,
)
from tuimail.model.address import Address


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("", []),
        (" , ;, ", []),
        ("ann@x.org", [("", "ann@x.org")]),
        ("<ann@x.org>", [("", "ann@x.org")]),
        ("Ann <ann@x.org>, bob@y.org", [("Ann", "ann@x.org"), ("", "bob@y.org")]),
        ('"Doe, Ann" <ann@x.org>', [("Doe, Ann", "ann@x.org")]),
        ('"A \\"B\\" C" <ann@x.org>', [('A "B" C', "ann@x.org")]),
        ("Bob (Sales) <bob@x.org>", [("Bob (Sales)", "bob@x.org")]),
        ("Jürgen Müller <j@x.org>", [("Jürgen Müller", "j@x.org")]),
        ('"a b"@x.org', [("", '"a b"@x.org')]),
        ('"a,b"@x.org, c@d.org', [("", '"a,b"@x.org'), ("", "c@d.org")]),
        ("a@x.org; b@y.org", [("", "a@x.org"), ("", "b@y.org")]),
        ("a+tag@x.org", [("", "a+tag@x.org")]),
        ("a@[127.0.0.1]", [("", "a@[127.0.0.1]")]),
        ("a@bücher.example", [("", "a@bücher.example")]),
        ("Jürgen <jürgen@x.org>", [("Jürgen", "jürgen@x.org")]),
        ("用户@例子.org", [("", "用户@例子.org")]),
    ],
)
def test_what_people_type_is_understood(typed, expected) -> None:
    assert [(a.name, a.addr_spec) for a in parse_address_list(typed)] == expected


@pytest.mark.parametrize(
    "typed",
    [
        "alice@example.org)bob@evil.com",  # CVE-2023-27043
        "alice@example.org]<bob@evil.com>",
        "a@evil.org@good.com",
        "c@d.org>\r\nRCPT TO:<v@x.org",
        "c@d.org\nX: y",
        "c@d.org\0",
        "Friends: a@x.org, b@y.org;",
        "x:a@b.org",
        "Doe, Ann <ann@x.org>",
        "nobody",
        "@x.org",
        "a@",
        "a@b@c",
        "a b@x.org",
        "a..b@x.org",
        ".a@x.org",
        "a@x..org",
        "a@-x.org",
        "a@x_y.org",
        "a@x.org.",
        "a@x.org (Ann)",
        "<a@x.org> Ann",
        "Ann <a@x.org",
        "Ann a@x.org>",
        "Ann <<a@x.org>>",
        '"Ann <a@x.org>',
        '"Ann" Lee <a@x.org>',
        "real@x.org <fake@y.org>",
        "<@route.org:a@x.org>",
        "jür\u200bgen@x.org",
        "jür\u00a0gen@x.org",
        "ü" * 33 + "@x.org",
        "a@[300.1.1.1]",
        "a@[not an address]",
        "a@\u202egro.x",
        "Ann\u202e <a@x.org>",
        "a@" + "b" * 64 + ".org",
        "a" * 65 + "@x.org",
        "a@" + ".".join(["b" * 60] * 5),
    ],
)
def test_anything_else_is_refused_and_named(typed) -> None:
    with pytest.raises(UserError) as refusal:
        parse_address_list(typed)
    assert refusal.value.hint.isprintable()


def test_only_the_bad_one_is_named() -> None:
    with pytest.raises(UserError) as refusal:
        parse_address_list("good@x.org, bad, fine@y.org")
    assert "bad" in refusal.value.hint
    assert "good" not in refusal.value.hint


def test_two_addresses_are_not_one() -> None:
    with pytest.raises(UserError):
        parse_address("a@x.org, b@y.org")


def test_a_hundred_thousand_commas_are_read_quickly() -> None:
    assert parse_address_list("," * 300_000) == ()
    with pytest.raises(UserError):
        parse_address_list("(" * 300_000 + "<" * 90_000)


@pytest.mark.parametrize(
    ("addr_spec", "expected"),
    [
        ("a@x.org", "a@x.org"),
        ("a@straße.de", "a@xn--strae-oqa.de"),
        ("a@STRASSE.de", "a@STRASSE.de"),
        ("a@日本語。jp", "a@xn--wgv71a119e.jp"),
        ("a@\uff22ÜCHER.example", "a@xn--bcher-kva.example"),
        ("a@[IPv6:0::1]", "a@[IPv6:::1]"),
        ("ju\u0308rgen@straße.de", "jürgen@xn--strae-oqa.de"),
    ],
)
def test_the_envelope_has_a_labels(addr_spec, expected) -> None:
    assert envelope_address(addr_spec) == expected


names = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)


@settings(max_examples=300, derandomize=True, deadline=None)
@given(
    st.lists(
        st.tuples(names, st.sampled_from(["a@x.org", '"a, b"@y.org', "ü@x", "c@z.org"])), max_size=4
    )
)
def test_a_written_list_reads_back(pairs) -> None:
    addresses = tuple(Address(name, spec) for name, spec in pairs if spec.isascii())
    again = parse_address_list(format_address_list(addresses))
    assert [a.addr_spec for a in again] == [a.addr_spec for a in addresses]
    assert [format_address(a) for a in again] == [format_address(a) for a in addresses]


@settings(max_examples=1000, derandomize=True, deadline=None)
@given(st.text(st.sampled_from('ab@.,;:<>"\\() \t\n[]é'), max_size=30))
def test_what_is_accepted_is_always_one_addr_spec_each(typed) -> None:
    try:
        found = parse_address_list(typed)
    except UserError:
        return
    for address in found:
        ascii_form = envelope_address(address.addr_spec)
        assert ascii_form.isprintable()
        local, _, domain = ascii_form.rpartition("@")
        assert domain.isascii()
        assert "@" not in domain
        assert "@" not in local or local.startswith('"')


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ('"Doe, Ann" <ann@x.org>, bo', ["ann@x.org"]),
        ('ann@x.org, "Doe, B', ["ann@x.org"]),
        ("ann@, bob@y.org; cy@z.org", ["bob@y.org", "cy@z.org"]),
        ('"\\"', []),
        ("", []),
    ],
)
def test_of_a_list_still_typed_the_whole_addresses_are_read(typed, expected) -> None:
    assert [one.addr_spec for one in whole_addresses(typed)] == expected
