"""The help is complete, and what it shows as an example is understood."""

import argparse
import re
import shlex
from collections.abc import Iterator

import pytest

from tuimail.cli.main import WHERE
from tuimail.cli.parser import make_parser

ELSEWHERE = {"demo", "daemon", "compose"}
"""Carried out at other doors."""


def commands(parser: argparse.ArgumentParser) -> Iterator[tuple[str, argparse.ArgumentParser]]:
    """Yield every command with its full name, the ones inside of others included."""
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for name, inner in action.choices.items():
                yield name, inner
                yield from ((f"{name} {word}", below) for word, below in commands(inner))


COMMANDS = dict(commands(make_parser()))


def test_the_grammar_knows_what_is_carried_out_and_nothing_else() -> None:
    assert {name for name in COMMANDS if " " not in name} == set(WHERE) | ELSEWHERE


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_says_what_it_does_and_shows_an_example_that_is_understood(name: str) -> None:
    parser = COMMANDS[name]
    assert parser.description
    assert parser.description.endswith(".")
    epilog = parser.epilog or ""
    assert max(map(len, epilog.split("\n"))) <= 90
    examples = re.findall("^  tuimail (.*)", epilog.replace("\\\n", ""), re.MULTILINE)
    assert examples
    for example in examples:
        words = shlex.split(re.split("[<>]", example)[0])
        assert make_parser().parse_args(words).command == name.split(maxsplit=1)[0]


def test_what_lies_in_several_mailboxes_can_be_told_apart() -> None:
    words = ["move", "0123456789abcdef", "fedcba9876543210", "Archive", "--mailbox", "INBOX"]
    options = make_parser().parse_args(words)
    assert options.id == ["0123456789abcdef", "fedcba9876543210"]
    assert (options.destination, options.within) == ("Archive", "INBOX")


@pytest.mark.parametrize(
    "words",
    [("search", "x", "--sort", "size"), ("account", "add", "a", "--imap-security", "none")],
)
def test_a_wrong_word_is_told_the_right_ones_as_they_are_typed(
    words: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        make_parser().parse_args(words)
    assert "<" not in capsys.readouterr().err
