"""What stands where there is no mail: a reader with nothing open, a profile with no account."""

from collections.abc import Sequence
from pathlib import Path

from tuimail.model.cells import fit
from tuimail.model.safe import Safe, ours, safe_line
from tuimail.ui.roles import StyleRole

from .message import Row

_KEY_CELLS = 10
_BY_HAND = (
    "tuimail account add NAME --email you@example.org \\",
    "    --imap imap.example.org --imap-security tls \\",
    "    --smtp smtp.example.org --smtp-security tls",
)


def empty_reader(keys: Sequence[tuple[Safe, Safe]]) -> list[Row]:
    """Return a quiet list of the first keys to know."""
    rows: list[Row] = [[], []]
    rows += [
        [(fit(f"   {key}", _KEY_CELLS), StyleRole.LABEL), (Safe(f" {what}"), StyleRole.DIM)]
        for key, what in keys
    ]
    return rows


def no_account(config_file: Path) -> list[Row]:
    """Return what to type so that there is an account."""
    return [
        [],
        _line("Welcome to tuimail.", StyleRole.HEADING),
        [],
        _line("There is no account yet. Leave with ZZ and type:"),
        [],
        _line("    tuimail account add you@example.org", StyleRole.LINK),
        [],
        _line("It looks your servers up, asks for the password and tests them."),
        _line("Where that fails, name the servers yourself:"),
        [],
        *[_line(f"    {line}", StyleRole.LINK) for line in _BY_HAND],
        [],
        _line("To look around first, with two accounts that exist only here:"),
        [],
        _line("    tuimail demo", StyleRole.LINK),
        [],
        _line(f"Accounts are kept in {safe_line(str(config_file))}", StyleRole.DIM),
    ]


def _line(text: str, role: StyleRole = StyleRole.TEXT) -> Row:
    return [(ours(f"   {text}"), role)]
