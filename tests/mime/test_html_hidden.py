"""Text that no browser shows is left out and counted; what one shows is never dropped."""

import pytest

from tuimail.mime.html import html_to_lines

HIDDEN = [
    "<p style='display:none'>no</p>",
    "<p style='display:none;display:bogus'>no</p>",
    "<p style='display:block;display:none !important;display:block'>no</p>",
    "<p style='display:/**/none'>no</p>",
    "<p style='d\\69splay:none'>no</p>",
    "<p style='display:&#110;one'>no</p>",
    "<p hidden>no</p>",
    "<a style='display:none'>no</a>",
    "<a href='http://x.example' style='display:none'>no</a>",
    "<font color=white>no</font>",
    "<body bgcolor=white><font color='#ffffff'>no</font>",
    "<div style='background:#FEFEFE'><span style='color:rgb(255,255,255)'>no</span></div>",
    "<div style='background:#000'><b><i style='color:black'>no</i></b></div>",
    "<span style='color:transparent'>no</span>",
    "<span style='color:rgba(1,2,3,0)'>no</span>",
    "<span style='color:#12345600'>no</span>",
    "<span style='-webkit-text-fill-color:transparent'>no</span>",
    "<div style='font-size:0'>no<b>no</b></div>",
    "<span style='font:0/0 a'>no</span>",
    "<div style='transform:scale(0)'>no</div>",
    "<div style='transform:rotateX(90deg)'>no</div>",
    "<div style='scale:0'>no</div>",
    "<div style='position:absolute;clip:rect(0,0,0,0)'>no</div>",
    "<div style='position:absolute;clip:rect(1px 1px 1px 1px)'>no</div>",
    "<div style='clip-path:inset(50%)'>no</div>",
    "<div style='filter:opacity(0)'>no</div>",
    "<div style='opacity:0%'>no</div>",
    "<div style='height:1px;width:1px;overflow:hidden'>no</div>",
    "<span style='display:inline-block;max-height:0;overflow:hidden'>no</span>",
    "<div style='margin-left:-9999px'>no</div>",
    "<style>#a{display:none}</style><div id=a>no</div>",
    "<style>div.b{display:none}</style><div class='x b'>no</div>",
    "<style>.c .d{display:none}</style><div class=c><p><i class=d>no</i></div>",
    "<style>i{display:none}</style><i>no</i>",
    "<style>.a.b{display:none}</style><i class='b a'>no</i>",
    "<style>.a{display:none}.a{display:block}.a{display:none}</style><i class=a>no</i>",
    "<style>.w{color:#fff}td{background:#fff}</style><table><tr><td><i class=w>no</i></table>",
    "<style>.a/**/{display/**/:none}</style><i class=a>no</i>",
    "<style>.a{display:none!important}</style><i class=a style='display:block'>no</i>",
]
SHOWN = [
    "<div style='font-size:0'><span style='font-size:14px'>yes</span></div>",
    "<td style='font-size:0px'><table><tr><td>yes</table>",
    "<div style='visibility:hidden'><b style='visibility:visible'>yes</b></div>",
    "<p style='display:none;display:block'>yes</p>",
    "<p style='dis/**/play:none'>yes</p>",
    "<p style='clip:rect(0,0,0,0)'>yes</p>",
    "<p style='left:-9999px'>yes</p>",
    "<span style='height:0;overflow:hidden'>yes</span>",
    "<table><tr><td style='height:0;overflow:hidden'>yes</table>",
    "<span style='transform:scale(0)'>yes</span>",
    "<p style='mso-hide:all'>yes</p>",
    "<div style='color:#fff;background:#000'>yes</div>",
    "<div style='color:#fff;background:url(x)'>yes</div>",
    "<table bgcolor=black><tr><td style='color:white'>yes</table>",
    "<table background=x><tr><td style='color:white'>yes</table>",
    "<body text=white bgcolor=navy>yes",
    "<div style='color:#fff;background:#fff'><a href='https://x.example'>yes</a></div>",
    "<a href='https://x.example' style='color:#fff;background:#00f'>yes</a>",
    "<div style='color:#fff;background:#fff'><p style='color:#333'>yes</p></div>",
    "<meta name=color-scheme content=dark><p style='color:#fff'>yes</p>",
    "<style>@media print{.a{display:none}}</style><i class=a>yes</i>",
    "<style>.a{display:none}.a{display:inline}</style><i class=a>yes</i>",
    "<style>.a{display:none}#b{display:inline}.a{display:none}</style><i class=a id=b>yes</i>",
    "<style>.a{display:none}</style><i class=a style='display:inline'>yes</i>",
    "<style>.a{color:#fff}[x]{background:#000}</style><p x><i class=a>yes</i></p>",
    "<style>.c .d{display:none}</style><i class=d>yes</i>",
    "<noscript>yes</noscript>",
    "<object data=x>yes</object>",
    "<video>yes</video>",
    "<svg><text>yes</text></svg>",
    "<svg><style/><text>yes</text></svg>",
    "<math><mi>yes</mi></math>",
    "<textarea>yes</textarea>",
    "<select><option>yes</select>",
    "<dialog>yes</dialog>",
    "<x-anything>yes</x-anything>",
]


@pytest.mark.parametrize("html", HIDDEN)
def test_what_no_browser_shows_is_left_out_and_counted(html):
    found = html_to_lines(f"{html}<p style='color:#010101;background:#ffffe0'>seen</p>")
    assert [line.text for line in found.lines if line.text] == ["seen"]
    assert found.hidden_chars == 2 * html.count(">no")


@pytest.mark.parametrize("html", SHOWN)
def test_what_a_browser_shows_is_never_dropped(html):
    found = html_to_lines(html)
    assert "yes" in "\n".join(line.text for line in found.lines)
    assert found.hidden_chars == 0


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("was <s>9 €</s>, <del>8 €</del>", "was ~~9 €~~, ~~8 €~~"),
        ("m<sup>2</sup> H<sub>2</sub>O", "m^2 H_2O"),
        ("<sup></sup><s> </s>x", "x"),
        ("he said <q>no</q>", "he said \u201cno\u201d"),
        ("<ruby>漢<rp>(</rp><rt>kan</rt><rp>)</rp></ruby>", "漢(kan)"),
        ("<input value=Send><input type=hidden value=x>", "[Send]"),
        ("<s>" * 50 + "x" + "</s>" * 50, "~~x~~"),
    ],
)
def test_what_a_browser_would_draw_is_written(html, text):
    assert "".join(line.text for line in html_to_lines(html).lines) == text


@pytest.mark.timeout(60)
@pytest.mark.parametrize(
    "html",
    [
        "<style>" + ".a .b{display:none}" * 400 + "</style>" + "<div class=b>" * 10_000 + "x",
        "<style>" + "a{" * 100_000 + "</style>x",
        "<style>" + "/*" * 100_000 + "</style>x",
        "<div style='" + "display:none;" * 300 + "display:block'>" * 5 + "x",
        "".join(f"<p style='color:#{n:06x}'>x" for n in range(14_000)),
        "<a href='x:'>" * 10_000 + "x" + "</a>" * 10_000,
        "<table><tr><td><a href='x:'>" * 3_000 + "x",
        "<svg>" * 10_000 + "x",
    ],
)
def test_styles_cost_linear_time(html):
    found = html_to_lines(html)
    assert found.lines or found.hidden_chars
