"""Fixtures every test may use."""

import os

import pytest
from hypothesis import settings

from tests.demo.fixtures import (  # noqa: F401
    demo_profile,
    filled_mail_host,
    gmail_host,
    host_folder,
    mail_host,
)
from tests.servers.fixtures import (  # noqa: F401
    _impatient,
    _servers,
    far,
    impatient_servers,
    pytest_collection_modifyitems,
    real_servers,
)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """Use three workers for two processors: most tests wait for longer than they reckon."""
    return (os.cpu_count() or 2) * 3 // 2


settings.register_profile("patient", deadline=None)  # a busy machine is no failure
settings.load_profile("patient")
