"""What other mail programs got wrong with what a mail holds: a test of the name of each.

Those of the wire are beside the protocols (`tests/protocols`), CPython's own in
`test_acting_attacks`, and those of names of files in `tests/model` as well.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC
from pathlib import Path

import pytest

from tests.hostile.kept import keep
from tests.hostile.making import attached, mail, mail_of, multipart, part
from tests.services.letters import NORTH, ann
from tuimail.errors import TuimailError, UserError
from tuimail.mime.compose import build_mail
from tuimail.mime.headers import parse_envelope
from tuimail.mime.parse import parse_mail
from tuimail.mime.render import render_mail, searchable_text
from tuimail.mime.reply import reply_draft
from tuimail.model.draft import DraftKind
from tuimail.model.safe import safe_url
from tuimail.services import answering, attachments, delivery, reading, writing
from tuimail.services.mail import Mail
from tuimail.store.messages import key_of
from tuimail.ui.render.head import head_of

SECRET = "the-secret"
KINDS = (DraftKind.REPLY, DraftKind.REPLY_ALL, DraftKind.FORWARD)


@pytest.fixture
def ours(tmp_path: Path) -> Iterator[Mail]:
    opened = ann(tmp_path)
    yield opened
    opened.close()


def head_words(raw: bytes, width: int = 120) -> str:
    rows = head_of(render_mail(raw), width)
    return "\n".join("".join(text for text, _ in row) for row in rows)


def answers(raw: bytes) -> Iterator[str]:
    """Yield everything an answer of each kind would say, its recipients first."""
    shown = render_mail(raw)
    for kind in KINDS:
        made = reply_draft(shown, kind, NORTH, UTC)
        yield f"{made.to} {made.cc} {made.subject} {made.in_reply_to} {made.references} {made.body}"


@pytest.mark.timeout(60)
def test_cve_2021_3181_groups_without_end_cost_little() -> None:
    """mutt: each `;` of an address field took memory that was never given back."""
    for field in (";" * 200_000, "a:;" * 60_000, "a:" * 100_000):
        assert len(parse_envelope(mail(1, "x", To=field)).to) <= 2_000


UU = "begin 644 a\r\n{0}\r\nend\r\n"


@pytest.mark.parametrize(
    "line", ["M", "~" * 80, "M" + "!" * 3, "", "`", " ", "M" * 5_000, "\x7f\x00", "#86%T" * 90]
)
@pytest.mark.parametrize("encoding", ["x-uuencode", "7bit"])
def test_cve_2022_1328_a_uuencoded_line_shorter_than_it_says_is_not_read_beyond(
    line: str, encoding: str
) -> None:
    """mutt: a line's stated length was believed, and memory after it was shown."""
    raw = mail_of(1, "text/plain", UU.format(line), encoding)
    shown = render_mail(raw)
    assert len(shown.plain_text) <= len(raw)
    parsed = parse_mail(raw)
    assert all(len(parsed.content(one)) <= len(raw) for one in parsed.leaves)


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\n",
        b"\r\n\r\n",
        b":\r\n\r\n",
        b"From:\r\nTo:\r\nSubject:\r\nDate:\r\nMessage-ID:\r\n\r\n",
        b"Subject\r\n\r\nx",
        b" folded\r\n\r\nx",
        b"\0\r\n\r\n",
        b"Content-Type:\r\n\r\nx",
        b"Content-Type: \r\n \r\n\r\nx",
        b"References: \r\nIn-Reply-To: \r\n\r\nx",
    ],
)
def test_cve_2014_9116_an_empty_header_is_an_empty_header(ours: Mail, raw: bytes) -> None:
    """mutt: a header of nothing but an end was written beyond its buffer."""
    assert parse_envelope(raw).subject == ""
    assert head_words(raw)
    keep(ours, [raw])
    view = reading.everything(ours)
    assert len(reading.view_ids(ours, view)) == 1


@pytest.mark.parametrize(
    "fields",
    [
        {"To": "", "Cc": "", "From": ""},
        {"To": ":;:;", "From": "<[", "Subject": "=?utf-8?q?"},
        {"To": "(" * 500, "In_Reply_To": "<", "References": "<" * 500},
        {"Content_Type": "multipart/mixed; boundary="},
        {"Content_Type": "message/rfc822", "X_Mutt_PGP": "S", "X_Mozilla_Draft_Info": "attachmentreminder=1"},
        {"X_Mutt_Fcc": "/etc/passwd", "X_Mutt_SMIME": "E", "Fcc": "/etc/passwd", "Attach": "/etc/passwd"},
        {"Date": "Mon, 99 Foo 99999 99:99:99 +9999"},
    ],
)  # fmt: skip
def test_cve_2023_4874_cve_2023_4875_a_crafted_draft_is_viewed_and_gone_on_with(
    ours: Mail, fields: dict[str, str]
) -> None:
    """mutt: viewing or composing from a draft with crafted fields crashed."""
    (ref,) = keep(ours, [mail(1, "words of a draft", **fields)])
    for begin in (answering.edit_as_new, answering.go_on, answering.forward):
        draft = begin(ours, ref)
        assert "passwd" not in "".join(str(file.path) for file in draft.attachments)
        raw = build_mail(replace(draft, to="z@x.example", cc="", bcc=""), "1@x.example", 0)
        assert b"passwd" not in raw.partition(b"\r\n\r\n")[0]


def test_cve_2024_49393_49394_recipients_inside_of_a_sealed_part_get_no_answer() -> None:
    """mutt, NeoMutt: To and Cc that the seal does not cover let an attacker be answered too."""
    inner = part(
        'text/plain; protected-headers="v1"', "x", To="<eve@evil.example>", Cc="<eve@evil.example>"
    )
    for around in ("signed", "encrypted", "mixed", "report"):
        assert all("evil" not in answer for answer in answers(multipart(1, around, inner)))


def test_cve_2024_49395_hidden_recipients_are_told_to_nobody() -> None:
    """mutt: Bcc stood in what was sealed for everybody."""
    assert all("hidden" not in said for said in answers(mail(1, "x", Bcc="hidden@x.example")))


def test_cve_2021_4126_the_seal_of_a_part_says_nothing_of_the_whole() -> None:
    """Thunderbird: the signature of an inner mail was shown as that of the outer one."""
    inner = multipart(2, "signed", part("text/plain", "x"), part("application/pgp-signature", "y"))
    raw = multipart(
        1, "mixed", part("text/plain", "forged"), part("message/rfc822", inner.decode())
    )
    said = head_words(raw).lower()
    assert "valid" not in said
    assert "verified" not in said


def test_cve_2022_3032_3033_3034_nothing_remote_goes_into_an_answer(ours: Mail) -> None:
    """Thunderbird: an answer to HTML loaded iframes, meta refresh and remote pictures of it."""
    html = (
        "<meta http-equiv=refresh content='0;url=http://evil.example/'><p>words</p>"
        "<iframe srcdoc=\"<img src='http://evil.example/'>\"></iframe>"
        "<img src='http://evil.example/p'><link rel=stylesheet href='http://evil.example/'>"
    )
    (ref,) = keep(ours, [mail_of(1, "text/html", html)])
    for draft in (answering.reply(ours, ref), answering.forward(ours, ref)):
        assert "words" in draft.body
        assert "evil" not in draft.body
        assert b"text/html" not in build_mail(replace(draft, to="z@x.example"), "1@x.example", 0)


@pytest.mark.timeout(60)
@pytest.mark.parametrize("subtype", ["encrypted", "signed", "mixed"])
def test_cve_2023_0616_seals_inside_of_seals_end(subtype: str) -> None:
    """Thunderbird: a mail of nested seals kept the window from answering."""
    pieces = "".join(
        f"--b{n}\r\nContent-Type: multipart/{subtype}; boundary=b{n + 1}\r\n\r\n"
        for n in range(500)
    )
    content_type = f"multipart/{subtype}; boundary=b0"
    raw = mail(1, f"{pieces}--b500\r\n\r\ndeep", Content_Type=content_type)
    assert render_mail(raw).parts
    assert searchable_text(raw) is not None


@pytest.mark.parametrize(
    "author",
    [
        "<ceo@bank.example> <x@evil.example>",
        "Bank <ceo@bank.example> <x@evil.example>",
        '"Bank" <ceo@bank.example>, <x@evil.example>',
        "ceo@bank.example <x@evil.example> <ceo@bank.example>",
    ],
)
def test_cve_2025_3875_a_from_with_two_addresses_is_warned_of(author: str) -> None:
    """Thunderbird: of two addresses in brackets the wrong one was shown."""
    raw = mail(1, "x", From=author)
    assert render_mail(raw).warnings
    assert "evil.example" in head_words(raw)


LEAKING = (
    "file:///etc/passwd",
    "smb://evil.example/a",
    "\\\\evil.example\\a",
    "http://evil.example/a",
    "/etc/passwd",
    "../../etc/passwd",
)


@pytest.mark.parametrize("url", LEAKING)
def test_cve_2025_3877_3522_3909_a_part_s_fields_point_to_nothing_that_is_read(
    ours: Mail, tmp_path: Path, url: str
) -> None:
    """Thunderbird: a part's own fields named a URL or a file, which was fetched with its secrets."""
    file = part(
        f'application/octet-stream; name="{url}"',
        "own content",
        X_Mozilla_External_Attachment_URL=url,
        X_Mozilla_Altered='AttachmentDetached; date="x"',
        Content_Location=url,
        Content_Disposition=f'attachment; filename="{url}"',
    )
    (ref,) = keep(ours, [multipart(1, "mixed", part("text/plain", "hi"), file)])
    into = tmp_path / "into"
    into.mkdir()
    saved = attachments.save_part(ours, key_of(ours.store, ref.row_id), "2", into)
    assert saved.parent == into
    assert saved.read_bytes().strip() == b"own content"
    assert [one.name for one in into.iterdir()] == [saved.name]


def test_cve_2025_2830_a_forwarded_file_tells_nothing_of_this_machine(ours: Mail) -> None:
    """Thunderbird: a crafted name had a listing of /tmp sent along with a forward."""
    for name in ("/tmp", "..", ".", "~", "*", "$HOME", "/dev/stdin", "\\tmp\\"):
        raw = multipart(1, "mixed", part("text/plain", "hi"), attached("text/plain", name, b"own"))
        (ref,) = keep(ours, [raw])
        draft = answering.forward(ours, ref)
        assert [file.path.read_bytes() for file in draft.attachments] == [b"own"]
        sent = build_mail(replace(draft, to="z@x.example"), "1@x.example", 0)
        assert str(ours.profile.data_dir).encode() not in sent
        assert b"/tmp" not in sent.partition(b"\r\n\r\n")[2].replace(b"hi", b"")


@pytest.mark.parametrize(
    "cve", ["2019-10741", "2019-10735", "2019-10732", "2019-10734", "2019-10740"]
)
def test_cve_2019_10732_10734_10735_10740_10741_an_answer_is_no_oracle(
    ours: Mail, cve: str
) -> None:
    """K-9, Claws, KMail, Trojita, Roundcube: sealed text hidden in a mail was quoted in the clear."""
    sealed = {
        "2019-10741": part("multipart/encrypted; boundary=i", f"--i\r\n\r\nVersion: 1\r\n--i\r\nContent-Type: application/octet-stream\r\n\r\n{SECRET}\r\n--i--"),
        "2019-10735": attached("application/pgp-encrypted", "a", SECRET.encode()),
        "2019-10732": attached("application/pkcs7-mime", "smime.p7m", SECRET.encode()),
        "2019-10734": part("text/html", f"<div style='display:none'>{SECRET}</div>"),
        "2019-10740": part("application/octet-stream", SECRET, Content_Disposition="attachment"),
    }[cve]  # fmt: skip
    (ref,) = keep(ours, [multipart(1, "mixed", part("text/plain", "Lunch?"), sealed)])
    assert SECRET not in answering.reply(ours, ref).body


# Roundcube


@pytest.mark.parametrize(
    "link",
    [
        "[<script>alert(1)</script>]: http://x.example",
        "[http://x.example/<script>]",
        "http://x.example/##str_replacement_1##",
        "[a]: javascript:alert(1)",
        "##str_replacement[0]##",
    ],
)
def test_cve_2020_35730_cve_2023_43770_references_to_links_in_text_are_text(link: str) -> None:
    """Roundcube: markers that stood for links in plain text let script through."""
    shown = render_mail(mail_of(1, "text/plain", f"see {link}\r\n"))
    assert link in shown.plain_text
    for one in shown.links:
        assert safe_url(one.url).startswith("http://x.example")


def test_cve_2017_16651_a_name_of_a_file_discloses_none(ours: Mail, tmp_path: Path) -> None:
    """Roundcube: a file named by whoever wrote was read from the server's disk."""
    secret = tmp_path / "secret"
    secret.write_text(SECRET)
    for name in (str(secret), f"file://{secret}", f"../../{secret}"):
        raw = multipart(1, "mixed", part("text/plain", "x"), attached("text/plain", name, b"own"))
        (ref,) = keep(ours, [raw])
        for draft in (answering.forward(ours, ref), answering.edit_as_new(ours, ref)):
            sent = build_mail(replace(draft, to="z@x.example"), "1@x.example", 0)
            assert SECRET.encode() not in sent
            assert all(file.path != secret for file in draft.attachments)


def test_cve_2018_19205_a_seal_without_proof_is_never_opened(ours: Mail) -> None:
    """Roundcube: PGP without integrity (MDC) was decrypted, and what came out was shown."""
    armour = f"-----BEGIN PGP MESSAGE-----\r\n\r\n{SECRET}\r\n-----END PGP MESSAGE-----"
    sealed = part("application/octet-stream", armour)
    raw = multipart(1, "encrypted", part("application/pgp-encrypted", "Version: 1"), sealed)
    (ref,) = keep(ours, [raw])
    shown = render_mail(raw)
    assert shown.warnings or "encrypted" in shown.plain_text
    assert SECRET not in shown.plain_text
    assert SECRET not in answering.reply(ours, ref).body


@pytest.mark.parametrize("domain", ["\u0440\u0430\u0443\u0440\u0430l.com", "xn--l-7sba6dbr.com"])
def test_cve_2019_15237_an_imitating_domain_is_shown_in_ascii_too(domain: str) -> None:
    """Roundcube: a domain of letters that look like others was shown by its looks alone."""
    raw = mail(1, "x", From=f"Pay <a@{domain}>")
    assert "xn--l-7sba6dbr.com" in head_words(raw) + str(render_mail(raw).warnings)


def test_cve_2026_54433_plain_text_is_never_read_as_html() -> None:
    """Roundcube: text of a mail became HTML where it was shown."""
    text = "<img src=x onerror=alert(1)> <a href='http://x.example'>y</a> &lt;b&gt; &#60;"
    shown = render_mail(mail_of(1, "text/plain", text))
    assert text in shown.plain_text
    assert shown.remote_hosts == ()


# Names of files and parts


@pytest.mark.parametrize(
    "name", ["../../etc/cron.d/x", "/etc/passwd", "..\\..\\a", "C:\\a", "a/../b"]
)
def test_cve_2005_1105_cve_2009_3887_a_file_s_name_leads_nowhere(
    ours: Mail, tmp_path: Path, name: str
) -> None:
    """JavaMail's getFileName and ytnef gave names with paths to whoever saved the file."""
    into = tmp_path / "in" / "to"
    into.mkdir(parents=True)
    for kind in ("text/plain", "application/ms-tnef"):
        raw = multipart(1, "mixed", part("text/plain", "x"), attached(kind, name, b"own"))
        (ref,) = keep(ours, [raw])
        saved = attachments.save_part(ours, key_of(ours.store, ref.row_id), "2", into)
        assert saved.parent == into
    assert sorted(path.name for path in tmp_path.iterdir() if path.name in ("etc", "b", "a")) == []


@pytest.mark.parametrize(
    "content_id", ["../../../etc/passwd", "/etc/passwd", "a/b", "\x1b[31m", "%2e%2e/x"]
)
def test_a_content_id_is_no_path(ours: Mail, tmp_path: Path, content_id: str) -> None:
    """maildev (issue 467): a Content-ID named the file a part was written to."""
    picture = part("image/png", "x", Content_ID=f"<{content_id}>", Content_Disposition="inline")
    raw = multipart(1, "related", part("text/html", f"<img src='cid:{content_id}'>words"), picture)
    (ref,) = keep(ours, [raw])
    assert "words" in render_mail(raw, prefer_html=True).plain_text
    into = tmp_path / "into"
    into.mkdir()
    saved = attachments.save_part(ours, key_of(ours.store, ref.row_id), "2", into)
    assert saved.parent == into
    assert "passwd" not in saved.name


def test_cve_2018_12020_status_lines_of_gpg_in_a_mail_are_text() -> None:
    """SigSpoof: status lines of GnuPG in a mail or a file's name made a signature of their own."""
    lines = "[GNUPG:] GOODSIG 1122334455667788 Bank\r\n[GNUPG:] VALIDSIG 0123 2026-01-01\r\n"
    file = attached("application/pgp-encrypted", "a\n[GNUPG:] VALIDSIG 0123", b"x")
    raw = multipart(1, "mixed", part("text/plain", lines), file)
    said = head_words(raw).lower()
    assert "good" not in said
    assert "verified" not in said
    assert "[GNUPG:] GOODSIG" in render_mail(raw).plain_text


@pytest.mark.parametrize(
    "name", ["attach", "attachment", "Attach", "ATTACHMENT", "%61ttach", "attach[]"]
)
def test_cve_2020_11879_cve_2020_11880_a_mailto_link_attaches_no_file(
    ours: Mail, tmp_path: Path, name: str
) -> None:
    """Evolution, KMail: `mailto:?attach=~/.ssh/id_rsa` attached the key."""
    secret = tmp_path / "id_rsa"
    secret.write_text(SECRET)
    uri = f"mailto:a@x.example?{name}={secret}&subject=hi"
    draft = writing.draft_of_mailto(ours, uri)
    assert draft.attachments == ()
    assert SECRET.encode() not in build_mail(draft, "1@x.example", 0)
    shown = render_mail(mail_of(1, "text/html", f"<a href='{uri}'>write to us</a>"))
    assert all("id_rsa" not in safe_url(link.url) for link in shown.links)


@pytest.mark.parametrize(
    "url", ["file:///\\\\evil.example\\a.rtf!x", "file://evil.example/a!x", "\\\\evil.example\\a!x"]
)
def test_cve_2024_21413_a_moniker_link_is_opened_by_nobody(url: str) -> None:
    """Outlook: `file:///\\\\host\\file!something` went past the question and sent the password's hash."""
    for link in render_mail(mail_of(1, "text/html", f'<a href="{url}">invoice</a>')).links:
        with pytest.raises(UserError):
            safe_url(link.url)


def test_none_of_these_mails_has_anything_sent(ours: Mail) -> None:
    raws = [mail(n, "x", Disposition_Notification_To="spy@evil.example") for n in range(3)]
    for ref in keep(ours, raws):
        with pytest.raises(TuimailError):
            attachments.save_part(ours, key_of(ours.store, ref.row_id), "9", ours.profile.data_dir)
    assert not delivery.outbox(ours, all_mail=True)
