"""What can follow an action's name on the `:` line, and file names in prompts."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from tuimail.config.profile import expanded
from tuimail.errors import UserError
from tuimail.model.mailbox import MailboxRow
from tuimail.services import macros, people, reading, searching
from tuimail.ui.actions import Argument
from tuimail.ui.keymap_file import known_keymaps
from tuimail.ui.main_screen import MainScreen
from tuimail.ui.render.compose import person_words
from tuimail.ui.theme_file import known_themes

from .settings import ACTIONS, LIVE

MAX_COMPLETIONS = 50

_WORDS = {Argument.WAKE_TIME: ("tonight", "tomorrow", "mon", "sat", "3h", "3d", "1w")}
"""What is completed from a few words of our own."""


def completions(screen: MainScreen, kind: Argument, typed: str) -> Sequence[str]:
    """Return what an argument that begins so could become, best first."""
    complete = _COMPLETE.get(kind)
    if complete is None:
        return _beginning(_WORDS.get(kind, ()), typed)
    return complete(screen, typed)


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


def _destinations(screen: MainScreen, typed: str) -> list[str]:
    return _beginning(
        list(dict.fromkeys(row.name.raw for row in screen.session.contents.mailboxes)), typed
    )


def _themes(screen: MainScreen, typed: str) -> list[str]:
    folder = screen.session.mail.profile.config_dir / "themes"
    return _beginning(known_themes(folder), typed)


def _people(screen: MainScreen, typed: str) -> list[str]:
    return [person_words(person) for person in people.complete(screen.session.mail, typed)]


_COMPLETE: Mapping[Argument, Callable[[MainScreen, str], Sequence[str]]] = {
    Argument.MAILBOX: lambda screen, typed: mailbox_names(screen.session.contents.mailboxes, typed),
    Argument.DESTINATION: _destinations,
    Argument.ACCOUNT: lambda screen, typed: _beginning(screen.session.accounts, typed),
    Argument.THEME: _themes,
    Argument.QUERY: lambda screen, typed: searching.completions(screen.session.mail, typed),
    Argument.SAVED: lambda screen, typed: _beginning(list(screen.session.saved), typed),
    Argument.ADDRESS: _people,
    Argument.LABEL: lambda screen, typed: _beginning(reading.labels(screen.session.mail), typed),
    Argument.MACRO: lambda screen, typed: _beginning(
        list(macros.known_macros(screen.session.mail)), typed
    ),
    Argument.KEYMAP: lambda _, typed: _beginning(known_keymaps(), typed),
    Argument.SETTING: lambda _, typed: _beginning([*LIVE, *ACTIONS], typed),
    Argument.FILE: lambda _, typed: files(typed),
}
"""What completes an argument of each kind; others are not completed."""
