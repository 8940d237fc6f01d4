"""Fixtures of the journeys."""

from collections.abc import Iterator

import pytest

from tests.servers.real import RealServers

from .world import World, new_world


@pytest.fixture
def world(real_servers: RealServers) -> Iterator[World]:
    """Return the real servers with empty mailboxes, and a program without accounts."""
    with new_world(real_servers) as world:
        yield world
