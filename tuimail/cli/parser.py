"""The command line's grammar; which command does what is said where it is carried out."""

import argparse
from pathlib import Path
from textwrap import fill
from typing import Final

from tuimail import __version__
from tuimail.config.logfile import DEFAULT_LEVEL, LOG_LEVELS
from tuimail.config.providers import known_domains
from tuimail.model.account import Auth, Security
from tuimail.model.query import Order

from .parser_files import add_file_commands
from .parser_invitations import add_invitation_commands
from .parser_later import add_later_commands
from .parser_mailboxes import add_mailbox_commands
from .parser_outbox import add_outbox_commands
from .parser_receipts import add_receipt_command
from .parser_saved import add_saved_commands
from .parser_words import (
    QUERIES,
    Commands,
    add_account,
    add_json,
    add_limit,
    add_password_stdin,
    add_scope,
    command,
    count_of,
    folder_of,
    name_of,
)

EPILOG: Final = """\
Without a command the interface opens. Try everything without an account: tuimail demo.
Each command says more: tuimail COMMAND --help.

exit status:
  0 done, 1 found nothing, 2 usage or configuration, 3 network, 4 sign-in,
  5 refused by the server, 6 local store

environment:
  TUIMAIL_PROFILE   as --profile
  TUIMAIL_PLAIN     as --plain
  TUIMAIL_DATA_DIR  a local folder for mail, where your home is on a network
  NO_COLOR          the terminal's own colours
  VISUAL, EDITOR    the editor for writing mail
  BROWSER           what opens links and mails as pages; w3m and the like get the terminal
"""
_COPIES: Final = """\
A message that lies in several mailboxes: say which copy is meant with --mailbox.
"""

_DEMO: Final = """\
Two accounts in a profile that is thrown away afterwards; no network is used.
Write to nobody@south.example or full@south.example and your mail comes back, to
slow@south.example and it is put off, then delivered, to away@south.example and a
machine answers.
"""
_SERVER: Final = """\
With --server, mailboxes whose mail is not all here are searched on their server as well;
headers of what is found there stay here. A server that cannot be asked is named, and what
is found here is printed all the same.
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
        "--profile",
        type=folder_of,
        metavar="DIR",
        help="keep configuration, data and state below DIR",
    )
    parser.add_argument(
        "--plain",
        action="store_true",
        help="the interface for screen readers: one pane, words for marks",
    )
    parser.add_argument(
        "--log-level",
        choices=LOG_LEVELS,
        help=f"how much goes into tuimail.log (default: {DEFAULT_LEVEL})",
    )
    commands = parser.add_subparsers(dest="command", metavar="COMMAND")
    _add_engine_commands(commands)
    _add_checks(commands)
    _add_account_commands(commands)
    _add_reading_commands(commands)
    _add_triage_commands(commands)
    add_later_commands(commands)
    _add_writing_commands(commands)
    add_mailbox_commands(commands)
    add_file_commands(commands)
    add_saved_commands(commands)
    return parser


def _add_engine_commands(commands: "Commands[argparse.ArgumentParser]") -> None:
    demo = command(
        commands,
        "demo",
        "try everything on an embedded mail host",
        "demo --messages 200",
        "demo --serve",
        more=_DEMO,
    )
    demo.add_argument("--messages", type=count_of, default=2000, metavar="N", help="default: 2000")
    demo.add_argument(
        "--serve", action="store_true", help="no interface, one JSON line, until stopped"
    )
    sync = command(
        commands,
        "sync",
        "fetch and carry out what waits, once",
        "sync --account work --json",
        "sync --mailbox INBOX --headers-only",
    )
    add_scope(sync)
    sync.add_argument("--headers-only", action="store_true", help="leave bodies where they are")
    add_json(sync)
    daemon = command(
        commands,
        "daemon",
        "keep in step with the servers, without a screen",
        "--profile /srv/mail daemon",
        more="Runs until it is stopped (ctrl+c, or SIGTERM); writes tuimail.log. Takes the place\n"
        "of a background process that a screen began, and stands by beside another daemon.\n",
    )
    daemon.add_argument("--until-idle", action="store_true", help=argparse.SUPPRESS)


def _add_checks(commands: "Commands[argparse.ArgumentParser]") -> None:
    doctor = command(
        commands,
        "doctor",
        "what works, what does not, what to do about it",
        "doctor --account work",
        more="Looks at the configuration, the store, the keyring and each account's servers.\n",
    )
    add_account(doctor)
    add_json(doctor)
    config = command(
        commands,
        "config",
        "check the configuration, show it, or say where it is",
        "config check",
        "config path",
        more="check: settings, accounts, theme and keys; what is wrong with file, line and key.\n",
    )
    config.add_argument("action", choices=("check", "show", "path"))


def _add_account_commands(commands: "Commands[argparse.ArgumentParser]") -> None:
    account = command(
        commands, "account", "add, list, test, sign in, remove", "account list", "account test work"
    )
    actions = account.add_subparsers(dest="action", required=True, metavar="ACTION")
    _add_new_account(actions)
    listing = command(actions, "list", "the accounts there are", "account list --json")
    add_json(listing)
    for word, words in (
        ("test", "connect and sign in, to both servers"),
        ("login", "give the password again, and keep it in the keyring"),
        ("remove", "take it and its mail out of here; its server keeps everything"),
    ):
        named = command(actions, word, words, f"account {word} work")
        named.add_argument("name", metavar="NAME", help="an account's name or address")
        if word == "login":
            add_password_stdin(named)


def _add_new_account(actions: "Commands[argparse.ArgumentParser]") -> None:
    add = command(
        actions,
        "add",
        "connect an account",
        "account add work --email you@example.org \\\n"
        "      --imap imap.example.org --smtp smtp.example.org --smtp-security starttls",
        "account add old --email you@example.org --pop3 pop.example.org",
        "account add you@gmail.com",
        more="The password is asked for, both servers are tried, then the account is kept.\n"
        + fill(f"The address is enough at {known_domains()}.", 79)
        + "\nOf others say the servers; your provider's help pages name them.\n"
        "Microsoft takes tokens alone: --auth oauth2 --password-command 'oama access ADDR'.\n",
    )
    add.add_argument("name", metavar="NAME|ADDR", help="what to call it, or the address")
    add.add_argument("--email", metavar="ADDR", help="default: NAME, where that is an address")
    add.add_argument(
        "--display-name", metavar="TEXT", default="", help="your name as others see it"
    )
    _add_servers(add)
    add.add_argument("--username", metavar="U", help="default: the address")
    add.add_argument("--smtp-username", metavar="U", help="default: the same")
    add.add_argument(
        "--auth",
        choices=[str(one) for one in Auth],
        default=Auth.PASSWORD,
        help="oauth2: --password-command prints an access token",
    )
    secret = add.add_mutually_exclusive_group()
    add_password_stdin(secret)
    secret.add_argument("--password-command", metavar="CMD", help="a program that prints it")
    secret.add_argument(
        "--password-ask", action="store_true", help="keep it nowhere, ask at each start"
    )
    add.add_argument("--ca-file", type=Path, metavar="PEM", help="trust these authorities instead")
    add.add_argument("--no-test", action="store_true", help="do not try to sign in")


def _add_servers(add: argparse.ArgumentParser) -> None:
    clear = "; clear: for a port of this machine alone, signed in only with --smtp-username"
    for kind, port, clear_port, words in (
        ("imap", 993, 143, ""),
        ("pop3", 995, 110, "in place of --imap; "),
        ("smtp", 465, 587, ""),
    ):
        add.add_argument(
            f"--{kind}",
            metavar="HOST[:PORT]",
            help=f"{words}port {port}, or {clear_port} with starttls; "
            f"[::1]:{port} for an IPv6 address",
        )
        add.add_argument(
            f"--{kind}-security",
            choices=[str(one) for one in Security if kind == "smtp" or one is not Security.CLEAR],
            default=Security.TLS,
            help=f"default: {Security.TLS}" + (clear if kind == "smtp" else ""),
        )
    add.add_argument(
        "--sendmail", metavar="CMD", help="in place of --smtp: a program here that takes mail"
    )


def _add_reading_commands(commands: "Commands[argparse.ArgumentParser]") -> None:
    _add_list(commands)
    _add_search(commands)
    _add_show(commands)


def _add_list(commands: "Commands[argparse.ArgumentParser]") -> None:
    listing = command(
        commands,
        "list",
        "messages of the inbox, or of another mailbox, newest first",
        "list --limit 10",
        "list from:ada is:unread --account work --mailbox Archive --json",
        "list --saved bills",
        more=QUERIES,
    )
    listing.add_argument("query", nargs="*", metavar="QUERY", help="only those that match")
    add_scope(listing)
    listing.add_argument(
        "--saved", type=name_of, metavar="NAME", help="what a saved search finds, everywhere"
    )
    add_limit(listing)


def _add_search(commands: "Commands[argparse.ArgumentParser]") -> None:
    search = command(
        commands,
        "search",
        "messages in all mailboxes that match",
        "search from:ada has:attachment newer:2w",
        "search 'engine notes' --sort relevance --json",
        "search lighthouse --server",
        more=QUERIES + _SERVER,
    )
    search.add_argument("query", nargs="+", metavar="QUERY")
    search.add_argument(
        "--sort",
        choices=[str(one) for one in Order],
        help="newest first, or what fits best (default: date)",
    )
    search.add_argument(
        "--server", action="store_true", help="ask the servers too for what is not here"
    )
    add_limit(search)


def _add_show(commands: "Commands[argparse.ArgumentParser]") -> None:
    show = command(
        commands,
        "show",
        "one message; what is not here yet is fetched",
        "show 5f3a09c2d1e48b76",
        "show 5f3a09c2d1e48b76 --raw > mail.eml",
        "show 5f3a09c2d1e48b76 --save ~/Downloads",
    )
    show.add_argument("id", metavar="ID", help="as list and search print it")
    form = show.add_mutually_exclusive_group()
    form.add_argument("--raw", action="store_true", help="the exact bytes the server holds")
    form.add_argument("--headers", action="store_true", help="the header alone")
    form.add_argument("--json", action="store_true", help="one JSON document on standard output")
    form.add_argument(
        "--save", type=Path, metavar="DIR", help="its files into a folder; nothing is written over"
    )


def _add_triage_commands(commands: "Commands[argparse.ArgumentParser]") -> None:
    flag = command(
        commands,
        "flag",
        "add or remove seen, flagged, answered, a keyword or a label",
        "flag 5f3a09c2d1e48b76 --add seen --remove flagged",
        more="A message that lies in several mailboxes is changed in each.\n"
        "Any other word is a keyword; at Gmail it is a label, which may have blanks in it.\n",
    )
    move = command(
        commands,
        "move",
        "move messages to another mailbox of their account",
        "move 5f3a09c2d1e48b76 Archive --wait",
        more=_COPIES,
    )
    delete = command(
        commands,
        "delete",
        "move messages to Trash",
        "delete 5f3a09c2d1e48b76 --mailbox INBOX",
        more=_COPIES,
    )
    for parser in (flag, move, delete):
        parser.add_argument("id", nargs="+", metavar="ID", help="as list and search print it")
        parser.add_argument(
            "--mailbox", dest="within", type=name_of, metavar="M", help="only the copy there"
        )
        parser.add_argument("--wait", action="store_true", help="until the server has it")
    move.add_argument("destination", metavar="MAILBOX", help="where to; a name, or archive, junk")
    for word in ("add", "remove"):
        flag.add_argument(
            f"--{word}", action="append", default=[], metavar="F", help="again for another"
        )


def _add_writing_commands(commands: "Commands[argparse.ArgumentParser]") -> None:
    add_outbox_commands(commands)
    add_receipt_command(commands)
    add_invitation_commands(commands)
    trace = command(
        commands,
        "trace",
        "what became of a sent mail, or the path a received one took",
        "trace 0a1b2c3d4e5f",
        "trace 0a1b2c3d4e5f --json",
        more="What stands below your own servers is the other side's word.\n",
    )
    trace.add_argument("id", metavar="ID", help="as list or outbox prints it")
    add_json(trace)
    compose = command(
        commands,
        "compose",
        "the interface, opened on a new mail",
        "compose --to ada@example.org",
        "compose 'mailto:ada@example.org?subject=Engine notes'",
    )
    compose.add_argument("mailto", nargs="?", default="", metavar="mailto:...")
    compose.add_argument("--to", nargs="+", action="extend", default=[], metavar="ADDR")
