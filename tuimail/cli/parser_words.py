"""What the grammar of every command is made of: options that mean the same everywhere."""

import argparse
from pathlib import Path
from typing import Final

MOST_DIGITS: Final = 9
"""Of a number of mails."""

QUERIES: Final = """\
QUERY is what the search bar takes: words, from:ada, subject:"engine notes", is:unread,
has:attachment, newer:2w, -is:read. A word that begins with - comes after --.
"""

Commands = argparse._SubParsersAction  # noqa: SLF001 (argparse has no public name for it)


def command(
    commands: "Commands[argparse.ArgumentParser]",
    name: str,
    words: str,
    *examples: str,
    more: str = "",
) -> argparse.ArgumentParser:
    """Add a command, with what there is to say about it and examples."""
    lines = [f"  tuimail {example}" for example in examples]
    shown = ["example:" if len(lines) == 1 else "examples:", *lines] if lines else []
    return commands.add_parser(
        name,
        help=words,
        description=f"{words[0].upper()}{words[1:]}.",
        epilog="\n".join([*([more] if more else []), *shown]),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )


def add_scope(parser: argparse.ArgumentParser) -> None:
    """Take --account and --mailbox."""
    add_account(parser)
    parser.add_argument(
        "--mailbox",
        type=name_of,
        metavar="M",
        help="a name, a role (inbox, sent, trash ...) or account/name",
    )


def add_account(parser: argparse.ArgumentParser) -> None:
    """Take --account."""
    words = "an account's name or address; default: all"
    parser.add_argument("--account", type=name_of, metavar="A", help=words)


def add_password_stdin(parser: argparse.ArgumentParser | argparse._ArgumentGroup) -> None:
    """Take --password-stdin."""
    words = "read it from standard input, one line"
    parser.add_argument("--password-stdin", action="store_true", help=words)


def add_json(parser: argparse.ArgumentParser, default: object = False) -> None:
    """Take --json."""
    words = "one JSON document on standard output"
    parser.add_argument("--json", action="store_true", default=default, help=words)


def add_limit(parser: argparse.ArgumentParser) -> None:
    """Take --limit and --json."""
    parser.add_argument("--limit", type=count_of, default=100, metavar="N", help="default: 100")
    add_json(parser)


def name_of(text: str) -> str:
    """Return a name; an empty one is refused."""
    if not text:
        raise argparse.ArgumentTypeError("names nothing")  # a script's empty variable is not all
    return text


def folder_of(text: str) -> Path:
    """Return the path of a folder."""
    return Path(name_of(text))


def count_of(text: str) -> int:
    """Return a number of mails."""
    if not (text.isascii() and text.isdigit() and len(text) < MOST_DIGITS):
        raise argparse.ArgumentTypeError(f"{text!r} is no number of mails")
    return int(text)
