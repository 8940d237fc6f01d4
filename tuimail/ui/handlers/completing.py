"""What can follow an action's name on the `:` line, and file names in prompts."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from tuimail.config.profile import expanded
from tuimail.errors import UserError
from tuimail.model.mailbox import MailboxRow
from tuimail.services import people, reading, searching
from tuimail.ui.actions import Argument
from tuimail.ui.keymap_file import known_keymaps
from tuimail.ui.main_screen import MainScreen
from tuimail.ui.render.compose import person_words
from tuimail.ui.theme_file import known_themes

MAX_COMPLETIONS = 50

_WORDS = {Argument.WAKE_TIME: ("tonight", "tomorrow", "mon", "sat", "3h", "3d", "1w")}
"""What is completed from a few words of our own."""


def completions(screen: MainScreen, kind: Argument, typed: str) -> Sequence[str]:
    """Return what an argument that begins so could become, best first."""
    session = screen.session
    found: Sequence[str] = ()
    match kind:
        case Argument.MAILBOX:
            found = mailbox_names(session.contents.mailboxes, typed)
        case Argument.DESTINATION:
            names = dict.fromkeys(row.name.raw for row in session.contents.mailboxes)
            found = _beginning(list(names), typed)
        case Argument.ACCOUNT:
            found = _beginning(session.accounts, typed)
        case Argument.THEME | Argument.KEYMAP:
            themes = known_themes(session.mail.profile.config_dir / "themes")
            found = _beginning(themes if kind is Argument.THEME else known_keymaps(), typed)
        case Argument.QUERY:
            found = searching.completions(session.mail, typed)
        case Argument.SAVED:
            found = _beginning(list(session.saved), typed)
        case Argument.ADDRESS:
            found = [person_words(person) for person in people.complete(session.mail, typed)]
        case Argument.LABEL:
            found = _beginning(reading.labels(session.mail), typed)
        case Argument.FILE:
            found = files(typed)
        case _:
            found = _beginning(_WORDS.get(kind, ()), typed)
    return found


def mailbox_names(rows: Sequence[MailboxRow], typed: str) -> list[str]:
    """Return names of mailboxes that begin so; with the account where several have the name."""
    low = typed.casefold()
    count = Counter(row.name.raw for row in rows)
    found = []
    for row in rows:
        name, full = row.name.raw, f"{row.account}/{row.name.raw}"
        begins = name.casefold().startswith(low)
        if begins or full.casefold().startswith(low):
            found.append(name if begins and count[name] == 1 else full)
    return found[:MAX_COMPLETIONS]


def files(typed: str) -> list[str]:
    """Return files and folders whose path begins so; hidden ones only after a dot."""
    if typed == "~":
        return ["~/"]
    base, slash, start = typed.rpartition("/")
    try:
        folder = expanded(Path(base + slash or "."))
        names = sorted(
            entry.name
            for entry in folder.iterdir()
            if entry.name.startswith(start)
            and entry.name.isprintable()
            and (start.startswith(".") or not entry.name.startswith("."))
        )
    except (OSError, UserError):  # no such folder; no such person after ~
        return []
    ends = ["/" if (folder / name).is_dir() else "" for name in names[:MAX_COMPLETIONS]]
    return [f"{base}{slash}{name}{end}" for name, end in zip(names, ends, strict=False)]


def folders(typed: str) -> list[str]:
    """Return folders whose path begins so."""
    return [path for path in files(typed) if path.endswith("/")]


def _beginning(names: Sequence[str], typed: str) -> list[str]:
    low = typed.casefold()
    return [name for name in names if name.casefold().startswith(low)][:MAX_COMPLETIONS]
