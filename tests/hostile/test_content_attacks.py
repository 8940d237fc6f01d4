"""Attacks in what a mail shows (K3 to K9, K13, K14): each fails here, by its name.

K1 is walked in a real terminal (`tests/hostile_pty`), K2 on every screen (`tests/ui`). What a mail
could have sent or saved is in `test_acting_attacks`.
"""

import base64
import re

import pytest

from tests.hostile.making import attached, head, mail, mail_of, multipart, part
from tests.model.test_url import REFUSED
from tuimail.errors import UserError
from tuimail.mime.address_fields import MAX_ADDRESSES
from tuimail.mime.headers import parse_envelope
from tuimail.mime.params import parse_parameters
from tuimail.mime.parse import parse_mail
from tuimail.mime.render import part_content, render_mail, searchable_text
from tuimail.mime.suspicion import elsewhere_warnings
from tuimail.model.cells import width_of
from tuimail.model.glyphs import FORBIDDEN
from tuimail.model.part import RenderedMail
from tuimail.model.safe import safe_filename, safe_url
from tuimail.model.url import host_of
from tuimail.ui.render.head import head_of
from tuimail.ui.render.printed import printed
from tuimail.ui.render.wrap import wrap

UNSAFE = re.compile(f"[\t{FORBIDDEN}]")
WIDTHS = (40, 80, 120)


def rows_of(shown: RenderedMail, width: int) -> list[str]:
    """Return what the reader draws of a mail, its head first."""
    rows = [*head_of(shown, width), *(row for line in shown.lines for row in wrap(line, width))]
    return ["".join(text for text, _ in row) for row in rows]


def head_words(shown: RenderedMail, width: int = 80) -> str:
    return " ".join("".join(text for text, _ in row) for row in head_of(shown, width))


# K3: direction, nothing to be seen, stacks of marks, width

TROJAN_SOURCE = (
    "annexe\u202egpj.exe",
    "a\u2066b\u2069c",
    "\u2067/* begin\u2066 admins only */",
    "pay\u200bpal",
    "pay\u00adpal",
    "a\u180eb",
    "tag\U000e0041\U000e007f",
    "x\ufe0fy\ufe01",
    "z" + "\u0301\u0489" * 300,
    "\u0300\u0300lead",
    "\u1100" + "\u1161" * 200,
    "\u754c" * 200,
    "\U0001f468" + "\u200d\U0001f469" * 60,
    "\U0001f3fd" * 80,
    "line\u2028para\u2029end\x85",
    "\ufff9a\ufffab\ufffb",
    "\ufdfd" * 40,
    "\u3164\u115f\u1160\uffa0",
)


@pytest.mark.parametrize("text", TROJAN_SOURCE)
def test_k3_no_text_turns_hides_or_pushes_what_is_beside_it(text: str) -> None:
    word = f"=?utf-8?b?{base64.b64encode(text.encode()).decode()}?="
    file = part("application/pdf", "x", Content_Disposition=f'attachment; filename="{word}.pdf"')
    url = f"<a href='https://x.example/{text}'>{text}</a>"
    for body in (
        part("text/plain; charset=utf-8", text * 3),
        part("text/html; charset=utf-8", url),
    ):
        raw = multipart(1, "mixed", body, file)
        raw = head(1, Subject=word, From=f"{word} <a@b.example>").encode() + raw[len(head(1)) :]
        shown = render_mail(raw)
        for width in WIDTHS:
            for row in rows_of(shown, width):
                assert width_of(row) <= width
                assert not UNSAFE.search(row)
        (name,) = (safe_filename(one.filename) for one in shown.attachments)
        assert not UNSAFE.search(name)
        assert name.endswith("pdf")


def test_k3_a_name_that_turns_around_is_warned_of() -> None:
    file = part(
        "text/plain", "x", Content_Disposition="attachment; filename*=utf-8''%E2%80%AEgpj.exe"
    )
    for raw in (
        multipart(1, "mixed", part("text/plain", "hi"), file),
        mail(2, "hi", From="=?utf-8?b?4oCuYW5h?= <a@b.example>"),
    ):
        assert "turn" in head_words(render_mail(raw))


# K4: who it is from

PRETENDING = (
    '"ceo@bank.example" <x@evil.example>',
    "ceo@bank.example]<x@evil.example>",
    "=?utf-8?q?ceo=40bank=2Eexample?= <x@evil.example>",
    "ceo\uff20bank.example <x@evil.example>",
    f'"{"Bank " * 60}" <x@evil.example>',
    f"Bank{' ' * 600}<x@evil.example>",
    "ceo@bank.example, x@evil.example",
    "<ceo@bank.example> <x@evil.example>",
    '"=?utf-8?b?4oCu?= bank" <x@evil.example>',
)


@pytest.mark.parametrize("author", PRETENDING)
@pytest.mark.parametrize("width", WIDTHS)
def test_k4_the_address_a_mail_came_from_is_always_in_sight(author: str, width: int) -> None:
    shown = render_mail(mail(1, "words", From=author))
    seen = head_words(shown, width).replace(" ", "")
    real = shown.envelope.from_[0].addr_spec
    assert real.rpartition("@")[2] in seen
    is_padding_alone = author.startswith(('"Bank', "Bank "))
    assert shown.warnings or is_padding_alone


@pytest.mark.parametrize(
    "fields", ["From: a@bank.example\r\nFrom: x@evil.example", "From: :;:;", "From:", "X: y"]
)
def test_k4_two_senders_or_none_are_warned_of(fields: str) -> None:
    shown = render_mail(f"{fields}\r\nSubject: s\r\n\r\nwords".encode())
    assert shown.warnings


def test_k4_an_answer_that_goes_elsewhere_is_named_with_its_address() -> None:
    raw = mail(1, "x", Reply_To='"Ann Lee" <x@evil.example>')
    shown = render_mail(raw)
    assert "x@evil.example" in head_words(shown, 120)
    fields = parse_mail(raw).fields
    (warning,) = elsewhere_warnings(fields, shown.envelope, lambda _: False)
    assert "x@evil.example" in warning.text


# K5: letters that imitate others


@pytest.mark.parametrize(
    "domain", ["\u0430pple.com", "p\u0430ypal.com", "\u0455\u0441\u043e\u0440\u0435.com"]
)
def test_k5_an_imitating_domain_is_shown_in_both_forms(domain: str) -> None:
    coded = "xn--"
    sender = render_mail(mail(1, "x", From=f"Shop <a@{domain}>"))
    assert coded in " ".join(caution.text for caution in sender.warnings)
    html = f"<a href='https://{domain}/'>your account</a>"
    shown = render_mail(mail_of(2, "text/html; charset=utf-8", html))
    assert coded in shown.links[0].host
    assert domain in shown.links[0].host


# K6: links


@pytest.mark.parametrize("url", REFUSED)
def test_k6_a_link_that_hides_where_it_leads_is_opened_from_no_mail(url: str) -> None:
    quoted = url.replace("&", "&amp;").replace('"', "&quot;")
    html = f'<p><a href="{quoted}">https://bank.example/</a> {quoted}</p>'
    for kind, body in (("html", html), ("plain", f"see {url} or <{url}>")):
        for link in render_mail(mail_of(1, f"text/{kind}; charset=utf-8", body)).links:
            try:
                opened = safe_url(link.url)
            except UserError:
                continue
            assert opened.startswith(("http://", "https://", "mailto:"))
            assert host_of(opened) in str(link.host)


def test_k6_a_link_whose_words_name_another_host_is_warned_of() -> None:
    html = "<a href='https://evil.example/x'>https://bank.example/login</a>"
    shown = render_mail(mail_of(1, "text/html", html))
    said = " ".join(caution.text for caution in shown.warnings)
    assert "bank.example" in said
    assert "evil.example" in said
    assert "evil.example" in shown.links[0].host


@pytest.mark.parametrize(
    "url", ["file://evil.example/a!x", r"\\evil.example\a", "search-ms:query=x"]
)
def test_k6_moniker_and_file_links_have_no_way_out(url: str) -> None:
    shown = render_mail(mail_of(1, "text/html", f"<a href='{url}'>words</a>"))
    assert "words" in shown.plain_text
    for link in shown.links:
        with pytest.raises(UserError):
            safe_url(link.url)


# K7: HTML that calls out, and text that hides

CALLS = (
    "<img src='http://{host}/'>",
    "<img srcset='http://{host}/ 2x'>",
    "<body background='http://{host}/'>",
    "<div style='background:url(http://{host}/)'>x</div>",
    "<style>@import 'http://{host}/';</style>",
    "<style>@font-face{{src:url(http://{host}/a)}}</style>",
    "<link rel=stylesheet href='http://{host}/'>",
    "<link rel=dns-prefetch href='//{host}'>",
    "<iframe src='http://{host}/'></iframe>",
    "<object data='http://{host}/'></object>",
    "<embed src='http://{host}/'>",
    "<video poster='http://{host}/'></video>",
    "<audio src='http://{host}/'></audio>",
    "<input type=image src='http://{host}/'>",
)


@pytest.mark.parametrize("shape", CALLS)
def test_k7_a_host_that_html_would_call_is_named_and_not_called(shape: str) -> None:
    html = f"<p>words</p>{shape.format(host='tracker.example')}"
    shown = render_mail(mail_of(1, "text/html; charset=utf-8", html))
    assert "tracker.example" in shown.remote_hosts
    assert "words" in shown.plain_text
    assert "Remote" in head_words(shown)


def test_k7_much_hidden_text_is_left_out_and_said() -> None:
    hidden = f"<div style='display:none'>{'secret words ' * 60}</div>"
    shown = render_mail(mail_of(1, "text/html; charset=utf-8", f"<p>seen</p>{hidden}"))
    assert "secret" not in shown.plain_text
    assert any("hides" in caution.text for caution in shown.warnings)


# K13: bombs of structure: what is capped is said, and the mail is shown

LOREM = "words of the text"


def bombs() -> dict[str, bytes]:
    deep = "".join(
        f"--b{n}\r\nContent-Type: multipart/mixed; boundary=b{n + 1}\r\n\r\n" for n in range(2_000)
    )
    continued = "; ".join(f"a*{n}=x" for n in range(5_000))
    encoded = " ".join(["=?utf-8?b?eA==?="] * 5_000)
    return {
        "depth": mail(1, f"{deep}--b2000\r\n\r\n{LOREM}", Content_Type="multipart/mixed; boundary=b0"),
        "parts": mail(2, f"--b\r\n\r\n{LOREM}\r\n" * 3_000, Content_Type="multipart/mixed; boundary=b"),
        "fields": mail(3, LOREM, **{f"X_{n}": "y" for n in range(20_000)}),
        "one long field": mail(4, LOREM, X_Long="y" * 1_000_000),
        "parameters": mail(5, LOREM, Content_Type=f"text/plain; {'; '.join(f'p{n}=x' for n in range(8_000))}"),
        "continued parameter": mail(6, LOREM, Content_Type=f"text/plain; {continued}"),
        "encoded words": mail(7, LOREM, Subject=encoded),
        "boundaries alike": mail(8, f"--b\r\n\r\n{LOREM}\r\n" + "--bb\r\n" * 20_000, Content_Type="multipart/mixed; boundary=b"),
        "no end": mail(9, f"--b\r\n\r\n{LOREM}", Content_Type="multipart/mixed; boundary=b"),
        "quotes": mail(10, LOREM, From='"' * 80_000),
        "comments": mail(11, LOREM, From="(" * 20_000),
        "mails inside": mail(12, "Content-Type: message/rfc822\r\n\r\n" * 1_000 + LOREM, Content_Type="message/rfc822"),
        "html": mail_of(13, "text/html", "<div>" * 50_000 + LOREM),
        "columns": mail_of(14, "text/html", "<table border=1>" + f"<tr><td colspan=99999>{LOREM}" * 50),
        "entities": mail_of(15, "text/html", LOREM + "&#x41;" * 50_000),
    }  # fmt: skip


@pytest.mark.timeout(60)
@pytest.mark.parametrize("bomb", bombs())
def test_k13_a_bomb_of_structure_is_capped_and_shown(bomb: str) -> None:
    raw = bombs()[bomb]
    for prefer_html in (False, True):
        shown = render_mail(raw, prefer_html=prefer_html)
        assert len(shown.parts) <= 1_000
        assert len(shown.lines) <= 60_000
        assert len(shown.envelope.subject) <= 20_000
        assert head_of(shown, 80)
    assert len(searchable_text(raw).text) <= 300_000
    kept_out = {"depth", "mails inside", "html"}
    assert bomb in kept_out or LOREM in shown.plain_text
    assert bomb not in kept_out or shown.warnings or "left out" in shown.plain_text


def test_k13_pieces_of_a_mail_are_not_joined_and_nothing_outside_is_fetched() -> None:
    away = (
        "Content-Type: message/external-body; access-type=URL; URL=http://x.example/f\r\n\r\n\r\n"
    )
    half = (
        "Content-Type: message/partial; id=a; number=1; total=2\r\n\r\nSubject: joined\r\n\r\nhalf"
    )
    shown = render_mail(multipart(1, "mixed", part("text/plain", LOREM), away, half))
    assert shown.envelope.subject == "a seed"
    assert LOREM in shown.plain_text
    assert {one.content_type for one in shown.parts} >= {"message/external-body", "message/partial"}


@pytest.mark.parametrize("kind", ["application/zip", "application/gzip", "application/x-tar"])
def test_k13_an_archive_is_a_file_and_stays_packed(kind: str) -> None:
    shown = render_mail(
        multipart(1, "mixed", attached(kind, "a.zip", b"PK\x03\x04" + b"\0" * 5_000))
    )
    assert [one.size_bytes for one in shown.attachments] == [5_004]
    assert part_content(multipart(1, "mixed", attached(kind, "a", b"PK")), "1") == b"PK"


def test_k13_parameters_without_end_cost_little() -> None:
    _, found = parse_parameters("text/plain; " + "; ".join(f"a*{n}=x" for n in range(100_000)))
    assert sum(map(len, found.values())) <= 20_000


# K14: addresses


@pytest.mark.timeout(60)
@pytest.mark.parametrize(
    "field",
    [
        ", ".join(f"p{n}@x.example" for n in range(100_000)),
        ";" * 100_000,
        ":;" * 50_000,
        "(" * 2_000,
        "(" * 50_000 + ")" * 50_000,
        "a:" * 30_000 + "x@y.example" + ";" * 30_000,
        '"' * 100_001,
        "<" * 100_000,
        "a@" * 50_000,
        "\\" * 100_000,
        ",".join(["<@a,@b:c@d>"] * 20_000),
    ],
    ids=lambda field: repr(field[:12]),
)
def test_k14_a_field_of_addresses_is_read_up_to_a_cap(field: str) -> None:
    raw = mail(1, "words", To=field, Cc=field, From=field)
    envelope = parse_envelope(raw)
    for people in (envelope.to, envelope.cc, envelope.from_):
        assert len(people) <= MAX_ADDRESSES
    shown = render_mail(raw)
    assert len(head_of(shown, 80)) <= 30
    assert printed(shown)


def test_k14_how_many_were_left_out_is_said() -> None:
    many = ", ".join(f"p{n}@x.example" for n in range(3_000))
    said = " ".join(caution.text for caution in render_mail(mail(1, "x", To=many)).warnings)
    assert "3000" in said.replace(",", "")


def test_the_tree_of_a_bomb_is_what_imap_would_number() -> None:
    parsed = parse_mail(bombs()["parts"])
    assert [one.number for one in parsed.leaves[:3]] == ["1", "2", "3"]
