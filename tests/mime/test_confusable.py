import pytest

from tuimail.mime.confusable import imitating_domain, lookalike_of, skeleton, wears_another

KNOWN = {"microsoft.com", "paypal.com", "google.com", "apple.com", "bank.com", "cafe.fr"}


def test_a_domain_in_imitating_letters_is_shown_in_both_forms():
    assert imitating_domain("\u0430pple.com") == "\u0430pple.com (xn--pple-43d.com)"
    assert imitating_domain("xn--pple-43d.com") == "\u0430pple.com (xn--pple-43d.com)"
    assert imitating_domain("bücher.de") is None


def test_an_imitating_domain_that_cannot_be_looked_up_is_still_warned_of():
    assert imitating_domain("\u0430pple.\u2603.com") == "\u0430pple.\u2603.com"


@pytest.mark.parametrize(
    "domain",
    [
        "xn--80ak6aa92e.com",
        "g\u03bfogle.com",
        "m\u0131crosoft.com",
        "\u0251pple.com",
        "paypa\u0142.com",
        "bank\u2010secure.com",
        "bank.com\u2044evil.example",
        "\u13aapple.com",
        "\U0001d41bank.com",
        "\uff42ank.com",
        "goo\u200cgle\u00e9.com",
        "xn--fake-.com",
    ],
)
def test_letters_that_nobody_tells_apart_are_warned_of(domain):
    assert imitating_domain(domain) is not None


@pytest.mark.parametrize(
    "domain",
    [
        "m\u00fcnchen.de", "xn--mnchen-3ya.de", "caf\u00e9.fr", "sm\u00f8rrebr\u00f8d.com",
        "ma\u0142ysz.pl", "\u0131\u015f\u0131k.com.tr",
        "\u043f\u0440\u0438\u043c\u0435\u0440.\u0440\u0444",
        "\u043f\u043e\u0447\u0442\u0430.\u0440\u0444", "\u0440\u043e\u0441.\u0440\u0444",
        "\u0440\u0443\u0301\u0441\u0441\u043a\u0438\u0439.example",
        "\u03b5\u03bb\u03bb\u03ac\u03b4\u03b1.gr", "\u4f8b\u3048.jp",
        "\u30b3\u30fc\u30d2\u30fc.jp", "\ud55c\uad6d.kr", "\u05e2\u05d1\u05e8\u05d9\u05ea.co.il",
        "\u0e44\u0e17\u0e22.th", "\u0928\u092e\u0942\u0928\u093e.com",
        "\u0641\u0627\u0631\u0633\u06cc\u200c\u0647\u0627.ir", "l·l.cat", "bücher.example",
    ],
)  # fmt: skip
def test_words_of_a_script_in_its_own_letters_are_not(domain):
    assert imitating_domain(domain) is None


@pytest.mark.parametrize(
    ("domain", "meant"),
    [
        ("rnicrosoft.com", "microsoft.com"),
        ("paypa1.com", "paypal.com"),
        ("paypaI.com", "paypal.com"),
        ("g00gle.com", "google.com"),
        ("mail.paypa1.com", "paypal.com"),
        ("p\u00e0ypal.com", "paypal.com"),
        ("paypa\u0142.com", "paypal.com"),
        ("xn--pple-43d.com", "apple.com"),
        ("bank.corn", "bank.com"),
        ("bank.com.evil.example", "bank.com"),
        ("bank-com.evil.example", "bank.com"),
        ("mail.google.com", None),
        ("MAIL.GOOGLE.COM", None),
        ("gmail.com", None),
        ("somewhere.example", None),
        ("", None),
    ],
)
def test_a_domain_that_can_be_taken_for_a_known_one_is_found(domain, meant):
    assert lookalike_of(domain, KNOWN) == meant


def test_a_known_domain_is_never_taken_for_another():
    assert lookalike_of("caf\u00e9.fr", {*KNOWN, "caf\u00e9.fr"}) is None
    assert lookalike_of("caf\u00e9.fr", KNOWN) == "cafe.fr"


def test_what_stands_before_an_owners_domain_may_look_like_another():
    assert wears_another("bank.com.evil.example") == "bank.com"
    assert wears_another("login.bank.com.evil.co.uk") == "bank.com"
    for ordinary in (
        "shop.com.br",
        "mail.shop.co.uk",
        "service.gov.uk",
        "a.b.com",
        "com",
        "a.net.tum.de",
    ):
        assert wears_another(ordinary) == ""


def test_a_skeleton_is_the_same_for_what_is_drawn_alike():
    assert skeleton("paypaI.com") == skeleton("paypal.com") == skeleton("p\u0430ypal.com")
    assert skeleton("BANK.COM") == skeleton("bank.com")


@pytest.mark.parametrize("piece", ["a.", "com.", "\u0430", "\u00e9.", "xn--a.", "-", "\u0301"])
def test_a_hostile_domain_is_judged_at_once_and_never_raises(piece):
    domain = piece * (1_000 // len(piece))
    imitating_domain(domain)
    wears_another(domain)
    lookalike_of(domain, KNOWN)
