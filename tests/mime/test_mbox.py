"""mbox files: whatever a mail holds, it comes back byte by byte."""

import io
import mailbox
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuimail.mime.mbox import MboxMail, mbox_entry, read_mbox

DATE = 1_790_000_000

pieces = st.sampled_from(
    [
        *(b"From ", b">From ", b">>From ", b"From", b">", b" ", b"text", b"\xff\xe4", b"\0"),
        *(b"\r\n", b"\n", b"\r", b"\n\n", b"\r\n\r\n", b"Subject: x\r\n"),
        b"From a@b Mon Nov 23 10:00:00 2026\n",
    ]
)
mails = st.lists(pieces, max_size=12).map(b"".join)


def lines_of(file: bytes) -> list[bytes]:
    return io.BytesIO(file).readlines()


def raws(file: bytes) -> list[bytes]:
    return [mail.raw for mail in read_mbox(lines_of(file))]


@given(st.lists(mails, max_size=5))
def test_every_byte_comes_back(written: list[bytes]) -> None:
    file = b"".join(mbox_entry(raw, "ann@north.test", DATE) for raw in written)
    assert raws(file) == written


@given(st.lists(mails, max_size=3), st.integers(1, 9))
def test_lines_read_in_pieces_make_no_difference(written: list[bytes], size: int) -> None:
    file = io.BytesIO(b"".join(mbox_entry(raw, "", DATE) for raw in written))
    # A From_ line is short; only lines longer than any of those are read in pieces.
    longest = max(128, size)
    pieces_read = iter(lambda: file.readline(longest), b"")
    assert [mail.raw for mail in read_mbox(pieces_read)] == written


@given(st.binary(max_size=400))
def test_no_file_is_too_odd_to_be_read(file: bytes) -> None:
    assert all(isinstance(mail, MboxMail) for mail in read_mbox(lines_of(file)))


def test_an_endless_from_line_is_text_at_once() -> None:
    endless = b"From a" + b" " * 200_000_000 + b"\n"
    first = b"From a Mon Sep 21 10:00:00 2026\n"
    assert [len(mail.raw) for mail in read_mbox([first, endless])] == [len(endless) - 1]


def test_the_date_stands_in_the_from_line() -> None:
    file = mbox_entry(b"a\n", "ann@north.test", DATE)
    assert file.startswith(b"From ann@north.test Mon Sep 21 ")
    assert [mail.date for mail in read_mbox(lines_of(file))] == [DATE]


@pytest.mark.parametrize("sender", ["", "two words", "a\nFrom b", "\x1b[31m", "ä@x"])
def test_a_hostile_sender_is_not_written(sender: str) -> None:
    assert mbox_entry(b"a", sender, DATE).startswith(b"From MAILER-DAEMON ")


@pytest.mark.parametrize(
    "line",
    [
        b"From - Sat Jan 01 00:00:00 2000",
        b"From 1234567890@xxx Thu Jan 01 00:00:00 +0000 2015",
        b"From MAILER-DAEMON Fri Jul  8 12:08:34 2011",
        b"From ann@north.test Mon, 23 Nov 2026 10:00:00 +0100",
    ],
)
def test_what_other_programs_write_is_read(line: bytes) -> None:
    file = line + b"\nSubject: a\n\ntext\n\n" + line + b"\nSubject: b\n\n"
    assert raws(file) == [b"Subject: a\n\ntext\n", b"Subject: b\n"]
    assert all(mail.date is not None for mail in read_mbox(lines_of(file)))


def test_a_file_with_crlf_throughout_loses_the_empty_line_whole() -> None:
    line = b"From a@b Mon Nov 23 10:00:00 2026\r\n"
    file = line + b"Subject: a\r\n\r\ntext\r\n\r\n" + line + b"Subject: b\r\n\r\n"
    assert raws(file) == [b"Subject: a\r\n\r\ntext\r\n", b"Subject: b\r\n"]


def test_from_in_a_paragraph_begins_no_mail() -> None:
    line = b"From a@b Mon Nov 23 10:00:00 2026\n"
    text = b"Subject: a\n\nDear all,\n\nFrom now on we meet on Monday 23 Nov 2026.\n"
    assert raws(line + text + b"\n") == [text]


def test_the_first_line_may_have_any_form() -> None:
    assert raws(b"From somebody\nSubject: a\n\n") == [b"Subject: a\n"]


def test_a_mail_without_end_is_left_out_and_the_next_is_read() -> None:
    file = mbox_entry(b"x" * 2_000, "", DATE) + mbox_entry(b"short", "", DATE)
    large, short = read_mbox(lines_of(file), max_bytes=1_000)
    assert (large.raw, large.is_too_large) == (b"", True)
    assert short.raw == b"short"


def test_pythons_own_reader_finds_the_same_mails(tmp_path: Path) -> None:
    file = tmp_path / "a.mbox"
    wanted = [b"Subject: a\n\n>From me\nFrom you\n", b"Subject: b\n\nb\n"]
    file.write_bytes(b"".join(mbox_entry(raw, "ann@north.test", DATE) for raw in wanted))
    found = mailbox.mbox(file)
    assert [mail["Subject"] for mail in found] == ["a", "b"]
    assert found[0].get_from().startswith("ann@north.test Mon Sep 21")
