"""A fresh store for each test."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tuimail.store.database import Store

from .makers import store_with_mailboxes


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = store_with_mailboxes(tmp_path / "data")
    yield opened
    opened.close()
