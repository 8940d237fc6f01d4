"""The words people have for flags, and what they are in one mailbox: a keyword or a label."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from tuimail.errors import UserError
from tuimail.model.flags import (
    ANY_LABEL,
    Flags,
    canonical_flag,
    label_flag,
    labels_of,
    name_of_flag,
)
from tuimail.model.ids import MailboxId
from tuimail.model.safe import Safe, ours, safe_line
from tuimail.store.keywords import unshown
from tuimail.store.mailboxes import sync_state
from tuimail.store.targets import Target

from .mail import Mail

MAX_LABEL_CHARS: Final = 225
"""Gmail takes no longer ones."""


def new_flags(mail: Mail, mailbox: MailboxId, words: Iterable[str]) -> Flags:
    """Return the flags a mailbox keeps when a message is to be called so.

    Raises:
        UserError: a word can be no flag there.
    """
    takes_labels = ANY_LABEL in sync_state(mail.store, mailbox).permanent_flags
    return frozenset(_new_flag(word, takes_labels=takes_labels) for word in words)


def called(flags: Flags, names: Iterable[str]) -> Flags:
    """Return those among flags that people call so, in folded case, whatever they are."""
    return frozenset(flag for flag in flags if name_of_flag(flag).casefold() in names)


def unshown_words(mail: Mail, found: Sequence[Target], forms: Mapping[MailboxId, Flags]) -> Safe:
    """Return what is to be added to a sentence where there is no room to show a flag."""
    wanted = {(target.account, forms[target.mailbox_id]) for target in found}
    hidden = {flag for account, flags in wanted for flag in unshown(mail.store, account, flags)}
    if not hidden:
        return ours("")
    names = ", ".join(sorted(map(name_of_flag, hidden)))
    return safe_line(f"; there is no room to show {names} here, the server keeps it")


def _new_flag(word: str, *, takes_labels: bool) -> str:
    if takes_labels and labels_of(frozenset({canonical_flag(word)})):
        return label_flag(_checked_label(word))
    return _checked_flag(word)


def _checked_label(word: str) -> str:
    """A label has nearly any name; people need one they can see and type."""
    if not word.strip() or len(word) > MAX_LABEL_CHARS or safe_line(word) != word:
        raise UserError(
            f"{safe_line(word, 80)!r} cannot be a label: "
            f"it has 1 to {MAX_LABEL_CHARS} characters, and all are seen."
        )
    return word


def _checked_flag(flag: str) -> str:
    """A keyword is an atom (RFC 9051 section 9): no space, no sign with a meaning in IMAP."""
    name = flag.removeprefix("\\")
    if not name.isascii() or not name.isprintable() or not name or set(name) & set(' (){%*"\\]'):
        raise UserError(f"{safe_line(flag)!r} cannot be a flag: letters, digits and - only.")
    return canonical_flag(flag)
