"""How much of a mailbox is kept here: how it is set, and what of it is here by now."""

import time
from dataclasses import dataclass

from tuimail.errors import UserError
from tuimail.model.account import Account
from tuimail.model.ids import AccountName
from tuimail.model.offline import HOW, Offline, offline_of_word
from tuimail.model.safe import Safe, safe_line
from tuimail.store.deeds import Deed, DeedKind
from tuimail.store.journal import note_deeds
from tuimail.store.lacking import count_kept
from tuimail.store.mailboxes import mailbox_rows

from .mail import Mail


@dataclass(frozen=True, slots=True)
class Kept:
    """What of an account's mail is to be here, and is."""

    wanted: int
    here: int


def keep(mail: Mail, account: AccountName, mailbox: str, word: str) -> Offline:
    """Write down how much of a mailbox is kept here, or of an account if `mailbox` is empty.

    Raises:
        UserError: the word stands for nothing, or there is no such account.
        ConfigError, StoreError: the configuration cannot be read or written.
    """
    try:
        offline = offline_of_word(word.strip().lower())
    except ValueError:
        raise UserError(f"“{safe_line(word, 40)}” {HOW}.") from None
    from tuimail.config.write import set_offline  # reads and writes TOML: for the few who choose

    if mail.config.account(account).imap is None:
        raise UserError(f"The mail of {account} lives here: all of it is kept.")
    before = _set_for(mail.config.account(account), mailbox)
    set_offline(mail.profile, account, mailbox, offline)
    if offline.word != before:
        where = safe_line(mailbox or account, 60)
        deed = Deed(DeedKind.OFFLINE, account, mailbox, before, offline.word)
        note_deeds(mail.store, Safe(f"{where}: {offline.amount} kept here"), [deed])
    return offline


def put_back(mail: Mail, account: AccountName, mailbox: str, word: str | None) -> None:
    """Write down what was set before, or that nothing was. Raises as `keep`; journals nothing."""
    from tuimail.config.write import set_offline  # as above

    set_offline(mail.profile, account, mailbox, None if word is None else offline_of_word(word))


def _set_for(account: Account, mailbox: str) -> str | None:
    """Return what is set for a mailbox itself, or for the account."""
    if not mailbox:
        return account.offline.word
    words = {name: offline.word for name, offline in account.offline_mailboxes}
    return words.get(mailbox)


def kept(mail: Mail, account: Account) -> Kept:
    """Count the mails of an account that are to be here whole, and those that are."""
    wanted = here = 0
    now = int(time.time())
    for row in mailbox_rows(mail.store, account.name):
        since = account.offline_of(row.name.raw).since(now)
        if row.is_selectable and since is not None:
            found = count_kept(mail.store, row.id, since)
            wanted, here = wanted + found[0], here + found[1]
    return Kept(wanted, here)


def settings_words(account: Account) -> Safe:
    """Say what is set for an account, as `90d; Archive: all`."""
    each = [f"{safe_line(name, 60)}: {offline.word}" for name, offline in account.offline_mailboxes]
    return Safe("; ".join([account.offline.word, *each]))
