"""The command line's grammar; which command does what is said where it is carried out."""

import argparse
from pathlib import Path
from typing import Final

from tuimail import __version__
from tuimail.config.logfile import DEFAULT_LEVEL, LOG_LEVELS
from tuimail.model.account import Security

MOST_DIGITS: Final = 9
"""Of a number of mails."""

EPILOG: Final = """\
Without a command the interface opens. Try everything without an account: tuimail demo.
Exit status: 0 done, 1 found nothing, 2 usage or configuration, 3 network, 4 sign-in,
5 refused by the server, 6 local store.
"""


def make_parser() -> argparse.ArgumentParser:
    """Return the parser of the whole command line."""
    parser = argparse.ArgumentParser(
        prog="tuimail",
        description="A mail client for the terminal.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"tuimail {__version__}")
    parser.add_argument(
        "--profile", type=Path, metavar="DIR", help="keep configuration, data and state below DIR"
    )
    parser.add_argument("--log-level", choices=LOG_LEVELS, help=f"default: {DEFAULT_LEVEL}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND")
    _add_engine_commands(commands)
    _add_account_commands(commands)
    _add_reading_commands(commands)
    _add_triage_commands(commands)
    _add_writing_commands(commands)
    return parser


Commands = argparse._SubParsersAction  # noqa: SLF001 (argparse has no public name for it)


def _add_engine_commands(commands: "Commands[argparse.ArgumentParser]") -> None:
    demo = commands.add_parser("demo", help="try everything on an embedded mail host")
    demo.add_argument("--messages", type=_count, default=2000, metavar="N", help="default: 2000")
    demo.add_argument(
        "--serve", action="store_true", help="no interface, one JSON line, until stopped"
    )
    sync = commands.add_parser("sync", help="fetch and carry out what waits, once")
    _add_scope(sync)
    sync.add_argument("--headers-only", action="store_true", help="leave bodies where they are")
    _add_json(sync)
    daemon = commands.add_parser("daemon", help="keep in step with the servers, without a screen")
    daemon.add_argument("--until-idle", action="store_true", help=argparse.SUPPRESS)
    doctor = commands.add_parser("doctor", help="what works, what does not, what to do about it")
    doctor.add_argument("--account", metavar="A")
    _add_json(doctor)
    config = commands.add_parser("config", help="check or show the configuration")
    config.add_argument("action", choices=("check", "show", "path"))


def _add_account_commands(commands: "Commands[argparse.ArgumentParser]") -> None:
    account = commands.add_parser("account", help="add, list, test, sign in, remove")
    actions = account.add_subparsers(dest="action", required=True, metavar="ACTION")
    add = actions.add_parser("add", help="connect an account")
    add.add_argument("name", metavar="NAME|ADDR")
    add.add_argument("--email", metavar="ADDR")
    add.add_argument("--display-name", metavar="TEXT", default="")
    for kind, port in (("imap", "993, or 143"), ("smtp", "465, or 587")):
        add.add_argument(f"--{kind}", metavar="HOST[:PORT]", help=f"port {port} with starttls")
        add.add_argument(f"--{kind}-security", choices=list(Security), default=Security.TLS)
    add.add_argument("--username", metavar="U", help="default: the address")
    add.add_argument("--smtp-username", metavar="U", help="default: the same")
    secret = add.add_mutually_exclusive_group()
    secret.add_argument("--password-stdin", action="store_true", help="read it from standard input")
    secret.add_argument("--password-command", metavar="CMD", help="a program that prints it")
    secret.add_argument(
        "--password-ask", action="store_true", help="keep it nowhere, ask at each start"
    )
    add.add_argument("--ca-file", type=Path, metavar="PEM", help="trust these authorities instead")
    add.add_argument("--no-test", action="store_true", help="do not try to sign in")
    listing = actions.add_parser("list", help="the accounts there are")
    _add_json(listing)
    for word, words in (
        ("test", "connect and sign in"),
        ("login", "give the password again"),
        ("remove", "take it out of the configuration"),
    ):
        named = actions.add_parser(word, help=words)
        named.add_argument("name", metavar="NAME")
        if word == "login":
            named.add_argument("--password-stdin", action="store_true")


def _add_reading_commands(commands: "Commands[argparse.ArgumentParser]") -> None:
    listing = commands.add_parser("list", help="messages, newest first")
    listing.add_argument("query", nargs="*", metavar="QUERY")
    _add_scope(listing)
    _add_limit(listing)
    search = commands.add_parser("search", help="messages in all mailboxes that match")
    search.add_argument("query", nargs="+", metavar="QUERY")
    _add_limit(search)
    show = commands.add_parser("show", help="one message")
    show.add_argument("id", metavar="ID")
    form = show.add_mutually_exclusive_group()
    form.add_argument("--raw", action="store_true", help="the exact bytes the server holds")
    form.add_argument("--headers", action="store_true", help="the header alone")
    form.add_argument("--json", action="store_true", help="one JSON document on standard output")


def _add_triage_commands(commands: "Commands[argparse.ArgumentParser]") -> None:
    flag = commands.add_parser("flag", help="add or remove seen, flagged, answered or a keyword")
    flag.add_argument("id", nargs="+", metavar="ID")
    flag.add_argument("--add", action="append", default=[], metavar="F")
    flag.add_argument("--remove", action="append", default=[], metavar="F")
    move = commands.add_parser("move", help="move messages to another mailbox")
    move.add_argument("id", nargs="+", metavar="ID")
    move.add_argument("mailbox", metavar="MAILBOX")
    delete = commands.add_parser("delete", help="move messages to Trash")
    delete.add_argument("id", nargs="+", metavar="ID")
    for parser in (flag, move, delete):
        parser.add_argument("--wait", action="store_true", help="until the server has it")


def _add_writing_commands(commands: "Commands[argparse.ArgumentParser]") -> None:
    send = commands.add_parser("send", help="send a mail; its text comes from standard input")
    send.add_argument("--account", required=True, metavar="A")
    for field in ("to", "cc", "bcc"):
        send.add_argument(f"--{field}", nargs="+", action="extend", default=[], metavar="ADDR")
    send.add_argument("--subject", default="", metavar="TEXT")
    send.add_argument("--attach", type=Path, nargs="+", action="extend", default=[], metavar="FILE")
    send.add_argument("--raw", type=Path, metavar="FILE", help="send this file's bytes instead")
    send.add_argument("--at", default="", metavar="TIME", help="not before, e.g. 2026-12-24T08:00")
    send.add_argument("--wait", action="store_true", help="until the server has answered")
    _add_json(send)
    outbox = commands.add_parser("outbox", help="what is on its way, and what became of it")
    actions = outbox.add_subparsers(dest="action", metavar="ACTION")
    listing = actions.add_parser("list", help="the default")
    for parser, default in ((outbox, False), (listing, argparse.SUPPRESS)):
        parser.add_argument(
            "--all", action="store_true", default=default, help="older than 30 days too"
        )
        _add_json(parser, default)
    for word, words in (
        ("show", "one mail, recipient by recipient"),
        ("retry", "try again now"),
        ("cancel", "do not send it"),
    ):
        named = actions.add_parser(word, help=words)
        named.add_argument("id", metavar="ID")
        _add_json(named, argparse.SUPPRESS)
    compose = commands.add_parser("compose", help="the interface, opened on a new mail")
    compose.add_argument("mailto", nargs="?", default="", metavar="mailto:...")
    compose.add_argument("--to", nargs="+", action="extend", default=[], metavar="ADDR")


def _add_scope(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--account", metavar="A")
    parser.add_argument("--mailbox", metavar="M")


def _add_json(parser: argparse.ArgumentParser, default: object = False) -> None:
    words = "one JSON document on standard output"
    parser.add_argument("--json", action="store_true", default=default, help=words)


def _add_limit(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--limit", type=_count, default=100, metavar="N", help="default: 100")
    _add_json(parser)


def _count(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < MOST_DIGITS):
        raise argparse.ArgumentTypeError(f"{text!r} is no number of mails")
    return int(text)
