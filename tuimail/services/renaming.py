"""What is set for a mailbox follows its new name: in config.toml, and in searches that are kept."""

from collections.abc import Sequence
from dataclasses import replace

from tuimail.model.ids import AccountName
from tuimail.model.mailbox import MailboxRow, is_below
from tuimail.model.places import Places
from tuimail.model.safe import Untrusted

from . import reading, saved
from .mail import Mail


def follow_rename(mail: Mail, row: MailboxRow, new_name: str) -> bool:
    """Keep what is set for this mailbox and those below it; tell whether config.toml changed.

    Raises ConfigError, StoreError: the configuration or the searches cannot be changed.
    """
    from tuimail.config.write import rename_mailboxes  # late: no first frame needs it

    renamed = Renamed(reading.mailboxes(mail), row, new_name)
    saved.follow(mail, renamed.words_for)
    return rename_mailboxes(mail.profile, row.account, renamed.name, renamed.words_for)


class Renamed:
    """What names and words of before a change of names are now."""

    def __init__(self, rows: Sequence[MailboxRow], row: MailboxRow, new_name: str) -> None:
        """`rows` are all mailboxes, with old names or with new ones already."""
        self._account: AccountName = row.account
        self._old, self._new, self._delimiter = row.name.raw, new_name, row.delimiter
        before = [self._moved(one, self._new, self._old) for one in rows]
        after = [self._moved(one, self._old, self._new) for one in rows]
        self._now = {one.id: one for one in after}
        self._meant = Places(before), Places(after)

    def name(self, name: str) -> str:
        """Return what a mailbox of the account is called now."""
        return _moved(name, self._old, self._new, self._delimiter)

    def words_for(self, word: str) -> Sequence[str]:
        """Return words that mean now what a word meant before, if there are any."""
        before, after = self._meant
        meant = [self._now[one.id] for one in before.named(word)]
        prefix = f"{self._account}/"
        if not meant and word.startswith(prefix):  # it may not be listed yet
            return [prefix + self.name(word.removeprefix(prefix))]
        if not meant or meant == after.named(word):
            return [word]
        return [after.word_for(one) or f"{one.account}/{one.name.raw}" for one in meant]

    def _moved(self, row: MailboxRow, old: str, new: str) -> MailboxRow:
        if row.account != self._account:
            return row
        return replace(row, name=Untrusted(_moved(row.name.raw, old, new, self._delimiter)))


def _moved(name: str, old: str, new: str, delimiter: str) -> str:
    is_moved = name == old or is_below(name, old, delimiter)
    return new + name.removeprefix(old) if is_moved else name
