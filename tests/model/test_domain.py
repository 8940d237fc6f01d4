import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tuimail.errors import UserError
from tuimail.model.domain import ascii_domain, unicode_domain
from tuimail.model.safe import Untrusted, safe_url

LOOKED_UP = {
    "Example.ORG": "example.org",
    "faß.de": "xn--fa-hia.de",
    "FAẞ.de": "xn--fa-hia.de",
    "straße.de": "xn--strae-oqa.de",
    "βόλος.gr": "xn--nxasmm1c.gr",
    "bücher.example": "xn--bcher-kva.example",
    "b\u0075\u0308cher.example": "xn--bcher-kva.example",
    "\uff22ÜCHER.example": "xn--bcher-kva.example",
    "日本語。jp": "xn--wgv71a119e.jp",
    "xn--fa-hia.de": "xn--fa-hia.de",
    "_dmarc.bücher.example": "_dmarc.xn--bcher-kva.example",
    "r3---sn.bücher.example": "r3---sn.xn--bcher-kva.example",
    "example.org.": "example.org.",
}

NO_NAMES = [
    "",
    "a..b",
    "☃.example",
    "a b.example",
    "evil.example\uff0f.bank.example",
    "bank.example\uff20evil.example",
    "\u202ebank.example",
    "a\u0301\u0327" * 200 + ".example",
    "é" * 60 + ".example",
    "x" * 254,
]


@pytest.mark.parametrize(("name", "looked_up"), LOOKED_UP.items())
def test_a_domain_is_looked_up_as_idna_2008_says(name, looked_up):
    assert ascii_domain(name) == looked_up


@pytest.mark.parametrize("name", NO_NAMES)
def test_what_is_no_name_is_refused(name):
    with pytest.raises(UserError, match="no domain name"):
        ascii_domain(name)


def test_a_link_leads_to_the_host_it_names_and_to_no_other():
    assert safe_url(Untrusted("https://faß.de/x")) == "https://xn--fa-hia.de/x"


@pytest.mark.parametrize(
    ("looked_up", "name"),
    [
        ("xn--fa-hia.de", "faß.de"),
        ("XN--FA-HIA.DE", "faß.de"),
        ("xn--fa-hia.xn--zz.de", "faß.xn--zz.de"),  # no A-label
        ("xn--n3h.example", "xn--n3h.example"),  # a snowman: no letter
        ("xn--.example", "xn--.example"),
        ("example.org", "example.org"),
        ("faß.de", "faß.de"),
    ],
)
def test_a_domain_is_shown_in_its_letters_where_it_has_some(looked_up, name):
    assert unicode_domain(looked_up) == name


@settings(max_examples=300, derandomize=True, deadline=None)
@given(st.text(max_size=80))
def test_what_is_looked_up_is_ascii_and_stays_the_same(name):
    try:
        looked_up = ascii_domain(name)
    except UserError:
        return
    assert looked_up.isascii()
    assert ascii_domain(looked_up) == looked_up
    assert ascii_domain(unicode_domain(looked_up)) == looked_up
