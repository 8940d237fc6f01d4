"""Mails written to files: whole or not at all, also where it is given up half way."""

import asyncio
from pathlib import Path

import pytest

from tests.ui.screens import fill
from tuimail.config.profile import Profile
from tuimail.config.whole_file import whole_file
from tuimail.errors import NetworkError, NotFound, StoreError, UserError
from tuimail.services import reading
from tuimail.services.exporting import export


@pytest.fixture
def mail(tmp_path: Path):
    """Return a profile whose newest 40 mails of 60 are here."""
    one = fill(Profile.at(tmp_path / "profile"))
    yield one
    one.close()


def rows_of(mail):
    view = reading.mailbox_view(mail, reading.mailboxes(mail)[0].id)
    return reading.rows(mail, view, reading.view_ids(mail, view))


async def gone(key) -> None:
    raise NotFound("It is gone.")


async def cut(key) -> None:
    raise NetworkError("The line was cut.")


def quiet(done: int, total: int) -> None:
    pass


@pytest.mark.parametrize("name", ["out", "out.mbox"])
async def test_what_is_gone_is_counted_and_the_others_are_written(mail, tmp_path, name):
    exported = await export(mail, rows_of(mail), tmp_path / name, gone, quiet)
    assert (exported.count, exported.gone) == (40, 20)


async def test_a_line_that_is_cut_leaves_no_mbox_file_and_whole_files_in_a_folder(mail, tmp_path):
    with pytest.raises(NetworkError):
        await export(mail, rows_of(mail), tmp_path / "a" / "out.mbox", cut, quiet)
    assert list((tmp_path / "a").iterdir()) == []
    with pytest.raises(NetworkError):
        await export(mail, rows_of(mail), tmp_path / "b", cut, quiet)
    files = list((tmp_path / "b").iterdir())
    assert len(files) == 40
    assert all(file.suffix == ".eml" and file.read_bytes().endswith(b"\r\n") for file in files)


async def test_giving_up_leaves_nothing_half_written(mail, tmp_path):
    reached = asyncio.Event()

    async def for_ever(key) -> None:
        reached.set()
        await asyncio.Event().wait()

    running = asyncio.ensure_future(
        export(mail, rows_of(mail), tmp_path / "out.mbox", for_ever, quiet)
    )
    await reached.wait()
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert [path.name for path in tmp_path.iterdir()] == ["profile"]


def write_while(folder: Path, meanwhile) -> None:
    with whole_file(folder, "a.mbox", is_numbered=False) as file:
        file.stream.write(b"ours")
        meanwhile()


def test_a_file_that_came_meanwhile_is_not_written_over(tmp_path):
    with pytest.raises(UserError, match="there already"):
        write_while(tmp_path, lambda: (tmp_path / "a.mbox").write_bytes(b"theirs"))
    [file] = tmp_path.iterdir()
    assert (file.name, file.read_bytes()) == ("a.mbox", b"theirs")


def test_a_disk_that_takes_no_more_leaves_nothing(tmp_path):
    def fill_up() -> None:
        raise OSError(28, "No space left on device")

    with pytest.raises(StoreError, match="Nothing was saved"):
        write_while(tmp_path, fill_up)
    assert list(tmp_path.iterdir()) == []
