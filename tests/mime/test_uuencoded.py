import binascii

import pytest

from tests.mime.making import HEAD, TEXT, multipart, rendered, texts
from tuimail.mime.parse import parse_mail
from tuimail.mime.render import part_content, part_pieces
from tuimail.mime.uuencoded import MAX_FILES, blocks_in
from tuimail.model.safe import safe_filename

CAT = b"Cat pictures, all of them.\n" * 20


def uu(content, name="cat.txt", end="`\r\nend\r\n", backtick=False):
    lines = [
        binascii.b2a_uu(content[at : at + 45], backtick=backtick).decode().rstrip("\n") + "\r\n"
        for at in range(0, len(content), 45)
    ]
    return f"begin 644 {name}\r\n{''.join(lines)}{end}"


def raw(body):
    return (HEAD + body).encode()


@pytest.mark.parametrize("backtick", [False, True])
@pytest.mark.parametrize("end", ["`\r\nend\r\n", "end\r\n", " \r\nend", "end \r\n", ""])
def test_a_file_within_a_text_hangs_on_the_mail(end, backtick):
    after = "and after\r\n" if end.endswith("\r\n") else ""
    body = TEXT + "see this:\r\n\r\n" + uu(CAT, end=end, backtick=backtick) + after
    mail = rendered(body)
    assert texts(mail) == ["see this:", *(["", "and after"] if after else [])]
    (file,) = mail.attachments
    assert file.filename.raw == "cat.txt"
    assert part_content(raw(body), file.number) == CAT
    assert b"".join(part_pieces(raw(body), file.number)[1]) == CAT


def test_lines_that_end_in_lf_alone_are_read():
    body = (HEAD + TEXT + "see\r\n" + uu(CAT)).replace("\r\n", "\n").encode()
    assert part_content(body, "1.1") == CAT


def test_several_files_keep_the_text_between_them():
    mail = rendered(TEXT + f"one\r\n{uu(b'a' * 100, 'a')}two\r\n{uu(b'b' * 100, 'b')}three")
    assert texts(mail) == ["one", "two", "three"]
    assert [part.filename.raw for part in mail.attachments] == ["a", "b"]
    assert [part.number for part in mail.attachments] == ["1.1", "1.2"]


def test_a_text_that_is_nothing_but_a_file_is_empty():
    mail = rendered(TEXT + uu(CAT))
    assert "".join(texts(mail)) == ""
    assert len(mail.attachments) == 1


def test_a_file_in_a_part_of_several_is_numbered_below_it():
    mail = rendered(multipart("mixed", TEXT + "hi", TEXT + uu(CAT) + "bye"))
    assert [part.number for part in mail.attachments] == ["2.1"]
    assert texts(mail)[-1] == "bye"


@pytest.mark.parametrize(
    "text",
    [
        "begin 644 the list\r\nwith milk\r\nend",
        "begin 644 SHOUTING\r\nMY WORDS ARE NOT A FILE AT ALL\r\nend",
        uu(CAT, end="") + "words of a person\r\nend\r\n",
        "begin 9999 x\r\n" + uu(CAT).partition("\r\n")[2],
        "begin 644 \r\n" + uu(CAT).partition("\r\n")[2],
        "> " + uu(CAT).replace("\r\n", "\r\n> "),
        "x" + uu(CAT),
    ],
)
def test_what_a_person_wrote_stays_text(text):
    mail = rendered(TEXT + text)
    assert not mail.attachments
    assert texts(mail) == text.rstrip("\r\n").split("\r\n")


@pytest.mark.parametrize("encoding", ["base64", "quoted-printable", "x-uuencode"])
def test_a_text_under_a_transfer_encoding_is_not_looked_through(encoding):
    head = f"Content-Type: text/plain\r\nContent-Transfer-Encoding: {encoding}\r\n\r\n"
    assert not rendered(head + uu(CAT)).attachments


def test_a_large_file_makes_no_large_text():
    mail = rendered(TEXT + "see\r\n" + uu(b"x" * 4 * 1024 * 1024) + "bye")
    assert texts(mail) == ["see", "bye"]
    assert not mail.warnings
    assert mail.parts[0].size_bytes == len("see\r\nbye")


def test_a_text_file_that_hangs_on_a_mail_is_one_file():
    part = (
        "Content-Type: text/plain\r\nContent-Disposition: attachment; filename=a.uu\r\n\r\n"
        + uu(CAT)
    )
    assert [p.filename.raw for p in rendered(multipart("mixed", TEXT, part)).attachments] == [
        "a.uu"
    ]


def test_the_name_of_a_file_is_a_strangers():
    mail = rendered(TEXT + uu(CAT, "../../.ssh/\x1b[31mrc"))
    assert safe_filename(mail.attachments[0].filename) == safe_filename(
        mail.attachments[0].filename
    ).lstrip("./")
    assert "/" not in safe_filename(mail.attachments[0].filename)


def test_files_are_counted_up_to_a_limit():
    mail = rendered(TEXT + uu(b"x" * 45) * (MAX_FILES + 5))
    assert len(mail.attachments) == MAX_FILES


@pytest.mark.parametrize("lie", ["_", "M", "!", "\x60"])
def test_cve_2022_1328_a_line_that_states_more_than_it_holds_reads_nothing_beyond(lie):
    first, *rest = uu(CAT).split("\r\n")[1:]
    body = "\r\n".join(["begin 644 x", first, lie + rest[0][1:20], *rest[1:]])
    content = part_content(raw(TEXT + body), "1.1")
    assert content.startswith(CAT[:45])
    assert len(content) <= len(CAT) + 64


@pytest.mark.parametrize(
    "unit", ["begin 644 x\r\n", "begin 644 x\r\n" + "M" + "A" * 60 + "\r\n", "begin "]
)
@pytest.mark.timeout(10)
def test_many_beginnings_cost_time_in_proportion_to_the_text(unit):
    # Quadratic time on 8 MB would be hours.
    content = (unit * (8 * 1024 * 1024 // len(unit)) + "no end").encode()
    assert not list(blocks_in(content, 0, len(content)))


def test_a_mail_without_such_a_file_has_the_parts_it_had():
    mail = parse_mail(raw(TEXT + "begin again\r\nbegin 644"))
    assert list(mail.by_number) == ["1"]
