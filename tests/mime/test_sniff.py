"""What a file is by its bytes, whatever it says of itself."""

import pytest

from tuimail.mime.file_kinds import BY_NAME, HTML, MAGIC, RUNNING, SCRIPT, TEXT, UNKNOWN
from tuimail.mime.sniff import HEAD_BYTES, disagreement, ending_of, is_refused, kind_of
from tuimail.model.file_kind import RUNS, Group
from tuimail.model.part import Disposition, Part
from tuimail.model.safe import Untrusted

OOXML = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def part(name: str, content_type: str = "application/octet-stream") -> Part:
    return Part("1", content_type, "", Untrusted(name), Disposition.ATTACHMENT, "", 100)


@pytest.mark.parametrize(("at", "mark", "kind"), MAGIC)
def test_each_mark_is_found_where_it_stands(at, mark, kind):
    head = b"\0" * at + mark + b"\0\1\2" * 100
    assert kind_of(head, part("x")).words == kind.words


@pytest.mark.parametrize(
    ("head", "named", "stated", "said"),
    [
        (b"MZ\x90\0\x03", "bill.pdf", "application/pdf", "says PDF document, is a Windows program"),
        (b"\x7fELF\2\1", "cat.jpg", "image/jpeg", "says JPEG picture, is a Linux program"),
        (b"#!/bin/sh\n", "notes.txt", "text/plain", "says text, is a script"),
        (b"PK\3\4..META-INF/MANIFEST.MF", "a.zip", "", "says zip archive, is a Java program"),
        (b"[Desktop Entry]\nExec=x", "a.pdf", "", "says PDF document, is a desktop starter"),
        (b"<svg onload='x'>", "a.png", "image/png", "says PNG picture, is an SVG drawing"),
        (b"%PDF-1.7", "a.docx", OOXML, ""),
        (b"hello", "a.pdf", "application/pdf", "says PDF document, is a text"),
        (b"\0\1\2\3", "a.pdf", "application/pdf", "says PDF document, is none"),
        (b"GIF89a\1\0", "a.csv", "text/csv", "says table, is a GIF picture"),
    ],
)
def test_what_is_something_else_than_it_says_is_said(head, named, stated, said):
    file = part(named, stated)
    assert disagreement(kind_of(head, file), file) == said


@pytest.mark.parametrize(
    ("head", "named", "stated", "words"),
    [
        (b"%PDF-1.4", "a.pdf", "application/pdf", "PDF document"),
        (b"%PDF-1.4", "a.pdf", "application/octet-stream", "PDF document"),
        (b"PK\3\4....word/document.xml", "a.docx", OOXML, "Word document"),
        (b"PK\3\4....", "a.docx", OOXML, "zip archive"),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
            "a.xls",
            "application/vnd.ms-excel",
            "Office 97 document",
        ),
        (b"a,b\n1,2\n", "a.csv", "text/csv", "table"),
        (b"BEGIN:VCALENDAR", "a.ics", "text/calendar", "calendar"),
        (b"\xef\xbb\xbf\r\nBEGIN:VCARD", "a.vcf", "text/x-vcard", "contact"),
        (b"diff --git a/x b/x\n", "a.patch", "text/x-patch", "patch"),
        (b"From: ann@east.example\r\n\r\nx", "", "message/rfc822", "mail"),
        (b"<!DOCTYPE html><p>", "a.html", "text/html", "web page"),
        (b"\xff\xfe<\0h\0t\0m\0l\0>\0", "a.txt", "text/plain", "web page"),
        (b"MZ stands for a name", "a.txt", "text/plain", "text"),
        (b"BM, dear all", "a.txt", "text/plain", "text"),
        ("Grüße".encode("latin-1"), "a.txt", "text/plain", "text"),
        (b"", "a.txt", "text/plain", "text"),
        (b"\0\1", "a.dat", "application/octet-stream", "data"),
        (b"\xff\xd8\xff\xe0", "a.jpeg", "image/jpg", "JPEG picture"),
    ],
)
def test_what_is_what_it_says_is_left_in_peace(head, named, stated, words):
    file = part(named, stated)
    kind = kind_of(head, file)
    assert (kind.words, disagreement(kind, file)) == (words, "")


@pytest.mark.parametrize("ending", sorted(RUNNING | {"sh", "desktop", "svg", "js", "url", "ps1"}))
@pytest.mark.parametrize("tail", ["", ". ", "\0", "\u200b", "\u202e"])
def test_what_a_desktop_would_run_by_its_name_is_refused_whatever_it_holds(ending, tail):
    file = part(f"holiday.jpg.{ending.upper()}{tail}", "image/jpeg")
    for head in (b"\xff\xd8\xff\xe0", b"hello", b"", b"\0\1\2"):
        assert is_refused(kind_of(head, file), file)


@pytest.mark.parametrize(("at", "mark", "kind"), [m for m in MAGIC if m[2].group in RUNS])
def test_what_runs_by_its_bytes_is_refused_whatever_its_name(at, mark, kind):
    file = part("holiday.jpg", "image/jpeg")
    assert is_refused(kind_of(b"\0" * at + mark + b"\0\1", file), file)


def test_a_document_is_not_refused():
    file = part("bill.pdf", "application/pdf")
    assert not is_refused(kind_of(b"%PDF-1.4", file), file)


def test_an_ending_is_letters_and_digits_alone():
    assert ending_of(part("a.tar.GZ")) == "gz"
    assert ending_of(part("a")) == ""
    assert ending_of(part("a.$(touch x)")) == ""
    assert ending_of(part("a.b/c")) == ""


def test_kinds_of_text_are_told_apart_by_their_names_alone():
    assert kind_of(b"print()", part("a.py")) == SCRIPT
    assert kind_of(b"hello", part("a.html")) == HTML
    assert kind_of(b"hello", part("a.exe")) == TEXT
    assert kind_of(b"\0", part("a.what")) == UNKNOWN
    assert all(kind.group is not Group.UNKNOWN for kind in BY_NAME.values())


def test_a_long_beginning_without_an_end_is_looked_at_in_no_time():
    for head in (
        b"<!--" * HEAD_BYTES,
        b"<?xml " * HEAD_BYTES,
        b" " * HEAD_BYTES,
        b"<" * HEAD_BYTES,
    ):
        assert kind_of(head[:HEAD_BYTES], part("a.txt")).group in (Group.TEXT, Group.PAGE)
