"""The grammar of putting mail off: snoozed, muted, done."""

import argparse

from .parser_words import Commands, add_json, command, name_of

_TIMES = """\
TIME: tonight, tomorrow, mon, 3d, 14:30, "1 dec 9:00", 2026-12-24T08:00, in your zone.
"""


def add_later_commands(commands: "Commands[argparse.ArgumentParser]") -> None:
    """Add snooze, unsnooze, mute, unmute and done."""
    snooze = command(
        commands,
        "snooze",
        "put messages off until a time or a reply; without an ID list what sleeps",
        "snooze 5f3a09c2d1e48b76 --until tomorrow",
        "snooze 5f3a09c2d1e48b76 --until '1 dec 9:00' --wait",
        "snooze --json",
        more=_TIMES,
    )
    snooze.add_argument("--until", metavar="TIME", default="", help="when it comes back")
    others = [
        command(
            commands,
            name,
            words,
            f"{name} 5f3a09c2d1e48b76",
        )
        for name, words in (
            ("unsnooze", "bring messages back that were put off"),
            ("mute", "have the conversations of messages go past the inbox, read"),
            ("unmute", "mute the conversations of messages no longer"),
            ("done", "archive the conversations of messages until somebody replies"),
        )
    ]
    for parser in (snooze, *others):
        count = "*" if parser is snooze else "+"
        parser.add_argument("id", nargs=count, metavar="ID", help="as list and search print it")
        parser.add_argument(
            "--mailbox", dest="within", type=name_of, metavar="M", help="only the copy there"
        )
        parser.add_argument("--wait", action="store_true", help="until the server has it")
        add_json(parser)
