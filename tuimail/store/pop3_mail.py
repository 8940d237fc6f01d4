"""Which mails of a POP3 server have come here, by their lasting names (UIDL).

A name is written down in the transaction that puts its mail into INBOX, so that no kill between the
two can lose a mail or fetch it twice; only names that are here may be deleted on the server.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final

from tuimail.model.ids import AccountName

from .database import Database, Store
from .local_mail import NewMail, put_local_in

KEPT_S: Final = 365 * 86_400
"""So long a name is known that the server no longer lists: a server may show less for a while."""
_FREE: Final = "delete from pop3_mail where account = ? and uid = ? and gone > 0"


@dataclass(frozen=True, slots=True)
class Fetched:
    """A mail that came from a POP3 server."""

    uid: str
    fetched: int
    """Seconds UTC."""
    digest: str
    gone: int
    """Since when the server does not list it any more, in seconds UTC; 0 while it does."""

    @property
    def is_on_server(self) -> bool:
        """Whether the server listed it last time."""
        return not self.gone


def fetched_mails(store: Store, account: AccountName) -> dict[str, Fetched]:
    """Return what has come, by the server's names."""
    rows = store.rows(
        Database.LOCAL,
        "select uid, fetched, digest, gone from pop3_mail where account = ?",
        (account,),
    )
    return {row[0]: Fetched(*row) for row in rows}


def put_fetched(
    store: Store,
    account: AccountName,
    mailbox: int,
    arrived: Sequence[tuple[str, NewMail]],
    now: int,
) -> None:
    """Put mails into a local mailbox and write their names down, durable, all or nothing.

    A name that was no longer listed means this mail from now on.
    """
    names = [(account, uid, mail.digest, now) for uid, mail in arrived]
    with store.writing(Database.LOCAL) as writing:
        writing.run_many(_FREE, [(account, uid) for uid, _ in arrived])
        put_local_in(writing, mailbox, [mail for _, mail in arrived])
        writing.run_many(
            "insert into pop3_mail(account, uid, digest, fetched) values(?, ?, ?, ?)", names
        )


def note_renamed(store: Store, account: AccountName, old: str, new: str) -> None:
    """The server calls a mail that is here by another name now, or by the old one again."""
    with store.writing(Database.LOCAL) as writing:
        if new != old:
            writing.run(_FREE, (account, new))
        writing.run(
            "update or ignore pop3_mail set uid = ?, gone = 0 where account = ? and uid = ?",
            (new, account, old),
        )


def note_listed(store: Store, account: AccountName, listed: Collection[str], now: int) -> None:
    """Write down which names the server lists no more, and forget those after a year.

    One that is listed again may mean another mail (RFC 1939 section 7 lets a server use it anew):
    it counts once its bytes were seen, by `put_fetched` or `note_renamed`.
    """
    known = fetched_mails(store, account)
    gone = [uid for uid, one in known.items() if one.is_on_server and uid not in listed]
    is_old = any(one.gone and one.gone < now - KEPT_S for one in known.values())
    if not (gone or is_old):
        return  # the common case, and each commit waits for the disk
    with store.writing(Database.LOCAL) as writing:
        mark = "update pop3_mail set gone = ? where account = ? and uid = ?"
        writing.run_many(mark, [(now, account, uid) for uid in gone])
        writing.run(
            "delete from pop3_mail where account = ? and gone > 0 and gone < ?",
            (account, now - KEPT_S),
        )
