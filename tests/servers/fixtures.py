"""The fixture `real_servers`; tests that use it belong to the group `servers`."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from .exchange import ExchangeOfFar
from .real import RealServers, missing_for_servers, running_servers


@pytest.fixture(scope="session")
def _servers() -> Iterator[RealServers]:
    yield from _started()


def _started(far: int = 0) -> Iterator[RealServers]:
    missing = missing_for_servers()
    if missing and os.environ.get("TUIMAIL_REQUIRE_SERVERS") == "1":
        pytest.fail(missing, pytrace=False)
    if missing:
        pytest.skip(missing)
    umask = os.umask(0o022)
    try:
        with running_servers(far) as servers:
            yield servers
    finally:
        os.umask(umask)


@pytest.fixture(scope="session")
def far() -> Iterator[ExchangeOfFar]:
    """Return the server of another domain that `impatient_servers` hand mail to."""
    with ExchangeOfFar() as server:
        yield server


@pytest.fixture(scope="session")
def _impatient(far: ExchangeOfFar) -> Iterator[RealServers]:
    yield from _started(far.port)


@pytest.fixture
def impatient_servers(_impatient: RealServers, far: ExchangeOfFar) -> RealServers:
    """Return servers as `real_servers`; Postfix warns of delays at once and gives up soon."""
    far.forget()
    for account in _impatient.accounts:
        _impatient.empty(account.name)
    return _impatient


@pytest.fixture
def real_servers(_servers: RealServers) -> RealServers:
    """Return running Dovecot and Postfix with empty mailboxes."""
    for account in _servers.accounts:
        _servers.empty(account.name)
    return _servers


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what uses the servers, and keep it in one worker so that they start once."""
    for item in items:
        if {"real_servers", "impatient_servers"} & set(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.servers)
            item.add_marker(pytest.mark.xdist_group("servers"))
