"""A mail host with a little mail, and the command line on a profile of it."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.demo.fixtures import RunningHost
from tests.program import Program
from tuimail.demo.account import PROFILE_FOLDER, Listening, write_profile
from tuimail.demo.host import MailHost
from tuimail.demo.thread import HostThread


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    """Return a folder short enough for sockets."""
    folder = Path(tempfile.mkdtemp(prefix="tm-"))
    yield folder
    shutil.rmtree(folder)


@pytest.fixture(scope="module")
def host(folder: Path) -> Iterator[RunningHost]:
    """Return a host with 120 mails."""
    with HostThread(MailHost(folder, messages=120)) as thread:
        yield RunningHost(thread)


@pytest.fixture(scope="module")
def program(host: RunningHost, folder: Path) -> Iterator[Program]:
    """Return the command line on alice's and bob's accounts, everything fetched."""
    write_profile(folder / PROFILE_FOLDER, Listening(host.ports, host.ca_file))
    program = Program(folder / PROFILE_FOLDER)
    program.done("sync")
    yield program
    program.end()


@pytest.fixture
def fresh(host: RunningHost) -> Iterator[Program]:
    """Return the command line on a profile of its own, nothing fetched yet."""
    folder = Path(tempfile.mkdtemp(prefix="tm-"))
    write_profile(folder / PROFILE_FOLDER, Listening(host.ports, host.ca_file))
    program = Program(folder / PROFILE_FOLDER)
    yield program
    program.end()
    shutil.rmtree(folder)
