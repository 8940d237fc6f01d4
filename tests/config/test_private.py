import os
import stat

import pytest

from tuimail.config import private
from tuimail.config.private import new_file, private_folder
from tuimail.errors import StoreError


@pytest.fixture(params=[0o000, 0o022, 0o077], autouse=True)
def umask(request):
    before = os.umask(request.param)
    yield
    os.umask(before)


def mode_of(path):
    return stat.S_IMODE(path.lstat().st_mode)


def test_a_folder_is_closed_to_others_also_if_it_was_open(tmp_path):
    private_folder(tmp_path / "a" / "b")
    assert mode_of(tmp_path / "a" / "b") == 0o700
    (tmp_path / "open").mkdir(mode=0o755)
    private_folder(tmp_path / "open")
    assert mode_of(tmp_path / "open") == 0o700


def test_a_folder_that_cannot_be_made_is_told_with_advice(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(StoreError, match=r"file: .*\. Use another\."):
        private_folder(tmp_path / "file", "Use another.")


def test_a_new_file_is_private_and_never_takes_the_place_of_another(tmp_path):
    names = [new_file(tmp_path / "new", "report.pdf", [text]).name for text in (b"1", b"2", b"3")]
    assert names == ["report.pdf", "report (2).pdf", "report (3).pdf"]
    assert [(tmp_path / "new" / name).read_bytes() for name in names] == [b"1", b"2", b"3"]
    assert {mode_of(tmp_path / "new" / name) for name in names} == {0o600}


@pytest.mark.parametrize(
    ("name", "second"),
    [
        ("plain", "plain (2)"),
        (".hidden", ".hidden (2)"),
        ("a.tar.gz", "a.tar (2).gz"),
        ("local.db.damaged-20261128-1000", "local.db.damaged-20261128-1000 (2)"),
    ],
)
def test_the_number_stands_before_an_ending(tmp_path, name, second):
    new_file(tmp_path, name)
    assert new_file(tmp_path, name).name == second


def test_a_link_is_not_followed_whether_it_leads_anywhere_or_not(tmp_path):
    target = tmp_path / "target"
    (tmp_path / "report").symlink_to(target)
    assert new_file(tmp_path, "report", [b"x"]).name == "report (2)"
    assert not target.exists()


def test_nothing_is_left_of_a_file_that_cannot_be_finished(tmp_path, monkeypatch):
    def full(handle, mode):
        os.close(handle)
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(private.os, "fdopen", full)
    with pytest.raises(StoreError, match=r"No space left on device\. Nothing was saved"):
        new_file(tmp_path, "report", [b"x"])
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("reason", [KeyboardInterrupt, MemoryError, ValueError])
def test_nothing_is_left_either_where_whoever_gives_it_stops(tmp_path, reason):
    def pieces():
        yield b"half"
        raise reason

    with pytest.raises(reason):
        new_file(tmp_path, "report.pdf", pieces())
    assert list(tmp_path.iterdir()) == []


def test_a_folder_full_of_one_name_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(private, "MAX_NAME_TRIES", 2)
    new_file(tmp_path, "x")
    new_file(tmp_path, "x")
    with pytest.raises(StoreError, match="2 files of this name"):
        new_file(tmp_path, "x")
