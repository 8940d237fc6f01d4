"""The grammar of what is asked about mail that nobody answers."""

import argparse

from .parser_words import Commands, add_json, command


def add_reminder_actions(actions: "Commands[argparse.ArgumentParser]") -> None:
    """Add the actions of `outbox` about answers that are waited for."""
    remind = command(
        actions,
        "remind",
        "tell of a mail if nobody answers it in so many days",
        "outbox remind 0a1b2c3d4e5f 1w",
        "outbox remind 0a1b2c3d4e5f 0",
        more="Counted from when it was sent. An answer by a person ends it, and so does 0.\n",
    )
    remind.add_argument("id", metavar="ID", help="as outbox prints it")
    remind.add_argument("days", metavar="DAYS", help="such as 3, 3d or 2w")
    add_json(remind, argparse.SUPPRESS)
    unanswered = command(
        actions, "unanswered", "what nobody has answered in time", "outbox unanswered"
    )
    add_json(unanswered, argparse.SUPPRESS)
