import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuimail.mime.html import html_to_lines


def texts(html):
    return [line.text for line in html_to_lines(html).lines]


@pytest.mark.parametrize(
    "style",
    [
        "display:none",
        "visibility: hidden",
        "font-size:0",
        "font-size: 0px; color: red",
        "font-size:1px",
        "font-size:.1pt;",
        "opacity:0",
        "max-height:0; overflow:hidden",
        "width:0px;height:0px;overflow:hidden",
        "position:absolute; left:-9999px",
        "color:#FFF; background-color:white",
    ],
)
def test_hidden_text_is_dropped_and_counted(style):
    found = html_to_lines(f"<p>seen</p><p style='{style}'>hidden</p>")
    assert [line.text for line in found.lines] == ["seen"]
    assert found.hidden_chars == len("hidden")


@pytest.mark.parametrize(
    "style",
    [
        "font-size:1em",
        "font-size:0.9em",
        "font-size:.875rem;",
        "font-size:10px",
        "font-size:100%",
        "line-height:0",
        "width:0",
        "max-width:0",
        "margin-left:-100px",
        "min-width:0;overflow:hidden",
        "color:#fff;background-color:#000",
        "mso-hide:all",
    ],
)
def test_text_a_browser_would_show_is_never_dropped(style):
    assert texts(f"<p style='{style}'>seen</p>") == ["seen"]


def test_a_cell_over_several_columns_keeps_the_others_in_place():
    table = (
        "<table><tr><th>Item<th>Qty<th>Price<tr><td>Tea<td>2<td>$ 3.00"
        "<tr><td colspan=2>Total<td>$ 3.00</table>"
    )
    assert texts(table) == [
        "Item  │ Qty │  Price",
        "──────┼─────┼───────",
        "Tea   │   2 │ $ 3.00",
        "Total │     │ $ 3.00",
    ]


def test_a_table_is_aligned_in_cells_of_the_screen():
    table = "<table border=1><tr><td>会議<td>x<tr><td>e\u0301<td>y</table>"
    assert texts(table) == ["会議 │ x", "e\u0301    │ y"]


@pytest.mark.parametrize("columns", ["0", "-1", "x", "99999", "9" * 5_000])
def test_absurd_column_counts_are_harmless(columns):
    assert texts(f"<table border=1><tr><td colspan={columns}>a<td>b<tr><td>c<td>d</table>")


def test_cells_of_several_lines_stand_apart_in_a_layout():
    table = "<table><tr><td>Boots<br>99 €</td><td>Sandals<br>49 €</td></tr></table>"
    assert texts(table) == ["Boots", "99 €", "", "Sandals", "49 €"]


def test_a_table_inside_of_a_cell_glues_nothing_together():
    cell = "<h2>Head</h2><p>Teaser</p><table><tr><td>Read on</table>"
    assert texts(f"<table><tr><td><img src=x><td>{cell}</table>") == [
        *("Head", "", "Teaser", "", "Read on")
    ]
    assert texts("<table><tr><td>one<br>two<ul><li>three</ul>four</table>") == [
        *("one", "two", "", "• three", "", "four")
    ]


def test_stories_of_a_newsletter_stand_apart():
    story = "<tr><td><table><tr><td><img src=x><td><h2>{}</h2><table><tr><td>Read</table></table>"
    assert texts(f"<table>{story.format('A')}{story.format('B')}</table>") == [
        *("A", "", "Read", "", "B", "", "Read")
    ]


def test_a_caption_stands_before_its_table():
    table = "<table><caption>Prices<br>today</caption><tr><th>Tea<td>3<tr><th>Bun<td>2</table>"
    assert texts(table) == ["Prices", "today", "", "Tea │ 3", "────┼──", "Bun │ 2"]


@pytest.mark.parametrize("style", ["display:block", "color:red; DISPLAY : table"])
def test_what_a_style_makes_a_block_has_lines_of_its_own(style):
    assert texts(f"a<span style='{style}'>b</span>c") == ["a", "b", "c"]
    assert texts(f"<a href='https://x.example' style='{style}'>go</a>c") == ["go⟦1⟧", "c"]
    assert texts(f"<img alt=logo style='{style}'>c") == ["[logo]", "c"]
    assert texts("<a style='display:inline-block'>a</a>b") == ["ab"]
    linked = f"<a href='https://x.example'><img alt=logo style='{style}'></a>"
    assert texts(linked) == ["[logo]⟦1⟧"]


FRAMES = (
    "<div>{}</div><div>{}</div>",
    "<p>{}</p><h2>{}</h2>",
    "<ul><li>{}</li><li>{}</li></ul>",
    "<dl><dt>{}</dt><dd>{}</dd></dl>",
    "<blockquote>{}</blockquote><pre>{}</pre>",
    "<table><tr><td>{}</td><td>{}</td></tr></table>",
    "<table border=1><tr><th>{}</th></tr><tr><td>{}</td></tr></table>",
    "<table role=presentation><caption>{}</caption><tr><td>{}</td></tr></table>",
    "<details><summary>{}</summary><section>{}</section></details>",
)
NESTED = st.recursive(
    st.just("#"),
    lambda inner: st.builds(str.format, st.sampled_from(FRAMES), inner, inner),
    max_leaves=8,
)


@given(NESTED)
def test_words_of_different_blocks_never_touch_and_none_is_lost(html):
    count = html.count("#")
    for number in range(count):
        html = html.replace("#", f"w{number}w", 1)
    shown = re.sub(r"[^w\d]+", " ", "\n".join(texts(html))).split()
    assert [word for word in shown if "w" in word] == [f"w{number}w" for number in range(count)]


def test_a_block_that_holds_a_hard_blank_is_an_empty_line():
    assert texts("<div>a</div><div>&nbsp;</div><div>&nbsp;</div><div>b</div>") == ["a", "", "b"]
    assert texts("<div>a</div><div> </div><div>b</div>") == ["a", "b"]


def test_a_link_says_where_it_leads_if_its_text_says_otherwise():
    found = html_to_lines("<a href='https://evil.example/'>https://bank.example/</a>")
    assert found.lines[0].text == "https://bank.example/⟦1 leads to evil.example⟧"
    assert found.misleading == (("bank.example", "evil.example"),)


@pytest.mark.parametrize(
    ("shown", "url", "host"),
    [
        ("bank.co.uk", "https://evil.co.uk/", "evil.co.uk"),
        ("alice.github.io", "https://evil.github.io/", "evil.github.io"),
        ("https://faß.de/", "https://fass.de/", "fass.de"),
        ("https://fass.de/", "https://faß.de/", "faß.de (xn--fa-hia.de)"),
        ("банк.рф", "https://зло.рф/", "зло.рф (xn--g1aij.xn--p1ai)"),
        ("xn--80ab4cu.xn--p1ai", "https://evil.example/", "evil.example"),
        ("bank.example", "https://192.0.2.7/", "192.0.2.7"),
        ("bank.example", "https://bank.example@evil.example/", "evil.example"),
    ],
)
def test_a_link_to_another_owner_says_so(shown, url, host):
    found = html_to_lines(f"<a href='{url}'>{shown}</a>")
    assert [real for _, real in found.misleading] == [host]


@pytest.mark.parametrize(
    ("shown", "url"),
    [
        ("bank.co.uk", "https://www.bank.co.uk:8443/in"),
        ("www.bank.example", "https://BANK.example./"),
        ("FAẞ.de", "https://xn--fa-hia.de/"),
        ("bank.example", "https://user@bank.example/"),
    ],
)
def test_a_link_to_the_owner_its_text_names_is_left_alone(shown, url):
    assert not html_to_lines(f"<a href='{url}'>{shown}</a>").misleading


def test_links_without_a_scheme_lead_out_and_others_do_not():
    html = "<a href='//x.example/a'>out</a> <a href='#top'>top</a> <a href='javascript:x'>js</a>"
    assert [link.url.raw for link in html_to_lines(html).links] == ["https://x.example/a"]


def test_hosts_that_would_be_called_are_named():
    html = (
        "<style>.x{background:url(https://css.example/b.png)}</style>"
        "<img src='https://pixel.example/x' width=1 height=1><link rel=stylesheet href=//s.example/>"
    )
    assert set(html_to_lines(html).remote_hosts) == {"css.example", "pixel.example", "s.example"}


def test_a_host_that_would_be_called_is_named_as_it_is_looked_up():
    html = "<img src='https://\u0430pple.com/x'><img src=//PIXEL.example:8080/y>"
    assert html_to_lines(html).remote_hosts == (
        "\u0430pple.com (xn--pple-43d.com)",
        "pixel.example",
    )


@pytest.mark.timeout(10)
@pytest.mark.parametrize(
    "tag", ["<div>", "<font><p>", "<table><tr><td>", "<ul><li>", "<b>", "<a href=x:>"]
)
def test_deep_html_ends_in_time(tag):
    assert html_to_lines(tag * 100_000 + "x").lines
