"""Mails in files of other programs: flags and dates are kept, what is none is said."""

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuimail.errors import UserError
from tuimail.mime.line_ends import sizes_told, with_crlf
from tuimail.mime.mbox import mbox_entry
from tuimail.model.flags import Flag
from tuimail.services import mail_files
from tuimail.services.mail_files import FiledMail, NoMail, mails_in

DATE = 1_790_000_000
MAIL = b"From: Ann <ann@north.test>\nDate: Mon, 23 Nov 2026 10:00:00 +0000\n\ntext\n"
WRITTEN = 1_795_428_000


def only(path: Path) -> FiledMail:
    [found] = mails_in(path)
    assert isinstance(found, FiledMail)
    return found


def test_a_single_mail_has_the_date_it_was_written(tmp_path: Path) -> None:
    file = tmp_path / "a.eml"
    file.write_bytes(MAIL)
    found = only(file)
    assert found.raw == MAIL.replace(b"\n", b"\r\n")
    assert (found.date, found.flags) == (WRITTEN, frozenset())


def test_a_mail_without_a_date_has_that_of_its_file(tmp_path: Path) -> None:
    file = tmp_path / "a.eml"
    file.write_bytes(b"Subject: x\r\n\r\n")
    os.utime(file, (DATE, DATE))
    assert only(file).date == DATE


@pytest.mark.parametrize(
    "text",
    [
        b"root:x:0:0:root:/root:/bin/bash\n",
        b"key: value\n\nFrom: below the first empty line\n",
        b"key: value\r\n\r\nFrom: below the first empty line\r\n",
    ],
)
def test_a_file_of_lines_with_colons_is_no_mail(tmp_path: Path, text: bytes) -> None:
    file = tmp_path / "passwd"
    file.write_bytes(text)
    assert list(mails_in(file)) == [NoMail("no mail")]


def test_an_mbox_file_says_when_and_how_a_mail_was_kept(tmp_path: Path) -> None:
    file = tmp_path / "a"
    file.write_bytes(mbox_entry(b"Status: RO\nX-Status: AF\n" + MAIL, "ann@north.test", DATE))
    found = only(file)
    assert found.date == DATE
    assert found.flags == {Flag.SEEN, Flag.ANSWERED, Flag.FLAGGED}


def test_status_in_a_text_sets_no_flag(tmp_path: Path) -> None:
    file = tmp_path / "a.eml"
    file.write_bytes(MAIL + b"\nStatus: RO\n")
    assert only(file).flags == frozenset()


def test_a_maildir_is_read_with_its_flags_and_without_its_links(tmp_path: Path) -> None:
    for part in ("cur", "new", "tmp"):
        (tmp_path / part).mkdir()
    (tmp_path / "cur" / "1.x:2,FRS").write_bytes(MAIL)
    (tmp_path / "new" / "2.x").write_bytes(MAIL)
    (tmp_path / "tmp" / "3.x").write_bytes(MAIL)
    (tmp_path / "cur" / "4.x").symlink_to("/etc/passwd")
    found = [one for one in mails_in(tmp_path) if isinstance(one, FiledMail)]
    assert [sorted(one.flags) for one in found] == [
        [],
        sorted({Flag.SEEN, Flag.ANSWERED, Flag.FLAGGED}),
    ]


@pytest.mark.parametrize(
    ("raw", "why"), [(b"", "no mail"), (b"\x89PNG", "no mail"), (b"To: b\n\n\0", "NUL")]
)
def test_what_is_no_mail_is_said(tmp_path: Path, raw: bytes, why: str) -> None:
    file = tmp_path / "a.eml"
    file.write_bytes(raw)
    [found] = mails_in(file)
    assert isinstance(found, NoMail)
    assert why in found.why


def test_a_file_without_end_is_read_to_its_limit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mail_files, "MAX_MAIL_BYTES", 50)
    file = tmp_path / "a.eml"
    file.write_bytes(MAIL)
    assert list(mails_in(file)) == [NoMail("too large")]


def test_pipes_and_devices_are_not_read(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    for path in (pipe, Path("/dev/zero")):
        with pytest.raises(UserError):
            list(mails_in(path))


@given(st.lists(st.sampled_from([b"\r\n", b"\n", b"\r", b"x"]), max_size=9).map(b"".join))
def test_line_ends_are_changed_only_where_all_are_the_same(raw: bytes) -> None:
    sent = with_crlf(raw)
    assert sent == raw if b"\r\n" in raw else sent.replace(b"\r\n", b"\n") == raw
    assert len(sent) in sizes_told(sent)
    assert with_crlf(sent) == sent
