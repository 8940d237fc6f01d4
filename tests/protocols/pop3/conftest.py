"""An authority the tests' servers are vouched for by."""

import pytest

from tests.protocols.certificates import Trust, make_trust


@pytest.fixture(scope="session")
def trust(tmp_path_factory: pytest.TempPathFactory) -> Trust:
    return make_trust(tmp_path_factory.mktemp("authority"))
