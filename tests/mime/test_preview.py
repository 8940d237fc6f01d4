"""The first look into files."""

import re
import struct
import zlib
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.mime.test_archive_names import HOSTILE, gzipped, tarred, zipped
from tuimail.mime.file_kinds import BY_ENDING, TABLE
from tuimail.mime.picture_size import picture_size
from tuimail.mime.preview import MAX_READ_BYTES, preview_lines
from tuimail.mime.sniff import HEAD_BYTES, kind_of
from tuimail.mime.table import MAX_ROWS
from tuimail.model.cells import width_of
from tuimail.model.file_kind import AttachedFile
from tuimail.model.glyphs import FORBIDDEN
from tuimail.model.part import Disposition, Part
from tuimail.model.safe import Safe, Untrusted

_FORBIDDEN = re.compile(f"[{FORBIDDEN}]")


def look(name: str, content: bytes, content_type: str = "application/octet-stream") -> list[str]:
    part = Part("1", content_type, "", Untrusted(name), Disposition.ATTACHMENT, "", len(content))
    kind = kind_of(content[:HEAD_BYTES], part)
    file = AttachedFile(part, kind, Safe("x"), Safe(""))
    halves = [content[: len(content) // 2], content[len(content) // 2 :]]
    return [str(line.text) for line in preview_lines(file, iter(halves))]


def png(width: int, height: int) -> bytes:
    body = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n\0\0\0\r" + body + struct.pack(">I", zlib.crc32(body))


def test_a_table_is_aligned():
    assert look("a.csv", "Name;Town\nAnn;Köln\nBartholomew;Rome\n".encode()) == [
        "Name         Town",
        "Ann          Köln",
        "Bartholomew  Rome",
    ]


def test_a_table_of_many_rows_is_cut():
    lines = look("a.csv", b"a,b\n" * (MAX_ROWS + 10))
    assert len(lines) == MAX_ROWS + 1
    assert lines[-1] == "(There are more rows.)"


def test_a_quote_that_is_never_closed_ends_a_table_and_nothing_else():
    assert look("a.csv", b'a,b\n"' + b"x,\n" * 200_000)[0].startswith("a")


def test_a_contact_is_shown_by_its_fields():
    card = (
        b"BEGIN:VCARD\r\nVERSION:3.0\r\nN:Lovelace;Ada;;;\r\nFN:Ada Lovelace\r\n"
        b"item1.EMAIL;TYPE=work:ada@east.example\r\nTEL:+44 1\r\n"
        b"ADR:;;1 Long\\, Street;London;;;UK\r\nPHOTO;ENCODING=b:AAAA\r\n BBBB=\r\nEND:VCARD\r\n"
    )
    assert look("a.vcf", card) == [
        "Name     Ada Lovelace",
        "Mail     ada@east.example",
        "Phone    +44 1",
        "Address  1 Long, Street, London, UK",
    ]


def test_an_old_contact_in_quoted_printable_is_read():
    card = b"BEGIN:VCARD\r\nVERSION:2.1\r\nN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:M=C3=BC=\r\nller;Max\r\nEND:VCARD"
    assert look("a.vcf", card) == ["Name     Müller Max"]


def test_a_calendar_says_what_is_when():
    lines = look(
        "a.ics",
        b"BEGIN:VCALENDAR\nBEGIN:VEVENT\nSUMMARY:Lunch\nDTSTART:20261201T110000Z\nEND:VEVENT\nEND:VCALENDAR",
    )
    assert "Lunch" in lines[0]


def test_a_page_is_read_as_text():
    assert look("a.html", b"<html><script>x()</script><p>Hello <b>you</b>") == ["Hello you"]


def test_a_mail_is_shown_with_who_and_what():
    lines = look(
        "a.eml", b"From: ann@east.example\r\nSubject: Tea\r\n\r\nAt five?\r\n", "message/rfc822"
    )
    assert lines == ["From: ann@east.example", "Subject: Tea", "", "At five?"]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.zip", zipped(HOSTILE)),
        ("a.tar", tarred(HOSTILE[:4])),
        ("a.tgz", gzipped(tarred(HOSTILE))),
    ],
)
def test_archives_are_listed_and_their_names_are_harmless(name, content):
    lines = look(name, content)
    assert any("etc/passwd" in line for line in lines)
    assert lines[-1].endswith("names")
    assert not any(_FORBIDDEN.search(line) for line in lines)


def test_a_packed_file_is_not_unpacked():
    assert look("a.gz", gzipped(b"x" * 5_000)) == [
        "One file is packed in here; it is not unpacked to be looked at."
    ]


def test_a_picture_says_how_large_it_is():
    assert look("a.png", png(640, 480)) == ["640 by 480 pixels"]
    assert look("a.gif", b"GIF89a" + struct.pack("<HH", 7, 9)) == ["7 by 9 pixels"]
    jpeg = b"\xff\xd8\xff\xe0\0\4ab\xff\xff\xc2\0\x11\x08" + struct.pack(">HH", 30, 40)
    assert look("a.jpg", jpeg) == ["40 by 30 pixels"]
    assert picture_size(b"RIFF\0\0\0\0WEBPVP8X" + b"\0" * 8 + b"\7\0\0\x0b\0\0") == (8, 12)
    assert look("a.png", png(1, 1)[:18]) == ["Its header does not say how large it is."]


def test_of_a_program_the_first_bytes_are_shown_as_numbers():
    lines = look("a.exe", b"MZ\x90\0\x1b[2J")
    assert lines[0].startswith("No preview of this kind: Windows program.")
    assert lines[2].startswith("4d 5a 90 00 1b 5b 32 4a")
    assert lines[2].endswith("MZ...[2J")


def test_of_a_long_text_the_beginning_is_shown():
    lines = look("a.txt", b"line\n" * (MAX_READ_BYTES // 5 + 100))
    assert "left out" in lines[-1]


@given(st.sampled_from(sorted(BY_ENDING)), st.binary(max_size=600))
def test_nothing_raises_and_nothing_forbidden_is_shown(ending, content):
    for line in look(f"a.{ending}", content):
        assert not _FORBIDDEN.search(line)


@given(st.text(max_size=300))
def test_rows_of_a_table_are_as_wide_as_each_other(text):
    part = Part("1", "text/csv", "", Untrusted("a.csv"), Disposition.ATTACHMENT, "", 1)
    file = AttachedFile(part, replace(TABLE), Safe("x"), Safe(""))
    lines = preview_lines(file, [("a,b,c\n" * 3 + text).encode()])
    assert len({width_of(line.text) for line in lines[:3]}) == 1
