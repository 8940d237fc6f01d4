"""What stands where there is no mail: a reader with nothing open, a profile with no account."""

from collections.abc import Sequence
from pathlib import Path
from textwrap import wrap

from tuimail.config.providers import known_domains
from tuimail.model.cells import fit
from tuimail.model.safe import Safe, ours, safe_line
from tuimail.ui.roles import StyleRole

from .wrap import Row

_KEY_CELLS = 10
_TEXT_CELLS = 72
_BY_HAND = (
    "tuimail account add NAME --email you@example.org \\",
    "    --imap imap.example.org --smtp smtp.example.org",
)


def empty_reader(keys: Sequence[tuple[Safe, Safe]]) -> list[Row]:
    """Return a quiet list of the first keys to know."""
    rows: list[Row] = [[], []]
    rows += [
        [(fit(f"   {key}", _KEY_CELLS), StyleRole.LABEL), (Safe(f" {what}"), StyleRole.DIM)]
        for key, what in keys
    ]
    return rows


def no_account(config_file: Path, quit_key: str) -> list[Row]:
    """Return what to type so that there is an account."""
    known = f"At {known_domains()} the address is enough, with an app password where they ask it:"
    return [
        [],
        _line("Welcome to tuimail.", StyleRole.HEADING),
        [],
        _line(f"There is no account yet. Leave with {quit_key} and name its servers:"),
        [],
        *[_line(f"    {line}", StyleRole.LINK) for line in _BY_HAND],
        [],
        _line("It asks for the password and tries both servers before anything is kept."),
        _line("Your provider's help pages say what the servers are called."),
        [],
        *[_line(line) for line in wrap(known, _TEXT_CELLS)],
        [],
        _line("    tuimail account add you@gmail.com", StyleRole.LINK),
        [],
        _line("To look around first, with two accounts that exist only here:"),
        [],
        _line("    tuimail demo", StyleRole.LINK),
        [],
        _line(f"Accounts are kept in {safe_line(str(config_file))}", StyleRole.DIM),
    ]


def _line(text: str, role: StyleRole = StyleRole.TEXT) -> Row:
    return [(ours(f"   {text}"), role)]
