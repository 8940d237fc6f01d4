import pytest

from tuimail.mime.address_fields import MAX_ADDRESSES, address_count, parse_addresses


def pairs(body):
    return [(a.name, a.addr_spec) for a in parse_addresses(body)]


@pytest.mark.parametrize(
    ("body", "people"),
    [
        ("alice@example.org", [("", "alice@example.org")]),
        ("<alice@example.org>", [("", "alice@example.org")]),
        ("Alice <alice@example.org>", [("Alice", "alice@example.org")]),
        ('"Smith, Alice" <a@x>, Bob <b@x>', [("Smith, Alice", "a@x"), ("Bob", "b@x")]),
        ("a@x,b@x , c@x", [("", "a@x"), ("", "b@x"), ("", "c@x")]),
        ("=?utf-8?q?J=C3=B6rg?= <j@x>", [("Jörg", "j@x")]),
        ('"=?utf-8?q?J=C3=B6rg?=" <j@x>', [("Jörg", "j@x")]),
        ("=?utf-8?q?a=2C_b?= <j@x>", [("a, b", "j@x")]),
        ("bob@x.org (Bob (the) Builder)", [("Bob (the) Builder", "bob@x.org")]),
        ("(comment) Bob <b@x>", [("Bob", "b@x")]),
        ("Friends: a@x, Bob <b@x>; c@x", [("", "a@x"), ("Bob", "b@x"), ("", "c@x")]),
        ("undisclosed-recipients:;", []),
        ("", []),
        (" ,, ", []),
        ('"a b"@x.org', [("", '"a b"@x.org')]),
        ('Bob <"a b"@x.org>', [("Bob", '"a b"@x.org')]),
        ("<@relay,@other:u@h>", [("", "u@h")]),
        ("a @ b", [("", "a@b")]),
        ("root", [("", "root")]),
        ("Alice Smith", [("Alice Smith", "")]),
        ("Bob bob@x.org", [("Bob", "bob@x.org")]),
        ("Bob <b@x", [("Bob", "b@x")]),
        ("<b@x, c@d>", [("", "b@x"), ("", "c@d")]),
        ('"O\'Neil \\"Q\\"" <o@x>', [('O\'Neil "Q"', "o@x")]),
        ("bob@x.org <bob@x.org>", [("bob@x.org", "bob@x.org")]),
        ("Bob <bob@[192.0.2.1]>", [("Bob", "bob@[192.0.2.1]")]),
    ],
)
def test_ordinary_and_odd_fields(body, people):
    assert pairs(body) == people


@pytest.mark.parametrize(
    ("body", "people"),
    [
        ("alice@example.org)bob@evil.example", [("", "alice@example.org)bob@evil.example")]),
        ("alice@example.org]<bob@evil.example>", [("alice@example.org]", "bob@evil.example")]),
        ("<a@x> <b@y>", [("", "a@x"), ("", "b@y")]),
        ('"ceo@bank.example" <x@evil.example>', [("ceo@bank.example", "x@evil.example")]),
        ("=?utf-8?q?a=40b?=", [("a@b", "")]),
        ("<[", [("", "[")]),
        (":;:;", []),
        ("=?utf-8?q?x=0D=0ABcc:_v?= <a@b>", [("x Bcc: v", "a@b")]),
        ("x\x1b[31m <a\x1b@b>", [("x [31m", "a @b")]),
    ],
)
def test_an_address_is_never_a_part_that_looks_like_one(body, people):
    assert pairs(body) == people


def test_thousands_of_recipients_are_capped_and_counted():
    body = "someone@example.org, " * 100_000
    assert len(parse_addresses(body)) == MAX_ADDRESSES
    assert address_count(body) == 100_000


SLOW = ('"', "(", "a.", ")", "<", ">", "<@,", ":;", '"\\', " ", "\t", ",", '"x"', "a@b ", "(a)a", "<>",
        "\\((", "a<a@b>", "=?utf-8?q?a?= ", "\\a", '"a"@', "@", "a@b:", ";", "(\\)", "=?", "[", "]<")  # fmt: skip


@pytest.mark.parametrize("unit", SLOW)
@pytest.mark.parametrize("end", ["", "a", '"', " <a@b>"])
@pytest.mark.timeout(10)
def test_repeated_pieces_cost_linear_time(unit, end):
    # Quadratic time on 128 kB would be minutes; the timeout is a thousand times what is needed.
    parse_addresses(unit * (128 * 1024 // len(unit)) + end)
    parse_addresses(f"x {unit}" * (128 * 1024 // len(unit)) + end)
