"""Fixtures every test may use."""

from tests.servers.fixtures import (  # noqa: F401
    _servers,
    pytest_collection_modifyitems,
    real_servers,
)
