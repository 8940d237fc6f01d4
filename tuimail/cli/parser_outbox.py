"""The grammar of sending, and of what becomes of it."""

import argparse
from pathlib import Path
from typing import Final

from .parser_reminders import add_reminder_actions
from .parser_words import MOST_DIGITS, Commands, add_json, command

_TIMES: Final = """\
TIME: 2026-12-24T08:00, 18:00 (the next), tomorrow 9:30, a weekday, 2h, 30m or 3d.
The mail is on disk before this returns, and goes by itself as soon as it can.
"""
_STEPS: Final = """\
Without an action: list. A mail that is uncertain may have arrived: retry and edit
take --yes.
"""


def add_outbox_commands(commands: "Commands[argparse.ArgumentParser]") -> None:
    """Add `send` and `outbox`."""
    _add_send(commands)
    outbox = command(
        commands,
        "outbox",
        "what is on its way, and what became of it",
        "outbox --all --json",
        "outbox correct 0a1b2c3d4e5f anna@exmaple.org anna@example.org",
        more=_STEPS,
    )
    actions = outbox.add_subparsers(dest="action", metavar="ACTION")
    listing = command(
        actions, "list", "what is on its way, and what became of the last 30 days", "outbox list"
    )
    for parser, default in ((outbox, False), (listing, argparse.SUPPRESS)):
        parser.add_argument(
            "--all", action="store_true", default=default, help="older than 30 days too"
        )
        add_json(parser, default)
    _add_steps(actions)
    add_reminder_actions(actions)


def _add_send(commands: "Commands[argparse.ArgumentParser]") -> None:
    send = command(
        commands,
        "send",
        "send a mail; its text comes from standard input",
        "send --account work --to bob@example.org --subject Notes < notes.txt",
        "send --account work --to bob@example.org --attach plan.pdf --wait < cover.txt",
        "send --account work --to bob@example.org --raw mail.eml",
        more=_TIMES,
    )
    send.add_argument("--account", required=True, metavar="A", help="which one sends it")
    for field in ("to", "cc", "bcc"):
        send.add_argument(f"--{field}", nargs="+", action="extend", default=[], metavar="ADDR")
    send.add_argument("--subject", default="", metavar="TEXT")
    send.add_argument("--attach", type=Path, nargs="+", action="extend", default=[], metavar="FILE")
    send.add_argument("--raw", type=Path, metavar="FILE", help="send this file's bytes instead")
    send.add_argument("--at", default="", metavar="TIME", help="not before, e.g. tomorrow 9:30")
    send.add_argument(
        "--give-up", type=_hours_of, metavar="HOURS", help="try no longer; default: as the account"
    )
    send.add_argument(
        "--tell-success", action="store_true", help="be told of its delivery, where servers do"
    )
    send.add_argument(
        "--remind", metavar="DAYS", help="if nobody answers, e.g. 3d; 0: never; default: as account"
    )
    send.add_argument("--wait", action="store_true", help="until the server has answered")
    add_json(send)


def _hours_of(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < MOST_DIGITS and int(text)):
        raise argparse.ArgumentTypeError(f"{text!r} is no number of hours")
    return int(text)


def _add_steps(actions: "Commands[argparse.ArgumentParser]") -> None:
    for word, words in (
        ("show", "one mail, recipient by recipient, and what can be done"),
        ("retry", "try again now"),
        ("cancel", "do not send it"),
        ("edit", "make it a draft again, to those who have not got it"),
        ("smaller", "make a mail that was too large a draft again, and say what is large"),
        ("arrived", "an uncertain mail: you know that it did"),
        ("known", "nothing more is to be done about what failed"),
    ):
        named = command(actions, word, words, f"outbox {word} 0a1b2c3d4e5f")
        _add_id(named)
        if word in ("retry", "edit"):
            named.add_argument("--yes", action="store_true", help="even if it may have arrived")
    correct = command(
        actions,
        "correct",
        "send it to another address in place of one it did not reach",
        "outbox correct 0a1b2c3d4e5f anna@exmaple.org anna@example.org",
        more="A new mail, to that recipient alone; everybody stays named in it.\n",
    )
    _add_id(correct)
    correct.add_argument("address", metavar="WRONG", help="the recipient as it was")
    correct.add_argument("to", metavar="RIGHT", help="the address that is meant")


def _add_id(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("id", metavar="ID", help="as outbox prints it")
    add_json(parser, argparse.SUPPRESS)
