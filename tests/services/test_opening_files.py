"""Files handed to programs of the desktop."""

import os
import stat
import sys
from dataclasses import replace

import pytest

from tests.services.attached import kept, with_files
from tuimail.errors import UserError
from tuimail.services import attachments, opening_files

PDF = b"%PDF-1.4"


@pytest.fixture(autouse=True)
def _patient(monkeypatch) -> None:
    """However slow a machine is, a program that ends at once is waited for."""
    monkeypatch.setattr(opening_files, "STARTED_S", 60.0)
    monkeypatch.setattr(opening_files, "ASKED_S", 60.0)


def opened_with(mail, opener: str):
    settings = replace(mail.config.settings, opener=opener)
    return replace(mail, config=replace(mail.config, settings=settings))


def file_of(mail, name: str, content: bytes = PDF, content_type: str = "application/pdf"):
    key = kept(mail, with_files((name, content_type, content)))
    return key, attachments.files_of(mail, key)[0]


@pytest.mark.parametrize(
    "name",
    [
        "a;$(touch x).pdf",
        "$(touch x)`touch x`.pdf",
        "-o.pdf",
        "--help",
        "a\nb.pdf",
        "|touch x",
        "%f",
    ],
)
def test_k12_a_name_reaches_no_program_and_no_shell(mail, tmp_path, name, monkeypatch):
    monkeypatch.chdir(tmp_path)
    key, file = file_of(mail, name)
    path = opening_files.copy_for_program(mail, key, file)
    assert path.name == "attachment.pdf"
    script = tmp_path / "opener.py"
    script.write_text("import sys; open(sys.argv[1] + '.seen', 'w').write(repr(sys.argv[2:]))\n")
    note = tmp_path / "note"
    opening_files.start([sys.executable, str(script), str(note)], path)
    assert (tmp_path / "note.seen").read_text() == repr([str(path)])
    assert not (tmp_path / "x").exists()


def test_k12_a_copy_is_for_its_owner_alone_and_can_neither_be_run_nor_written(mail):
    key, file = file_of(mail, "bill.pdf")
    path = opening_files.copy_for_program(mail, key, file)
    assert path.read_bytes() == PDF
    assert stat.S_IMODE(path.stat().st_mode) == 0o400
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert stat.S_IMODE(path.parent.parent.stat().st_mode) == 0o700
    assert path.parent.parent == mail.profile.state_dir / "opened"


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.pdf", b"MZ\0\1"),
        ("a.sh", b"x"),
        ("a.desktop", b"x"),
        ("a.pdf", b"#!/bin/sh\n"),
        ("a.jar", PDF),
    ],
)
def test_k12_what_runs_is_never_copied_for_the_desktop(mail, name, content):
    key, file = file_of(mail, name, content)
    with pytest.raises(UserError, match="never opened"):
        opening_files.copy_for_program(mail, key, file)


def test_an_ending_says_what_a_file_is_and_not_what_it_is_called(mail):
    _, file = file_of(mail, "cat.jpg", PDF, "image/jpeg")
    assert opening_files.name_for(file) == "attachment.pdf"
    _, file = file_of(mail, "a.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/x")
    assert opening_files.name_for(file) == "attachment.xls"
    _, file = file_of(mail, "a.odx", b"\0\1\2", "application/x")
    assert opening_files.name_for(file) == "attachment.odx"
    _, file = file_of(mail, "a", b"\0\1\2", "application/x")
    assert opening_files.name_for(file) == "attachment"


def test_copies_of_a_program_that_was_ended_are_removed(mail):
    left = mail.profile.state_dir / "opened" / "999999999-abc"
    left.mkdir(parents=True)
    (left / "attachment.pdf").write_bytes(b"x")
    own = opening_files.private_copy(mail, "a.pdf", [b"x"])
    assert not left.exists()
    assert own.exists()
    opening_files.private_copy(mail, "a.pdf", [b"x"])
    assert own.exists()
    assert own.parent.name.startswith(f"{os.getpid()}-")


def test_where_there_is_no_desktop_it_is_said_what_can_be_done(mail, monkeypatch):
    monkeypatch.setattr("os.uname", lambda: type("", (), {"sysname": "Linux"}))
    with pytest.raises(UserError, match="no desktop here"):
        opening_files.opener_of(mail, {})
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(UserError, match="no xdg-open"):
        opening_files.opener_of(mail, {"DISPLAY": ":0"})
    assert opening_files.opener_of(opened_with(mail, "zathura --x"), {}) == ["zathura", "--x"]
    with pytest.raises(UserError, match="cannot be read"):
        opening_files.opener_of(opened_with(mail, "'"), {})
    with pytest.raises(UserError, match="is empty"):
        opening_files.opener_of(opened_with(mail, "  "), {})


def test_a_program_that_fails_is_told_of(mail, tmp_path):
    with pytest.raises(UserError, match="status 1"):
        opening_files.start(["false"], tmp_path)
    with pytest.raises(UserError, match="cannot be started"):
        opening_files.start([str(tmp_path / "none")], tmp_path)


def test_the_program_the_desktop_would_take_is_named(mail, tmp_path, monkeypatch):
    _, file = file_of(mail, "a.pdf")
    asked = tmp_path / "xdg-mime"
    asked.write_text('#!/bin/sh\n[ "$3" = application/pdf ] && echo reader.desktop\n')
    asked.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    assert opening_files.program_words(["xdg-open"], file) == "reader (xdg-open)"
    assert opening_files.program_words(["/usr/bin/zathura"], file) == "zathura"
