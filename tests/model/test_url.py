import pytest

from tuimail.errors import UserError
from tuimail.model.safe import Untrusted, safe_url

OPENED = {
    "https://example.org": "https://example.org",
    "HTTP://Example.ORG/Path": "http://example.org/Path",
    "https://example.org/a b": "https://example.org/a%20b",
    " https://example.org/ ": "https://example.org/",
    "https://exa\nmple.org/\tx": "https://example.org/x",
    "https://example.org/?q=ü&r=1#top": "https://example.org/?q=%C3%BC&r=1#top",
    "https://example.org/%41%zz%": "https://example.org/%41%25zz%25",
    "https://example.org/\"'<>`{}|^\\": "https://example.org/%22%27%3C%3E%60%7B%7D%7C%5E%5C",
    "https://bücher.example/": "https://xn--bcher-kva.example/",
    "https://\u0430pple.com/": "https://xn--pple-43d.com/",
    "https://example.org:8443/x": "https://example.org:8443/x",
    "https://192.0.2.7/x": "https://192.0.2.7/x",
    "https://[2001:DB8::1]:8080/": "https://[2001:db8::1]:8080/",
    "https://example.org./": "https://example.org./",
    "https://example.org/\u202egpj": "https://example.org/%E2%80%AEgpj",
    "https://example.org/a@b": "https://example.org/a@b",
    "https://example.org?u=http://x@y": "https://example.org?u=http://x@y",
    "https://example.org/\ud800": "https://example.org/%EF%BF%BD",
    "mailto:bob@example.org": "mailto:bob@example.org",
    "MAILTO:bob@example.org?subject=Hi there&attach=/etc/passwd": "mailto:bob@example.org?subject=Hi%20there",
    "mailto:bob@example.org?attachment=~/.ssh/id_rsa": "mailto:bob@example.org",
    "mailto:?to=a@example.org&Attach=x&body=y": "mailto:?to=a@example.org&body=y",
}

REFUSED = {
    "http://bank.example@evil.example/": "evil.example",
    "https://bank.example:443@evil.example/": "evil.example",
    "https://user:pw@host.example/": "host.example",
    "https://a@b@evil.example/": "evil.example",
    "https://bank.example\\@evil.example/": "evil.example",
    "https://bank.example\\.evil.example/": "evil.example",
    "file:///etc/passwd": "file",
    "javascript:alert(1)": "javascript",
    "JaVaScRiPt:alert(1)": "only http",
    "java\nscript:alert(1)": "only http",
    "data:text/html,x": "only http",
    "vbscript:x": "only http",
    "ftp://example.org/": "only http",
    "ssh://example.org/": "only http",
    "\\\\host\\share": "only http",
    "//example.org/x": "only http",
    "/etc/passwd": "only http",
    "example.org": "only http",
    "-oProxyCommand=x": "only http",
    "--version": "only http",
    "": "only http",
    "http:evil.example": "only http",
    "http:/evil.example": "only http",
    "http:///evil.example": "no host",
    "https://": "no host",
    "https://?x": "no host",
    "https://exa mple.org/": "no host",
    "https://example.org%2eevil.example/": "no host",
    "https://example.org:99999/": "no host",
    "https://example.org:x/": "no host",
    "https://[::1/": "no host",
    "https://[zz]/": "no host",
    "https://a..example/": "no host",
    "https://evil\u2100.example/": "no host",
    "https://" + "a" * 300 + ".example/": "no host",
    "https://2130706433/": "number",
    "https://0x7f.1/": "number",
    "https://127.1/": "number",
    "https://0177.0.0.1/": "number",
    "https://example.org/\x00": "control",
    "https://example.org/\x1b]8;;x": "control",
    "https://example.org/\x9b": "control",
    "https://example.org/" + "a" * 20_000: "longer",
    "ms-msdt:/id x": "only http",
    "x-apple.systempreferences:": "only http",
    "tel:+1": "only http",
    "steam://run/1": "only http",
    "about:blank": "only http",
    "view-source:https://example.org": "only http",
    "chrome://settings": "only http",
    "\u202ehttps://example.org": "only http",
}


@pytest.mark.parametrize(("raw", "url"), OPENED.items(), ids=range(len(OPENED)))
def test_link_is_opened_in_plain_form(raw, url):
    made = safe_url(Untrusted(raw))
    assert made == url
    assert made.isascii()
    assert made.isprintable()
    assert " " not in made
    assert safe_url(Untrusted(made)) == made


def test_there_are_fifty_refused_links():
    assert len(REFUSED) >= 50


@pytest.mark.parametrize(("raw", "reason"), REFUSED.items(), ids=range(len(REFUSED)))
def test_link_is_refused_with_a_reason(raw, reason):
    with pytest.raises(UserError) as refused:
        safe_url(Untrusted(raw))
    assert reason in refused.value.hint
    assert refused.value.hint.isprintable()
