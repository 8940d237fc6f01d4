"""Whom a mail would have called: every host, and no other."""

import pytest

from tuimail.mime.html import html_to_lines

CALLED = {
    "<img src='http://a.example/x'>": ["a.example"],
    "<img src=//a.example/x>": ["a.example"],
    "<img srcset='http://a.example/a 1x, http://b.example/b,c 2x,//c.example 3x'>": [
        *("a.example", "b.example", "c.example"),
    ],
    "<picture><source srcset='https://a.example/a'><img src='https://b.example/b'></picture>": [
        *("a.example", "b.example"),
    ],
    "<svg><image xlink:href='http://a.example/a' /><use href='//b.example/#x'/></svg>": [
        *("a.example", "b.example"),
    ],
    "<base href='http://a.example/'><img src='b.png'>": ["a.example"],
    "<base target=_blank><base href='//a.example'><img src='../b.png'>": ["a.example"],
    "<img src='http:&#9;//a.example/x'>": ["a.example"],
    "<img src=' &#1;http://a.example/x'>": ["a.example"],
    "<img src='ht&#10;tp://a.example/x'>": ["a.example"],
    "<img src='http:/a.example/x'><img src='http:b.example'>": ["a.example", "b.example"],
    "<img src='https:\\\\a.example/x'><img src='\\\\b.example\\x'>": ["a.example", "b.example"],
    "<img src='http://user@a.example/x'>": ["a.example"],
    "<img src='HTTPS://A.Example:8443?x'>": ["a.example"],
    "<video poster='http://a.example/'><source src='//b.example'></video><audio src=//c.example>": [
        *("a.example", "b.example", "c.example"),
    ],
    "<link rel=stylesheet href='http://a.example/a.css'><link rel='x dns-prefetch' href=//b.example>": [
        *("a.example", "b.example"),
    ],
    "<link rel=preload as=image imagesrcset='http://a.example/a 1x'>": ["a.example"],
    "<meta http-equiv=Refresh content='0; URL=http://a.example/'>": ["a.example"],
    "<meta http-equiv=refresh content='1,http://a.example/'>": ["a.example"],
    "<body background='http://a.example/'><div style='background-image:url(http://b.example/b)'>": [
        *("a.example", "b.example"),
    ],
    "<div style='background:url( \"//a.example/x y\" )'>": ["a.example"],
    "<div style='background:u\\72l(http://a.example/x)'>": ["a.example"],
    "<div style='background:/*x*/url(http:/*x*/)'>": [],
    "<style>@import 'http://a.example';@font-face{src:url(http://b.example)}</style>": [
        *("b.example", "a.example"),
    ],
    "<style>x{background:image-set('http://a.example/a' 1x, \"//b.example\" 2x)}</style>": [
        *("a.example", "b.example"),
    ],
    "<object data='http://a.example/'></object><embed src=//b.example><iframe src=//c.example>": [
        *("a.example", "b.example", "c.example"),
    ],
    "<form action='http://x.example'><input type=image src='http://a.example'></form>": [
        "a.example"
    ],
    "<div style='display:none'><img src='http://a.example/a'></div>": ["a.example"],
    "<script src='http://a.example/x.js'></script>": ["a.example"],
    "<bgsound src='http://a.example/x.wav'>": ["a.example"],
    "<noscript><img src='http://a.example/x'></noscript>": ["a.example"],
}
CALLING_NOBODY = [
    "<a href='http://x.example'>x</a>",
    "<img src='cid:1@x.example'><img src='data:image/gif,//x.example'><img src='x.png'>",
    "<input type=text src='http://x.example/'>",
    "<meta name=x content='0;url=http://x.example'>",
    "<link rel=canonical href='http://x.example'>",
    "<!-- <img src='http://x.example'> --><div title='url(http://x.example)'>",
    "<!--[if mso]><v:image src='http://x.example'><![endif]-->",
    "<form action='http://x.example'>",
    "<p>http://x.example is text</p>",
]


@pytest.mark.parametrize(("html", "hosts"), CALLED.items())
def test_every_host_a_browser_would_call_is_listed(html, hosts):
    assert list(html_to_lines(html).remote_hosts) == hosts


@pytest.mark.parametrize("html", CALLING_NOBODY)
def test_nobody_is_listed_who_would_not_be_called(html):
    assert html_to_lines(html).remote_hosts == ()


@pytest.mark.parametrize(
    "picture",
    [
        "<img src='http://t.example/x' width=1 height=1>",
        "<img src='http://t.example/x' width=0>",
        "<img src='http://t.example/x' style='width:1px;height:1px'>",
        "<img src='http://t.example/x' style='display:none'>",
        "<div style='display:none'><img src='http://t.example/x'></div>",
        "<div style='visibility:hidden'><img src='http://t.example/x'></div>",
        "<img src='http://t.example/wf/open?upn=abc'>",
        "<img src='http://t.example/track/open.php?u=1'>",
        "<img src='http://t.example/e/o.gif?x' alt=''>",
        "<svg><image href='http://t.example/x' width=1 height=1></svg>",
    ],
)
def test_pictures_that_report_are_counted_and_named(picture):
    found = html_to_lines(picture)
    assert (found.pixel_count, found.tracker_hosts) == (1, ("t.example",))


@pytest.mark.parametrize(
    "picture",
    [
        "<img src='http://t.example/logo.png' width=120 height=40>",
        "<img src='http://t.example/line.gif' width=600 height=1>",
        "<img src='cid:1' width=1 height=1>",
        "<img src='http://t.example/open-house.png' alt='Open house'>",
        "<img src='http://t.example/opening.jpg'>",
    ],
)
def test_pictures_to_be_seen_are_not_counted(picture):
    assert html_to_lines(picture).pixel_count == 0


@pytest.mark.timeout(60)
@pytest.mark.parametrize(
    "html",
    [
        "<img srcset='" + ", a" * 500_000 + "'>",
        "<div style='" + "url(" * 500_000 + "'>",
        "<style>" + "image-set(" * 100_000 + "</style>",
        "<style>" + "@import '" * 100_000 + "</style>",
        "<img src='" + "http:" * 300_000 + "'>",
        "<img src='http://a.example/x'>" * 20_000,
    ],
)
def test_looking_for_hosts_costs_linear_time(html):
    assert html_to_lines(html).pixel_count == 0
