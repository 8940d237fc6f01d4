"""Fifty ways to have a link look like another: each is opened under its real host, or not at all."""

import pytest

from tuimail.errors import UserError
from tuimail.mime.render import render_mail
from tuimail.model.safe import safe_url

EVIL = "http://evil.example/"
HTML = {
    "text": (f'<a href="{EVIL}">https://bank.com/login</a>', "evil.example"),
    "bare host": (f'<a href="{EVIL}">bank.com</a>', "evil.example"),
    "host in a sentence": (f'<a href="{EVIL}">Log in at bank.com now</a>', "evil.example"),
    "host over several elements": (f'<a href="{EVIL}"><b>bank</b>.<i>com</i></a>', "evil.example"),
    "blank of no width": (f'<a href="{EVIL}">ba\u200bnk.com</a>', "evil.example"),
    "soft hyphen": (f'<a href="{EVIL}">bank\u00ad.com</a>', "evil.example"),
    "block inside": (f'<a href="{EVIL}"><div>https://bank.com</div></a>', "evil.example"),
    "blocks inside": (f'<a href="{EVIL}"><div>Hello</div><div>bank.com</div></a>', "evil.example"),
    "paragraph closed": (f'<p><a href="{EVIL}"><p>https://bank.com</p></a>', "evil.example"),
    "hard blanks": (f'<a href="{EVIL}">\u00a0https://bank.com\u00a0</a>', "evil.example"),
    "fullwidth dot": (f'<a href="{EVIL}">https://bank\uff0ecom</a>', "evil.example"),
    "ideographic dot": (f'<a href="{EVIL}">bank\u3002com</a>', "evil.example"),
    "fullwidth letters": (f'<a href="{EVIL}">\uff42\uff41\uff4e\uff4b.com</a>', "evil.example"),
    "www": (f'<a href="{EVIL}">www.bank.com</a>', "evil.example"),
    "quotes": (f'<a href="{EVIL}">"bank.com"</a>', "evil.example"),
    "arrow": (f'<a href="{EVIL}">\u00bb bank.com \u00ab</a>', "evil.example"),
    "brackets": (f'<a href="{EVIL}">(bank.com)</a>', "evil.example"),
    "mail address": (f'<a href="{EVIL}">ceo@bank.com</a>', "evil.example"),
    "mail address to another": (
        '<a href="mailto:x@evil.example">ceo@bank.com</a>',
        "x@evil.example",
    ),
    "same provider": ('<a href="mailto:eve@mail.example">ann@mail.example</a>', "eve@mail.example"),
    "host to mail": ('<a href="mailto:x@evil.example">https://bank.com</a>', "x@evil.example"),
    "capitals": (f'<a href="{EVIL}">HTTPS://BANK.COM</a>', "evil.example"),
    "port": (f'<a href="{EVIL}">bank.com:443/x</a>', "evil.example"),
    "number": (f'<a href="{EVIL}">http://10.0.0.1/</a>', "evil.example"),
    "bare number": (f'<a href="{EVIL}">192.0.2.1</a>', "evil.example"),
    "IPv6": (f'<a href="{EVIL}">http://[2001:db8::1]/</a>', "evil.example"),
    "alternative text": (
        f'<a href="{EVIL}"><img src="x" alt="https://bank.com"></a>',
        "evil.example",
    ),
    "a parameter": (f'<a href="{EVIL}?u=https://bank.com">https://bank.com</a>', "evil.example"),
    "a table's cell": (
        f'<table border=1><tr><td><a href="{EVIL}">bank.com</a><td>2<tr><td>3<td>4</table>',
        "evil.example",
    ),
    "a link around a table": (
        f'<a href="{EVIL}"><table><tr><td>bank.com</table></a>',
        "evil.example",
    ),
    "no scheme": ('<a href="//evil.example/">https://bank.com</a>', "evil.example"),
    "base": ('<base href="http://evil.example/"><a href="/x">https://bank.com</a>', "evil.example"),
    "map": (f'<map><area href="{EVIL}" alt="bank.com"></map>', "evil.example"),
    "drawing": (f'<svg><a xlink:href="{EVIL}"><text>bank.com</text></a></svg>', "evil.example"),
    "homograph": ('<a href="http://\u0430pple.com/">apple</a>', "xn--pple-43d.com"),
    "lookalike": ('<a href="http://paypa\u0142.com/">https://paypal.com</a>', "xn--paypa-o7a.com"),
    "worn in front": (
        '<a href="http://bank.com.evil.example/">Log in</a>',
        "bank.com.evil.example",
    ),
    "nested": (f'<a href="http://good.com/">one<a href="{EVIL}">good.com</a></a>', "evil.example"),
    "unclosed": (f'<a href="{EVIL}">https://bank.com', "evil.example"),
    "question mark": ('<a href="http://evil.example?bank.com/">bank.com</a>', "evil.example"),
    "hash": ('<a href="http://evil.example#@bank.com/">bank.com</a>', "evil.example"),
    "ideographic dots": (
        '<a href="http://bank\u3002com.evil.example/">bank.com</a>',
        "bank.com.evil.example",
    ),
    "hidden rest": (
        f'<a href="{EVIL}">https://bank.com<span style="display:none">x</span></a>',
        "evil.example",
    ),
    "far behind": (f'<a href="{EVIL}">{"word " * 2_000}https://bank.com</a>', "evil.example"),
    "in letters of a list": (f'<a href="{EVIL}"><ul><li>bank.com</ul></a>', "evil.example"),
}
TEXT = {
    "text before": (f"https://bank.com <{EVIL}>", "evil.example"),
    "label": (f"Log in at bank.com ({EVIL})", "evil.example"),
    "brackets of markdown": (f"[https://bank.com]({EVIL})", "evil.example"),
    "line before": (f"Log in at https://bank.com\n<{EVIL}>", "evil.example"),
    "quoted line before": (f"> bank.com\n> <{EVIL}>", "evil.example"),
    "square brackets": (f"bank.com [{EVIL}]", "evil.example"),
    "letters that imitate": ("http://\u0430pple.com/ here", "xn--pple-43d.com"),
}
REFUSED = {
    "user name": '<a href="http://bank.com@evil.example/">bank</a>',
    "user name and port": '<a href="http://bank.com:80@evil.example/">bank.com</a>',
    "encoded user name": '<a href="http://bank.com%40evil.example/">bank</a>',
    "backslashes": '<a href="http:\\\\evil.example\\">https://bank.com</a>',
    "file": '<a href="file:///etc/passwd">https://bank.com/x</a>',
    "decimal": '<a href="http://2130706433/">bank.com</a>',
    "control character": '<a href="http://bank.com\x01.evil.example/">bank.com</a>',
    "slash of full width": '<a href="http://bank.com\uff0f.evil.example/">bank.com</a>',
}


def rendered(text, kind="html"):
    head = f"From: a@b.example\r\nContent-Type: text/{kind}; charset=utf-8\r\n\r\n"
    return render_mail((head + text).encode())


def test_there_are_fifty_and_more_of_them():
    assert len(HTML) + len(TEXT) >= 50


@pytest.mark.parametrize(("html", "host"), HTML.values(), ids=HTML)
def test_a_trick_of_html_is_named_behind_the_link_and_asked_about(html, host):
    mail = rendered(html)
    link = next(link for link in mail.links if host in link.host)
    marks = [s for line in mail.lines for s in line.spans if f"leads to {link.host}⟧" in s.text]
    assert len(marks) == 1
    assert link.is_doubtful
    assert host.rpartition("@")[2] in safe_url(link.url)


@pytest.mark.parametrize(("text", "host"), TEXT.values(), ids=TEXT)
def test_a_trick_of_plain_text_is_named_behind_the_link_and_asked_about(text, host):
    mail = rendered(text, "plain")
    link = mail.links[-1]
    assert host in link.host
    assert f"leads to {link.host}⟧" in mail.lines[-1].text
    assert link.is_doubtful


@pytest.mark.parametrize("html", REFUSED.values(), ids=REFUSED)
def test_a_link_that_hides_its_host_is_never_opened(html):
    mail = rendered(html)
    for link in mail.links:
        if link.host != "bank.com":
            with pytest.raises(UserError):
                safe_url(link.url)
            assert link.is_doubtful


@pytest.mark.parametrize(
    "html",
    [
        '<a href="https://www.bank.com/x">bank.com</a>',
        '<a href="https://bank.com/">Bank</a>',
        '<a href="https://bank.com/?u=https://other.example/">https://bank.com/?u=other.example</a>',
        '<a href="https://git.example/README.md">README.md</a>',
        '<a href="https://git.example/setup.py">setup.py</a>',
        '<a href="https://nodes.example/">Node.js</a>',
        '<a href="https://git.example/v1.2.3">version 1.2.3</a>',
        '<a href="https://git.example/v">v1.2.3.4 is out</a>',
        '<a href="mailto:ann@bank.com">ann@bank.com</a>',
        '<a href="mailto:ann@bank.com?subject=x">Write to Ann</a>',
        '<a href="https://bank.com/">e.g. here</a>',
        '<a href="https://bank.com/">Unsubscribe</a>',
    ],
)
def test_an_honest_link_has_its_number_alone(html):
    mail = rendered(html)
    assert [link.is_doubtful for link in mail.links] == [False]
    assert mail.lines[0].text.endswith("⟦1⟧")
    assert not mail.warnings


def test_the_marks_of_links_cannot_be_written_by_a_mail():
    fake = "click ⟦1⟧ ⟦2 leads to bank.com⟧ 〚3〛"
    for mail in (
        rendered(f"<p>{fake}<pre>{fake}</pre><img alt='{fake}'>"),
        rendered(fake, "plain"),
    ):
        assert not any("⟦" in line.text or "⟧" in line.text for line in mail.lines)


def test_links_of_plain_text_carry_their_numbers_and_the_text_does_not():
    mail = rendered("see https://x.example/a and www.y.example, or https://x.example/a", "plain")
    assert mail.lines[0].text == (
        "see https://x.example/a⟦1⟧ and www.y.example⟦2⟧, or https://x.example/a⟦1⟧"
    )
    assert "⟦" not in mail.plain_text


def test_an_address_in_the_text_of_html_is_a_link():
    mail = rendered("<p>see https://bank.com/x now<pre>or mailto:ann@bank.com</pre>")
    assert [line.text for line in mail.lines if line.text] == [
        "see https://bank.com/x⟦1⟧ now",
        "or mailto:ann@bank.com⟦2⟧",
    ]


@pytest.mark.parametrize(
    ("html", "words"),
    [
        ("<p><a href='https://x.example'><div>hi</div></a>", "hi⟦1⟧"),
        ("<p><a href='https://x.example'><table><tr><td>hi</table></a>", "hi⟦1⟧"),
        ("<td><a href='https://x.example'><table><tr><td>hi</table></a>", "hi⟦1⟧"),
        ("<a href='https://x.example'><p>a<p>hi</a>", "hi⟦1⟧"),
        ("<map><area href='https://x.example' alt='north'></map>", "[north]⟦1⟧"),
        ("<svg><a href='https://x.example'><text>hi</text></a></svg>", "hi⟦1⟧"),
        ("<a href='https://x.example'><img></a>", "[image]⟦1⟧"),
        ("<base href='https://x.example/'><a href='y'>hi</a>", "hi⟦1⟧"),
    ],
)
def test_no_link_is_lost(html, words):
    mail = rendered(html)
    assert mail.lines[-1].text == words
    assert [link.host for link in mail.links] == ["x.example"]


def test_a_link_ends_with_the_cell_it_stands_in():
    table = "<table border=1><tr><td><a href='https://x.example'>a<td>b<tr><td>c<td>d</table>"
    mail = rendered(table)
    assert [line.text for line in mail.lines] == ["a⟦1⟧ │ b", "c    │ d"]


@pytest.mark.timeout(60)
@pytest.mark.parametrize(
    "piece", ["bank.com ", "a.", "a@", "http://", "<http://x.y>", "a:b@", "1.2.3.", "[(", "-.-"]
)
def test_repeated_pieces_cost_linear_time(piece):
    assert rendered(piece * 5_000, "plain").lines
    lines = rendered(f"<a href='{EVIL}'>{piece * 5_000}</a><p>end").lines
    assert any("end" in line.text for line in lines)
