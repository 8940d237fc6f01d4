"""The grammar of saved searches."""

import argparse

from .parser_words import QUERIES, Commands, add_json, command, name_of


def add_saved_commands(commands: "Commands[argparse.ArgumentParser]") -> None:
    """Add `saved`."""
    saved = command(
        commands,
        "saved",
        "searches kept under a name, which stand among the mailboxes",
        "saved",
        "saved add bills subject:invoice newer:1y",
        more="Without an action: list. NAME is what `list --saved NAME` takes.\n",
    )
    add_json(saved)
    actions = saved.add_subparsers(dest="action", metavar="ACTION")
    listing = command(actions, "list", "the searches there are, with unread mail", "saved list")
    add_json(listing, argparse.SUPPRESS)
    add = command(actions, "add", "keep a search", "saved add ada from:ada", more=QUERIES)
    rename = command(actions, "rename", "give one another name", "saved rename ada 'from Ada'")
    remove = command(actions, "remove", "forget one; its mails stay", "saved remove ada")
    for parser in (add, rename, remove):
        parser.add_argument("name", type=name_of, metavar="NAME")
    add.add_argument("query", nargs="+", metavar="QUERY")
    rename.add_argument("new_name", type=name_of, metavar="NEW")
