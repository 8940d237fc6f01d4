"""The grammar of `export` and `import`."""

import argparse
from pathlib import Path

from .parser_words import QUERIES, Commands, add_scope, command, name_of


def add_file_commands(commands: "Commands[argparse.ArgumentParser]") -> None:
    """Add the commands about files of mails."""
    export = command(
        commands,
        "export",
        "write mails into a folder or an .mbox file, byte by byte",
        "export from:ada newer:1y --to ~/ada",
        "export --mailbox Archive --to archive.mbox",
        more=QUERIES + "Into a folder each goes as an .eml file; nothing is written over.\n",
    )
    export.add_argument("query", nargs="*", metavar="QUERY", help="only those that match")
    export.add_argument(
        "--to", type=Path, required=True, metavar="DIR|FILE.mbox", help="where to write them"
    )
    add_scope(export)
    importing = command(
        commands,
        "import",
        "put mails from files into a mailbox",
        "import old.mbox --account work --mailbox Archive",
        "import ~/Maildir --account work --mailbox Old --seen",
        more="Takes single mails (.eml), mbox files and Maildir folders. What is in the mailbox\n"
        "already is left out, so that it can be done again.\n",
    )
    importing.add_argument("file", nargs="+", type=Path, metavar="FILE")
    importing.add_argument("--account", type=name_of, required=True, metavar="A")
    importing.add_argument("--mailbox", type=name_of, required=True, metavar="M")
    importing.add_argument("--seen", action="store_true", help="mark every mail as read")
    importing.add_argument("--wait", action="store_true", help="until the server has them")
