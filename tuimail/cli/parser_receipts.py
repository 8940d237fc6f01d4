"""The grammar of answering a mail that asks for a receipt."""

import argparse

from .parser_words import Commands, add_json, command


def add_receipt_command(commands: "Commands[argparse.ArgumentParser]") -> None:
    """Add `receipt`."""
    receipt = command(
        commands,
        "receipt",
        "tell the sender, who asks for it, that a mail was opened",
        "receipt 0a1b2c3d4e5f",
        "receipt 0a1b2c3d4e5f --decline",
        more="Nothing is ever sent without this; either way the mail is marked as seen to.\n",
    )
    receipt.add_argument("id", metavar="ID", help="as list prints it")
    receipt.add_argument("--decline", action="store_true", help="send nothing, and ask no more")
    add_json(receipt)
