"""What the README tells people to write is understood."""

import re
import shlex
import shutil
import subprocess
import sys
from configparser import ConfigParser
from pathlib import Path

import pytest

from tuimail.cli.parser import make_parser
from tuimail.config.profile import Profile
from tuimail.ui.chosen import check_chosen

README = (Path(__file__).parents[2] / "README.md").read_text()
BLOCKS = re.findall(r"^```(\w*)\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)
COMMANDS = [
    command
    for kind, text in BLOCKS
    if not kind
    for command in re.findall(r"tuimail (.*?)(?=\s{3,}|$)", text.replace("\\\n", ""), re.MULTILINE)
]


def test_the_settings_and_keys_it_shows_are_right(tmp_path: Path) -> None:
    offline, settings, notify, keys = (text for kind, text in BLOCKS if kind == "toml")
    (tmp_path / "config.toml").write_text(settings + notify + offline)
    (tmp_path / "keys.toml").write_text(keys)
    check_chosen(Profile.at(tmp_path))


@pytest.mark.parametrize("command", COMMANDS)
def test_the_commands_it_shows_are_understood(command: str) -> None:
    words = shlex.split(re.sub(" +", " ", command).replace(" ...", "").partition("<")[0])
    make_parser().parse_args(words)


def unit_of_readme() -> str:
    [unit] = (text for kind, text in BLOCKS if kind == "ini")
    return unit


def test_the_unit_starts_the_daemon_and_waits_for_nothing_it_does_not_say() -> None:
    unit = ConfigParser(interpolation=None)
    unit.optionxform = str  # type: ignore[assignment,method-assign]  # the names as they are
    unit.read_string(unit_of_readme())
    program, *words = shlex.split(unit["Service"]["ExecStart"])
    options = make_parser().parse_args(words)
    assert program.endswith("/tuimail")
    assert (options.command, options.until_idle) == ("daemon", False)
    assert unit["Service"]["Type"] == "exec"  # the daemon neither forks nor says when it is ready


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd is not installed")
def test_the_unit_is_understood_by_systemd(tmp_path: Path) -> None:
    unit = tmp_path / "tuimail.service"
    unit.write_text(unit_of_readme().replace("%h/.local/bin/tuimail", sys.executable))
    verified = subprocess.run(
        ["systemd-analyze", "verify", "--user", "--man=no", str(unit)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        env={"XDG_RUNTIME_DIR": str(tmp_path), "HOME": str(tmp_path), "PATH": "/usr/bin:/bin"},
    )
    assert "tuimail.service" not in verified.stderr, verified.stderr
    assert verified.returncode == 0, verified.stderr
