import pytest

from tuimail.mime.owner import owner_of


@pytest.mark.parametrize(
    ("host", "owner"),
    [
        ("www.bank.example", "bank.example"),
        ("WWW.Bank.co.uk.", "bank.co.uk"),
        ("a.b.bank.com.au", "bank.com.au"),
        ("alice.github.io", "alice.github.io"),
        ("shop.xn--fa-hia.de", "faß.de"),
        ("shop.faß.de", "faß.de"),
        ("a.b.公司.cn", "b.公司.cn"),
        ("co.uk", "co.uk"),
        ("localhost", "localhost"),
        ("192.0.2.7", "192.0.2.7"),
        ("[2001:db8::7]", "[2001:db8::7]"),
        ("a..b", "a..b"),
        ("", ""),
    ],
)
def test_an_owner_is_who_registered_the_name(host, owner):
    assert owner_of(host) == owner


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("bank.co.uk", "evil.co.uk"),
        ("alice.github.io", "evil.github.io"),
        ("bank.com.br", "evil.com.br"),
        ("192.0.2.7", "198.51.2.7"),
        ("faß.de", "fass.de"),
    ],
)
def test_two_who_registered_below_one_suffix_are_two(one, other):
    assert owner_of(one) != owner_of(other)
