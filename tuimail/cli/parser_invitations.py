"""The grammar of invitations, and of leaving mailing lists."""

import argparse

from .parser_words import Commands, add_json, command


def add_invitation_commands(commands: "Commands[argparse.ArgumentParser]") -> None:
    """Add `invite` and `unsubscribe`."""
    invite = command(
        commands,
        "invite",
        "what an invitation says, and an answer to it",
        "invite 0a1b2c3d4e5f",
        "invite 0a1b2c3d4e5f --accept --words 'With pleasure'",
        "invite 0a1b2c3d4e5f --export ~/calendar",
        more="An answer goes to the organiser alone; nothing is ever answered without this.\n",
    )
    invite.add_argument("id", metavar="ID", help="as list prints it")
    what = invite.add_mutually_exclusive_group()
    for word, words in (
        ("accept", "tell the organiser that you come"),
        ("perhaps", "tell the organiser that you may come"),
        ("decline", "tell the organiser that you do not come"),
    ):
        what.add_argument(
            f"--{word}", dest="answer", action="store_const", const=word, help=words, default=""
        )
    what.add_argument("--export", metavar="DIR", help="save the calendar there, as it came")
    invite.add_argument("--words", default="", metavar="TEXT", help="yours, with the answer")
    add_json(invite)
    leave = command(
        commands,
        "unsubscribe",
        "the ways a mailing list names to leave it",
        "unsubscribe 0a1b2c3d4e5f",
        "unsubscribe 0a1b2c3d4e5f --one-click",
        more="Nobody is asked anything without --one-click; a mail is sent by tuimail compose.\n",
    )
    leave.add_argument("id", metavar="ID", help="as list prints it")
    leave.add_argument(
        "--one-click",
        action="store_true",
        help="tell the list's host, where a server you trust vouches for it (RFC 8058)",
    )
    add_json(leave)
