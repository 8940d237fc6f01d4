"""Where the engine listens."""

import pytest

from tuimail.config.profile import Profile
from tuimail.errors import EngineUnavailable
from tuimail.services.engine_socket import socket_path


def test_a_short_profile_has_its_socket_inside(tmp_path):
    profile = Profile.at(tmp_path)
    if len(str(profile.socket)) <= 100:
        assert socket_path(profile) == profile.socket


def test_a_long_profile_has_a_short_socket_in_a_private_folder(tmp_path, monkeypatch):
    runtime = tmp_path.parents[2] / f"t{len(tmp_path.name)}-{abs(hash(tmp_path)) % 10**6}"
    runtime.mkdir(mode=0o700)
    try:
        monkeypatch.setenv("XDG_RUNTIME_DIR", str(runtime))
        first = socket_path(Profile.at(tmp_path / ("a" * 120)))
        second = socket_path(Profile.at(tmp_path / ("b" * 120)))
        assert first != second
        assert len(str(first)) <= 100
        assert first.parent.stat().st_mode & 0o777 == 0o700
        assert first == socket_path(Profile.at(tmp_path / ("a" * 120)))
        first.parent.chmod(0o777)
        with pytest.raises(EngineUnavailable):
            socket_path(Profile.at(tmp_path / ("a" * 120)))
    finally:
        for folder in runtime.iterdir():
            folder.rmdir()
        runtime.rmdir()
