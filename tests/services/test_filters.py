"""Commands that make text of files: bounded, harmless, and without network."""

import socket
import sys
from pathlib import Path

import pytest

from tests.program import until
from tuimail.errors import UserError
from tuimail.model.filters import Filters
from tuimail.services import filters
from tuimail.services.filters import MAX_OUTPUT_BYTES, run_filter, without_network


@pytest.fixture(autouse=True)
def _patient(monkeypatch) -> None:
    """However slow a machine is, a filter ends by itself here."""
    monkeypatch.setattr(filters, "TIMEOUT_S", 60.0)


def runs(pid: int) -> bool:
    """Whether a process still does something; one that nobody has buried does not."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state not in "ZX"


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        (("text/html",), "w3m"),
        (("image/png",), "chafa"),
        (("application/pdf",), ""),
        (("application/pdf", "text/html"), "w3m"),
        (("image/gif", "text/html"), "chafa"),
    ],
)
def test_a_filter_is_found_by_type_or_by_the_whole_kind(asked, found):
    made = Filters((("text/html", "w3m"), ("image/*", "chafa")))
    assert made.command_for(*asked) == found


async def test_what_a_filter_says_is_shown_without_what_could_draw():
    found = await run_filter("tr a-z A-Z", b"hello \x1b[2J\x1b]0;x\x07 there")
    assert "HELLO" in found.text
    assert found.text.isprintable()
    assert found.command == "tr"
    assert not found.is_cut


async def test_a_filter_is_started_without_a_shell(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    found = await run_filter("echo ';$(touch x)' `touch x` | touch x", b"")
    assert found.text.strip() == ";$(touch x) `touch x` | touch x"
    assert list(tmp_path.iterdir()) == []


async def test_a_filter_that_says_too_much_is_ended():
    found = await run_filter("yes", b"x" * 1_000_000)
    assert found.is_cut
    assert len(found.text) == MAX_OUTPUT_BYTES


async def test_a_filter_that_reads_nothing_is_given_up_without_a_fault():
    assert (await run_filter("echo done", b"x" * 4_000_000)).text.strip() == "done"


async def test_a_filter_that_does_not_end_is_ended(monkeypatch):
    monkeypatch.setattr(filters, "TIMEOUT_S", 0.2)
    with pytest.raises(UserError, match="took longer"):
        await run_filter("sleep 600", b"")


async def test_with_a_filter_all_is_ended_that_it_started(tmp_path):
    note = tmp_path / "pid"
    found = await run_filter(f"sh -c 'sleep 600 & echo $! > {note}; yes'", b"")
    assert found.is_cut
    until(lambda: not runs(int(note.read_text())))


@pytest.mark.parametrize(
    ("command", "words"),
    [
        ("'", "cannot be read"),
        (" ", "is empty"),
        ("no-such-filter", "There is no no-such-filter"),
        ("false", "ended with status 1"),
    ],
)
async def test_a_filter_that_cannot_be_is_told_of(command, words):
    with pytest.raises(UserError, match=words):
        await run_filter(command, b"")


async def test_a_filter_has_no_network_where_the_system_can_take_it_away():
    if not without_network():
        pytest.skip("this system lets nobody take the network from a program")
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.settimeout(0)
        port = listening.getsockname()[1]
        code = f"import socket; socket.create_connection(('127.0.0.1', {port}), 2)"
        with pytest.raises(UserError, match="status 1"):
            await run_filter(f'{sys.executable} -c "{code}"', b"")
        with pytest.raises(BlockingIOError):
            listening.accept()
