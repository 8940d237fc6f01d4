"""The fixture `real_servers`; tests that use it belong to the group `servers`."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from .real import RealServers, missing_for_servers, running_servers


@pytest.fixture(scope="session")
def _servers() -> Iterator[RealServers]:
    missing = missing_for_servers()
    if missing and os.environ.get("TUIMAIL_REQUIRE_SERVERS") == "1":
        pytest.fail(missing, pytrace=False)
    if missing:
        pytest.skip(missing)
    umask = os.umask(0o022)
    try:
        with running_servers() as servers:
            yield servers
    finally:
        os.umask(umask)


@pytest.fixture
def real_servers(_servers: RealServers) -> RealServers:
    """Return running Dovecot and Postfix with empty mailboxes."""
    for account in _servers.accounts:
        _servers.empty(account.name)
    return _servers


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what uses the servers, and keep it in one worker so that they start once."""
    for item in items:
        if "real_servers" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.servers)
            item.add_marker(pytest.mark.xdist_group("servers"))
