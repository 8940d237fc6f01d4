import pytest

from tuimail.model.claimed import claims, named, shows_another


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("ceo@bank.com", ("ceo@bank.com",)),
        ("Bank (ceo@bank.com, cfo@bank.com)", ("ceo@bank.com", "cfo@bank.com")),
        ("ceo\uff20bank.com", ("ceo@bank.com",)),
        ("ceo [at] bank [dot] com", ("ceo@bank.com",)),
        ("see https://bank.com/login", ("bank.com",)),
        ("ceo@bank.com of other.org", ("ceo@bank.com", "other.org")),
        ("田中 a@例え.jp", ("a@例え.jp",)),
        ("\u202emoc.knab@oec", ("ceo@bank.com",)),
        ("Ann North", ()),
        ("", ()),
        ("Dr. J.R.R. Tolkien, Ph.D.", ()),
        ("Node.js and ASP.NET", ()),
        ("Ann @ Work", ()),
        ("v1.2.3 at 5.30", ()),
    ],
)
def test_a_name_claims_the_addresses_and_domains_in_it(name, found):
    assert claims(name) == found


@pytest.mark.parametrize(
    ("name", "address"),
    [
        ("Ann", "ann@north.example"),
        ("ann@north.example", "ann@north.example"),
        ("ann@mail.north.example", "ann@north.example"),
        ("North.com", "ann@news.north.com"),
        ("notifications@north.example", "noreply@north.example"),
        ("a@b\u00fccher.example", "a@b\u00fccher.example"),
    ],
)
def test_who_shows_nothing_of_another_keeps_the_name(name, address):
    assert not shows_another(name, address)
    assert named(name, address) == name


@pytest.mark.parametrize(
    ("name", "address"),
    [
        ("ceo@bank.com", "mallory@evil.example"),
        ("bank.com", "mallory@evil.example"),
        ("ceo@bank.com.evil.example", "mallory@notevil.example"),
        ("boss@gmail.com", "mallory@gmail.com"),
        ("ann@evil.example ceo@bank.com", "ann@evil.example"),
    ],
)
def test_who_shows_another_is_called_by_the_address(name, address):
    assert shows_another(name, address)
    assert named(name, address) == address


def test_who_has_no_name_is_called_by_the_address():
    assert named("  ", "ann@north.example") == "ann@north.example"


@pytest.mark.timeout(10)
@pytest.mark.parametrize(
    "piece", ["a", "a@", "a.", "a ", "[at", "( ", "-a.", "\ufdfa", "\u0301", "@ "]
)
def test_long_names_are_read_at_once(piece):
    for _ in range(20):
        claims(piece * 100_000)
