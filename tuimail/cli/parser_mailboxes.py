"""The grammar of `mailbox` and `operations`."""

import argparse

from .parser_words import Commands, add_account, add_json, command, name_of


def add_mailbox_commands(commands: "Commands[argparse.ArgumentParser]") -> None:
    """Add the commands about mailboxes themselves, and about what waits for them."""
    _add_mailbox(commands)
    _add_operations(commands)


def _add_mailbox(commands: "Commands[argparse.ArgumentParser]") -> None:
    mailbox = command(
        commands,
        "mailbox",
        "list, create, rename, delete, subscribe, empty",
        "mailbox list --json",
        "mailbox create Projects/Pier --account work",
    )
    actions = mailbox.add_subparsers(dest="action", required=True, metavar="ACTION")
    listing = command(actions, "list", "the mailboxes there are", "mailbox list --account work")
    add_account(listing)
    add_json(listing)
    for word, words in (
        ("create", "make one on the server, or here below local/"),
        ("rename", "give one another name; mails and what waits for them stay"),
        ("delete", "remove one, those below it and all their mails, for ever"),
        ("subscribe", "have one shown"),
        ("unsubscribe", "have one shown no more, or dimmed; mails stay"),
        ("empty", "remove all mails that lie in one for ever; Trash or Junk, usually"),
    ):
        named = command(actions, word, words, f"mailbox {word} {_EXAMPLES[word]}")
        named.add_argument("name", type=name_of, metavar="NAME", help="a name, or account/name")
        if word == "rename":
            named.add_argument("new_name", type=name_of, metavar="NEW", help="the whole new name")
        named.add_argument(
            "--account", type=name_of, metavar="A", help="where several have such a mailbox"
        )
        if word in ("delete", "empty"):
            named.add_argument("--yes", action="store_true", help="do not ask")
        if word == "empty":
            named.add_argument("--wait", action="store_true", help="until the server has done it")


def _add_operations(commands: "Commands[argparse.ArgumentParser]") -> None:
    operations = command(
        commands,
        "operations",
        "changes that wait for a server, and those it refused",
        "operations --json",
        "operations cancel 42",
        more="Without an action: list.\n",
    )
    add_json(operations)
    waiting = operations.add_subparsers(dest="action", metavar="ACTION")
    add_json(
        command(waiting, "list", "what waits, and what was refused", "operations list"),
        argparse.SUPPRESS,
    )
    cancel = command(waiting, "cancel", "give one up that has not begun", "operations cancel 42")
    cancel.add_argument("id", metavar="ID", help="as operations prints it")


_EXAMPLES = {
    "create": "Projects/Pier --account work",
    "rename": "Projects Plans",
    "delete": "Projects/Pier",
    "subscribe": "Lists/python",
    "unsubscribe": "Lists/python",
    "empty": "trash --account work",
}
