"""What the README tells people to write is understood."""

import re
import shlex
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
    settings, keys = (text for kind, text in BLOCKS if kind == "toml")
    (tmp_path / "config.toml").write_text(settings)
    (tmp_path / "keys.toml").write_text(keys)
    check_chosen(Profile.at(tmp_path))


@pytest.mark.parametrize("command", COMMANDS)
def test_the_commands_it_shows_are_understood(command: str) -> None:
    words = shlex.split(re.sub(" +", " ", command).replace(" ...", "").partition("<")[0])
    make_parser().parse_args(words)
