"""Files of mails: listed by what they are, saved where they harm nothing."""

import os
import stat
import tracemalloc
from hashlib import file_digest, sha256

import pytest

from tests.model.test_filename import NAMES
from tests.services.attached import kept, with_files
from tuimail.errors import NotFound, UserError
from tuimail.model.safe import Untrusted
from tuimail.services import attachments

PNG = b"\x89PNG\r\n\x1a\n\0\0"


def test_files_are_listed_by_what_they_are_with_pictures_of_the_text_among_them(mail):
    raw = with_files(
        ("bill.pdf", "application/pdf", b"MZ\x90\0\3"),
        ("cid:logo@x", "image/png", PNG),
        ("notes.txt", "text/plain", b"hello"),
    )
    files = attachments.files_of(mail, kept(mail, raw))
    assert [(f.name, f.kind.words, f.warning) for f in files] == [
        ("bill.pdf", "Windows program", "says PDF document, is a Windows program"),
        ("attachment", "PNG picture", ""),
        ("notes.txt", "text", ""),
    ]
    assert [attachments.may_open(file) for file in files] == [False, True, True]


def test_pictures_of_a_related_text_are_files_too(mail):
    html = b"Content-Type: text/html\r\n\r\n<img src=cid:a@b>"
    raw = with_files(("cid:a@b", "image/png", PNG), text=html, kind="related")
    assert [file.kind.words for file in attachments.files_of(mail, kept(mail, raw))] == [
        "PNG picture"
    ]


def test_a_mail_that_is_not_here_has_no_files_to_tell_of(mail):
    with pytest.raises(NotFound):
        attachments.files_of(mail, 12345)


def trap(folder, outside) -> dict[str, bytes]:
    """Put into a folder what a careless program would write through, over or into."""
    folder.mkdir()
    outside.mkdir()
    (outside / "target").write_bytes(b"before")
    files = sorted(set(NAMES.values()))
    for name in files[::6]:
        (folder / name).symlink_to(outside / "target")
    for name in files[1::6]:
        (folder / name).symlink_to(outside / f"new-{len(name)}")
    for name in files[2::6]:
        (folder / name).write_bytes(b"mine")
    os.mkfifo(folder / files[3])
    (folder / files[9]).mkdir()
    for name in files[4::6]:
        if not (folder / name.swapcase()).exists():
            (folder / name.swapcase()).write_bytes(b"twin")
    return {p.name: p.read_bytes() for p in folder.iterdir() if p.is_file() and not p.is_symlink()}


def test_k11_sixty_names_saved_together_lie_inside_beside_what_was_there(mail, tmp_path):
    folder, outside = tmp_path / "in", tmp_path / "outside"
    old = trap(folder, outside)
    before = {path.name for path in folder.iterdir()}
    names = [name[:5_000].encode("utf-8", "replace").decode() for name in NAMES]
    parts = [(name, "application/x-sh", b"#!x%d" % n) for n, name in enumerate(names)]
    key = kept(mail, with_files(*parts))
    files = attachments.files_of(mail, key)
    assert len(files) >= 60
    saved = [attachments.save_part(mail, key, file.part.number, folder) for file in files]
    assert len(set(saved)) == len(files)
    assert {path.parent for path in saved} == {folder}
    assert {path.name for path in saved}.isdisjoint(before)
    assert {p.read_bytes() for p in saved} == {b"#!x%d" % i for i in range(len(names))}
    for path in saved:
        mode = path.lstat().st_mode
        assert stat.S_ISREG(mode)
        assert stat.S_IMODE(mode) == 0o600
    assert {name: (folder / name).read_bytes() for name in old} == old
    assert sorted(path.name for path in outside.iterdir()) == ["target"]
    assert (outside / "target").read_bytes() == b"before"
    assert {path.name for path in folder.iterdir()} == before | {path.name for path in saved}


def test_a_file_whose_saving_is_stopped_leaves_nothing(mail, tmp_path):
    big = bytes(5 << 20)
    key = kept(mail, with_files(("big.bin", "application/x-big", big)))
    told: list[int] = []

    def go_on(done: int) -> bool:
        told.append(done)
        return len(told) < 3

    with pytest.raises(UserError, match="Stopped"):
        attachments.save_part(mail, key, "2", tmp_path / "in", go_on)
    assert told == sorted(told)
    assert list((tmp_path / "in").iterdir()) == []
    path = attachments.save_part(mail, key, "2", tmp_path / "in", lambda _: True)
    assert path.read_bytes() == big


def test_the_beginning_of_a_file_is_as_long_as_is_asked(mail):
    key = kept(mail, with_files(("a", "application/x-a", bytes(range(256)) * 10_000)))
    assert attachments.beginning_of(mail, key, "2", 300) == bytes(range(256)) + bytes(range(44))
    assert len(attachments.beginning_of(mail, key, "2", 1 << 30)) == 2_560_000


def test_a_preview_reads_the_file_of_the_mail(mail):
    key = kept(mail, with_files(("a.csv", "text/csv", b"a,b\n1,2\n")))
    (file,) = attachments.files_of(mail, key)
    assert [line.text for line in attachments.preview(mail, key, file)] == ["a  b", "1  2"]


def test_fifty_megabytes_are_saved_with_little_memory(mail, tmp_path):
    content = os.urandom(1 << 20) * 50
    key = kept(mail, with_files(("big.bin", "application/x-big", content)))
    digest = sha256(content).digest()
    del content
    tracemalloc.start()
    files = attachments.files_of(mail, key)
    path = attachments.save_part(mail, key, files[0].part.number, tmp_path / "in", lambda _: True)
    grown = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    with path.open("rb") as saved:
        assert file_digest(saved, sha256).digest() == digest
    assert grown < 20_000_000


def test_a_whole_mail_is_saved_byte_by_byte_however_large(mail, tmp_path):
    raw = with_files(("big.bin", "application/x-big", bytes(3 << 20)))
    key = kept(mail, raw)
    path = attachments.save_mail(mail, key, Untrusted("../A mail"), tmp_path)
    assert path == tmp_path / "A mail.eml"
    assert path.read_bytes() == raw
    with pytest.raises(NotFound):
        attachments.save_mail(mail, 12345, Untrusted("x"), tmp_path)
    assert list(tmp_path.glob("x*")) == []
