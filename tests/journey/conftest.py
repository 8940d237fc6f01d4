"""Fixtures of the journeys."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.servers.real import RealServers

from .world import World


@pytest.fixture
def world(real_servers: RealServers) -> Iterator[World]:
    """Return the real servers with empty mailboxes, and a program without accounts."""
    folder = Path(tempfile.mkdtemp(prefix="tm-"))
    world = World(real_servers, folder / "profile")
    world.program.set("[ui]\nundo_send_s = 1")
    try:
        yield world
    finally:
        world.program.end()
        shutil.rmtree(folder)
