"""Mails and files as pages for the browser."""

from tests.services.attached import kept, with_files
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


def test_a_mail_without_html_is_shown_as_text(mail):
    page = page_of_mail(mail, kept(mail, with_files(text=b"1 < 2 <script>")))
    assert b"1 &lt; 2 &lt;script&gt;</pre>" in page


def test_a_page_that_hangs_on_a_mail_is_cleaned_as_well(mail):
    raw = with_files(("a.html", "text/html", b"<p onclick=x>Hi<script>x</script>"))
    key = kept(mail, raw)
    (file,) = attachments.files_of(mail, key)
    assert b"<p>Hi</p>" in page_of_file(mail, key, file)
