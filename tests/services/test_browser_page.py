"""Mails and files as pages for the browser."""

import os
import random
from collections.abc import Iterator
from email import message_from_bytes

import pytest

from tests.demo.fixtures import NOW
from tests.mime.test_clean_page import HOSTILE, read
from tests.services.attached import kept, with_files
from tuimail.demo.corpus.fill import fill
from tuimail.demo.mailstore import MailStore
from tuimail.demo.people import ALICE, BOB
from tuimail.mime.clean_page import clean_page
from tuimail.mime.parse import ParsedMail
from tuimail.services import attachments
from tuimail.services.browser_page import page_of_file, page_of_mail

PNG = b"\x89PNG\r\n\x1a\n\0\0"
HTML = b"Content-Type: text/html\r\n\r\n<b>Hi</b><img src=cid:a@b><img src=https://evil.example/p>"


def test_a_mail_is_shown_with_its_own_pictures_and_no_others(mail):
    raw = with_files(("cid:a@b", "image/png", PNG), text=HTML, kind="related")
    page = page_of_mail(mail, kept(mail, raw))
    assert b"<title>Files</title>" in page
    assert b'<b>Hi</b><img src="data:image/png;base64,iVBORw0KGgoAAA==">' in page
    assert b"evil" not in page


def test_a_picture_that_is_something_else_is_left_out(mail):
    raw = with_files(("cid:a@b", "image/png", b"<svg onload=x>"), text=HTML, kind="related")
    assert b"data:" not in page_of_mail(mail, kept(mail, raw)).partition(b"<body>")[2]


def test_a_file_named_a_thousand_times_is_decoded_once(mail, monkeypatch):
    decoded = []
    beginning = ParsedMail.beginning

    def counted(parsed, part, max_bytes):
        decoded.append((part.number, max_bytes))
        return beginning(parsed, part, max_bytes)

    monkeypatch.setattr(ParsedMail, "beginning", counted)
    html = b"Content-Type: text/html\r\n\r\n" + b"<img src=cid:a@b><img src=cid:c@d>" * 1_000
    files = (("cid:a@b", "image/png", PNG), ("cid:c@d", "image/png", b"no picture"))
    page = page_of_mail(mail, kept(mail, with_files(*files, text=html, kind="related")))
    assert page.count(b"data:image/png") == 1_000
    assert len(decoded) == len(set(decoded)) == 3


def test_a_mail_without_html_is_shown_as_text(mail):
    page = page_of_mail(mail, kept(mail, with_files(text=b"1 < 2 <script>")))
    assert b"1 &lt; 2 &lt;script&gt;</pre>" in page


def test_a_page_that_hangs_on_a_mail_is_cleaned_as_well(mail):
    raw = with_files(("a.html", "text/html", b"<p onclick=x>Hi<script>x</script>"))
    key = kept(mail, raw)
    (file,) = attachments.files_of(mail, key)
    assert b"<p>Hi</p>" in page_of_file(mail, key, file)


COUNT = 1_000 if os.environ.get("PROOF_FULL") else 100


def html_mails(count: int) -> Iterator[bytes]:
    """Yield HTML of newsletters and notices, every other with something hostile put anywhere."""
    draw, found = random.Random(7), 0
    store = MailStore(1)
    fill({ALICE: store, BOB: MailStore(1_000)}, 400, 3, NOW)
    pages = [
        part.get_payload(decode=True)
        for box in store
        for message in box.messages.values()
        for part in message_from_bytes(message.raw).walk()
        if part.get_content_type() == "text/html"
    ]
    while found < count:
        html = draw.choice(pages)
        if found % 2:
            at = draw.randrange(len(html))
            html = html[:at] + draw.choice(HOSTILE).encode() + html[at:]
        yield html
        found += 1


@pytest.mark.proof
def test_pages_of_html_mails_hold_no_reference_to_anywhere():
    for html in html_mails(COUNT):
        page = clean_page(html.decode("utf-8", "replace"), "t", lambda _: None)
        assert read(page).bad == []
