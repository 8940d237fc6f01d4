import random
import re
import struct

import pytest

from tests.mime.making import TEXT, multipart, rendered, texts
from tuimail.mime.tnef import MAX_FILES, tnef_files
from tuimail.model.glyphs import FORBIDDEN


def attribute(level, number, value):
    return (
        struct.pack("<BII", level, number, len(value))
        + value
        + struct.pack("<H", sum(value) & 0xFFFF)
    )


def padded(value):
    return value + b"\0" * (-len(value) % 4)


def long_name(name, kind=0x1F):
    value = name.encode("utf-16-le") + b"\0\0" if kind == 0x1F else name.encode("cp1251") + b"\0"
    named = (
        struct.pack("<HH", 0x1F, 0x8001) + b"g" * 16 + struct.pack("<II", 1, 6) + padded(b"abcdef")
    )
    named += struct.pack("<II", 1, 2) + padded(b"x\0")
    integer = struct.pack("<HHI", 0x3, 0x3705, 1)
    many = struct.pack("<HHI", 0x1003, 0x1234, 2) + struct.pack("<II", 7, 8)
    text = struct.pack("<HHII", kind, 0x3707, 1, len(value)) + padded(value)
    return struct.pack("<I", 4) + named + integer + many + text


def file(title, content=b"", properties=None):
    parts = [attribute(2, 0x00069002, b"r" * 14), attribute(2, 0x00018010, title + b"\0")]
    parts.append(attribute(2, 0x0006800F, content))
    if properties is not None:
        parts.append(attribute(2, 0x00069005, properties))
    return b"".join(parts)


def winmail(*files, code_page=1252):
    head = b"\x78\x9f\x3e\x22\x01\x00" + attribute(1, 0x00089006, b"\0\0\1\0")
    return head + attribute(1, 0x00069007, struct.pack("<II", code_page, 0)) + b"".join(files)


def names(content):
    return [(one.name, one.size_bytes) for one in tnef_files(content)]


def test_files_are_named_with_their_sizes():
    content = winmail(
        file(b"REPORT~1.DOC", b"d" * 300, long_name("Report of May.docx")), file(b"a.txt", b"x")
    )
    assert names(content) == [("Report of May.docx", 300), ("a.txt", 1)]


def test_names_are_read_by_the_code_page_they_are_written_in():
    content = winmail(
        file("отчёт.doc".encode("cp1251"), b"1"),
        file(b"X~1", b"22", long_name("договор.pdf", kind=0x1E)),
        code_page=1251,
    )
    assert names(content) == [("отчёт.doc", 1), ("договор.pdf", 2)]


def test_what_is_cut_off_names_what_came_before():
    content = winmail(file(b"a.txt", b"x" * 50), file(b"b.txt", b"y" * 5_000))
    assert names(content[: len(content) - 4_000]) == [("a.txt", 50), ("b.txt", 5_000)]
    assert names(content[: content.index(b"b.txt") - 5]) == [("a.txt", 50)]


def test_a_limit_is_kept():
    assert len(tnef_files(winmail(*[file(b"a", b"x")] * (MAX_FILES + 50)))) == MAX_FILES


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\x78\x9f\x3e\x22",
        b"\x78\x9f\x3e\x22\0\0\1",
        b"\x78\x9f\x3e\x22\0\0" + struct.pack("<BII", 2, 0x69002, 0xFFFFFFFF),
        winmail(file(b"", b"")),
        winmail(file(b"a", b"", struct.pack("<I", 0xFFFFFFFF))),
        winmail(file(b"a", b"", struct.pack("<IHHI", 1, 0x1F, 0x3707, 0xFFFFFFFF))),
        winmail(file(b"a", b"", struct.pack("<IHHII", 1, 0x101F, 0x3707, 1, 0xFFFFFFFF))),
        winmail(file(b"a", b"", struct.pack("<IHH", 9, 0x99, 1))),
        b"PK\3\4 something else",
    ],
)
def test_nonsense_names_nothing_and_raises_nothing(content):
    assert all(name in {"", "a"} for name, _ in names(content))


def test_mutations_raise_nothing():
    chance = random.Random(11)
    whole = winmail(file(b"A~1", b"d" * 40, long_name("long name.txt")), file(b"b", b"x"))
    for _ in range(2_000):
        content = bytearray(whole)
        for _ in range(chance.randrange(1, 6)):
            content[chance.randrange(len(content))] = chance.randrange(256)
        for one in tnef_files(bytes(content[: chance.randrange(len(content) + 1)])):
            assert len(one.name) <= 1_024


def mail_with(content, head="application/ms-tnef; name=winmail.dat"):
    part = f"Content-Type: {head}\r\n\r\n".encode() + content
    return multipart("mixed", TEXT + "hi", part.decode("ascii", "surrogateescape"))


@pytest.mark.parametrize(
    "head", ["application/ms-tnef; name=winmail.dat", "application/octet-stream; name=WINMAIL.DAT"]
)
def test_a_mail_says_what_lies_in_its_winmail_dat(head):
    mail = rendered(mail_with(winmail(file(b"a.txt", b"x" * 1_234), file(b"b.doc", b"y")), head))
    assert texts(mail)[:2] == ["hi", ""]
    assert texts(mail)[2].lower() == "winmail.dat holds: a.txt (1,234 bytes), b.doc (1 bytes)"
    assert len(mail.attachments) == 1


def test_a_winmail_dat_without_files_says_so():
    assert (
        texts(rendered(mail_with(b"nothing")))[-1] == "winmail.dat holds: no files that can be told"
    )


def test_cve_2009_3887_a_name_that_climbs_out_of_its_folder_is_only_ever_shown():
    content = winmail(
        file(b"../../../etc/passwd", b"x"), file(b"\x1b]0;evil\x07\xe2\x80\xaegpj.exe", b"y")
    )
    mail = rendered(mail_with(content))
    assert "../../../etc/passwd (1 bytes)" in texts(mail)[-1]
    assert all(re.search(f"[{FORBIDDEN}]", line.text) is None for line in mail.lines)
    assert [part.filename.raw for part in mail.attachments] == ["winmail.dat"]
