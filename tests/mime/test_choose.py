import pytest

from tests.mime.making import HEAD, HTML, TEXT, multipart, rendered
from tuimail.mime.render import searchable_text

PICTURE = "Content-Type: image/png; name={0}.png\r\nContent-ID: <{0}@x>\r\n{1}\r\nPNG"
PDF = "Content-Type: application/pdf; name=a.pdf\r\nContent-Disposition: attachment\r\n\r\nPDF"


def files(mail):
    return [(part.filename.raw, part.is_picture_of_text) for part in mail.attachments]


@pytest.mark.parametrize("disposition", ["", "Content-Disposition: inline; filename=logo.png\r\n"])
def test_pictures_of_an_html_text_are_listed_behind_the_files(disposition):
    related = multipart(
        "related", HTML + "<img src=cid:logo@x>", PICTURE.format("logo", disposition), boundary="r"
    )
    mail = rendered(multipart("mixed", related, PDF))
    assert files(mail) == [("a.pdf", False), ("logo.png", True)]


def test_a_picture_that_is_to_hang_on_the_mail_does():
    attached = PICTURE.format("photo", "Content-Disposition: attachment; filename=photo.png\r\n")
    assert files(rendered(multipart("related", HTML + "<p>see</p>", attached))) == [
        ("photo.png", False)
    ]


def test_a_picture_beside_a_text_without_html_is_a_file():
    assert files(rendered(multipart("mixed", TEXT + "see", PICTURE.format("a", "")))) == [
        ("a.png", False)
    ]


def test_pictures_of_a_text_make_no_mail_one_with_attachments():
    letter = multipart("related", HTML + "<img src=cid:a@x>", PICTURE.format("a", ""))
    found = searchable_text((HEAD + letter).encode())
    assert not found.has_attachments
    assert found.attachment_names == ""
    with_file = multipart("mixed", letter, PDF, boundary="outer")
    found = searchable_text((HEAD + with_file).encode())
    assert found.has_attachments
    assert found.attachment_names == "a.pdf"
