"""Where a profile lies, and what is said where it can lie nowhere."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tuimail.config.profile import Profile, expanded, readable
from tuimail.errors import UserError


def no_home(*_: object) -> str:
    raise RuntimeError("could not determine the home directory")


def test_without_a_home_the_way_out_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("platformdirs.user_config_dir", no_home)
    with pytest.raises(UserError, match="set HOME, or use --profile DIR"):
        Profile.default()


@pytest.mark.parametrize("make", [Path.mkdir, lambda path: path.symlink_to(path), lambda _: None])
def test_what_cannot_be_read_says_why(tmp_path: Path, make: Callable[[Path], None]) -> None:
    make(tmp_path / "ca.pem")
    with pytest.raises(UserError, match=r"ca\.pem cannot be read: [A-Z][a-z ]+\."):
        readable(tmp_path / "ca.pem")


def test_the_home_of_nobody_is_refused() -> None:
    with pytest.raises(UserError, match="~nobody-of-that-name/x: there is no such home folder"):
        expanded(Path("~nobody-of-that-name/x"))
