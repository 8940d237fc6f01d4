"""The whole interface over a real store, with a line to a background process that only listens."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.ui.screens import Link, fill
from tuimail.config.profile import Profile
from tuimail.services.mail import Mail, open_mail


@pytest.fixture
def profile(tmp_path: Path) -> Profile:
    made = Profile.at(tmp_path / "profile")
    made.prepare()
    return made


@pytest.fixture
def mail(profile: Profile) -> Iterator[Mail]:
    opened = fill(profile)
    yield opened
    opened.close()


@pytest.fixture
def empty_mail(profile: Profile) -> Iterator[Mail]:
    opened = open_mail(profile)
    yield opened
    opened.close()


@pytest.fixture(autouse=True)
def link(monkeypatch) -> type[Link]:
    Link.reset()
    monkeypatch.setattr("tuimail.services.engine_link.EngineLink", Link)
    return Link


@pytest.fixture(autouse=True)
def _quiet(monkeypatch) -> None:
    monkeypatch.setenv("TEXTUAL_ANIMATIONS", "none")
    assert asyncio
